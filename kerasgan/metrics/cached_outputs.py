"""What an extractor makes of real data, kept in a file for the next time."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from kerasgan.files import new_file
from kerasgan.metrics.extractors import FeatureExtractor
from kerasgan.version import __version__

KEYS = ("features", "probabilities")
ROWS = 1024  # Samples of which a hash is taken at once.


def cached_outputs(
    extractor: FeatureExtractor, data: Any, batch_size: int, directory: str | os.PathLike | None
) -> dict[str, np.ndarray]:
    """The outputs of an extractor, read from a file if the same were asked for before.

    Args:
        extractor: The extractor.
        data: Array `(n, height, width, channels)`.
        batch_size: Int, images at a time.
        directory: Folder of the files, one for each data and extractor, made if missing; `None` to
            keep nothing.

    Returns:
        A dict of `"features"` and, where there are any, `"probabilities"`.

    Raises:
        ValueError: If nothing is known of the extractor that would tell it from another one.
    """
    if directory is None:
        return extractor.outputs(data, batch_size)
    fingerprint = _fingerprint(extractor, data)
    digest = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    path = Path(directory) / f"{digest}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        try:
            return _read(path, fingerprint, len(data))
        except Exception as error:
            warnings.warn(
                f"A file of features cannot be used, and they are computed anew: {error}. "
                f"Received: {str(path)!r}",
                stacklevel=3,
            )
    outputs = extractor.outputs(data, batch_size)
    _write(path, fingerprint, outputs)
    return outputs


def _fingerprint(extractor: FeatureExtractor, data: Any) -> str:
    """All that the outputs depend on, as JSON."""
    weights = extractor.fingerprint()
    if weights is None:
        raise ValueError(
            "What a function computes cannot be told from what another one does, so it is not "
            "kept: give a Keras model as `extractor`, or leave `cache` out. "
            f"Received: {extractor!r}"
        )
    array = ops.convert_to_numpy(data)
    digest = hashlib.sha256()
    for start in range(0, len(array), ROWS):
        digest.update(np.ascontiguousarray(array[start : start + ROWS]).tobytes())
    content = {
        "data": digest.hexdigest(),
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "extractor": extractor.name,
        "weights": weights,
        "resize": extractor.resize,
        "kerasgan": __version__,
    }
    return json.dumps(content)


def _read(path: Path, fingerprint: str, count: int) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        content = {name: file[name] for name in file.files}
    if str(content.pop("fingerprint", "")) != fingerprint:
        raise ValueError("it is of other data or settings")
    fits = "features" in content and content.keys() <= set(KEYS)
    if not fits or any(x.ndim != 2 or len(x) != count for x in content.values()):
        raise ValueError(f"it does not hold features of {count} samples")
    return content


def _write(path: Path, fingerprint: str, outputs: dict[str, np.ndarray]) -> None:
    arrays: dict[str, Any] = {"fingerprint": np.str_(fingerprint), **outputs}
    with new_file(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)
