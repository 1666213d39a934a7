"""Which words of a setting are for which region, and which regions the settings ask for.

A word is of the region before its slash, `eu-west-1/vpc-0a1b2c3d`, or of the region in it if it is an ARN.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from siem_stack.log_sources.source import LogSource, Where
from siem_stack.regions import is_opt_in, partition
from siem_stack.settings import PREFIX, Settings, SettingsError
from siem_stack.settings.rules import REGION

US_EAST_1 = "us-east-1"
OF_A_REGION = frozenset({Where.EACH_REGION, Where.RESOURCES})

_PLACED = re.compile(rf"({REGION})/(.+)")
_ARN = re.compile(rf"arn:[\w-]+:[\w-]+:({REGION}):")


class RegionError(SettingsError):
    """Settings that cannot be in the regions that they name, or that are deployed to."""


class Word(NamedTuple):
    """A word of a setting, without the region before its slash; `region` is None if it names none."""

    region: str | None
    text: str


class Here(NamedTuple):
    """A stack's place: its region and that of the log bucket, each None if unknown."""

    region: str | None
    bucket: str | None

    @property
    def home(self) -> bool:
        """Return whether the log bucket is in this region."""
        return self.region == self.bucket


def word(text: str) -> Word:
    """Return what a word of a setting says."""
    if placed := _PLACED.fullmatch(text):
        return Word(placed[1], placed[2])
    arn = _ARN.match(text)
    return Word(arn[1] if arn else None, text)


def in_region(words: str, here: Here, where: Where) -> str:
    """Return those of a setting's words that are for a stack, without its region.

    Words without a region are for the log bucket's region; those of sources that are in each region by themselves are
    for every region that has no word of its own. Where the region is unknown, CloudFormation decides what ARNs are for.
    """
    found = list(map(word, words.split()))
    loose = [each.text for each in found if each.region is None]
    if here.region is None:
        own = [each.text for each in found if each.text.startswith("arn:")]
    else:
        own = [each.text for each in found if each.region == here.region]
    if where is Where.EACH_REGION:
        return " ".join(own or loose)
    return " ".join((*loose, *own) if here.home else own)


def local_settings(source: LogSource, settings: Settings, here: Here) -> Settings:
    """Return the settings as the source may read them in a stack: its own have nothing of other regions."""
    local: dict[str, Any] = {name: in_region(words, here, source.where) for name, words in _words(source, settings)}
    return replace(settings, **local)


def _words(source: LogSource, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield name and words of those settings that may name regions."""
    if source.where in OF_A_REGION:
        for name in source.settings:
            value = getattr(settings, name)
            if isinstance(value, str):
                yield name, value


def belongs(source: LogSource, settings: Settings, here: Here) -> bool:
    """Return whether a source, if it is on, is in a stack."""
    if here.home:
        return source.where is not Where.US_EAST_1 or here.region == US_EAST_1
    return here.region in regions_of(source, settings, here.bucket)


def regions_in(source: LogSource, settings: Settings, *, arns: bool) -> frozenset[str]:
    """Return the regions that the words of a source's settings name, with those of ARNs or without."""
    words = [word(each) for _, value in _words(source, settings) for each in value.split()]
    return frozenset(each.region for each in words if each.region and (arns or not each.text.startswith("arn:")))


def regions_of(source: LogSource, settings: Settings, home: str | None) -> frozenset[str]:
    """Return the regions that a source is in by the settings, besides that of the log bucket; none if it is off."""
    if not source.is_on(settings):
        return frozenset()
    found = set()
    if source.where is Where.US_EAST_1:
        found.add(US_EAST_1)
    found.update(regions_in(source, settings, arns=home is not None))
    if source.where is Where.EACH_REGION:
        found.update(settings.log_regions.split())
    return frozenset(found - {home})


def require_possible(sources: Iterable[LogSource], settings: Settings, home: str | None) -> None:
    """Refuse what cannot be delivered.

    Args:
        sources: all there are.
        settings: checked as such.
        home: region of the log bucket, None if unknown.

    Raises:
        RegionError: a source that its partition does not have, or regions that do not go together.
    """
    problems = [
        problem for source in sources if source.is_on(settings) for problem in _problems(source, settings, home)
    ]
    if problems:
        raise RegionError("\n".join(problems))


def _problems(source: LogSource, settings: Settings, home: str | None) -> Iterable[str]:
    name, others = PREFIX + source.setting, sorted(regions_of(source, settings, home))
    if home and partition(home) not in source.partitions:
        yield f"{name} must be empty in {home}: {partition(home)} does not have this delivery of {source.title}"
        return
    asked = others if source.where is not Where.US_EAST_1 else []
    foreign = [region for region in asked if home and partition(region) != partition(home)]
    if foreign:
        yield (
            f"{name} cannot be in {' '.join(foreign)}: nothing is delivered from another partition to {home}. "
            f"See {PREFIX}log_regions, too"
        )
    elif not source.to_and_from_opt_in and (switched_on := _opt_in(home, others)):
        yield (
            f"{name} cannot be in {' '.join(others)} with the log bucket in {home}: {source.title} delivers between "
            f"regions only where accounts have to switch on none, as {switched_on}. See {PREFIX}log_regions, too"
        )


def _opt_in(home: str | None, others: list[str]) -> str | None:
    """Return a region that accounts have to switch on, if logs go between that one and another."""
    involved = [home, *others] if home and others else []
    return next((region for region in involved if is_opt_in(region)), None)
