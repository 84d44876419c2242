"""Generators as TensorFlow SavedModels: written by this backend, run by any."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasgan.engine.model_files import ModelFileError, reported
from kerasgan.inference.saved_model_checks import check_saved_model
from kerasgan.types import Tensor

# Sides of images given to `translate` are padded to a multiple of this, which two halvings need.
SIZE_MULTIPLE = 4


def write_saved_model(network: keras.Model, directory: str | os.PathLike, card: dict) -> None:
    """Writes a network as a SavedModel with endpoints that need no class of kerasgan.

    A generator gets `serve(latents)` and `sample(n, seed)`, which draws the latents in the graph; a
    translator `serve(images)` and `translate(images)`, for float32 in [-1, 1] or uint8 images of
    any size. Runs on the TensorFlow backend only.
    """
    import tensorflow as tf

    def serve(inputs: Tensor) -> Tensor:
        return tf.cast(network(inputs, training=False), tf.float32)

    translates = card["latent_dim"] is None
    spec = tf.TensorSpec(network.input_shape, tf.float32, "images" if translates else "latents")
    # Not keras.export.ExportArchive, which writes every weight twice.
    archive = tf.train.Checkpoint()
    archive.variables = [variable.value for variable in network.variables]
    archive.serve = tf.function(serve, input_signature=[spec], autograph=False)
    signatures = {"serve": archive.serve, "serving_default": archive.serve}
    if translates:
        archive.translate = _translate_endpoint(serve, spec)
    else:
        signature = [tf.TensorSpec((), tf.int32, "n"), tf.TensorSpec((), tf.int32, "seed")]
        sample = _sample_endpoint(serve, card)
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
            inputs = list(signature.structured_input_signature[1].values()) if signature else []
            outputs = list(signature.structured_outputs.values()) if signature else []
            callable_ = callable(getattr(self._loaded, "serve", None))
            if len(inputs) != 1 or len(outputs) != 1 or not callable_:
                raise ModelFileError(
                    "A saved generator has an endpoint `serve` with one input and one output, as "
                    "`export_generator` or `generator.export` write it. Received: a SavedModel "
                    f"with {len(inputs)} inputs and {len(outputs)} outputs in {str(directory)!r}"
                )
            self.name = directory.name
            self.input_shape, self.output_shape = tuple(inputs[0].shape), tuple(outputs[0].shape)

    def __call__(self, inputs: np.ndarray) -> np.ndarray:
        """The outputs, float32."""
        return self._loaded.serve(inputs).numpy().astype("float32")

    def draw_latents(self, n: int, latent_dim: int, distribution: str, seed: int) -> np.ndarray:
        """Draws as the endpoint `sample` does."""
        return draw_latents(n, latent_dim, distribution, seed).numpy()

    def count_params(self) -> int:
        """The number of parameters."""
        return sum(int(np.prod(variable.shape)) for variable in self._loaded.variables)


def draw_latents(n: Tensor, latent_dim: int, distribution: str, seed: Tensor) -> Tensor:
    """Latents of shape `(n, latent_dim)` that depend on the seed only, in a graph or outside."""
    import tensorflow as tf

    shape, seed = (n, latent_dim), tf.stack([seed, tf.zeros_like(seed)])
    if distribution == "uniform":
        return tf.random.stateless_uniform(shape, seed, minval=-1.0, maxval=1.0)
    return tf.random.stateless_normal(shape, seed)


def _sample_endpoint(serve: Any, card: dict) -> Any:
    def sample(n: Tensor, seed: Tensor) -> Tensor:
        return serve(draw_latents(n, card["latent_dim"], card["latent_distribution"], seed))

    return sample


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
