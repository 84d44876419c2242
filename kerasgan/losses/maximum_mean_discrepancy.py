"""The kernel maximum mean discrepancy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.losses.scores import as_features, given
from kerasgan.ops import kernels
from kerasgan.types import Tensor

# Each kernel with the scales of the papers: Li et al., 2017, and Bińkowski et al., 2018.
_KERNELS = {
    "gaussian": (kernels.gaussian, (1.0, 2.0, 4.0, 8.0, 16.0)),
    "rational_quadratic": (kernels.rational_quadratic, (0.2, 0.5, 1.0, 2.0, 5.0)),
}


@kerasgan_export
class MaximumMeanDiscrepancy(AdversarialLoss):
    """The squared distance of two samples' mean embeddings under a kernel.

    Scores are features of samples, `(batch, features)`, such as a critic's 16 outputs; patch scores
    count as features. With a sum of kernels k of features:

    - discrepancy: `M = E k(real, real') + E k(fake, fake') - 2 E k(real, fake)`
    - discriminator: `-M`: it learns the features in which the samples differ most
    - generator: `M`

    or `-√M` and `√M`, if `root`.

    Keep the critic's features bounded, by a gradient penalty, weight clipping or spectral
    normalisation, or their scale outgrows the kernels'.

    Args:
        kernel: `"gaussian"`, `Σ exp(-|x - y|² / (2 σ²))`, or `"rational_quadratic"`,
            `Σ (1 + |x - y|² / (2 α))^-α`, whose heavy tails have gradients from afar. Defaults to
            `"gaussian"`.
        scales: Sequence of floats above 0, the σ or α that are summed over. Defaults to `None`: the
            papers' (1, 2, 4, 8, 16) for σ and (0.2, 0.5, 1, 2, 5) for α.
        unbiased: Bool, whether pairs of a sample with itself are left out, which makes the estimate
            right in the mean, and at times negative. A batch of one sample has no other pairs;
            those terms are then zero. Defaults to `True`.
        linear: Float, not below 0, the weight of a linear kernel `x·y` that is added. With 1.0 and
            rational-quadratic kernels this is RQ* of Bińkowski et al. Defaults to `0.0`.
        root: Bool, whether the root of M is the loss, whose gradient does not fade as the samples
            come close. Needs `unbiased=False`, which keeps M above zero. Defaults to `False`.

    References:
        [Gretton et al., 2012](https://jmlr.org/papers/v13/gretton12a.html), equations 3 and 5;
        [Li et al., 2015](https://arxiv.org/abs/1502.02761);
        [Li et al., 2017](https://arxiv.org/abs/1705.08584);
        [Bińkowski et al., 2018](https://arxiv.org/abs/1801.01401).
    """

    compares = True
    takes_features = True

    def __init__(
        self,
        kernel: str = "gaussian",
        scales: Sequence[float] | None = None,
        unbiased: bool = True,
        linear: float = 0.0,
        root: bool = False,
    ) -> None:
        if kernel not in _KERNELS:
            raise ValueError(
                f"`kernel` must be one of {sorted(_KERNELS)}. Received: kernel={kernel!r}"
            )
        self._function, defaults = _KERNELS[kernel]
        self.kernel = kernel
        self.scales = tuple(defaults if scales is None else scales)
        self.unbiased = unbiased
        self.linear = linear
        self.root = root
        if not self.scales or min(self.scales) <= 0.0:
            raise ValueError(
                f"`scales` must be numbers above zero, one at least. Received: scales={scales}"
            )
        if linear < 0.0:
            raise ValueError(
                "`linear` is the weight of a kernel: it must not be below zero. "
                f"Received: linear={linear}"
            )
        if root and unbiased:
            raise ValueError(
                "The unbiased estimate is at times negative and has no root. Pass unbiased=False. "
                f"Received: root={root}, unbiased={unbiased}"
            )

    def discrepancy(self, x: Tensor, y: Tensor) -> Tensor:
        """M, the squared discrepancy of two samples.

        Args:
            x: Tensor `(n, ...)`, features of one sample.
            y: Tensor `(m, ...)`, of the other.

        Returns:
            A scalar.
        """
        x, y = as_features(x), as_features(y)
        return self._within(x) + self._within(y) - 2.0 * ops.mean(self._pairs(x, y))

    def witness(self, x: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        """Where the samples differ: `E k(x, real) - E k(x, fake)`, above zero where data are dense.

        It is to the discrepancy what a critic's score is to the Wasserstein distance: its mean over
        real samples less that over generated ones is the biased M. Penalties are put on it.

        Args:
            x: Tensor `(n, ...)`, features of the samples that are looked at.
            real: Tensor `(m, ...)`, features of real samples.
            fake: Tensor `(l, ...)`, features of generated ones.

        Returns:
            A tensor `(n,)`.
        """
        x, real, fake = as_features(x), as_features(real), as_features(fake)
        return ops.mean(self._pairs(x, real), axis=1) - ops.mean(self._pairs(x, fake), axis=1)

    def _pairs(self, x: Tensor, y: Tensor) -> Tensor:
        pairs = self._function(kernels.squared_distances(x, y), self.scales)
        if not self.linear:
            return pairs
        return pairs + self.linear * ops.matmul(x, ops.transpose(y))

    def _within(self, x: Tensor) -> Tensor:
        pairs = self._pairs(x, x)
        if not self.unbiased:
            return ops.mean(pairs)
        count = ops.cast(ops.shape(x)[0], "float32")
        others = ops.sum(pairs) - ops.sum(ops.diagonal(pairs))
        return others / ops.maximum(count * (count - 1.0), 1.0)

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """The negative of the discrepancy."""
        return -self._loss(real_scores, fake_scores)

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """The discrepancy."""
        return self._loss(given(real_scores, self), fake_scores)

    def _loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        squared = self.discrepancy(real_scores, fake_scores)
        # The root has no derivative at zero, and rounding may take a small M below it.
        return ops.sqrt(ops.relu(squared) + 1e-8) if self.root else squared

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            "kernel": self.kernel,
            "scales": list(self.scales),
            "unbiased": self.unbiased,
            "linear": self.linear,
            "root": self.root,
        }
