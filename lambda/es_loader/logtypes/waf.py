"""AWS WAF logs of web ACLs, v2 and Classic: https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks, Refine
from es_loader.normalize.arns import arn
from es_loader.normalize.coerce import every, to_keyword, to_long
from es_loader.normalize.connections import add_forwarded, add_requested_host, mirror_client
from es_loader.normalize.flat import flat
from es_loader.normalize.headers import Headers, headers, without_secrets
from es_loader.normalize.members import object_at, objects, text
from es_loader.normalize.remainder import undeclared
from es_loader.normalize.urls import extension
from es_loader.types import Document, Fields, RawRecord, Source

_OUTCOMES = {"ALLOW": "success", "BLOCK": "failure", "CAPTCHA": "failure", "CHALLENGE": "failure"}
"""Action that ended the evaluation; the last two are logged as such only where they stopped the request."""

_TYPES = {"ALLOW": ["access", "allowed"], "BLOCK": ["access", "denied"]}
_COUNTRY_LETTERS = 2
_keywords, _numbers = every(to_keyword), every(to_long)
_LIMITS = {
    "rate_based_limit_key": "limitKey",
    "rate_based_limit_value": "limitValue",
    "rate_based_rule_id": "rateBasedRuleId",
    "rate_based_rule_name": "rateBasedRuleName",
}
_NON_TERMINATING = ("nonTerminatingMatchingRules", "excludedRules")
"""Rules that matched and let the request go on: COUNT, a valid token; or set to count in a group."""

_READ = ("httpRequest.headers", "httpRequest.host", "httpRequest.httpVersion", "labels.name")
"""Paths that become fields without being declared."""


def hooks(log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(refine=_refiner(log_type))


def _refiner(log_type: LogType) -> Refine:
    """Return the function that completes a document; it knows which headers are secret."""
    rest = undeclared(log_type, _READ)
    secret = frozenset(name.lower() for name in log_type.secret_headers)

    def refine(doc: Document, fields: Fields, _raw: RawRecord, _source: Source) -> None:
        request = object_at(fields, "httpRequest")
        listed = request.get("headers")
        sent = headers(listed, secret)
        own = doc["aws"].setdefault("waf", {})
        _decision(doc["event"], fields)
        _web_acl(doc, own, text(fields.get("webaclId")))
        _client(doc, request, sent.first)
        _count(own, fields)
        if kept := flat(sent.kept):
            own.setdefault("httpRequest", {})["headers"] = kept
        left = rest(fields)
        if odd := _odd(request.get("host"), sent):
            left = {**(left or {}), "httpRequest": {**object_at(left or {}, "httpRequest"), **odd}}
        if left:
            own["unmapped"] = left
        if sent.removed and "original" in doc["event"]:
            harmless = {**request, "headers": without_secrets(listed or [], secret)}
            doc["event"]["original"] = _as_json({**fields, "httpRequest": harmless})

    return refine


def _odd(host: Any, sent: Headers) -> Document | None:
    """Return headers that are none, and the host where a header names another one: no field has them."""
    named = sent.first.get("host")
    other = host if named is not None and host and not named.lower().startswith(str(host).lower()) else None
    return flat({"headers": sent.others, "host": other}) if sent.others or other else None


def _as_json(fields: Fields) -> str:
    """Write a record as WAF does; integers may have any length, and texts half a surrogate pair."""
    try:
        return msgspec.json.encode(fields).decode()
    except (OverflowError, TypeError, ValueError):
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _decision(event: Document, fields: Fields) -> None:
    """Add what the action means, and what was found in the request."""
    action = event.get("action", "")
    event["type"] = [*_TYPES.get(action, ["access"])]
    if outcome := _OUTCOMES.get(action):
        event["outcome"] = outcome
    matches = objects(fields.get("terminatingRuleMatchDetails"))
    if conditions := _keywords([match.get("conditionType") for match in matches]):
        event["reason"] = ", ".join(conditions)


def _web_acl(doc: Document, own: Document, web_acl: str | None) -> None:
    """Add what the web ACL's ARN names; that of WAF Classic is an id only."""
    found = arn(web_acl)
    cloud = doc["cloud"]
    if found.service:
        cloud["service"] = {"name": found.service}
    if name := (web_acl or "").partition("webacl/")[2].partition("/")[0]:
        own["webacl_name"] = name
    if found.region:
        cloud["region"] = found.region
    if found.owner:
        cloud["account"] = {"id": found.owner}


def _client(doc: Document, request: Fields, sent: dict[str, str]) -> None:
    """Add who asked for what, by the request's own members and its headers."""
    mirror_client(doc)
    country = text(request.get("country")) or ""
    if len(country) == _COUNTRY_LETTERS and country.isascii() and country.isalpha():
        doc.setdefault("source", {})["geo"] = {"country_iso_code": country}
    _protocol(doc, (to_keyword(request.get("httpVersion")) or "").removeprefix("HTTP/"))
    _url(doc, sent.get("host") or to_keyword(request.get("host")))
    _relate(doc)
    _headers(doc, sent)


def _protocol(doc: Document, version: str) -> None:
    """Add the version of HTTP and what carries it: the third one is the first that is not TCP."""
    if version:
        doc.setdefault("http", {})["version"] = version
    doc["network"]["transport"] = "udp" if version.startswith("3") else "tcp"


def _url(doc: Document, host: str | None) -> None:
    url = doc.get("url", {})
    path = url.get("path", "")
    if suffix := extension(path):
        url["extension"] = suffix
    if host and "scheme" in url and path[:1] in {"", "/"}:
        query, fragment = url.get("query"), url.get("fragment")
        tail = (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
        url["full"] = f"{url['scheme']}://{host}{path}{tail}"
    if host:
        add_requested_host(doc, host)


def _headers(doc: Document, sent: dict[str, str]) -> None:
    found: Document = {"referrer": sent.get("referer")}
    if "body" not in doc.get("http", {}).get("request", {}) and "content-length" in sent:
        length = to_long(sent["content-length"])
        found["body"] = {"bytes": length} if length is not None else None
    if added := {name: value for name, value in found.items() if value}:
        doc.setdefault("http", {}).setdefault("request", {}).update(added)
    if agent := sent.get("user-agent"):
        doc["user_agent"] = {"original": agent}
    if proxies := sent.get("x-forwarded-for"):
        add_forwarded(doc, proxies)


def _relate(doc: Document) -> None:
    """Relate who asked, before the proxies on the way that it claims, and its way of starting TLS."""
    found = {"ip": doc.get("source", {}).get("ip"), "hash": doc.get("tls", {}).get("client", {}).get("ja3")}
    if related := {name: [value] for name, value in found.items() if value}:
        doc["related"] = related


def _count(own: Document, fields: Fields) -> None:
    """Add what is counted by, as lists of distinct values, out of lists of objects which are kept as they are."""
    groups = list(objects(fields.get("ruleGroupList")))
    ended = [group for group in groups if group.get("terminatingRule")]
    passed = [
        rule
        for holder in (fields, *groups)
        for name in _NON_TERMINATING
        if (rules := holder.get(name))
        for rule in objects(rules)
    ]
    _add(own, "labels", objects(fields.get("labels")), "name")
    _add(own, "terminating_group_id", ended, "ruleGroupId")
    _add(own, "terminating_group_rule_id", (object_at(group, "terminatingRule") for group in ended), "ruleId")
    _add(own, "non_terminating_rule_id", passed, "ruleId")
    if limits := list(objects(fields.get("rateBasedRuleList"))):
        for name, member in _LIMITS.items():
            _add(own, name, limits, member)
        if rates := _numbers([limit.get("maxRateAllowed") for limit in limits]):
            own["rate_based_max_rate"] = rates


def _add(own: Document, name: str, listed: Iterable[Fields], member: str) -> None:
    values = [value for item in listed if (value := item.get(member))]
    if values and (distinct := _keywords(values)):
        own[name] = distinct
