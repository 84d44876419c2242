"""The minimax objective."""

from __future__ import annotations

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import LOGITS, AdversarialLoss
from kerasgan.losses.non_saturating import NonSaturating
from kerasgan.types import Tensor


@kerasgan_export
class Minimax(AdversarialLoss):
    """The zero-sum game: the generator minimises what the discriminator maximises.

    The generator's gradient vanishes where the discriminator is confident; `NonSaturating` is the
    remedy. From logits `d`, with the sigmoid σ:

    - discriminator: `-mean(log σ(d(real))) - mean(log(1 - σ(d(fake))))`
    - generator: `mean(log(1 - σ(d(fake))))`

    Args:
        label_smoothing: Float in [0, 1). Real samples get the target `1 - label_smoothing`
            (one-sided smoothing after Salimans et al., 2016). Defaults to `0.0`.
        label_flipping: Float in [0, 0.5), the probability that the discriminator is given the other
            label, in the mean over all such labels: see `NonSaturating`. Defaults to `0.0`.

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), equation 1.
    """

    score_range = LOGITS

    def __init__(self, label_smoothing: float = 0.0, label_flipping: float = 0.0) -> None:
        self._discriminator = NonSaturating(label_smoothing, label_flipping)
        self.label_smoothing = label_smoothing
        self.label_flipping = label_flipping

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Binary cross-entropy, real against generated."""
        return self._discriminator.discriminator_loss(real_scores, fake_scores)

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """The log-probability of being recognised as generated."""
        return -ops.mean(ops.softplus(fake_scores))

    def log_ratio(self, scores: Tensor) -> Tensor:
        """The logit itself; smoothing and flipping are taken out of it."""
        return self._discriminator.log_ratio(scores)

    def get_config(self) -> dict[str, float]:
        """The constructor's arguments."""
        return {"label_smoothing": self.label_smoothing, "label_flipping": self.label_flipping}
