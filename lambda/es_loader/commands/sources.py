"""`es-loader sources`: the log types as a table."""

from argparse import Namespace

from rich.table import Table

from es_loader.commands.terminal import configuration, console
from es_loader.exit_codes import OK


def run(arguments: Namespace) -> int:
    """Print one row a log type, users' own first."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("log type", "from", "format", "index", "rotation", "s3_key"):
        table.add_column(name, overflow="fold")
    for log_type in configuration(arguments).log_types.values():
        owner = "built in" if log_type.builtin else "user"
        table.add_row(
            log_type.name,
            owner,
            log_type.file_format,
            log_type.index_name,
            log_type.index_rotation,
            log_type.s3_key.pattern,
        )
    console().print(table)
    return OK
