"""Mean and covariance of features, batch after batch."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from kerasgan.files import new_file, user_path
from kerasgan.metrics.checks import as_batch

CHUNK = 4096  # Samples that are made float64 at once.


class FeatureStatistics:
    """Mean and covariance of features, batch after batch, in float64.

    Enough for a Fréchet distance, and small: 34 MB for 2,048 features, whatever the number of
    samples. Saved statistics of the real data save passing them through a network again. The files
    hold what pytorch-fid's do (`mu`, `sigma`), and more; its files can be loaded.

    Args:
        fingerprint: String that says of what these are the statistics: of which data, and of which
            extractor, whose `fingerprint()` changes with its layers, its weights and the resizing.
            Files keep it, and `load` compares it. Defaults to `""`.

    Attributes:
        count: Int, the samples seen; `None` for a file that does not tell.

    Example:

    ```python
    extractor = kerasgan.metrics.get_extractor("digits")
    known = f"training digits, {extractor.fingerprint()}"
    real = kerasgan.metrics.FeatureStatistics(known)
    for images in batches:
        real.update(extractor.features(images))
    real.save("digits.npz")
    real = kerasgan.metrics.FeatureStatistics.load("digits.npz", known)
    kerasgan.metrics.frechet_distance(real, fake_features)
    ```

    Reference: [Chan et al., 1982](https://doi.org/10.1007/978-3-642-51461-6_3), for the merging.
    """

    def __init__(self, fingerprint: str = "") -> None:
        self.fingerprint = fingerprint
        self.count: int | None = 0
        self._mean: np.ndarray | None = None
        self._covariance: np.ndarray | None = None  # Where it is given, and not summed up.
        self._scatter: np.ndarray | None = None  # Sum of the outer products around the mean.

    @classmethod
    def from_moments(
        cls, mean: Any, covariance: Any, count: int | None = None, fingerprint: str = ""
    ) -> FeatureStatistics:
        """Statistics of known mean `(d,)` and covariance `(d, d)`.

        Args:
            mean: Array `(d,)`.
            covariance: Array `(d, d)`, symmetric, divided by n - 1.
            count: Int, of how many samples, at least 2; without it no more can be added. Defaults
                to `None`.
            fingerprint: String. Defaults to `""`.

        Raises:
            ValueError: If the shapes do not fit, values are not finite, the covariance is not
                symmetric, or the count is too small.
        """
        mean, covariance = np.array(mean, "float64"), np.array(covariance, "float64")
        if mean.ndim != 1 or covariance.shape != (len(mean), len(mean)) or not len(mean):
            raise ValueError(
                "A mean of shape (d,) and a covariance of shape (d, d) were expected. "
                f"Received: {mean.shape} and {covariance.shape}"
            )
        scale = np.abs(covariance).max()
        if not np.isfinite(mean).all() or not np.allclose(
            covariance, covariance.T, rtol=0.0, atol=1e-8 * scale
        ):
            raise ValueError(
                "Mean and covariance must be finite, and the covariance symmetric. "
                f"Received: mean={mean}, covariance={covariance}"
            )
        if count is not None and count < 2:
            raise ValueError(f"A covariance needs two samples. Received: count={count!r}")
        self = cls(fingerprint)
        self.count, self._mean, self._covariance = count, mean, covariance
        if count is not None:
            self._scatter = covariance * (count - 1)
        return self

    @property
    def mean(self) -> np.ndarray:
        """The mean, float64 of shape `(d,)`."""
        if self._mean is None:
            raise ValueError("No samples were seen: call `update` first. Received: count=0")
        return self._mean

    @property
    def covariance(self) -> np.ndarray:
        """The unbiased covariance, divided by n - 1: float64 of shape `(d, d)`."""
        if self._covariance is None:
            if self.count is None or self._scatter is None or self.count < 2:
                raise ValueError(
                    "A covariance needs two samples: call `update` with more. "
                    f"Received: count={self.count}"
                )
            self._covariance = self._scatter / (self.count - 1)
        return self._covariance

    def update(self, features: Any) -> None:
        """Adds samples, of shape `(batch, d)`. Any split into batches gives the same."""
        array = as_batch(features)
        for start in range(0, len(array), CHUNK):
            chunk = array[start : start + CHUNK].astype("float64")
            mean = chunk.mean(axis=0)
            chunk -= mean
            self._add(len(chunk), mean, chunk)

    def merge(self, other: FeatureStatistics) -> None:
        """Adds the samples that another one has seen; it stays as it is."""
        if other.count is None:
            raise ValueError(
                "Statistics of an unknown number of samples cannot be added to others. "
                "Received: count=None"
            )
        if other.count and other._scatter is not None:
            self._add(other.count, other.mean, None, other._scatter)

    def _add(
        self,
        count: int,
        mean: np.ndarray,
        centered: np.ndarray | None,
        scatter: np.ndarray | None = None,
    ) -> None:
        if self.count is None:
            raise ValueError(
                "To statistics of an unknown number of samples no more can be added. Compute them "
                "from all samples. Received: count=None"
            )
        if self._mean is None or self._scatter is None:
            self._mean, self._scatter = np.zeros(len(mean)), np.zeros((len(mean), len(mean)))
        if len(mean) != len(self._mean):
            raise ValueError(
                f"These are statistics of {len(self._mean)} features: take all from the same "
                f"layer. Received: {len(mean)} features"
            )
        total = self.count + count
        apart = (mean - self._mean) * np.sqrt(self.count * count / total)
        rows = apart[None] if centered is None else np.vstack([centered, apart])
        self._scatter += rows.T @ rows
        if scatter is not None:
            self._scatter += scatter
        self._mean = self._mean + (mean - self._mean) * (count / total)
        self.count, self._covariance = total, None

    def save(self, path: str | os.PathLike) -> None:
        """Writes an `.npz` file, complete or not at all."""
        count = -1 if self.count is None else self.count
        with new_file(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                mu=self.mean,
                sigma=self.covariance,
                count=np.int64(count),
                fingerprint=np.str_(self.fingerprint),
            )

    @classmethod
    def load(cls, path: str | os.PathLike, fingerprint: str | None = None) -> FeatureStatistics:
        """Reads what `save` or pytorch-fid wrote.

        Args:
            path: The `.npz` file.
            fingerprint: String that the file must have; `None` to take any. Defaults to `None`.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If the file is another one, or of other data or settings.
        """
        try:
            with np.load(user_path(path), allow_pickle=False) as file:
                content = {name: file[name] for name in file.files}
            mean, covariance = content["mu"], content["sigma"]
        except FileNotFoundError:
            raise
        except Exception as error:
            raise ValueError(
                "This is no file of statistics, or a damaged one: remove it, and compute them "
                f"again. Received: {os.fspath(path)!r} ({error})"
            ) from error
        found = str(content.get("fingerprint", ""))
        if fingerprint is not None and found != fingerprint:
            raise ValueError(
                "The statistics are those of other data or settings: compute them again. "
                f"Expected the fingerprint {fingerprint!r}. Received: {found!r}"
            )
        count = int(content.get("count", -1))
        return cls.from_moments(mean, covariance, count if count >= 0 else None, found)
