"""The arguments of the command line: a parser with one function for each command."""

import argparse
import math
from pathlib import Path

from es_loader.exit_codes import EXIT_CODES

EPILOG = "exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items())


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="es-loader",
        description="Load AWS logs into OpenSearch as ECS documents, or look at what they would become.",
        epilog=EPILOG,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (
        *(_add_try, _add_classify, _add_check, _add_load, _add_backfill),
        *(_add_replay, _add_original, _add_doctor, _add_sources, _add_setup),
    ):
        add(commands)
    return parser


_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _command(
    commands: "_Commands[argparse.ArgumentParser]", name: str, module: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.", epilog=EPILOG)
    parser.set_defaults(module=module)
    parser.add_argument(
        "--user-ini",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a layer of configuration on top of config/aws.ini and config/user.ini; may be given again",
    )
    return parser


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key", help="the S3 key of the object, where the file's path is not the key")
    parser.add_argument("--bucket", default="local", help="the bucket named in the documents (default: local)")
    parser.add_argument(
        "--event-time",
        metavar="TIME",
        help="ISO 8601 time that stands for the notification's (default: the file's modification time)",
    )


def _add_golden(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--golden", metavar="FOLDER", type=Path, help=what)


def _add_log_types(parser: argparse.ArgumentParser, which: str) -> None:
    parser.add_argument("--log-type", metavar="NAME", action="append", default=[], help=f"{which}; may be given again")


def _add_stack(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--stack", metavar="NAME", default="aes-siem", help=f"{what} (default: aes-siem)")
    parser.add_argument("--region", help="the stack's AWS region (default: that of your AWS configuration)")


def _add_endpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoint", required=True, metavar="URL", help="the OpenSearch endpoint")
    parser.add_argument("--region", help="sign requests for this AWS region, where the endpoint's name does not say it")


def _add_try(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "try", "attempt", "show the documents that a log becomes, or why it does not")
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a log as it lies in S3, compressed or not; - reads standard input"
    )
    _add_reading(parser)
    parser.add_argument(
        "--count", metavar="N", type=int, default=10, help="show the first N documents (default: 10; 0: all)"
    )
    _add_golden(
        parser, "write the log, its key and its documents there as a golden pair, which `check` holds from then on"
    )


def _add_classify(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = _command(
        commands, "classify", "classification", "show which log types match an S3 key, which wins, and why"
    )
    parser.add_argument("key", metavar="KEY", help="the S3 key, decoded")


def _add_check(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "check", "check", "check the configuration and the golden logs, name every mistake")
    _add_golden(parser, "the golden pairs, FOLDER/<log type>/<case>.log (default: config/golden, if it is there)")


def _add_load(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "load", "load", "load files, folders or s3:// objects into OpenSearch or NDJSON")
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", help="a file, a folder (its paths are the keys) or s3://bucket/prefix"
    )
    _add_reading(parser)
    parser.add_argument(
        "--to", metavar="TARGET", required=True, help="an OpenSearch endpoint (URL), or ndjson:FILE, or ndjson:-"
    )
    parser.add_argument(
        "--region", help="sign requests to the endpoint for this AWS region, where its name does not say it"
    )
    parser.add_argument("--jobs", metavar="N", type=int, help="processes at work (default: one a core; ndjson: 1)")
    parser.add_argument(
        "--patience", metavar="SECONDS", type=float, default=60.0, help="how long to try one request (default: 60)"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar and no summary")


def _add_backfill(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "backfill", "backfill", "queue objects that already lie in S3 for the deployed loader")
    parser.add_argument("source", metavar="s3://BUCKET/PREFIX", help="where the objects are")
    parser.add_argument(
        "--since",
        metavar="TIME",
        required=True,
        help="ISO 8601, UTC where it names no zone. An object's time is the one that its key names: where that is an "
        "hour or a minute, give or take an hour; where it is a day, all of it. Where the key names none it is when the "
        "object was last modified",
    )
    parser.add_argument("--until", metavar="TIME", help="likewise, exclusive (default: when the backfill begins)")
    _add_log_types(parser, "only objects of this type")
    parser.add_argument(
        "--queue-url", metavar="URL", help="the loader's queue (default: the stack's output NewObjects)"
    )
    _add_stack(parser, "the stack to ask")
    parser.add_argument(
        "--rate", metavar="N", type=_positive, default=10.0, help="objects to queue a second at most (default: 10)"
    )
    parser.add_argument(
        "--max-waiting",
        metavar="N",
        type=int,
        default=1000,
        help="pause while more messages wait in the queue, so that new logs are not far behind (default: 1000; 0: no "
        "limit)",
    )
    parser.add_argument(
        "--state",
        metavar="FILE",
        type=Path,
        help="how far it got, to go on from there (default: es-loader-backfill-….json in this folder)",
    )
    parser.add_argument("--memory", metavar="MB", type=int, default=1769, help="of es-loader, for the estimate")
    parser.add_argument(
        "--price",
        metavar="NAME=USD",
        type=_price,
        action="append",
        default=[],
        help="for one unit, in place of the list price of us-east-1: lambda-gb-second, lambda-request, s3-get, "
        "s3-list, sqs-request; may be given again",
    )
    parser.add_argument("--dry-run", action="store_true", help="count and estimate, queue nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def _add_replay(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "replay", "replay", "load dead letters again, or show what they are")
    parser.add_argument(
        "--queue",
        action="store_true",
        help="instead of letters, the messages in the dead-letter queue, which go back to the queue they came from",
    )
    parser.add_argument(
        "--list",
        nargs="?",
        const="groups",
        choices=("groups", "each"),
        help="show what waits and change nothing: groups by log type and reason, or each",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what today's parser makes of it, store and move nothing"
    )
    _add_log_types(parser, "only of this log type")
    parser.add_argument("--reason", metavar="TEXT", help="only with this text in the reason, in any case")
    parser.add_argument("--since", metavar="TIME", help="only what was notified from this ISO 8601 time on (UTC)")
    parser.add_argument("--until", metavar="TIME", help="only what was notified before this time")
    parser.add_argument("--key", metavar="PATTERN", help="only of source objects with such a key, with * and ?")
    parser.add_argument(
        "--rate",
        metavar="N",
        type=_positive,
        default=1000.0,
        help="records a second at most, with --queue messages a second (default: 1000)",
    )
    _add_stack(parser, "the stack whose outputs name the rest")
    parser.add_argument("--bucket", metavar="NAME", help="the bucket of dead letters (default: the stack's)")
    parser.add_argument("--endpoint", metavar="URL", help="the OpenSearch endpoint (default: the stack's)")
    parser.add_argument("--quiet", action="store_true", help="no progress bar and no summary")


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return number


def _price(text: str) -> tuple[str, float]:
    from es_loader.backfill.cost import RATES  # noqa: PLC0415 - only for this option

    name, _, usd = text.partition("=")
    if name not in RATES:
        raise argparse.ArgumentTypeError(f"{name!r} is no price; there are {', '.join(RATES)}")
    return name, float(usd)


def _add_original(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "original", "original", "show the raw record that a document was made of, from S3")
    parser.add_argument("index", metavar="INDEX", help="the document's index, or a pattern such as 'log-*'")
    parser.add_argument("id", metavar="ID", help="the document's _id")
    _add_endpoint(parser)
    parser.add_argument("--file", metavar="FILE", type=Path, help="a copy of the object, to be read instead of S3")


def _add_doctor(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "doctor", "doctor", "say of each log source whether it delivers, and what is wrong")
    parser.add_argument(
        "sources",
        metavar="SOURCE",
        nargs="*",
        help="only these: log sources that the stack switches on (cloudtrail, vpc_flow_logs), or log types "
        "(default: all, and whatever else comes)",
    )
    parser.add_argument(
        "--since", metavar="TIME", default="24h", help="how far back to look: 90m, 24h, 7d (default: 24h)"
    )
    _add_stack(parser, "the stack to look at")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")


def _add_sources(commands: "_Commands[argparse.ArgumentParser]") -> None:
    _command(commands, "sources", "sources", "list the log types with their keys, formats and indices")


def _add_setup(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "setup", "setup", "put templates, policies and roles into a domain")
    _add_endpoint(parser)
    parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    for role, text in {
        "loader": "may write documents",
        "analyst": "may read documents",
        "administrator": "may do everything",
    }.items():
        parser.add_argument(
            f"--{role}",
            metavar="ARN",
            action="append",
            default=[],
            help=f"an IAM role or user that {text}, in a domain with fine-grained access control; may be given again",
        )
    parser.add_argument(
        "--replicas",
        type=int,
        choices=(1, 2),
        default=1,
        help="replicas of an index at most, where its log type says nothing; 2 with Multi-AZ with Standby (default: 1)",
    )
    _add_snapshots(parser)
    parser.add_argument(
        "--downgrade", action="store_true", help="replace what a later version of this project put there"
    )


def _add_snapshots(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--snapshot-bucket", metavar="NAME", help="make a snapshot every night, in this bucket")
    parser.add_argument("--snapshot-role", metavar="ARN", help="the IAM role with which the domain writes there")
    parser.add_argument(
        "--snapshot-days", metavar="DAYS", type=int, default=30, help="how long a snapshot is kept (default: 30)"
    )
