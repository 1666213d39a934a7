"""`es-loader check`: every mistake in the configuration, by file, section and option, and golden logs that changed."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from domain_setup.templates import templates
from es_loader import golden
from es_loader.commands.terminal import complain, configuration
from es_loader.config import golden_folder
from es_loader.declarations import Config
from es_loader.enrich import enrichers
from es_loader.errors import ConfigError
from es_loader.exclusions.reading import mistakes_in_files
from es_loader.exit_codes import FOUND_PROBLEMS, OK
from es_loader.pipeline import Loader


def run(arguments: Namespace) -> int:
    """Read and compile everything, load the golden logs; each mistake is named on standard error."""
    config = configuration(arguments)
    loader = Loader(config, enrichers=enrichers)
    loader.compile_all()
    templates(config)  # two log types of one index may disagree on a field
    users = sum(not log_type.builtin for log_type in config.log_types.values())
    problems = [*config.problems, *_exclusion_problems(config, arguments.user_ini)]
    print(f"{len(config.log_types)} log types ({users} of your own), {len(problems)} mistakes")
    changed = _changed(loader, arguments.golden or golden_folder(), named=arguments.golden is not None)
    return FOUND_PROBLEMS if problems or changed else OK


def _exclusion_problems(config: Config, user_ini: Sequence[Path]) -> list[str]:
    problems = mistakes_in_files(config, *user_ini)
    for problem in problems:
        complain(f"ERROR {problem}", "red")
    return problems


def _changed(loader: Loader, folder: Path, *, named: bool) -> int:
    """Return how many golden logs do not become what they must."""
    pairs = golden.pairs(folder)
    if named and not pairs:
        raise ConfigError(f"--golden {folder}: holds no golden pairs: <log type>/<case>.log")
    changed = 0
    for pair in pairs:
        unlike = golden.differences(pair, loader)
        changed += bool(unlike)
        for line in unlike:
            complain(f"ERROR {pair}: {line}", "red")
    if pairs:
        print(f"{len(pairs)} golden logs, {changed} not as expected")
    return changed
