"""The command line `es-loader`: the loader on a laptop, with the same code as in Lambda.

Exit codes are those of `exit_codes.py`; each command is a module of `commands/` with a function `run`. Their
arguments are in `command_line.py`.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

from es_loader.command_line import build_parser
from es_loader.exit_codes import INTERRUPTED, OK, UNREACHABLE, USAGE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    arguments = build_parser().parse_args(argv)
    command = import_module(f"es_loader.commands.{arguments.module}")  # only the command that runs is imported
    from es_loader.commands.terminal import complain, survive_any_encoding  # noqa: PLC0415 - --help does without
    from es_loader.errors import LoaderError, RetryableError  # noqa: PLC0415

    survive_any_encoding()
    try:
        return int(command.run(arguments))
    except LoaderError as exc:
        complain(f"es-loader: {exc}", "red")
        return UNREACHABLE if isinstance(exc, RetryableError) else USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `es-loader … | head` is no error
        sys.stderr.close()
        return OK


if __name__ == "__main__":
    sys.exit(main())
