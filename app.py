"""The CDK app: settings -> stack -> checks -> synth."""

import aws_cdk as cdk

from siem_stack.checks import check
from siem_stack.config_check import require_sound_log_types
from siem_stack.settings import from_context
from siem_stack.stack import SiemStack

app = cdk.App()
settings = from_context(app.node.get_all_context())
require_sound_log_types()
SiemStack(app, settings)
check(app)
app.synth()
