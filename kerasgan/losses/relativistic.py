"""Relativistic objectives: real samples are to be more real than generated ones."""

from __future__ import annotations

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.losses.adversarial_loss import LOGITS, AdversarialLoss
from kerasgan.losses.scores import given
from kerasgan.types import Tensor


@kerasgan_export
class Relativistic(AdversarialLoss):
    """Judges a real sample against a generated one, not each by itself.

    With `pairing="paired"`, d a logit and `s(x) = softplus(x)`:

    - discriminator: `mean(s(d(fake) - d(real)))`
    - generator: `mean(s(d(real) - d(fake)))`

    With `pairing="average"` each sample is judged against the mean score of the other kind:

    - discriminator: `mean(s(mean(d(fake)) - d(real))) + mean(s(d(fake) - mean(d(real))))`
    - generator: the same with real and generated exchanged.

    The generator's gradient comes from real samples' scores as well. The paired form has no bad
    basins of attraction, where generated samples all lie on one side of a boundary; with R1 and R2
    penalties it is R3GAN's objective:

    ```python
    gan.compile(
        loss=kerasgan.losses.Relativistic(),
        penalties=[kerasgan.penalties.R1(10.0), kerasgan.penalties.R2(10.0)],
    )
    ```

    Args:
        pairing: `"paired"` or `"average"`. Defaults to `"paired"`.

    References:
        [Jolicoeur-Martineau, 2018](https://arxiv.org/abs/1807.00734);
        [Huang et al., 2024](https://arxiv.org/abs/2501.05441).
    """

    compares = True
    score_range = LOGITS

    def __init__(self, pairing: str = "paired") -> None:
        if pairing not in ("paired", "average"):
            raise ValueError(
                f"`pairing` must be 'paired' or 'average'. Received: pairing={pairing!r}"
            )
        self.pairing = pairing

    def discriminator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """How much generated samples are the more real ones."""
        real_scores, fake_scores = map(ops.convert_to_tensor, (real_scores, fake_scores))
        if self.pairing == "paired":
            return ops.mean(ops.softplus(fake_scores - real_scores))
        real = ops.mean(ops.softplus(ops.mean(fake_scores) - real_scores))
        return real + ops.mean(ops.softplus(fake_scores - ops.mean(real_scores)))

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """How much real samples are the more real ones."""
        return self.discriminator_loss(fake_scores, given(real_scores, self))

    def get_config(self) -> dict[str, str]:
        """The constructor's arguments."""
        return {"pairing": self.pairing}
