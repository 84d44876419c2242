"""A generator trained by the likelihood of the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from kerasgan.engine import Player, Recipe
from kerasgan.engine.game.turn import Turn
from kerasgan.export import kerasgan_export
from kerasgan.games import LatentModel
from kerasgan.layers.categorical_likelihood import CategoricalLikelihood, ExpectedLevel
from kerasgan.layers.gaussian_likelihood import GaussianLikelihood
from kerasgan.networks import mlp_generator
from kerasgan.samples.shapes import check_data_shape, check_positive_ints
from kerasgan.types import Tensor, Terms


@kerasgan_export
class DensityNetwork(LatentModel):
    """A generator trained by the Monte Carlo likelihood of the data: the ancestor of the VAE.

    With latents z ~ N(0, I) and a network that gives the parameters of p(x | z), the likelihood is
    an average over the prior, `p(x) ≈ 1/S Σ_s p(x | z_s)`, computed with the log-sum-exp trick. No
    discriminator, no encoder: one player. Use it to see what likelihood does where adversarial
    training does something else, and with few latents: S must grow exponentially with their number
    to hit where a sample comes from. With a linear decoder and normal noise it is probabilistic
    PCA.

    The S latents of a training step are shared by the whole batch: the decoder runs S times, not
    S for each sample, and a table of batch × S log-densities is made; memory grows with batch × S ×
    values. The expected value of the estimate is a lower bound of log p(x), and rises to it with S.

    The loss, `generator_negative_log_likelihood`, is in nats for one sample: of the density of x in
    [-1, 1] with normal noise, of the probability of its levels with the categorical likelihood.

    The recipe: Adam with a learning rate of 1e-3. Network and optimiser are ours: MacKay's small
    networks and importance sampling have not been compared.

    Args:
        data_shape: Tuple, `(features,)` for points or `(height, width, channels)` for images in
            [-1, 1]. Defaults to `(28, 28, 1)`.
        latent_dim: Int, the number of latent variables. Defaults to `2`.
        likelihood: `"gaussian"`, normal noise of one standard deviation on all values, or
            `"categorical"`, a distribution over levels for each value. Defaults to `"gaussian"`.
        noise_scale: Float above 0: the standard deviation of the noise, or where it starts. With
            the categorical likelihood it is not used. Defaults to `1.0`.
        learn_noise: Bool, whether the noise is trained: maximum likelihood knows it best, and one
            fixed too large blurs, too small needs many draws. Defaults to `True`.
        num_levels: Int, the levels between -1 and 1 of the categorical likelihood, 256 for images
            of bytes. Data are rounded to them. Defaults to `256`.
        monte_carlo_samples: Int S, latents drawn in a training step. Defaults to `100`.
        generator_units: Int, units of the network's two hidden layers. Defaults to `300`.
        decoder: `keras.Model` from latents `(batch, latent_dim)` to means `(batch, *data_shape)`,
            or to logits `(batch, *data_shape, num_levels)`, in place of the multilayer perceptron.
            Defaults to `None`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`; a decoder brings its
            own. Defaults to the global policy.

    Call arguments:
        latents: Tensor `(batch, latent_dim)`; the result is the mean of p(x | z), `(batch,
            *data_shape)`: samples without the noise. So are those of `generate`. With the
            categorical likelihood it is the mean of the levels. Draws from p(x) itself have noise:
            add `model.noise * rng.normal(size=...)` to the means.

    Raises:
        ValueError: If an argument is out of range, or the decoder does not fit.

    Example:

    ```python
    model = kerasgan.models.DensityNetwork((2,), latent_dim=1, generator_units=64)
    model.compile()
    model.fit(points, batch_size=128, epochs=20)  # points: (n, 2)
    model.log_likelihood(points, samples=10_000, seed=0)  # (n,), in nats
    ```

    Reference: MacKay, "Bayesian neural networks and density networks", Nuclear Instruments and
    Methods in Physics Research A 354, 1995; Tomczak, "Deep Generative Modeling", Springer, 2022.
    """

    def __init__(
        self,
        data_shape: tuple[int, ...] = (28, 28, 1),
        latent_dim: int = 2,
        likelihood: str = "gaussian",
        noise_scale: float = 1.0,
        learn_noise: bool = True,
        num_levels: int = 256,
        monte_carlo_samples: int = 100,
        generator_units: int = 300,
        decoder: keras.Model | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, "normal", seed, name, dtype)
        check_positive_ints(monte_carlo_samples=monte_carlo_samples)
        _check_likelihood(likelihood, noise_scale, num_levels)
        shape = check_data_shape(data_shape)
        self.likelihood = likelihood
        self.noise_scale = noise_scale
        self.learn_noise = learn_noise
        self.num_levels = num_levels
        self.monte_carlo_samples = monte_carlo_samples
        self.generator_units = generator_units
        self._given_decoder = decoder  # Which `get_config` tells, where `self.decoder` is ours.
        levels = (num_levels,) if likelihood == "categorical" else ()
        with self.network_scope():
            if decoder is None:
                decoder = _mlp(shape, levels, latent_dim, generator_units)
            _check_decoder(decoder, latent_dim, (*shape, *levels))
            self.decoder = decoder
            self.generator = _generator(decoder) if levels else decoder
            self.density = (
                CategoricalLikelihood(num_levels, name="density")
                if levels
                else GaussianLikelihood(noise_scale, learn_noise, name="density")
            )

    @property
    def noise(self) -> float:
        """The standard deviation of the normal noise now."""
        if self.likelihood != "gaussian":
            raise ValueError(
                "Only the normal likelihood has a noise. "
                f"Received: a model with likelihood={self.likelihood!r}"
            )
        return math.exp(float(ops.convert_to_numpy(self.density.log_scale)))

    def players(self) -> list[Player]:
        """The generator, with the noise."""
        term = "negative_log_likelihood"
        return [Player("generator", [self.decoder, self.density], self._terms, terms=[term])]

    def recipe(self) -> Recipe:
        """Maximum likelihood by Adam."""
        return Recipe(loss=None, optimizers={"generator": keras.optimizers.Adam(1e-3)})

    def passes(self, batch: Tensor, turn: Turn) -> Tensor:
        """The log-densities of a batch under each of the drawn latents, `(batch, S)`."""
        latents = self.sample_latents(self.monte_carlo_samples, turn.random)
        return self._log_densities(batch, latents, turn.training)

    def _log_densities(self, data: Tensor, latents: Tensor, training: bool = False) -> Tensor:
        parameters = ops.cast(self.decoder(latents, training=training), "float32")
        return self.density(data, parameters)

    def _terms(self, log_densities: Tensor) -> Terms:
        likelihoods = ops.logsumexp(log_densities, axis=1) - math.log(self.monte_carlo_samples)
        return {"negative_log_likelihood": -ops.mean(likelihoods)}

    def log_likelihood(
        self, x: Any, samples: int = 10_000, seed: int | None = None, batch_size: int = 64
    ) -> np.ndarray:
        """Estimates log p(x) of samples, by the networks as trained (not by a moving average).

        Its expected value is a lower bound, which rises to log p(x) with `samples`: compare models
        by an estimate that more draws no longer change.

        Args:
            x: Array `(n, *data_shape)`.
            samples: Int, latents drawn, the same for all x. Defaults to `10_000`.
            seed: Int, equal seeds give equal estimates; `None` gives new ones. Defaults to `None`.
            batch_size: Int, samples looked at at a time, each time with as many latents as in a
                training step, or 100 where those are fewer. Defaults to `64`.

        Returns:
            A float32 array `(n,)`, in nats.

        Raises:
            ValueError: If the samples have another shape.
        """
        check_positive_ints(samples=samples, batch_size=batch_size)
        data = ops.convert_to_numpy(self.unpack(x))
        latents = ops.convert_to_numpy(self.sample_latents(samples, seed))
        step = max(self.monte_carlo_samples, 100)
        total = np.full(len(data), -np.inf)
        for first in range(0, samples, step):
            drawn = latents[first : first + step]
            # What the decoder makes serves all samples.
            parameters = ops.cast(self.decoder.predict_on_batch(drawn), "float32")
            for start in range(0, len(data), batch_size):
                part = slice(start, start + batch_size)
                logs = self.density(ops.convert_to_tensor(data[part]), parameters)
                sums = ops.convert_to_numpy(ops.logsumexp(logs, axis=1))
                total[part] = np.logaddexp(total[part], sums)
        return (total - math.log(samples)).astype("float32")


def _mlp(
    shape: tuple[int, ...], levels: tuple[int, ...], latent_dim: int, units: int
) -> keras.Model:
    if not levels:
        return mlp_generator(shape, latent_dim, units)
    flat = mlp_generator((math.prod(shape + levels),), latent_dim, units, name="decoder")
    return keras.Sequential([flat, layers.Reshape(shape + levels, dtype="float32")])


def _generator(decoder: keras.Model) -> keras.Model:
    """From latents to the mean of the levels, with the decoder's weights."""
    means = ExpectedLevel(dtype="float32", name="means")(decoder.outputs[0])
    return keras.Model(decoder.inputs[0], means, name="generator")


def _check_likelihood(likelihood: str, noise_scale: float, num_levels: int) -> None:
    if likelihood not in ("gaussian", "categorical"):
        raise ValueError(
            f"`likelihood` must be 'gaussian' or 'categorical'. Received: likelihood={likelihood!r}"
        )
    if not 0.0 < noise_scale < math.inf:
        raise ValueError(
            "`noise_scale` is a standard deviation: it must be above 0. "
            f"Received: noise_scale={noise_scale!r}"
        )
    check_positive_ints(num_levels=num_levels)
    if num_levels < 2:
        raise ValueError(f"`num_levels` must be at least 2. Received: num_levels={num_levels}")


def _check_decoder(decoder: Any, latent_dim: int, output: Sequence[int]) -> None:
    if not isinstance(decoder, keras.Model) or not decoder.built:
        raise ValueError(
            "`decoder` must be a built keras.Model: start a Sequential with keras.Input(...). "
            f"Received: decoder={decoder!r}"
        )
    shapes = tuple(decoder.input_shape[1:]), tuple(decoder.output_shape[1:])
    if shapes != ((latent_dim,), tuple(output)):
        raise ValueError(
            f"The decoder must turn latents ({latent_dim},) into {tuple(output)} for each sample. "
            f"Received: a decoder from {shapes[0]} to {shapes[1]}"
        )
