"""Generators as TensorFlow SavedModels: written by this backend, run by any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from kerasgan.files import user_path
from kerasgan.inference.card import takes_labels
from kerasgan.inference.saved_model_checks import check_saved_model
from kerasgan.inference.trials import check_equal, outputs_for, trial_inputs
from kerasgan.model_files import ModelFileError, reported
from kerasgan.samples.counted_draws import Library, counted_latents, counted_state
from kerasgan.samples.latent_distributions import parts_of
from kerasgan.samples.random_streams import states_of
from kerasgan.samples.translating import (
    LARGEST,
    LEAST_SIZE,
    OUT_OF_RANGE,
    SIZE_MULTIPLE,
    TOO_SMALL,
)
from kerasgan.types import Tensor


def write_saved_model(network: keras.Model, directory: str | os.PathLike, card: dict) -> None:
    """Writes a network as a SavedModel with endpoints that need no class of kerasgan, and tries it.

    A generator gets `serve(latents)` and `sample(n, seed)`, which draws the latents in the graph,
    or `serve(latents, labels)` and `sample(labels, seed)` if it knows classes; a translator
    `serve(images)` and `translate(images)`, for float32 in [-1, 1] or uint8 images of
    any size. Runs on the TensorFlow backend only.

    Raises:
        RuntimeError: If what was written does not compute what the network does.
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
    archive.streams = [state.value for state in states_of(network)]
    archive.serve = tf.function(serve, input_signature=signature, autograph=False)
    signatures = {"serve": archive.serve, "serving_default": archive.serve}
    if translates:
        archive.translate = _translate_endpoint(serve, spec)
    else:
        seed = tf.TensorSpec((), tf.int32, "seed")
        signature = [labels if labelled else tf.TensorSpec((), tf.int32, "n"), seed]
        sample = _sample_endpoint(serve, card, labelled, archive.streams)
        archive.sample = tf.function(sample, input_signature=signature, autograph=False)
        signatures["sample"] = archive.sample
    tf.saved_model.save(archive, str(directory), signatures)
    _try(network, directory, card)


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

        directory = user_path(directory)
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

    @contextmanager
    def seeded(self, seed: int) -> Iterator[None]:
        """Lets layers that draw begin where a seed says; files of before 0.2 do not tell them."""
        streams = list(getattr(self._loaded, "streams", []))
        before = [stream.numpy() for stream in streams]
        try:
            for index, stream in enumerate(streams):
                stream.assign(np.array([counted_state(index, seed), 0], before[index].dtype))
            yield
        finally:
            for stream, value in zip(streams, before, strict=True):
                stream.assign(value)

    def count_params(self) -> int:
        """The number of parameters."""
        return sum(int(np.prod(variable.shape)) for variable in self.variables)


def _library() -> Library:
    """TensorFlow, for the draws that a graph makes as NumPy does."""
    import tensorflow as tf

    return Library(
        arange=lambda n: tf.range(tf.cast(n, tf.int64)),
        cast=tf.cast,
        log=tf.math.log,
        sqrt=tf.math.sqrt,
        cos=tf.math.cos,
        concatenate=lambda arrays: tf.concat(arrays, axis=-1),
    )


def _inputs_of(signature: Any) -> list[Any]:
    """What a signature takes; latents come before labels."""
    specs = list(signature.structured_input_signature[1].values())
    return sorted(specs, key=lambda spec: spec.dtype.is_integer)


def _constant(array: Tensor) -> Tensor:
    import tensorflow as tf

    return tf.convert_to_tensor(array)


def _sample_endpoint(serve: Any, card: dict, labelled: bool, streams: list[Any]) -> Any:
    import tensorflow as tf

    parts = parts_of(card["latent_distribution"], card["latent_dim"])

    def seeded(n: Tensor, seed: Tensor, *labels: Tensor) -> Tensor:
        seed = tf.cast(seed, tf.int64)
        before = [tf.identity(stream) for stream in streams]
        for index, stream in enumerate(streams):
            start = tf.stack([tf.squeeze(counted_state(index, seed)), tf.constant(0, tf.int64)])
            stream.assign(tf.cast(start, stream.dtype))
        samples = serve(counted_latents(parts, n, seed, _library()), *labels)
        for stream, value in zip(streams, before, strict=True):
            stream.assign(value)
        return samples

    def sample(n: Tensor, seed: Tensor) -> Tensor:
        return seeded(n, seed)

    def sample_classes(labels: Tensor, seed: Tensor) -> Tensor:
        return seeded(tf.shape(labels)[0], seed, labels)

    return sample_classes if labelled else sample


def _translate_endpoint(serve: Any, spec: Any) -> Any:
    """A function of images with a trace for each of the two dtypes."""
    import tensorflow as tf

    def translate(images: Tensor) -> Tensor:
        as_bytes = images.dtype == tf.uint8
        inputs = tf.cast(images, tf.float32) / 127.5 - 1.0 if as_bytes else images
        size = tf.shape(inputs)[1:3]
        tf.debugging.assert_greater_equal(tf.reduce_min(size), LEAST_SIZE, TOO_SMALL)
        tf.debugging.assert_less_equal(tf.reduce_max(tf.abs(inputs)), LARGEST, OUT_OF_RANGE)
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


def _try(network: keras.Model, directory: str | os.PathLike, card: dict) -> None:
    """Loads what was written, and compares a batch of it with the network's."""
    import tensorflow as tf

    inputs = trial_inputs(network, card)
    loaded = tf.saved_model.load(str(directory))
    expected = outputs_for(network, inputs)
    if card["latent_dim"] is None:
        made = loaded.translate(tf.constant(inputs[0]))
    elif len(inputs) == 2:
        made = loaded.sample(tf.constant(inputs[1]), 0)
    else:
        made = loaded.sample(len(inputs[0]), 0)
    check_equal(made.numpy(), expected, "TensorFlow")
