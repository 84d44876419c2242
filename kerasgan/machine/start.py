"""What must be done before TensorFlow is imported, since it has no effect afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from kerasgan.machine.processor import switches_onednn_on

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
# What TensorFlow 2.21 prints while it is imported, whatever its log level is set to.
_NOISE = re.compile(rb"^(I\d{4} |WARNING: All log messages before absl::InitializeLog)")


def backend_name() -> str:
    """The name of Keras's backend, known before Keras is imported."""
    if "keras" in sys.modules:
        return sys.modules["keras"].backend.backend()
    chosen = os.environ.get("KERAS_BACKEND")
    if not chosen:
        home = os.environ.get("KERAS_HOME") or Path("~/.keras").expanduser()
        with contextlib.suppress(OSError, ValueError, AttributeError):
            chosen = json.loads((Path(home) / "keras.json").read_text()).get("backend")
    return chosen or "tensorflow"


def start() -> None:
    """Imports Keras, with oneDNN switched on in TensorFlow unless the user decided otherwise.

    TensorFlow uses oneDNN's convolutions by itself on newer processors only, and elsewhere takes up
    to twice the time. Where it has been imported already, on such a processor, a warning says so.
    """
    if backend_name() == "tensorflow":
        if "tensorflow" not in sys.modules:
            os.environ.setdefault(ONEDNN, "1")
        elif ONEDNN not in os.environ and not switches_onednn_on():
            _warn()
    with _quiet():
        import keras  # noqa: F401


def _warn() -> None:
    warnings.warn(
        "TensorFlow was imported before kerasgan, and leaves oneDNN off on this processor: "
        "convolutions take up to twice their time. Import kerasgan before keras and tensorflow, or "
        f"set the environment variable {ONEDNN}=1 before (or =0 to keep it as it is).",
        UserWarning,
        stacklevel=5,  # The line that imports kerasgan.
    )
    os.environ[ONEDNN] = "0"  # As it is: so that it is said once, in child processes too.


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps out what TensorFlow prints of itself, where a log level asks for that.

    It is written by TensorFlow's C++ before it looks at `TF_CPP_MIN_LOG_LEVEL`.
    """
    level = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "0")
    if level not in ("1", "2", "3") or "tensorflow" in sys.modules:
        yield
        return
    sys.stderr.flush()
    with tempfile.TemporaryFile() as written:
        stderr = os.dup(2)
        os.dup2(written.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(stderr, 2)
            os.close(stderr)
            written.seek(0)
            _pass_on(written.read())


def _pass_on(written: bytes) -> None:
    """Prints all but the noise."""
    kept = [line for line in written.splitlines(keepends=True) if not _NOISE.match(line)]
    if kept:
        os.write(2, b"".join(kept))
