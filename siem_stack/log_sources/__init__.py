"""Log sources that a deployment switches on: one module each, which needs no registration.

A module has a LogSource named SOURCE. Beside it there are a row in siem_stack/settings/log_sources.py and a page in
docs/log-sources/. What a service may do in the bucket is in siem_stack/log_delivery.py, switched on or not, so that a
source that is switched on by hand works too.
"""

import importlib
import pkgutil
from functools import cache

import aws_cdk as cdk
from constructs import Construct

from siem_stack.log_sources.regions import Here, belongs, local_settings
from siem_stack.log_sources.source import Destination, LogSource, cfn_resources
from siem_stack.settings import Settings

METADATA = "LogSources"
"""Of the template, for `es-loader doctor`: name -> Title, LogTypes, Page, and Resources (logical ids)."""


@cache
def log_sources() -> tuple[LogSource, ...]:
    """Return all log sources by name."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return tuple(module.SOURCE for module in modules if hasattr(module, "SOURCE"))


def add_log_sources(stack: cdk.Stack, destination: Destination, settings: Settings, here: Here) -> None:
    """Put those into a stack that the settings switch on and that belong there, and name them in the template."""
    built = {
        source.name: _built(stack, source, destination, local)
        for source in sorted(log_sources(), key=lambda source: source.changes is not None)
        if belongs(source, settings, here) and source.is_on(local := local_settings(source, settings, here))
    }
    if built:
        stack.template_options.metadata = {**(stack.template_options.metadata or {}), METADATA: built}


def _built(stack: cdk.Stack, source: LogSource, destination: Destination, settings: Settings) -> dict[str, object]:
    scope = Construct(stack, source.title.replace(" ", ""))
    source.build(scope, destination, settings)
    resources = cfn_resources(scope)
    resources += source.changes(stack, destination) if source.changes else ()
    return {
        "Title": source.title,
        "LogTypes": list(source.log_types),
        "Page": f"docs/log-sources/{source.name}.md",
        "Resources": [stack.get_logical_id(each) for each in resources],
    }
