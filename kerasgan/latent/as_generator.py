"""One way to call generators of all kinds."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine.adversarial_model import AdversarialModel
from kerasgan.games.latent_model import LatentModel
from kerasgan.latent.latent_function import LatentFunction
from kerasgan.samples.class_labels import labels_for
from kerasgan.samples.latent_distributions import Distribution
from kerasgan.types import Tensor


def as_generator(
    generator: Any,
    labels: int | None = None,
    latent_dim: int | None = None,
    latent_distribution: Distribution | None = None,
    batch_size: int = 64,
) -> LatentFunction:
    """Turns a generator of any kind into a function from latents to samples.

    All functions of `kerasgan.latent` pass what they are given through it. Call it yourself to
    choose a class, or to say what the latents of a plain function are.

    Args:
        generator: A model of ours that makes samples of latents, of which the moving average is
            taken where there is one; what `load_generator` returned; a `keras.Model` from latents;
            or a callable from latents `(n, latent_dim)` to samples. For `project` it must be
            written with `keras.ops`.
        labels: Int, the class of all samples, for a generator by class. Defaults to `None`.
        latent_dim: Int, for a callable, which does not tell. Defaults to `None`.
        latent_distribution: `"normal"`, `"uniform"` or a list of parts, for a `keras.Model` or a
            callable. Defaults to `None`: what is known of the generator, or `"normal"`.
        batch_size: Int, samples made at a time. Defaults to `64`.

    Returns:
        A `LatentFunction`: `f(latents)` makes samples, `f.sample_latents(n, seed)` draws latents.

    Raises:
        TypeError: If it is no generator from latents.
        ValueError: If the class is missing, or there are none.

    Example:

    ```python
    sevens = kerasgan.latent.as_generator(conditional_gan, labels=7)
    sevens(sevens.sample_latents(16, seed=0))  # (16, 32, 32, 1)
    ```
    """
    if isinstance(generator, LatentFunction):
        return generator
    given: dict[str, Any] = {"labels": labels, "batch_size": batch_size}
    if isinstance(generator, LatentModel):
        return _from_model(generator, given)
    if hasattr(generator, "from_latents"):
        return _from_loaded(generator, given)
    if isinstance(generator, AdversarialModel) or not callable(generator):
        raise TypeError(
            "A walk through latents needs a generator from latents: a model with `generate`, what "
            "`load_generator` returns, a `keras.Model`, or a callable. "
            f"Received: {type(generator).__name__}"
        )
    given["latent_distribution"] = latent_distribution or "normal"
    if isinstance(generator, keras.Model):
        return _from_network(generator, given)
    return LatentFunction(generator, generator, latent_dim, **given)


def _from_model(model: LatentModel, given: dict[str, Any]) -> LatentFunction:
    known = {"latent_distribution": model.latent_distribution, "draw": model.sample_latents}
    network = model.inference_network("generator")
    return _from_network(network, {**given, **known}, model.num_classes)


def _from_network(
    network: keras.Model, given: dict[str, Any], num_classes: int | None = None
) -> LatentFunction:
    shape = network.input_shape
    labelled = isinstance(shape, list)
    _check_label(labelled, given["labels"])

    def inputs(latents: Tensor) -> Any:
        return [latents, _classes(latents, given["labels"], num_classes)] if labelled else latents

    return LatentFunction(
        lambda latents: network.predict_on_batch(inputs(latents)),
        lambda latents: network(inputs(latents), training=False),
        (shape[0] if labelled else shape)[-1],
        network=network,
        variables=network.variables,
        **given,
    )


def _from_loaded(generator: Any, given: dict[str, Any]) -> LatentFunction:
    card, network, label = generator.card, generator.network, given["labels"]
    if card["latent_dim"] is None:
        raise TypeError(
            "A walk through latents needs a generator from latents, and a translator has none. "
            f"Received: {generator!r}"
        )
    others = [entry.name for entry in generator.inputs if entry.name not in ("latents", "labels")]
    if others:
        raise TypeError(
            "A walk through latents needs a generator from latents, and labels at most: pass a "
            "callable that gives it the rest, `lambda latents: generator(latents=latents, ...)`, "
            f"with `latent_dim`. Received: {generator!r}, which takes {others} as well"
        )
    labelled = isinstance(network.input_shape, list)
    _check_label(labelled, label)
    model = getattr(network, "model", None)
    # A SavedModel is TensorFlow's, whatever the backend.
    own = model is not None or keras.backend.backend() == "tensorflow"

    def tensors(latents: Tensor) -> Tensor:
        classes = card["classes"]
        return network.tensors(
            [latents, _classes(latents, label, classes)] if labelled else latents
        )

    return LatentFunction(
        lambda latents: generator.from_latents(latents, len(latents), label),
        tensors if own else None,
        card["latent_dim"],
        card["latent_distribution"],
        draw=generator.sample_latents,
        network=model,
        variables=network.variables,
        **given,
    )


def _classes(latents: Tensor, label: int, num_classes: int | None) -> np.ndarray:
    return labels_for(ops.shape(latents)[0], label, num_classes)


def _check_label(labelled: bool, label: int | None) -> None:
    if labelled == (label is not None):
        return
    remedy = (
        "makes samples by class: choose one by `as_generator(generator, labels=0)`"
        if labelled
        else "knows no classes: leave `labels` out"
    )
    raise ValueError(f"The generator {remedy}. Received: labels={label!r}")
