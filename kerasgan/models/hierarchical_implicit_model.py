"""Bayesian inference of what a simulator's parameters are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine import AdversarialModel, Player, Recipe
from kerasgan.engine.game.turn import Turn
from kerasgan.export import kerasgan_export
from kerasgan.games.adversarial_terms import ADVERSARIAL
from kerasgan.games.implicit_family import ImplicitFamily, Simulator
from kerasgan.games.implicit_networks import check_networks
from kerasgan.games.implicit_passes import ImplicitPasses
from kerasgan.integers import read_seed
from kerasgan.layers.mean_field_normal import MeanFieldNormal, per_unit
from kerasgan.losses import Hinge, Minimax, NonSaturating
from kerasgan.samples.entry import Entry
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.samples.signature import by_rank
from kerasgan.types import Tensor, Terms


@kerasgan_export
class HierarchicalImplicitModel(AdversarialModel):
    """Infers the parameters of a simulator from data, without a likelihood.

    A simulator draws samples given global latents β, which all samples share, and local latents z,
    one vector for each. There is a prior of β; z is N(0, I). Wanted is the posterior of β given N
    samples. Likelihood-free variational inference finds it as a game of two players:

    - the discriminator estimates the log ratio r(x, z, β) of the simulator's density p(x, z | β) to
      that of the data with latents of the variational family, q(x) q(z | x, β);
    - the posterior, q(β) and q(z | x, β), maximises the lower bound
      `E[Σ_n r(x_n, z_n, β)] - KL(q(β) || p(β))`.

    q(β) is normal with independent parameters, or log-normal for positive ones, and its divergence
    from the prior is known in closed form (the authors' code draws it). q(z | x, β) is implicit: a
    network that turns noise into draws. Gradients reach β through the ratio and not through the
    simulator, which need not have any.

    The posterior's loss is the bound's negative for one sample, in nats: logged are
    `posterior_divergence`, KL / N, and `posterior_ratio`, the mean of -r. The ratio must follow the
    posterior: one that learns faster than its discriminator narrows in a wrong place, draws of
    local latents tend to lie too close together, and a handful of samples is learnt by heart. Look
    at several seeds, and trust the means more than the widths.

    The recipe: the logistic loss (`compile(loss="hinge")` is the paper's other choice; the scores
    of other losses are no log ratios) and Adam with a learning rate of 1e-3 for both players. The
    paper's optimiser and networks have not been compared.

    Args:
        simulator: Callable `(global_latents, local_latents, seed)` that returns samples `(batch,
            *data_shape)`, written with `keras.ops`. It is given β, `(batch, global_dim)`, z,
            `(batch, local_dim)` or `None`, and a `seed` for `keras.random`. To save the model,
            register it by `@keras.saving.register_keras_serializable("my_package")`.
        discriminator: `keras.Model` from `[data, global_latents]`, or `[data, local_latents,
            global_latents]`, to `(batch, 1)`: the log ratio. It is given global latents on the real
            line, in units of the prior: `(log β - prior_mean) / prior_scale`.
        global_dim: Int, the number of global latents.
        dataset_size: Int N, the number of samples in the training data: how much they weigh against
            the prior.
        local_dim: Int, the number of local latents; 0 for none. Defaults to `0`.
        encoder: `keras.Model` from `[data, noise, global_latents]`, with noise `(batch,
            local_dim)`, to local latents `(batch, local_dim)`; `None` without local latents.
            Defaults to `None`.
        support: `"positive"`, β has a log-normal prior and posterior, or `"real"`, normal ones.
            Defaults to `"positive"`.
        prior_mean: Float, or one for each global latent: the prior's mean, of log β where β is
            positive. Defaults to `0.0`.
        prior_scale: Float, or one for each: its standard deviation, likewise. q(β) starts as the
            prior. Defaults to `1.0`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy; the networks bring their own. Defaults to the global policy.

    Call arguments:
        global_latents: Tensor `(batch, global_dim)`, β; the result is a simulated sample of each,
            `(batch, *data_shape)`.

    Raises:
        ValueError: If the networks do not fit each other or the dimensions.

    Example:

    ```python
    @keras.saving.register_keras_serializable("my_package")
    def simulator(global_latents, local_latents, seed):
        noise = keras.random.normal(ops.shape(global_latents), seed=seed)
        return global_latents + noise

    data, latents = keras.Input((1,)), keras.Input((1,))
    hidden = layers.Dense(32, "relu")(layers.Concatenate()([data, latents]))
    ratio = keras.Model([data, latents], layers.Dense(1)(hidden))
    model = kerasgan.models.HierarchicalImplicitModel(
        simulator, ratio, global_dim=1, dataset_size=len(observed), support="real"
    )
    model.compile()
    model.fit(observed, batch_size=100, epochs=100)  # observed: (n, 1)
    model.posterior_mean()  # (1,)
    model.posterior_samples(1000, seed=0)  # (1000, 1)
    ```

    Reference: [Tran et al., 2017](https://arxiv.org/abs/1702.08896), and `ImplicitKLqp` of their
    code, Edward.
    """

    feeding = "Its discriminator takes these."

    def __init__(
        self,
        simulator: Simulator,
        discriminator: keras.Model,
        global_dim: int,
        dataset_size: int,
        local_dim: int = 0,
        encoder: keras.Model | None = None,
        support: str = "positive",
        prior_mean: float | Sequence[float] = 0.0,
        prior_scale: float | Sequence[float] = 1.0,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(seed=seed, name=name, dtype=dtype)
        if support not in ("positive", "real"):
            raise ValueError(
                f"`support` must be 'positive' or 'real'. Received: support={support!r}"
            )
        check_positive_ints(global_dim=global_dim, dataset_size=dataset_size)
        check_networks(simulator, discriminator, encoder, global_dim, local_dim)
        self.simulator = simulator
        self.discriminator = discriminator
        self.encoder = encoder
        self.global_dim, self.local_dim = int(global_dim), int(local_dim)
        self.dataset_size = int(dataset_size)
        self.support = support
        self.prior_mean, self.prior_scale = prior_mean, prior_scale
        self.posterior = MeanFieldNormal(
            self.global_dim, prior_mean, prior_scale, name="posterior", dtype=self.dtype_policy
        )
        self._family = ImplicitFamily(
            simulator,
            self.posterior,
            encoder,
            self.data_shape,
            self.local_dim,
            support == "positive",
            (
                per_unit("prior_mean", prior_mean, self.global_dim),
                per_unit("prior_scale", prior_scale, self.global_dim),
            ),
        )

    @property
    def generators(self) -> dict[str, keras.Model]:
        """None: samples come from the simulator, which is no network."""
        return {}

    @property
    def data_shape(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return tuple(self.discriminator.inputs[0].shape[1:])

    def players(self) -> list[Player]:
        """The discriminator, then the posterior."""
        if self.rules.penalties or not isinstance(self.rules.loss, NonSaturating | Minimax | Hinge):
            raise ValueError(
                "The discriminator's scores must be log ratios: compile with "
                "loss='non_saturating' or 'hinge', and without penalties. Received: "
                f"loss={self.rules.loss!r}, penalties={list(self.rules.penalties)}"
            )
        family = [self.posterior] if self.encoder is None else [self.posterior, self.encoder]
        return [
            Player(
                "discriminator",
                [self.discriminator],
                self._discriminator_terms,
                terms=[ADVERSARIAL],
                role="judge",
            ),
            Player("posterior", family, self._posterior_terms, terms=["divergence", "ratio"]),
        ]

    def _discriminator_terms(self, passes: ImplicitPasses) -> Terms:
        # The ratio is high where the simulator's samples are: they stand where real ones do.
        ratios = (passes.simulated_ratio, passes.data_ratio)
        return {ADVERSARIAL: passes.turn.rules.loss.discriminator_loss(*ratios)}

    def _posterior_terms(self, passes: ImplicitPasses) -> Terms:
        divergence = self.posterior.divergence_from(*self._family.prior)
        return {
            "divergence": divergence / self.dataset_size,
            "ratio": -ops.mean(passes.data_ratio),
        }

    def recipe(self) -> Recipe:
        """The paper's loss; the optimisers are ours."""
        players = ("discriminator", "posterior")
        return Recipe.with_adam(1e-3, beta_1=0.9, players=players, loss="non_saturating")

    @property
    def signature(self) -> Entry:
        """The observed samples."""
        return by_rank("samples", self.data_shape)

    def passes(self, batch: Tensor, turn: Turn) -> ImplicitPasses:
        """Draws from simulator and variational family for a batch."""
        return ImplicitPasses(self._family, self.discriminator, turn, batch)

    # The simulator.

    def call(self, global_latents: Tensor, training: bool = False) -> Tensor:
        """Simulates a sample for each vector of global latents."""
        seed = self.random(training)
        local_latents = self._family.prior_draws(ops.shape(global_latents)[0], seed)
        return self._family.run(ops.cast(global_latents, "float32"), local_latents, seed)

    # What was inferred.

    def posterior_samples(self, n: int, seed: int | None = None) -> np.ndarray:
        """Draws from the posterior of the global latents.

        Args:
            n: Int, how many.
            seed: Int, equal seeds give equal draws; `None` gives new ones. Defaults to `None`.

        Returns:
            A float32 array `(n, global_dim)`, on the scale of the simulator's parameters.
        """
        check_positive_ints(n=n)
        stream = keras.random.SeedGenerator(read_seed(seed))
        return ops.convert_to_numpy(self._draw_posterior(n, stream))

    def _draw_posterior(self, n: int, stream: keras.random.SeedGenerator) -> Tensor:
        noise = keras.random.normal((n, self.global_dim), dtype="float32", seed=stream)
        return self._family.draws(noise)

    def posterior_mean(self) -> np.ndarray:
        """The posterior's mean, `(global_dim,)`: exact, no draws."""
        mean, log_scale = (
            np.asarray(ops.convert_to_numpy(v), "float64")
            for v in (self.posterior.means, self.posterior.log_scales)
        )
        if self.support == "positive":
            mean = np.exp(mean + 0.5 * np.exp(2.0 * log_scale))
        return mean.astype("float32")

    def local_samples(self, data: Any, seed: int | None = None) -> np.ndarray:
        """A draw of the local latents for each sample, from q(β) q(z | x, β).

        Args:
            data: Array `(batch, *data_shape)`.
            seed: Int, equal seeds give equal draws; `None` gives new ones. Defaults to `None`.

        Returns:
            A float32 array `(batch, local_dim)`.

        Raises:
            ValueError: If the model has no local latents, or the data another shape.
        """
        if self.encoder is None:
            raise ValueError(
                "The model has no local latents: build it with `local_dim` and `encoder`. "
                "Received: local_dim=0"
            )
        data = self.unpack(data)
        stream = keras.random.SeedGenerator(read_seed(seed))
        count = data.shape[0]
        noise = keras.random.normal((count, self.local_dim), dtype="float32", seed=stream)
        draws = keras.random.normal((count, self.global_dim), dtype="float32", seed=stream)
        latents = self._family.standardized(self.posterior(draws))
        return np.asarray(self.encoder.predict([data, noise, latents], verbose=0), "float32")

    def generate(self, n: int, seed: int | None = None) -> np.ndarray:
        """Simulates samples of global latents from the posterior: the posterior predictive.

        The global latents are those of `posterior_samples(n, seed)`.

        Args:
            n: Int, how many.
            seed: Int, equal seeds give equal samples; `None` gives new ones. Defaults to `None`.

        Returns:
            A float32 array `(n, *data_shape)`.
        """
        check_positive_ints(n=n)
        stream = keras.random.SeedGenerator(read_seed(seed))  # One for all: no two draws are alike.
        latents = self._draw_posterior(n, stream)
        local_latents = self._family.prior_draws(n, stream)
        return ops.convert_to_numpy(self._family.run(latents, local_latents, stream))
