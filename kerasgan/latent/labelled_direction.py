"""A direction with labels: the normal between two kinds of samples."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import numpy as np

from kerasgan.latent.figures import CHARTS, check_plot, draw_kinds

_FOLDS = 5


class LabelledDirection(NamedTuple):
    """What `labelled_direction` returns.

    Args:
        vector: float32 array `(latent_dim,)`, of length 1, from the first kind to the second.
        accuracy: Float in [0, 1], how often the linear classifier is right on latents that it was
            not trained on; the share of the larger kind is what guessing reaches.
    """

    vector: np.ndarray
    accuracy: float


def labelled_direction(
    latents: Any,
    labels: Any,
    regularization: float = 1.0,
    plot: str | os.PathLike | None = None,
) -> LabelledDirection:
    """Finds the direction that leads from samples without a property to those with it.

    It is the normal of the plane by which a logistic regression separates their latents. Label
    what the generator makes of random latents: by hand, by a classifier, or by a number
    compared with its median. The accuracy, from five parts each predicted by the other four, tells
    whether the property is a matter of one direction at all.

    Args:
        latents: Array `(n, latent_dim)`, ten or more, of which at least five of each kind.
        labels: Array `(n,)` of two values; the direction leads to the larger (to `True`).
        regularization: Float above 0, the weight of the penalty on the normal's squares; more
            where there are few latents. Defaults to `1.0`.
        plot: Path of a figure to write: how far the latents of each kind lie along the direction.
            Defaults to `None`: none.

    Returns:
        A `LabelledDirection`: `vector` and `accuracy`.

    Raises:
        ValueError: If the shapes do not fit, there are not two kinds, or there is no such figure.
        ImportError: If matplotlib is not installed, for `plot`.

    Example:

    ```python
    latents = gan.sample_latents(2000, seed=0)
    ink = gan.generate(2000, seed=0).mean(axis=(1, 2, 3))
    thick = kerasgan.latent.labelled_direction(latents, ink > np.median(ink))
    kerasgan.latent.traverse(gan, latents[:5], thick.vector, np.linspace(-2, 2, 7))
    ```

    Reference: [Shen et al., 2020](https://arxiv.org/abs/1907.10786), with a support vector machine.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    check_plot(plot, CHARTS)
    latents, labels = np.asarray(latents, "float64"), np.asarray(labels)
    if latents.ndim != 2 or labels.shape != latents.shape[:1]:
        raise ValueError(
            "`latents` must be of shape (n, latent_dim) and `labels` of shape (n,). "
            f"Received: shapes {latents.shape} and {labels.shape}"
        )
    kinds, counts = np.unique(labels, return_counts=True)
    if len(kinds) != 2 or counts.min() < _FOLDS:
        found = dict(zip(kinds[:5].tolist(), counts[:5].tolist(), strict=True))
        raise ValueError(
            f"A direction needs two kinds of latents, {_FOLDS} or more of each. Compare numbers "
            "with a threshold: `labels=values > np.median(values)`. "
            f"Received: {len(kinds)} kinds, with counts {found}"
        )
    if not regularization > 0.0:
        raise ValueError(
            f"`regularization` must be above 0. Received: regularization={regularization!r}"
        )
    classifier = LogisticRegression(C=1.0 / regularization, max_iter=1000)
    accuracy = float(cross_val_score(classifier, latents, labels, cv=_FOLDS).mean())
    normal = classifier.fit(latents, labels).coef_[0]
    vector = normal / max(np.linalg.norm(normal), 1e-30)
    if plot is not None:
        places = {str(kind): latents[labels == kind] @ vector for kind in kinds}
        draw_kinds(plot, places, f"Accuracy of the classifier: {accuracy:.0%}")
    return LabelledDirection(vector.astype("float32"), accuracy)
