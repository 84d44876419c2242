"""How exclusively each known factor is found in one code."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import numpy as np

from kerasgan.latent.codes_and_factors import check_codes_and_factors
from kerasgan.latent.figures import CHARTS, check_plot, draw_matrix
from kerasgan.samples.shapes import check_positive_ints


class MutualInformationGap(NamedTuple):
    """What `mutual_information_gap` returns.

    Args:
        score: Float in [0, 1], the mean of `gaps`: 1 if each factor is told, wholly, by one code
            alone; 0 if two codes tell as much of it.
        gaps: float64 array `(factors,)`.
        information: float64 array `(codes, factors)`, the mutual information in nats.
    """

    score: float
    gaps: np.ndarray
    information: np.ndarray


def mutual_information_gap(
    codes: Any, factors: Any, bins: int = 20, plot: str | os.PathLike | None = None
) -> MutualInformationGap:
    """The mutual information gap (MIG), a score of disentanglement.

    For each factor: the mutual information with the code that tells most of it, minus that with the
    second, divided by the factor's entropy. Codes are counted in bins of equal width, as is the
    custom for encoders that give one code for each sample; the authors integrate over the
    encoder's distribution. Counts of few samples exaggerate all mutual information by about (bins -
    1)(values - 1) / 2n nats: take some thousands.

    A one-hot code, as of InfoGAN, is one code: pass its class, in one column.

    Args:
        codes: Array `(n, codes)`, two codes or more.
        factors: Integer array `(n, factors)`, the known truth; `(n,)` for one.
        bins: Int, bins of each code; codes of no more than this many different values are taken as
            they are. Defaults to `20`.
        plot: Path of a figure to write: the share of each factor's entropy that each code tells.
            The gap of a factor is between the two largest of its column. Defaults to `None`: none.

    Returns:
        A `MutualInformationGap`.

    Raises:
        ValueError: If shapes or types do not fit, a factor is always the same, or there is no such
            figure.
        ImportError: If matplotlib is not installed, for `plot`.

    Example:

    ```python
    classes, numbers = info_gan.recognize(images)
    codes = np.column_stack([classes[0].argmax(axis=1), numbers])
    kerasgan.latent.mutual_information_gap(codes, labels).score
    ```

    Reference: [Chen et al., 2018](https://arxiv.org/abs/1802.04942).
    """
    check_plot(plot, CHARTS)
    check_positive_ints(bins=bins)
    codes, factors = check_codes_and_factors(codes, factors)
    if codes.shape[1] < 2:
        raise ValueError(
            "A gap is between two codes: `codes` must be of shape (n, 2 or more). "
            f"Received: shape {codes.shape}"
        )
    levels = [_binned(code, bins) for code in codes.T]
    truths = [np.unique(factor, return_inverse=True)[1] for factor in factors.T]
    information = np.array([[_information(x, y) for y in truths] for x in levels])
    entropies = np.array([_information(y, y) for y in truths])
    second, first = np.sort(information, axis=0)[-2:]
    gaps = (first - second) / entropies
    if plot is not None:
        draw_matrix(
            plot,
            information / entropies,
            [f"code {i}" for i in range(len(information))],
            [f"factor {j}\ngap {gap:.2f}" for j, gap in enumerate(gaps)],
            f"What each code tells of each factor; mean of the gaps {gaps.mean():.2f}",
        )
    return MutualInformationGap(float(gaps.mean()), gaps, information)


def _binned(code: np.ndarray, bins: int) -> np.ndarray:
    values, places = np.unique(code, return_inverse=True)
    if len(values) <= bins:
        return places
    edges = np.linspace(code.min(), code.max(), bins + 1)[1:-1]
    return np.digitize(code, edges)


def _information(x: np.ndarray, y: np.ndarray) -> float:
    """The mutual information of two arrays of whole numbers, in nats."""
    joint = np.zeros((x.max() + 1, y.max() + 1))
    np.add.at(joint, (x, y), 1.0 / len(x))
    product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    found = joint > 0.0
    return float(np.sum(joint[found] * np.log(joint[found] / product[found])))
