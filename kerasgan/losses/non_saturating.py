"""The non-saturating objective."""

from __future__ import annotations

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import LOGITS, AdversarialLoss
from kerasgan.losses.flipping import checked_flipping
from kerasgan.losses.scores import log_odds_between
from kerasgan.types import Tensor


@kerasgan_export
class NonSaturating(AdversarialLoss):
    """The objective of practice: the generator maximises the probability of being taken for real.

    From logits `d`, with the sigmoid σ:

    - discriminator: `-mean(log σ(d(real))) - mean(log(1 - σ(d(fake))))`
    - generator: `-mean(log σ(d(fake)))`

    Args:
        label_smoothing: Float in [0, 1). Real samples get the target `1 - label_smoothing`
            (one-sided smoothing after Salimans et al., 2016). Defaults to `0.0`.
        label_flipping: Float p in [0, 0.5). The discriminator's loss is the mean over labels of
            which each is exchanged with probability p, real for generated and the reverse.
            Cross-entropy is linear in the label, so that this is exactly the loss for the labels'
            means: targets `(1 - p)(1 - label_smoothing)` of real samples and
            `p (1 - label_smoothing)` of generated ones. The gradient is the mean of that of labels
            flipped at random, without their noise. Defaults to `0.0`.

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), section 3.
    """

    score_range = LOGITS

    def __init__(self, label_smoothing: float = 0.0, label_flipping: float = 0.0) -> None:
        if not 0.0 <= label_smoothing < 1.0:
            raise ValueError(
                "`label_smoothing` is what real samples' target lacks of 1: it must lie in [0, 1). "
                f"Received: label_smoothing={label_smoothing}"
            )
        self.label_smoothing = label_smoothing
        self.label_flipping = checked_flipping(label_flipping)

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Binary cross-entropy, real against generated."""
        # Cross-entropy with target t is t·softplus(-d) + (1 - t)·softplus(d), and that is
        # softplus(-d) + (1 - t)·d, or softplus(d) - t·d.
        smoothed = 1.0 - self.label_smoothing
        lacking = 1.0 - (1.0 - self.label_flipping) * smoothed
        real = ops.mean(ops.softplus(-real_scores) + lacking * real_scores)
        if not self.label_flipping:
            return real + ops.mean(ops.softplus(fake_scores))
        target = self.label_flipping * smoothed
        return real + ops.mean(ops.softplus(fake_scores) - target * fake_scores)

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """The negative log-probability of being taken for real."""
        return ops.mean(ops.softplus(-fake_scores))

    def log_ratio(self, scores: Tensor) -> Tensor:
        """The logit itself; smoothing and flipping are taken out of it."""
        if not self.label_smoothing and not self.label_flipping:
            return scores
        smoothed = 1.0 - self.label_smoothing
        targets = (self.label_flipping * smoothed, (1.0 - self.label_flipping) * smoothed)
        return log_odds_between(ops.sigmoid(scores), *targets)

    def get_config(self) -> dict[str, float]:
        """The constructor's arguments."""
        return {"label_smoothing": self.label_smoothing, "label_flipping": self.label_flipping}
