"""The CDK app: settings -> stacks -> checks -> synth."""

import os
import sys

import aws_cdk as cdk
from constructs import Construct

from siem_stack.checks import check
from siem_stack.config_check import LogTypesError, require_sound_log_types
from siem_stack.log_sources_stack import add_log_sources_stacks
from siem_stack.settings import Settings, SettingsError, from_context
from siem_stack.stack import SiemStack


def main() -> None:
    """Synthesise the stacks, or end with what is wrong with the settings or the log types."""
    app = cdk.App()
    try:
        settings = from_context(app.node.get_all_context())
        require_sound_log_types(watched=settings.silences())
        add_stacks(app, settings, env=cdk.Environment(region=os.environ.get("CDK_DEFAULT_REGION")))
    except (SettingsError, LogTypesError) as exc:
        sys.exit(str(exc))
    check(app)
    app.synth()


def add_stacks(scope: Construct, settings: Settings, *, env: cdk.Environment | None = None) -> None:
    """Put all stacks that the settings ask for into an app or a stage of one."""
    main_stack = SiemStack(scope, settings, env=env)
    add_log_sources_stacks(scope, settings, main_stack)


if __name__ == "__main__":
    main()
