"""Whether a fixed factor keeps one code still."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from kerasgan.latent.codes_and_factors import check_codes_and_factors
from kerasgan.latent.figures import CHARTS, check_plot, draw_matrix
from kerasgan.samples.shapes import check_positive_ints


def factor_vae_score(
    codes: Any,
    factors: Any,
    votes: int = 800,
    batch_size: int = 64,
    seed: int = 0,
    plot: str | os.PathLike | None = None,
) -> float:
    """The score of disentanglement of FactorVAE.

    One vote: fix a random factor at a random sample's value, draw a batch of samples that have it,
    and see which code varies least, in units of its variance over all samples. If codes are
    disentangled, the code tells the factor. The majority of half of the votes makes a classifier,
    from the code to the factor; the score is its accuracy on the other half.

    Unlike the authors, who draw batches from the process that makes the data, it draws from the
    samples given, with replacement. Codes that do not vary at all have no vote.

    Args:
        codes: Array `(n, codes)`.
        factors: Integer array `(n, factors)`, the known truth; two factors or more.
        votes: Int, votes of each half. Defaults to `800`.
        batch_size: Int, samples of a vote. Defaults to `64`.
        seed: Int. Defaults to `0`.
        plot: Path of a figure to write: which code varied least, how often, where each factor was
            fixed. Defaults to `None`: none.

    Returns:
        A float: 1 if each code belongs to one factor, one over the number of factors if there is
        nothing to see.

    Raises:
        ValueError: If shapes or types do not fit, a factor is always the same, no code varies, or
            there is no such figure.
        ImportError: If matplotlib is not installed, for `plot`.

    Reference: [Kim & Mnih, 2018](https://arxiv.org/abs/1802.05983), section 4.
    """
    check_plot(plot, CHARTS)
    check_positive_ints(votes=votes, batch_size=batch_size)
    codes, factors = check_codes_and_factors(codes, factors)
    if factors.shape[1] < 2:
        raise ValueError(
            "Among one factor there is nothing to guess: `factors` must be of shape (n, 2 or "
            f"more). Received: shape {factors.shape}"
        )
    spreads = codes.std(axis=0)
    if not spreads.any():
        raise ValueError("No code varies. Received: codes that are the same for all samples")
    # Divided before variances are taken, so that small codes do not round to nothing.
    codes = codes[:, spreads > 0.0] / spreads[spreads > 0.0]
    rng = np.random.default_rng(seed)
    learnt, seen = (_votes(codes, factors, votes, batch_size, rng) for _ in range(2))
    score = float(seen[learnt.argmax(axis=0), np.arange(codes.shape[1])].sum() / votes)
    if plot is not None:
        counts = (learnt + seen).T  # (codes, factors)
        draw_matrix(
            plot,
            counts / np.maximum(counts.sum(axis=0), 1),
            [f"code {i}" for i in np.flatnonzero(spreads)],
            [f"factor {j} fixed" for j in range(counts.shape[1])],
            f"How often each code varied least; score {score:.2f}",
        )
    return score


def _votes(
    codes: np.ndarray, factors: np.ndarray, votes: int, batch_size: int, rng: np.random.Generator
) -> np.ndarray:
    """How often each code varied least where each factor was fixed, `(factors, codes)`."""
    counts = np.zeros((factors.shape[1], codes.shape[1]), int)
    members: dict[tuple[int, int], np.ndarray] = {}
    for _ in range(votes):
        factor = int(rng.integers(factors.shape[1]))
        value = int(factors[rng.integers(len(factors)), factor])
        if (factor, value) not in members:
            members[factor, value] = np.flatnonzero(factors[:, factor] == value)
        batch = codes[rng.choice(members[factor, value], batch_size)]
        counts[factor, batch.var(axis=0).argmin()] += 1
    return counts
