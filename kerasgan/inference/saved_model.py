"""Generators as TensorFlow SavedModels: written by this backend, run by any."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from kerasgan.files import user_path
from kerasgan.inference.inputs import LATENTS, dtype_of, shapes_of, structured
from kerasgan.inference.saved_model_checks import check_saved_model
from kerasgan.inference.trials import check_equal, outputs_for, trial_inputs
from kerasgan.model_files import ModelFileError, reported
from kerasgan.samples.counted_draws import Library, counted_latents, counted_state
from kerasgan.samples.entry import Entry
from kerasgan.samples.latent_distributions import parts_of
from kerasgan.samples.random_streams import states_of
from kerasgan.samples.translating import LARGEST, OUT_OF_RANGE, least_size, too_small
from kerasgan.types import Tensor


def write_saved_model(network: keras.Model, directory: str | os.PathLike, card: dict) -> None:
    """Writes a network as a SavedModel with endpoints that need no class of kerasgan, and tries it.

    Every network gets `serve`, of its inputs by their names. With latents among these it gets
    `sample`, which draws them in the graph: `sample(n, seed)`, or of the other inputs and a seed;
    from images alone to images `translate(images)`, for float32 in [-1, 1] or uint8 images. Runs on
    the TensorFlow backend only.

    Raises:
        RuntimeError: If what was written does not compute what the network does.
    """
    import tensorflow as tf

    entries = [Entry.from_config(config) for config in card["inputs"]]
    names = [entry.name for entry in entries]
    specs = [
        tf.TensorSpec(shape, dtype_of(entry), entry.name)
        for entry, shape in zip(entries, shapes_of(network, names) or (), strict=True)
    ]

    def serve(*inputs: Tensor) -> Tensor:
        outputs = network(structured(network, names, inputs), training=False)
        return tf.cast(outputs, tf.float32)

    # Not keras.export.ExportArchive, which writes every weight twice.
    archive = tf.train.Checkpoint()
    archive.variables = [variable.value for variable in network.variables]
    archive.streams = [state.value for state in states_of(network)]
    archive.serve = _endpoint(serve, specs)
    signatures = {"serve": archive.serve, "serving_default": archive.serve}
    if card["kind"] == "translator":
        archive.translate = _translate_endpoint(serve, specs[0], card["size_multiple"])
    if card["kind"] == "generator":
        archive.sample = _sample_endpoint(serve, specs, card, archive.streams)
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
        names: The names of its inputs, in the order in which they will be given, where a card
            declares them. Defaults to `None`: one input, or latents and labels.

    Raises:
        ValueError: If it is damaged, reaches for files, or has no such endpoint.
    """

    def __init__(self, directory: str | os.PathLike, names: Sequence[str] | None = None) -> None:
        import tensorflow as tf

        directory = user_path(directory)
        check_saved_model(directory)
        with reported("The SavedModel cannot be loaded", directory):
            # Held for as long as this object lives: its variables go when it goes.
            self._loaded = tf.saved_model.load(str(directory))
            signatures = self._loaded.signatures
            signature = signatures.get("serve") or signatures.get("serving_default")
            inputs = _inputs_of(signature, names) if signature else {}
            outputs = list(signature.structured_outputs.values()) if signature else []
            callable_ = callable(getattr(self._loaded, "serve", None))
            few = len(inputs) in (1, 2) or names is not None
            if not inputs or not few or len(outputs) != 1 or not callable_:
                raise ModelFileError(
                    "A saved generator has an endpoint `serve` with one output and one input, or "
                    "two, latents and labels, or those that its card names, as `export_generator` "
                    "or `generator.export` write it. Received: a SavedModel "
                    f"with {len(inputs)} inputs and {len(outputs)} outputs in {str(directory)!r}"
                )
            self.name = directory.name
            shapes = [tuple(spec.shape) for spec in inputs.values()]
            self.input_shape: Any = shapes if len(shapes) > 1 else shapes[0]
            self.output_shape = tuple(outputs[0].shape)
            self._names = list(inputs)
            self._signature = signature

    def __call__(self, inputs: Any) -> np.ndarray:
        """The outputs, float32, of an array, or of a list of one for each input."""
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


def _inputs_of(signature: Any, names: Sequence[str] | None) -> dict[str, Any]:
    """What a signature takes, as a card names it; without one latents come before labels."""
    specs = signature.structured_input_signature[1]
    if names is None:
        names = sorted(specs, key=lambda name: specs[name].dtype.is_integer)
    if set(names) != set(specs):
        raise ModelFileError(
            "The card does not fit the network beside it. Take the card that was saved with it, or "
            f"remove it. Expected inputs by the names {sorted(specs)}. Received: {list(names)}"
        )
    return {name: specs[name] for name in names}


def _constant(array: Tensor) -> Tensor:
    import tensorflow as tf

    return tf.convert_to_tensor(array)


def _endpoint(function: Any, specs: Sequence[Any]) -> Any:
    """A TensorFlow function of arguments by the names of these specifications."""
    import tensorflow as tf

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    named = [inspect.Parameter(spec.name, kind) for spec in specs]
    # TensorFlow goes by it, also where the function is called again after loading.
    function.__signature__ = inspect.Signature(named)
    return tf.function(function, input_signature=list(specs), autograph=False)


def _sample_endpoint(serve: Any, specs: Sequence[Any], card: dict, streams: list[Any]) -> Any:
    """A function that draws the latents: of how many, or of all other inputs, and of a seed."""
    import tensorflow as tf

    parts = parts_of(card["latent_distribution"], card["latent_dim"])
    place = [spec.name for spec in specs].index(LATENTS)
    others = [*specs[:place], *specs[place + 1 :]]

    def sample(*inputs: Tensor) -> Tensor:
        given, seed = list(inputs[:-1]), tf.cast(inputs[-1], tf.int64)
        n = tf.shape(given[0])[0] if others else given.pop()
        before = [tf.identity(stream) for stream in streams]
        for index, stream in enumerate(streams):
            start = tf.stack([tf.squeeze(counted_state(index, seed)), tf.constant(0, tf.int64)])
            stream.assign(tf.cast(start, stream.dtype))
        given.insert(place, counted_latents(parts, n, seed, _library()))
        samples = serve(*given)
        for stream, value in zip(streams, before, strict=True):
            stream.assign(value)
        return samples

    count = [] if others else [tf.TensorSpec((), tf.int32, "n")]
    return _endpoint(sample, [*others, *count, tf.TensorSpec((), tf.int32, "seed")])


def _translate_endpoint(serve: Any, spec: Any, size_multiple: int) -> Any:
    """A function of images with a trace for each of the two dtypes."""
    import tensorflow as tf

    def translate(images: Tensor) -> Tensor:
        as_bytes = images.dtype == tf.uint8
        inputs = tf.cast(images, tf.float32) / 127.5 - 1.0 if as_bytes else images
        size = tf.shape(inputs)[1:3]
        least, words = least_size(size_multiple), too_small(size_multiple)
        tf.debugging.assert_greater_equal(tf.reduce_min(size), least, words)
        tf.debugging.assert_less_equal(tf.reduce_max(tf.abs(inputs)), LARGEST, OUT_OF_RANGE)
        below, right = tf.unstack(-size % size_multiple)
        inputs = tf.pad(inputs, [[0, 0], [0, below], [0, right], [0, 0]], "REFLECT")
        outputs = serve(inputs)[:, : size[0], : size[1], :]
        if as_bytes:
            outputs = tf.round(tf.clip_by_value((outputs + 1.0) * 127.5, 0.0, 255.0))
        return tf.cast(outputs, images.dtype)

    function = tf.function(translate, autograph=False)
    for dtype in (tf.float32, tf.uint8):
        function.get_concrete_function(tf.TensorSpec(spec.shape, dtype, spec.name))
    return function


def _try(network: keras.Model, directory: str | os.PathLike, card: dict) -> None:
    """Loads what was written, and compares a batch of it with the network's."""
    import tensorflow as tf

    inputs = trial_inputs(card)
    loaded = tf.saved_model.load(str(directory))
    expected = outputs_for(network, inputs, card)
    given = dict(zip((c["name"] for c in card["inputs"]), map(tf.constant, inputs), strict=True))
    if card["kind"] == "translator":
        made = loaded.translate(*given.values())
    elif card["kind"] == "generator":
        del given[LATENTS]
        made = loaded.sample(**(given or {"n": len(inputs[0])}), seed=0)
    else:
        made = loaded.serve(**given)
    check_equal(made.numpy(), expected, "TensorFlow")
