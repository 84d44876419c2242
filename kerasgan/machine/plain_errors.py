"""How scripts end on what their user can mend."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def plain_errors() -> Iterator[None]:
    """Ends a script in one line, without a traceback, where its user can mend what went wrong.

    That is a wrong value or type, a file, or a missing package; the line is the error's own text,
    after the script's name. The exit status is 1.

    Example:

    ```python
    if __name__ == "__main__":
        with plain_errors():
            main()
    ```
    """
    try:
        yield
    except (ImportError, OSError, TypeError, ValueError) as error:
        raise SystemExit(f"{Path(sys.argv[0]).name}: {error}") from None
