"""What `es-loader` tells the shell; documented in docs/cli.md."""

OK = 0
FOUND_PROBLEMS = 1
USAGE = 2
NO_LOG_TYPE = 3
UNREACHABLE = 4
INTERRUPTED = 130

EXIT_CODES = {
    OK: "all is well",
    FOUND_PROBLEMS: "records failed, the configuration has mistakes, or the doctor found something wrong",
    USAGE: "wrong usage, or a file that cannot be read",
    NO_LOG_TYPE: "no log type takes the key",
    UNREACHABLE: "OpenSearch or AWS cannot be reached",
    INTERRUPTED: "interrupted",
}
