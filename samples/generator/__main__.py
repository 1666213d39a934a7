"""`python -m samples.generator`: write the sample logs anew, and leave alone what has not changed."""

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path

from samples import generator
from samples.generator.objects import LogObject

LOGS = Path(__file__).resolve().parent.parent / "logs"


def all_objects() -> list[LogObject]:
    """Return every object of the samples, in the order of their keys."""
    return sorted(chain.from_iterable(objects() for objects in _makers()), key=lambda item: item.key)


def _makers() -> Iterator[Callable[[], Iterable[LogObject]]]:
    """Yield what makes the objects of each log type: `objects` of the modules beside this one that have it."""
    for found in pkgutil.iter_modules(generator.__path__):
        if found.name != "__main__":
            module = import_module(f"{generator.__name__}.{found.name}")
            if objects := getattr(module, "objects", None):
                yield objects


def is_current(item: LogObject, folder: Path) -> bool:
    """Tell whether the object's file holds its content."""
    file = folder / item.key
    return file.is_file() and item.is_in(file.read_bytes())


def write(objects: Iterable[LogObject], folder: Path) -> int:
    """Make the folder hold exactly these objects, and return how many files changed or went."""
    wanted, changed = set(), 0
    for item in objects:
        file = folder / item.key
        wanted.add(file)
        if not is_current(item, folder):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(item.body)
            changed += 1
    for file in sorted(found for found in folder.rglob("*") if found.is_file() and found not in wanted):
        file.unlink()
        changed += 1
    return changed


def main() -> None:
    """Write the samples and say what was done."""
    objects = all_objects()
    changed = write(objects, LOGS)
    print(f"{len(objects)} objects, {sum(item.records for item in objects)} records; {changed} files changed")  # noqa: T201


if __name__ == "__main__":
    main()
