"""Why an image file cannot be used."""

from __future__ import annotations

import os


class Unreadable(Exception):
    """An image file that cannot be used, in a sentence.

    Args:
        reason: Str, what is the matter, in a few words: files are counted by it.
        sentence: Str, what happened, what was expected, and what to do.
        path: Str or path. The file.
        detail: Str, what else is known of this file. Defaults to `""`.
    """

    def __init__(
        self, reason: str, sentence: str, path: str | os.PathLike[str], detail: str = ""
    ) -> None:
        self.reason = reason
        received = f"{os.fspath(path)!r}{f' ({detail})' if detail else ''}"
        super().__init__(f"{sentence} Received: {received}")
