"""Actions and resources of GuardDuty findings, in the shape of the export.

https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html
"""

from typing import Any

from samples.generator import story
from samples.generator.cloudtrail_attack import KALI
from samples.generator.story import Country, Host, IamUser

SSH, HTTPS = 22, 443
PORT_NAMES = {SSH: "SSH", HTTPS: "HTTPS"}
Tree = dict[str, Any]


def _remote(address: str, country: Country | None) -> Tree:
    if country is None:
        return {"ipAddressV4": address, "organization": {"asn": "-1", "asnOrg": "", "isp": "", "org": ""}}
    return {
        "ipAddressV4": address,
        "organization": {
            "asn": country.asn,
            "asnOrg": country.organization,
            "isp": country.organization,
            "org": country.organization,
        },
        "country": {"countryCode": country.code, "countryName": country.name},
        "city": {"cityName": country.city},
        "geoLocation": {"lat": country.latitude, "lon": country.longitude},
    }


def _port(number: int) -> Tree:
    return {"port": number, "portName": PORT_NAMES.get(number, "Unknown")}


def port_probe(host: Host, port: int, address: str, country: Country) -> Tree:
    """Return the action of somebody who tries a port."""
    probe = {
        "localPortDetails": _port(port),
        "remoteIpDetails": _remote(address, country),
        "localIpDetails": {"ipAddressV4": host.address},
    }
    return {"actionType": "PORT_PROBE", "portProbeAction": {"portProbeDetails": [probe], "blocked": False}}


def connection(
    direction: str, address: str, *, remote_port: int, local_port: int, country: Country | None = story.COUNTRY
) -> Tree:
    """Return the action of a connection with a remote address."""
    connection = {
        "connectionDirection": direction,
        "remoteIpDetails": _remote(address, country),
        "remotePortDetails": _port(remote_port),
        "localPortDetails": _port(local_port),
        "protocol": "TCP",
        "blocked": False,
        "localIpDetails": {"ipAddressV4": story.JUMP_HOST.address},
    }
    return {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": connection}


def api_call(service: str, name: str, address: str) -> Tree:
    """Return the action of an API call from a remote address."""
    call = {
        "api": name,
        "serviceName": f"{service}.amazonaws.com",
        "callerType": "Remote IP",
        "remoteIpDetails": _remote(address, story.COUNTRY),
        "affectedResources": {},
        "userAgent": KALI.removesuffix(" md/command#"),
    }
    return {"actionType": "AWS_API_CALL", "awsApiCallAction": call}


def access_key(user: IamUser) -> Tree:
    """Return a user's access key as the resource."""
    details = {
        "accessKeyId": user.access_key,
        "principalId": user.user_id,
        "userType": "IAMUser",
        "userName": user.name,
    }
    return {"resourceType": "AccessKey", "accessKeyDetails": details}


def bucket(user: IamUser) -> Tree:
    """Return the bucket of the exports as the resource, with the key that was used on it."""
    bucket = {
        "arn": f"arn:aws:s3:::{story.EXPORTS_BUCKET}",
        "name": story.EXPORTS_BUCKET,
        "type": "Destination",
        "createdAt": 1709546400.0,
        "owner": {"id": "9a3f5c7e1b2d4680a9c8e7f6d5b4a392817f6e5d4c3b2a190f8e7d6c5b4a3928"},
        "publicAccess": {"effectivePermission": "NOT_PUBLIC"},
    }
    return {**access_key(user), "resourceType": "S3Bucket", "s3BucketDetails": [bucket]}


def instance(host: Host) -> Tree:
    """Return a host as the resource."""
    name = f"{host.hostname}.ec2.internal"
    interface = {
        "networkInterfaceId": host.interface,
        "subnetId": host.subnet,
        "vpcId": story.VPC,
        "privateDnsName": name,
        "privateIpAddress": host.address,
        "privateIpAddresses": [{"privateDnsName": name, "privateIpAddress": host.address}],
        "publicDnsName": "",
        **({"publicIp": host.public_address} if host.public_address else {}),
        "ipv6Addresses": [],
        "securityGroups": [{"groupName": host.name, "groupId": "sg-0a1b2c3d4e5f60718"}],
    }
    details = {
        "instanceId": host.instance,
        "instanceType": "t4g.small",
        "launchTime": "2025-11-18T07:12:44.000Z",
        "platform": None,
        "availabilityZone": "us-east-1a",
        "imageId": "ami-0e2c8caa4b6378d8c",
        "imageDescription": "Amazon Linux 2023 AMI arm64",
        "instanceState": "running",
        "tags": [{"key": "Name", "value": host.name}],
        "networkInterfaces": [interface],
    }
    return {"resourceType": "Instance", "instanceDetails": details}
