"""`es-loader classify KEY`: every log type that matches, which wins, and what else the key says."""

from argparse import Namespace

from es_loader.classify import Match, matches, place, reason_to_skip
from es_loader.commands.terminal import configuration, console, visible
from es_loader.exit_codes import NO_LOG_TYPE, OK


def run(arguments: Namespace) -> int:
    """Print the matches in order of precedence, with the reason beside each."""
    out = console()
    key = arguments.key
    config = configuration(arguments)
    found = matches(config, key)
    reason = reason_to_skip(config, key)
    winner = None if reason else next((match for match in found if not match.ignored), None)
    if reason:
        out.print(f"skipped: {reason}", style="yellow")
    for match in found if not reason else ():
        out.print(_line(match, winner), style="bold green" if match is winner else "dim")
    if winner is None and not reason:
        out.print("no log type takes this key", style="red")
    for name, value in place(key)._asdict().items():
        if value:
            out.print(visible(f"{name}: {value}"))
    return OK if winner else NO_LOG_TYPE


def _line(match: Match, winner: Match | None) -> str:
    log_type = match.log_type
    owner = "built in" if log_type.builtin else "yours"
    if match is winner:
        why = "wins: the first that matches, your own before the built-in ones"
    elif match.ignored:
        why = f"ignored: s3_key_ignored = {log_type.s3_key_ignored.pattern if log_type.s3_key_ignored else ''}"
    else:
        why = "matches too, but comes later"
    return f"{log_type.name} ({owner}) s3_key = {log_type.s3_key.pattern}\n    {why}"
