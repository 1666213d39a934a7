"""A window on a text that arrives in pieces: it grows for a record that is not complete yet, and for nothing else."""

import re
from collections.abc import Iterator


class Window:
    """A stretch of the text and a place in it."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self.text = ""
        self.at = 0
        self.ended = False

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Move behind what `pattern` matches; False at the end of the text."""
        while True:
            match = pattern.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return True
            if not self.grow():
                return False

    def grow(self) -> bool:
        """Read on: at least as much again as is held; False if nothing is left."""
        if self.ended:
            return False
        held = self.text[self.at :]
        pieces, size, wanted = [held], 0, max(len(held), 1)
        while size < wanted:
            piece = next(self._texts, None)
            if piece is None:
                self.ended = True
                break
            pieces.append(piece)
            size += len(piece)
        self.text, self.at = "".join(pieces), 0
        return size > 0

    @property
    def held(self) -> int:
        """Characters from the place on."""
        return len(self.text) - self.at
