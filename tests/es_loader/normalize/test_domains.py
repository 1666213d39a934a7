import subprocess
import sys

import pytest

from es_loader.normalize import domains
from es_loader.normalize.domains import domain_parts


@pytest.mark.parametrize(
    ("host", "registered", "subdomain", "top"),
    [
        ("www.example.com", "example.com", "www", "com"),
        ("a.b.Example.CO.UK", "Example.CO.UK", "a.b", "CO.UK"),
        ("example.com.", "example.com", None, "com"),
        ("shop.example.kawasaki.jp", "shop.example.kawasaki.jp", None, "example.kawasaki.jp"),
        ("www.city.kawasaki.jp", "city.kawasaki.jp", "www", "kawasaki.jp"),
        ("pages.someone.github.io", "github.io", "pages.someone", "io"),
        ("bucket.s3.amazonaws.com", "s3.amazonaws.com", "bucket", "amazonaws.com"),
        ("s3.amazonaws.com", "s3.amazonaws.com", None, "amazonaws.com"),
        (
            "ec2-192-0-2-1.us-west-2.compute.amazonaws.com",
            "us-west-2.compute.amazonaws.com",
            "ec2-192-0-2-1",
            "compute.amazonaws.com",
        ),
        ("www.xn--85x722f.com.cn", "xn--85x722f.com.cn", "www", "com.cn"),
        ("www.shishi.xn--55qx5d.cn", "shishi.xn--55qx5d.cn", "www", "xn--55qx5d.cn"),
        ("www.食狮.公司.cn", "食狮.公司.cn", "www", "公司.cn"),
    ],
)
def test_a_name_is_divided_by_the_longest_rule(host: str, registered: str, subdomain: str | None, top: str) -> None:
    expected = {"registered_domain": registered, "subdomain": subdomain, "top_level_domain": top}
    assert domain_parts(host) == {part: text for part, text in expected.items() if text}


def test_a_public_suffix_is_only_that() -> None:
    assert domain_parts("co.uk") == {"top_level_domain": "co.uk"}


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "localhost",
        "ip-10-0-0-1.ec2.internal",
        "192.0.2.1",
        "2001:db8::1",
        "7.113.0.203.in-addr.arpa",
        "1.0.0.2.IP6.arpa",
        "a..example.com",
        "a." * 200 + "com",
        "xn--" + "9" * 60 + ".invalid",
    ],
)
def test_no_parts_without_a_rule(host: str) -> None:
    assert domain_parts(host) == {}


def test_a_name_that_is_too_long_is_not_kept() -> None:
    before = domains._parts.cache_info().currsize
    assert domains.domain_parts("a." * 4000 + "com") == {}
    assert domains._parts.cache_info().currsize == before


def test_the_list_is_not_read_on_import() -> None:
    code = "import es_loader.normalize.domains as d; assert d._rules.cache_info().currsize == 0"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "lambda"})
