"""The most memory that a process had."""

import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_mb() -> int:
    """Return this process's highest resident memory in MB (2**20 bytes).

    Linux counts the parent's memory, before `exec`, into what `getrusage` says; /proc counts the program alone.
    """
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20
    return next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith("VmHWM")) >> 10
