"""Every public model in a tiny configuration: a new one adds a row, and is tested by all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import layers

import kerasgan

BATCH = 4

# A graph of many layers takes TensorFlow longer to trace than a few steps take without it. The
# tests whose subject is the graph ask for it.
EAGER = keras.backend.backend() == "tensorflow"


@dataclass(frozen=True)
class Row:
    """How to make a model, what to feed it, and what each player must move.

    Args:
        model: The class.
        arguments: Makes the constructor's arguments.
        shapes: The shape of one sample for each array that `fit` takes.
        moves: The names of the networks that each player owns.
        wrong: Shapes that do not fit, and what the error must say.
        compile: Arguments of `compile` that keep the test small.
        num_classes: The number of classes, where samples come with labels.
        translate: For each generator that translates images the arguments of `translate` that
            choose it; empty where samples are made of latents.
        refuses: What `compile` must not take: the names of losses, `"judge"` or `"maker"` for
            penalties on these. All else is used.
        exemplary: Whether the model stands for others of its kind where a test is of what they
            share, and slow.
        takes: The shape of one sample of what the model is called with, where that is no sample of
            the data.
        of_many_layers: Whether it stands for others where a test is of the layers of images.
    """

    model: type
    arguments: Callable[[], dict[str, Any]]
    shapes: tuple[tuple[int, ...], ...]
    moves: dict[str, tuple[str, ...]]
    wrong: tuple[tuple[tuple[int, ...], ...], str]
    compile: dict[str, Any] = field(default_factory=dict)
    num_classes: int | None = None
    translate: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuses: tuple[str, ...] = ()
    exemplary: bool = False
    takes: tuple[int, ...] | None = None
    of_many_layers: bool = False

    @property
    def name(self) -> str:
        """The name of the class."""
        return self.model.__name__

    def make(self, **overrides: Any) -> kerasgan.AdversarialModel:
        """A new model with seed 1."""
        return self.model(**{**self.arguments(), "seed": 1, **overrides})

    def make_compiled(self, policy: str | None = None, **overrides: Any) -> Any:
        """A new, compiled model."""
        # Networks that are passed in were built under the global policy; the others take `dtype`.
        keras.config.set_dtype_policy(policy or "float32")
        model = self.make()
        keras.config.set_dtype_policy("float32")
        model.compile(**{**self.compile, **overrides})
        return model

    def data(self, batches: int = 2, shapes: Any = None) -> tuple[np.ndarray, ...]:
        """Arrays for `fit`, in [-1, 1]."""
        rng = np.random.default_rng(0)
        count = batches * BATCH
        arrays = [
            rng.uniform(-1, 1, (count, *shape)).astype("float32") for shape in shapes or self.shapes
        ]
        if self.num_classes is not None:
            arrays.append(np.arange(count) % self.num_classes)
        return tuple(arrays)

    def outputs(self, model: Any) -> np.ndarray:
        """What a user gets of the model: translations, samples, or predictions."""
        images, *_ = self.data(1)
        if self.translate:
            return model.translate(images)
        if model.generators:
            return model.generate(2, seed=0)
        taken = images if self.takes is None else np.ones((BATCH, *self.takes), "float32")
        return model.predict(taken, verbose=0)

    def check_generator(self, loaded: Any, model: Any, name: str, tolerance: float) -> None:
        """Compares a loaded generator with that of the model which it was exported from."""
        if self.translate:
            images = self.data(1)[0][:2]
            expected = model.translate(images, **self.translate[name])
            found = loaded.translate(images)
        else:
            inputs = model.sample_inputs(3, seed=5)
            expected = model.inference_network(name).predict_on_batch(inputs)
            latents, labels = inputs if isinstance(inputs, list) else (inputs, None)
            found = loaded.from_latents(latents, labels=labels)
        np.testing.assert_allclose(found, expected, atol=tolerance)


def _mlps() -> dict[str, Any]:
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(2)])
    discriminator = keras.Sequential(
        [keras.Input((2,)), layers.Dense(4, "relu"), layers.Dropout(0.2, seed=3), layers.Dense(1)]
    )
    return {"generator": generator, "discriminator": discriminator, "latent_dim": 3}


@keras.saving.register_keras_serializable("kerasgan_tests")
def simulator(global_latents: Any, local_latents: Any, seed: Any) -> Any:
    """Samples of two values from three global latents and two local ones."""
    noise = keras.random.normal(keras.ops.shape(local_latents), seed=seed)
    return global_latents[:, :2] * local_latents + global_latents[:, 2:] * noise


def _implicit() -> dict[str, Any]:
    def dense(units: int, *shapes: tuple[int, ...]) -> keras.Model:
        inputs = [keras.Input(shape) for shape in shapes]
        hidden = layers.Dense(4, "tanh")(layers.Concatenate()(inputs))
        return keras.Model(inputs, layers.Dense(units)(hidden))

    return {
        "simulator": simulator,
        "discriminator": dense(1, (2,), (2,), (3,)),
        "encoder": dense(2, (2,), (2,), (3,)),
        "global_dim": 3,
        "local_dim": 2,
        "dataset_size": 8,
    }


TWO_PLAYERS = {"discriminator": ("discriminator",), "generator": ("generator",)}
IMAGE = (16, 16, 1)

CATALOGUE = [
    Row(
        kerasgan.models.GAN,
        _mlps,
        shapes=((2,),),
        moves=TWO_PLAYERS,
        wrong=(((3,),), r"samples of shape \(2,\)"),
        exemplary=True,
    ),
    Row(
        kerasgan.models.VanillaGAN,
        lambda: {
            "data_shape": IMAGE,
            "latent_dim": 3,
            "generator_units": 4,
            "discriminator_units": 3,
        },
        shapes=(IMAGE,),
        moves=TWO_PLAYERS,
        wrong=(((8, 8, 1),), r"samples of shape \(16, 16, 1\)"),
    ),
    Row(
        kerasgan.models.FGAN,
        lambda: {
            "divergence": "pearson",
            "data_shape": IMAGE,
            "latent_dim": 3,
            "generator_units": 4,
            "discriminator_units": 3,
        },
        shapes=(IMAGE,),
        moves=TWO_PLAYERS,
        wrong=(((8, 8, 1),), r"samples of shape \(16, 16, 1\)"),
    ),
    Row(
        kerasgan.models.LSGAN,
        lambda: {"image_shape": IMAGE, "latent_dim": 3, "base_filters": 2},
        shapes=(IMAGE,),
        moves=TWO_PLAYERS,
        wrong=(((16, 16, 3),), r"samples of shape \(16, 16, 1\)"),
    ),
    Row(
        kerasgan.models.DCGAN,
        lambda: {"image_shape": IMAGE, "latent_dim": 3, "base_filters": 2},
        shapes=(IMAGE,),
        moves=TWO_PLAYERS,
        wrong=(((16, 16, 3),), r"samples of shape \(16, 16, 1\)"),
        exemplary=True,
    ),
    Row(
        kerasgan.models.WGAN,
        lambda: {"image_shape": IMAGE, "latent_dim": 3, "base_filters": 2},
        shapes=(IMAGE,),
        moves=TWO_PLAYERS,
        wrong=(((16, 16, 2),), r"samples of shape \(16, 16, 1\)"),
        compile={"discriminator_steps": 1},
    ),
    Row(
        kerasgan.models.WGANGP,
        lambda: {"image_shape": IMAGE, "latent_dim": 3, "base_filters": 2},
        shapes=(IMAGE,),
        moves=TWO_PLAYERS,
        wrong=(((28, 28, 1),), r"samples of shape \(16, 16, 1\)"),
        compile={"discriminator_steps": 1},
    ),
    Row(
        kerasgan.models.BiGAN,
        lambda: {"data_shape": (2,), "latent_dim": 3, "hidden_units": 4},
        shapes=((2,),),
        moves={"discriminator": ("discriminator",), "generator": ("generator", "encoder")},
        wrong=(((3,),), r"samples of shape \(2,\)"),
        refuses=("maker",),
    ),
    Row(
        kerasgan.models.EnergyGAN,
        lambda: {"data_shape": (2,), "latent_dim": 3, "hidden_units": 4},
        shapes=((2,),),
        moves=TWO_PLAYERS,
        wrong=(((3,),), r"samples of shape \(2,\)"),
        compile={"discriminator_steps": 1},
    ),
    Row(
        kerasgan.models.ConditionalGAN,
        lambda: {
            "num_classes": 3,
            "data_shape": (2,),
            "latent_dim": 3,
            "generator_units": 24,
            "discriminator_units": 24,
        },
        shapes=((2,),),
        moves=TWO_PLAYERS,
        wrong=(((3,),), r"samples of shape \(2,\)"),
        num_classes=3,
        exemplary=True,
    ),
    Row(
        kerasgan.models.MMDGAN,
        lambda: {"data_shape": (2,), "latent_dim": 3, "hidden_units": 4, "num_features": 3},
        shapes=((2,),),
        moves=TWO_PLAYERS,
        wrong=(((3,),), r"samples of shape \(2,\)"),
        compile={"discriminator_steps": 1},
    ),
    Row(
        kerasgan.models.GMMN,
        lambda: {
            "data_shape": (4, 4, 1),
            "latent_dim": 3,
            "generator_units": (6, 5),
            "code_dim": 3,
            "encoder_units": (5,),
        },
        shapes=((4, 4, 1),),
        moves={"autoencoder": ("encoder", "decoder"), "generator": ("code_generator",)},
        wrong=(((4, 4, 2),), r"samples of shape \(4, 4, 1\)"),
        exemplary=True,
        refuses=("hinge", "relativistic", "judge", "maker"),
    ),
    Row(
        kerasgan.models.DensityNetwork,
        lambda: {
            "data_shape": (4, 4, 1),
            "likelihood": "categorical",
            "num_levels": 3,
            "monte_carlo_samples": 5,
            "generator_units": 4,
        },
        shapes=((4, 4, 1),),
        moves={"generator": ("generator", "density")},
        wrong=(((16, 16, 3),), r"samples of shape \(4, 4, 1\)"),
        refuses=("hinge", "relativistic", "judge", "maker"),
    ),
    Row(
        kerasgan.models.HierarchicalImplicitModel,
        _implicit,
        shapes=((2,),),
        moves={"discriminator": ("discriminator",), "posterior": ("posterior", "encoder")},
        wrong=(((3,),), r"samples of shape \(2,\)"),
        takes=(3,),
        refuses=("relativistic", "judge", "maker"),
    ),
    Row(
        kerasgan.models.SNGAN,
        lambda: {
            "image_shape": IMAGE,
            "latent_dim": 3,
            "base_filters": 2,
            "num_classes": 3,
        },
        shapes=(IMAGE,),
        moves=TWO_PLAYERS,
        wrong=(((16, 16, 2),), r"samples of shape \(16, 16, 1\)"),
        compile={"discriminator_steps": 1, "run_eagerly": EAGER},
        num_classes=3,
        of_many_layers=True,
    ),
    Row(
        kerasgan.models.DensityRatioEstimator,
        lambda: {"estimator": _mlps()["discriminator"]},
        shapes=((2,), (2,)),
        moves={"estimator": ("estimator",)},
        wrong=(((2,), (3,)), r"pairs \(x, y\) of batches of samples of shape \(2,\)"),
        refuses=("judge", "maker"),
    ),
    Row(
        kerasgan.models.AuxiliaryClassifierGAN,
        lambda: {
            "num_classes": 3,
            "image_shape": IMAGE,
            "latent_dim": 3,
            "generator_filters": 2,
            "discriminator_filters": 2,
        },
        shapes=(IMAGE,),
        moves=TWO_PLAYERS,
        wrong=(((16, 16, 3),), r"samples of shape \(16, 16, 1\)"),
        compile={"run_eagerly": EAGER},
        num_classes=3,
        of_many_layers=True,
    ),
    Row(
        kerasgan.models.InfoGAN,
        lambda: {
            "image_shape": (8, 8, 1),
            "noise_dim": 2,
            "categorical_codes": (3,),
            "continuous_codes": 1,
            "base_filters": 2,
            "hidden_units": 4,
        },
        shapes=((8, 8, 1),),
        moves=TWO_PLAYERS,
        wrong=(((12, 12, 1),), r"samples of shape \(8, 8, 1\)"),
        compile={"run_eagerly": EAGER},
    ),
    Row(
        kerasgan.models.CycleGAN,
        lambda: {
            "image_shape": (24, 24, 2),
            "base_filters": 2,
            "residual_blocks": 1,
            "pool_size": 5,
        },
        shapes=((24, 24, 2), (24, 24, 2)),
        moves={
            "generator": ("x_to_y", "y_to_x"),
            "discriminator": ("discriminator_x", "discriminator_y"),
        },
        wrong=(((24, 24, 2), (32, 32, 2)), r"pairs \(x, y\) of batches of images"),
        compile={"run_eagerly": EAGER},
        exemplary=True,
        translate={"x_to_y": {"to": "y"}, "y_to_x": {"to": "x"}},
        refuses=("maker",),
        of_many_layers=True,
    ),
]
