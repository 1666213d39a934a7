"""What Inspector and Macie found before the day began in earnest: a weakness, and customers' data in a bucket."""

from collections.abc import Iterator
from datetime import timedelta

from samples.generator import securityhub_parts as parts
from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.securityhub_parts import Tree
from samples.generator.story import REGION, SHOP, at

CVE = "CVE-2026-99901"
CVE_TITLE = f"{CVE} - nginx"
CVE_TEXT = "A flaw in nginx lets a remote attacker run code in a worker."
CVE_URL = f"https://nvd.nist.gov/vuln/detail/{CVE}"
PERSONAL = "The S3 object contains personal information"
SCANNED, CLASSIFIED = at("06:21"), at("06:41:20")
_EXPORT = "customers/2026-03-09.csv"
_WEAKNESS = {
    "Id": CVE,
    "Cvss": [{"Version": "3.1", "BaseScore": 9.8, "BaseVector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "VulnerablePackages": [
        {
            "Name": "nginx",
            "Version": "1.28.0",
            "Release": "1.amzn2023",
            "Architecture": "AARCH64",
            "PackageManager": "OS",
            "FixedInVersion": "1:1.28.1-1.amzn2023",
        }
    ],
    "Vendor": {"Name": "AMAZON_CVE", "Url": f"https://explore.alas.aws.amazon.com/{CVE}.html"},
    "ReferenceUrls": [CVE_URL],
    "FixAvailable": "YES",
    "ExploitAvailable": "NO",
}


def findings(dice: Dice) -> Iterator[Tree]:
    """Yield the findings of both."""
    for host in (story.WEB_1, story.WEB_2):
        yield parts.finding(
            "Inspector",
            f"arn:aws:inspector2:{REGION}:{SHOP}:finding/{dice.hex(32)}",
            SCANNED + timedelta(seconds=dice.randrange(50)),
            90,
            GeneratorId="AWSInspector",
            Types=[f"{parts.CHECKS}/Vulnerabilities/CVE"],
            Title=CVE_TITLE,
            Description=CVE_TEXT,
            Remediation={"Recommendation": {"Text": "Remediation is available."}},
            ProductFields={"aws/inspector/FindingStatus": "ACTIVE", "aws/inspector/inspectorScore": "9.8"},
            Vulnerabilities=[_WEAKNESS],
            Resources=[parts.instance(host)],
        )
    bucket, key = story.EXPORTS_BUCKET, f"arn:aws:s3:::{story.EXPORTS_BUCKET}/{_EXPORT}"
    yield parts.finding(
        "Macie",
        dice.hex(32),
        CLASSIFIED,
        70,
        GeneratorId="aws/macie",
        Types=["Sensitive Data Identifications/PII/SensitiveData:S3Object-Personal"],
        Title=f"{PERSONAL}.",
        Description="The object contains personal information such as names, addresses, or identification numbers.",
        ProductFields={"S3Object.Path": f"{bucket}/{_EXPORT}", "S3Bucket.effectivePermission": "NOT_PUBLIC"},
        Resources=[parts.bucket(bucket), parts.resource_of("AwsS3Object", key, {"ServerSideEncryption": "AES256"})],
    )
