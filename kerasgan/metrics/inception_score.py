"""How sure a classifier is of each sample, and how different the samples are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.checks import as_probabilities, warn_if_few
from kerasgan.samples.shapes import check_positive_ints


class InceptionScore(NamedTuple):
    """What `inception_score` finds.

    Args:
        mean: Float, from 1 to the number of classes; more is better.
        std: Float, the standard deviation over the parts.
        splits: Int, how many parts.
        samples: Int, how many samples in all.
        seed: Int, by which they were shuffled; `None` if they were not.
    """

    mean: float
    std: float
    splits: int
    samples: int
    seed: int | None


def inception_score(
    probabilities: Any, splits: int = 10, seed: int | None = 2020
) -> InceptionScore:
    """The inception score, exp of the mean of KL(p(y|x) ‖ p(y)), of a classifier's probabilities.

    It is high where the classifier is sure of each sample and the samples are of many classes. It
    never sees real samples: neither variety within a class nor classes of other kinds count.

    Args:
        probabilities: Array `(n, classes)`, what the classifier makes of generated samples; rows
            add up to 1.
        splits: Int, parts of the samples, each with a score of its own. Defaults to `10`.
        seed: Int, by which samples are shuffled, as torch-fidelity does it, so that samples in the
            order of their labels do no harm; `None` to leave them in order. Defaults to `2020`.

    Returns:
        An `InceptionScore`.

    Raises:
        ValueError: If these are no probabilities, or fewer than splits.

    Example:

    ```python
    probabilities = np.random.default_rng(0).dirichlet(np.full(10, 0.05), 5000)
    score = kerasgan.metrics.inception_score(probabilities)
    f"{score.mean:.2f} ± {score.std:.2f}"  # "5.81 ± 0.06"
    ```

    Reference: [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 4;
    [Barratt & Sharma, 2018](https://arxiv.org/abs/1801.01973), for its limits.
    """
    rows = as_probabilities(probabilities)
    check_positive_ints(splits=splits)
    if splits > len(rows):
        raise ValueError(
            f"{len(rows)} samples cannot be split into more parts. Received: splits={splits}"
        )
    warn_if_few("An inception score", len(rows))
    if seed is not None:
        rows = rows[np.random.RandomState(seed).permutation(len(rows))]
    bounds = [i * len(rows) // splits for i in range(splits + 1)]
    scores = [_score(rows[a:b]) for a, b in zip(bounds, bounds[1:], strict=False)]
    return InceptionScore(float(np.mean(scores)), float(np.std(scores)), splits, len(rows), seed)


def _score(rows: np.ndarray) -> float:
    # 0 · log 0 is 0.
    certainty = float(np.sum(rows * np.log(np.where(rows > 0.0, rows, 1.0))))
    return score_of_sums(certainty, rows.sum(axis=0), len(rows))


def score_of_sums(certainty: float, totals: np.ndarray, count: int) -> float:
    """The score by sums over samples.

    Args:
        certainty: Float, the sum of p(y|x) log p(y|x) over samples and classes.
        totals: Array `(classes,)`, the sums of p(y|x) over samples.
        count: Int, how many samples.
    """
    marginal = totals / count
    known = marginal[marginal > 0.0]
    return float(np.exp(certainty / count - np.sum(known * np.log(known))))
