"""What an extractor makes of real data, kept in a file for the next time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.features.extractors import FeatureExtractor
from kerasgan.features.extractors.network_fingerprint import foreign_code
from kerasgan.files import new_file, user_path
from kerasgan.version import __version__

KEYS = ("features", "probabilities")
ROWS = 1024  # Samples of which a hash is taken at once.
PROBES = 16  # Samples whose kept features are compared with new ones.
CLOSE = 1e-3  # Of the largest feature: other processors and batches round otherwise.
# Files of versions that took networks of equal weights for the same.
OLD = re.compile(r"[0-9a-f]{16}\.npz")
_told: set[Path] = set()


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
    path = user_path(directory) / f"features-{digest}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        try:
            kept = _read(path, fingerprint, len(data))
            _check_code(extractor, data, kept)
            return kept
        except Exception as error:
            warnings.warn(
                f"A file of features cannot be used, and they are computed anew: {error}. "
                f"Received: {str(path)!r}",
                stacklevel=3,
            )
    else:
        _tell_of_old(path.parent)
    outputs = extractor.outputs(data, batch_size)
    _write(path, fingerprint, outputs)
    return outputs


def _tell_of_old(folder: Path) -> None:
    old = sorted(file.name for file in folder.iterdir() if OLD.fullmatch(file.name))
    if old and folder.resolve() not in _told:
        _told.add(folder.resolve())
        warnings.warn(
            "Files of features by an earlier version of kerasgan, which did not tell all networks "
            "apart, are not used, and the features are computed anew; you may remove them. "
            f"Received: {len(old)} files such as {str(folder / old[0])!r}",
            stacklevel=4,
        )


def _check_code(extractor: FeatureExtractor, data: Any, kept: dict[str, np.ndarray]) -> None:
    """Compares a few kept features with new ones, where code of the user's makes them."""
    functions = [extractor.prepare, extractor.function]
    if extractor.model is None or not foreign_code(extractor.model, functions):
        return
    rows = np.unique(np.linspace(0, len(data) - 1, PROBES).astype(int))
    found = extractor.outputs(ops.convert_to_numpy(data)[rows], PROBES)
    same = found.keys() == kept.keys() and all(
        found[key].shape == kept[key][rows].shape
        and np.allclose(found[key], kept[key][rows], 0.0, CLOSE * np.abs(found[key]).max())
        for key in found
    )
    if not same:
        raise ValueError("the extractor's own code gives other features now")


def _fingerprint(extractor: FeatureExtractor, data: Any) -> str:
    """All that the outputs depend on, as JSON."""
    network = extractor.fingerprint()
    if network is None:
        raise ValueError(
            "What a function computes cannot be told from what another one does, so it is not "
            "kept: give a Keras model as `extractor`, or leave `cache` out. "
            f"Received: {extractor!r}"
        )
    array, backend = ops.convert_to_numpy(data), keras.backend.backend()
    digest = hashlib.sha256()
    for start in range(0, len(array), ROWS):
        digest.update(np.ascontiguousarray(array[start : start + ROWS]).tobytes())
    content = {
        "data": digest.hexdigest(),
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "extractor": extractor.name,
        "network": network,
        "resize": extractor.resize,
        "kerasgan": __version__,
        "keras": keras.__version__,
        "backend": backend,
        "version": getattr(sys.modules.get(backend), "__version__", None),
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
