"""`es-loader check`: every mistake in the configuration, by file, section and option."""

from argparse import Namespace

from domain_setup.templates import templates
from es_loader.commands.terminal import configuration
from es_loader.exit_codes import FOUND_PROBLEMS, OK
from es_loader.pipeline import Loader


def run(arguments: Namespace) -> int:
    """Read and compile everything; each mistake was named on standard error."""
    config = configuration(arguments)
    Loader(config).compile_all()
    templates(config)  # two log types of one index may disagree on a field
    users = sum(not log_type.builtin for log_type in config.log_types.values())
    print(f"{len(config.log_types)} log types ({users} of your own), {len(config.problems)} mistakes")
    return FOUND_PROBLEMS if config.problems else OK
