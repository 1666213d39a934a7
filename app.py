"""The CDK app: settings -> stack -> checks -> synth."""

import os
import sys

import aws_cdk as cdk

from siem_stack.checks import check
from siem_stack.config_check import LogTypesError, require_sound_log_types
from siem_stack.settings import SettingsError, from_context
from siem_stack.stack import SiemStack


def main() -> None:
    """Synthesise the stack, or end with what is wrong with the settings or the log types."""
    app = cdk.App()
    try:
        settings = from_context(app.node.get_all_context())
        require_sound_log_types(watched=settings.silences())
        SiemStack(app, settings, env=cdk.Environment(region=os.environ.get("CDK_DEFAULT_REGION")))
    except (SettingsError, LogTypesError) as exc:
        sys.exit(str(exc))
    check(app)
    app.synth()


if __name__ == "__main__":
    main()
