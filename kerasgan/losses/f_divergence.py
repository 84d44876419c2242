"""The objectives of f-GAN: variational bounds of f-divergences."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import LOGITS, AdversarialLoss
from kerasgan.types import Tensor

LOG_2 = math.log(2.0)
SMALLEST_RATIO = 1e-6  # Where a score stands for a negative one.


@dataclass(frozen=True)
class Divergence:
    """An f-divergence, by its variational bound `E[T(real)] - E[f*(T(fake))]` with `T = g(d)`.

    Args:
        activation: g, from any score into the domain of f*; increasing.
        conjugate: f* ∘ g, from the score at once, which is stable where g overflows.
        threshold: f'(1), the value of T above which a sample counts as real.
        log_ratio: From the score to log p/q, which is where `f'(p/q) = g(d)`; `None` where the
            score does not tell.
    """

    activation: Callable[[Tensor], Tensor]
    conjugate: Callable[[Tensor], Tensor]
    threshold: float
    log_ratio: Callable[[Tensor], Tensor] | None


# Nowozin et al., 2016, tables 2 and 6, with f* ∘ g simplified.
DIVERGENCES = {
    "kl": Divergence(lambda d: d, lambda d: ops.exp(d - 1.0), 1.0, lambda d: d - 1.0),
    "reverse_kl": Divergence(lambda d: -ops.exp(-d), lambda d: d - 1.0, -1.0, lambda d: d),
    "pearson": Divergence(
        lambda d: d,
        lambda d: 0.25 * ops.square(d) + d,
        0.0,
        lambda d: ops.log(ops.maximum(1.0 + 0.5 * d, SMALLEST_RATIO)),
    ),
    "neyman": Divergence(
        lambda d: 1.0 - ops.exp(-d),
        lambda d: 2.0 - 2.0 * ops.exp(-0.5 * d),
        0.0,
        lambda d: 0.5 * d,
    ),
    "squared_hellinger": Divergence(
        lambda d: 1.0 - ops.exp(-d), lambda d: ops.exp(d) - 1.0, 0.0, lambda d: 2.0 * d
    ),
    "jensen_shannon": Divergence(
        lambda d: LOG_2 - ops.softplus(-d), lambda d: ops.softplus(d) - LOG_2, 0.0, lambda d: d
    ),
    "gan": Divergence(lambda d: -ops.softplus(-d), ops.softplus, -LOG_2, lambda d: d),
    "total_variation": Divergence(
        lambda d: 0.5 * ops.tanh(d), lambda d: 0.5 * ops.tanh(d), 0.0, None
    ),
}


@kerasgan_export
class FDivergence(AdversarialLoss):
    """Minimises an f-divergence of real and generated distribution by its variational bound.

    With the output activation g and the conjugate f* of the divergence, `T = g(d)`:

    - discriminator: `mean(f*(T(fake))) - mean(T(real))`, the negative of the bound
    - generator: `-mean(T(fake))`, or, with `saturating=True`, its part of the bound,
      `-mean(f*(T(fake)))`

    Args:
        divergence: `"kl"`, `"reverse_kl"`, `"pearson"`, `"neyman"`, `"squared_hellinger"`,
            `"jensen_shannon"`, `"gan"` or `"total_variation"`.
        saturating: Bool, whether the generator minimises the bound. Its gradient vanishes for most
            divergences while samples are bad; the other form, of section 3.2 of the paper, has the
            same fixed point. Defaults to `False`.

    `"kl"`, `"reverse_kl"`, `"neyman"` and `"squared_hellinger"` hold exponentials of the score,
    which overflow beyond scores of 88; the others are finite for every score. `"neyman"` is the
    least stable: where generated samples are near no real one its gradient is exponential.
    `"jensen_shannon"` bounds twice the divergence that lies between 0 and log 2, and `"gan"` that
    less log 4.

    Reference: [Nowozin et al., 2016](https://arxiv.org/abs/1606.00709).
    """

    score_range = LOGITS

    def __init__(self, divergence: str, saturating: bool = False) -> None:
        if divergence not in DIVERGENCES:
            raise ValueError(
                f"`divergence` must be one of {sorted(DIVERGENCES)}. "
                f"Received: divergence={divergence!r}"
            )
        self.divergence = divergence
        self.saturating = saturating
        self._f = DIVERGENCES[divergence]

    @property
    def threshold(self) -> float:
        """The value of T = g(d) above which a sample counts as real: f'(1)."""
        return self._f.threshold

    def activation(self, scores: Tensor) -> Tensor:
        """T = g(d), from scores; real where it lies above `threshold`."""
        return self._f.activation(scores)

    def conjugate(self, scores: Tensor) -> Tensor:
        """f*(g(d)), from scores."""
        return self._f.conjugate(scores)

    def log_ratio(self, scores: Tensor) -> Tensor:
        """The logarithm of the density ratio, where f'(p/q) = g(d); none for total variation."""
        if self._f.log_ratio is None:
            return super().log_ratio(scores)
        return self._f.log_ratio(scores)

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """The negative of the bound."""
        return ops.mean(self.conjugate(fake_scores)) - ops.mean(self.activation(real_scores))

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """What the generator minimises, by `saturating`."""
        if self.saturating:
            return -ops.mean(self.conjugate(fake_scores))
        return -ops.mean(self.activation(fake_scores))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"divergence": self.divergence, "saturating": self.saturating}
