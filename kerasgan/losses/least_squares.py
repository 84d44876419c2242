"""The least-squares objective."""

from __future__ import annotations

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import AdversarialLoss
from kerasgan.losses.flipping import checked_flipping
from kerasgan.losses.scores import log_odds_between
from kerasgan.types import Tensor


@kerasgan_export
class LeastSquares(AdversarialLoss):
    """Scores are drawn to targets by their squared distance.

    With targets a of generated samples, b of real ones, and c that the generator wants:

    - discriminator: `½ mean((d(real) - b)²) + ½ mean((d(fake) - a)²)`
    - generator: `mean((d(fake) - c)²)`

    The paper's two choices: a = 0, b = c = 1, the default, by which generated samples are to be
    taken for real; and a = -1, b = 1, c = 0, `LeastSquares(-1.0, 1.0, 0.0)`, by which the generator
    minimises the Pearson χ² divergence of (p + q) and 2q, since b - c = 1 and b - a = 2.

    The generator's part is not halved, as in CycleGAN, whose cycle weights are tuned to that; the
    LSGAN paper halves it, which rescales the gradient and nothing else.

    Args:
        fake_target: Float a, the discriminator's target for generated samples. Defaults to `0.0`.
        real_target: Float b, the discriminator's target for real samples. Defaults to `1.0`.
        generator_target: Float c, the generator's target for its samples. Defaults to `1.0`.
        label_flipping: Float p in [0, 0.5). The discriminator's loss is the mean over targets of
            which each is exchanged with probability p: `(1 - p)(d - b)² + p (d - a)²` for a real
            sample, the reverse for a generated one. That is exact: the gradient is the mean of that
            of targets flipped at random, without their noise. Defaults to `0.0`.

    References:
        [Mao et al., 2017](https://arxiv.org/abs/1611.04076), equations 2, 8 and 9;
        [Zhu et al., 2017](https://arxiv.org/abs/1703.10593), section 4.
    """

    def __init__(
        self,
        fake_target: float = 0.0,
        real_target: float = 1.0,
        generator_target: float = 1.0,
        label_flipping: float = 0.0,
    ) -> None:
        if fake_target == real_target:
            raise ValueError(
                "`fake_target` and `real_target` must differ, or nothing is to be told apart. "
                f"Received: fake_target={fake_target}, real_target={real_target}"
            )
        self.fake_target = fake_target
        self.real_target = real_target
        self.generator_target = generator_target
        self.label_flipping = checked_flipping(label_flipping)
        targets = (fake_target, real_target, generator_target)
        self.score_range = (min(targets), max(targets))

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Half the squared distances of scores to their targets."""
        real = self._distance(real_scores, self.real_target, self.fake_target)
        return 0.5 * (real + self._distance(fake_scores, self.fake_target, self.real_target))

    def _distance(self, scores: Tensor, target: float, other: float) -> Tensor:
        distance = ops.mean(ops.square(scores - target))
        if not self.label_flipping:
            return distance
        flipped = ops.mean(ops.square(scores - other))
        return (1.0 - self.label_flipping) * distance + self.label_flipping * flipped

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """The squared distance of generated samples' scores to the generator's target."""
        return ops.mean(ops.square(fake_scores - self.generator_target))

    def log_ratio(self, scores: Tensor) -> Tensor:
        """log((d - a) / (b - d)): the best score is (b p + a q) / (p + q)."""
        a, b, p = self.fake_target, self.real_target, self.label_flipping
        return log_odds_between(scores, a + p * (b - a), b + p * (a - b))

    def get_config(self) -> dict[str, float]:
        """The constructor's arguments."""
        return {
            "fake_target": self.fake_target,
            "real_target": self.real_target,
            "generator_target": self.generator_target,
            "label_flipping": self.label_flipping,
        }
