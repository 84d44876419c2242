"""Generators as TensorFlow SavedModels: written by this backend, run by any."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasgan.engine.latent_distributions import parts_of
from kerasgan.engine.model_files import ModelFileError, reported
from kerasgan.inference.card import takes_labels
from kerasgan.inference.saved_model_checks import check_saved_model
from kerasgan.types import Tensor

# Sides of images given to `translate` are padded to a multiple of this, which two halvings need.
SIZE_MULTIPLE = 4


def write_saved_model(network: keras.Model, directory: str | os.PathLike, card: dict) -> None:
    """Writes a network as a SavedModel with endpoints that need no class of kerasgan.

    A generator gets `serve(latents)` and `sample(n, seed)`, which draws the latents in the graph,
    or `serve(latents, labels)` and `sample(labels, seed)` if it knows classes; a translator
    `serve(images)` and `translate(images)`, for float32 in [-1, 1] or uint8 images of
    any size. Runs on the TensorFlow backend only.
    """
    import tensorflow as tf

    translates, labelled = card["latent_dim"] is None, takes_labels(network)

    def serve(*inputs: Tensor) -> Tensor:
        outputs = network(list(inputs) if labelled else inputs[0], training=False)
        return tf.cast(outputs, tf.float32)

    shape = network.input_shape[0] if labelled else network.input_shape
    spec = tf.TensorSpec(shape, tf.float32, "images" if translates else "latents")
    labels = tf.TensorSpec((None,), tf.int32, "labels")
    signature = [spec, labels] if labelled else [spec]
    # Not keras.export.ExportArchive, which writes every weight twice.
    archive = tf.train.Checkpoint()
    archive.variables = [variable.value for variable in network.variables]
    archive.serve = tf.function(serve, input_signature=signature, autograph=False)
    signatures = {"serve": archive.serve, "serving_default": archive.serve}
    if translates:
        archive.translate = _translate_endpoint(serve, spec)
    else:
        seed = tf.TensorSpec((), tf.int32, "seed")
        signature = [labels if labelled else tf.TensorSpec((), tf.int32, "n"), seed]
        sample = _sample_endpoint(serve, card, labelled)
        archive.sample = tf.function(sample, input_signature=signature, autograph=False)
        signatures["sample"] = archive.sample
    tf.saved_model.save(archive, str(directory), signatures)


class SavedModelNetwork:
    """A SavedModel as a function of arrays, for `LoadedGenerator`.

    Any SavedModel with a `serve` endpoint of one input will do: also that of a plain
    `network.export(path)`. It is checked before it is loaded, but remains a program: see
    `load_generator`.

    Args:
        directory: Folder of the SavedModel.

    Raises:
        ValueError: If it is damaged, reaches for files, or has no such endpoint.
    """

    def __init__(self, directory: str | os.PathLike) -> None:
        import tensorflow as tf

        directory = Path(directory)
        check_saved_model(directory)
        with reported("The SavedModel cannot be loaded", directory):
            # Held for as long as this object lives: its variables go when it goes.
            self._loaded = tf.saved_model.load(str(directory))
            signatures = self._loaded.signatures
            signature = signatures.get("serve") or signatures.get("serving_default")
            inputs = _inputs_of(signature) if signature else []
            outputs = list(signature.structured_outputs.values()) if signature else []
            callable_ = callable(getattr(self._loaded, "serve", None))
            if len(inputs) not in (1, 2) or len(outputs) != 1 or not callable_:
                raise ModelFileError(
                    "A saved generator has an endpoint `serve` with one output and one input, or "
                    "two, latents and labels, as `export_generator` or `generator.export` write "
                    "it. Received: a SavedModel "
                    f"with {len(inputs)} inputs and {len(outputs)} outputs in {str(directory)!r}"
                )
            self.name = directory.name
            shapes = [tuple(spec.shape) for spec in inputs]
            self.input_shape: Any = shapes if len(shapes) == 2 else shapes[0]
            self.output_shape = tuple(outputs[0].shape)
            self._names = [spec.name for spec in inputs]
            self._signature = signature

    def __call__(self, inputs: Any) -> np.ndarray:
        """The outputs, float32, of an array, or of a list of latents and labels."""
        return self.tensors(inputs).numpy().astype("float32")

    def tensors(self, inputs: Any) -> Tensor:
        """The outputs of tensors, a TensorFlow tensor through which its gradients flow."""
        if not isinstance(inputs, list):
            return self._loaded.serve(inputs)
        arguments = dict(zip(self._names, map(_constant, inputs), strict=True))
        (outputs,) = self._signature(**arguments).values()
        return outputs

    @property
    def variables(self) -> list[Any]:
        """The weights, from the first layer to the last."""
        return list(self._loaded.variables)

    def draw_latents(self, n: int, latent_dim: int, distribution: str, seed: int) -> np.ndarray:
        """Draws as the endpoint `sample` does."""
        return draw_latents(n, latent_dim, distribution, seed).numpy()

    def count_params(self) -> int:
        """The number of parameters."""
        return sum(int(np.prod(variable.shape)) for variable in self.variables)


def draw_latents(n: Tensor, latent_dim: int, distribution: Any, seed: Tensor) -> Tensor:
    """Latents of shape `(n, latent_dim)` that depend on the seed only, in a graph or outside."""
    import tensorflow as tf

    parts = []
    for index, (kind, size) in enumerate(parts_of(distribution, latent_dim)):
        shape, seeds = (n, size), tf.stack([seed, tf.constant(index, tf.int32)])
        if kind == "uniform":
            parts.append(tf.random.stateless_uniform(shape, seeds, minval=-1.0, maxval=1.0))
        elif kind == "normal":
            parts.append(tf.random.stateless_normal(shape, seeds))
        else:
            classes = tf.random.stateless_uniform((n,), seeds, 0, size, tf.int32)
            parts.append(tf.one_hot(classes, size))
    return tf.concat(parts, axis=1)


def _inputs_of(signature: Any) -> list[Any]:
    """What a signature takes; latents come before labels."""
    specs = list(signature.structured_input_signature[1].values())
    return sorted(specs, key=lambda spec: spec.dtype.is_integer)


def _constant(array: Tensor) -> Tensor:
    import tensorflow as tf

    return tf.convert_to_tensor(array)


def _sample_endpoint(serve: Any, card: dict, labelled: bool) -> Any:
    def latents(n: Tensor, seed: Tensor) -> Tensor:
        return draw_latents(n, card["latent_dim"], card["latent_distribution"], seed)

    def sample(n: Tensor, seed: Tensor) -> Tensor:
        return serve(latents(n, seed))

    def sample_classes(labels: Tensor, seed: Tensor) -> Tensor:
        import tensorflow as tf

        return serve(latents(tf.shape(labels)[0], seed), labels)

    return sample_classes if labelled else sample


def _translate_endpoint(serve: Any, spec: Any) -> Any:
    """A function of images with a trace for each of the two dtypes."""
    import tensorflow as tf

    def translate(images: Tensor) -> Tensor:
        as_bytes = images.dtype == tf.uint8
        inputs = tf.cast(images, tf.float32) / 127.5 - 1.0 if as_bytes else images
        size = tf.shape(inputs)[1:3]
        below, right = tf.unstack(-size % SIZE_MULTIPLE)
        inputs = tf.pad(inputs, [[0, 0], [0, below], [0, right], [0, 0]], "REFLECT")
        outputs = serve(inputs)[:, : size[0], : size[1], :]
        if as_bytes:
            outputs = tf.round(tf.clip_by_value((outputs + 1.0) * 127.5, 0.0, 255.0))
        return tf.cast(outputs, images.dtype)

    function = tf.function(translate, autograph=False)
    for dtype in (tf.float32, tf.uint8):
        function.get_concrete_function(tf.TensorSpec(spec.shape, dtype, "images"))
    return function
