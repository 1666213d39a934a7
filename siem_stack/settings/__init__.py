"""Settings: each is declared once, in its group's module, checked once, and documented from there.

declared.py  the groups together: storage.py origins.py log_sources.py loader.py domain.py network.py access.py
             operations.py
rules.py     what a setting may be; conflicts.py and domain_conflicts.py what may not be together
sizes.py     sizes of a domain by name; sizing.py what they carry and cost
context.py   cdk context -> Settings
page.py      docs/settings.md, which `python -m siem_stack.settings` writes, and the defaults in cdk.json
"""

from siem_stack.settings.context import SettingsError, from_context
from siem_stack.settings.declared import PREFIX, Settings, defaults, rows
from siem_stack.settings.rules import ACCOUNT

__all__ = ["ACCOUNT", "PREFIX", "Settings", "SettingsError", "defaults", "from_context", "rows"]
