"""Whether samples are of the classes that were asked for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kerasgan.metrics.checks import as_classes


class ConditionalAccuracy(NamedTuple):
    """What `conditional_accuracy` finds.

    Args:
        accuracy: Float in [0, 1], the share of samples that the classifier takes for their class.
        by_class: Dictionary from each label that was given to the share among its samples.
        samples: Int, how many samples.
    """

    accuracy: float
    by_class: dict[int, float]
    samples: int


def conditional_accuracy(probabilities: Any, labels: Any) -> ConditionalAccuracy:
    """The share of samples that a classifier takes for the class that they were made for.

    Of a generator by class it tells whether it heeds the class, and whether samples can be
    recognised, not whether they are varied: one good sample of each class, repeated, gives 1. It
    cannot be more than chance allows a classifier that errs, so compare it with that of real
    samples. Papers know it as the (Inception) accuracy of AC-GAN; the classification accuracy score
    of Ravuri & Vinyals is another one, for which a classifier is trained with the samples.

    Args:
        probabilities: Array `(n, classes)`, what the classifier makes of the samples; logits do as
            well. Of equal ones the first class counts.
        labels: Array of ints `(n,)`, the classes asked for, from 0.

    Returns:
        A `ConditionalAccuracy`.

    Raises:
        ValueError: If shapes do not fit, values are not finite, or labels are no classes.

    Example:

    ```python
    probabilities = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]
    kerasgan.metrics.conditional_accuracy(probabilities, [0, 1, 1]).accuracy  # 2 / 3
    ```

    Reference: [Odena et al., 2017](https://arxiv.org/abs/1610.09585), section 4.1.
    """
    rows, labels = as_classes(probabilities, labels)
    classes = rows.shape[1]
    right = np.bincount(labels[rows.argmax(axis=1) == labels], minlength=classes)
    return accuracy_of_counts(right, np.bincount(labels, minlength=classes))


def accuracy_of_counts(right: np.ndarray, seen: np.ndarray) -> ConditionalAccuracy:
    """The accuracy by numbers of samples of each class, `(classes,)`: those taken for it, and all.

    Of no samples it is 0.
    """
    by_class = {int(label): float(right[label] / seen[label]) for label in np.flatnonzero(seen)}
    samples = int(seen.sum())
    return ConditionalAccuracy(float(right.sum() / max(samples, 1)), by_class, samples)
