"""What a batch must look like, and what to do about one that looks different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

ONE_SHAPE = (
    "Samples must be of one shape: resize images to one size, or let "
    "`kerasgan.data.image_folder(path, image_size=...)` read them, which does."
)

# What else than another model helps where samples are of another size.
OTHERWISE = {
    "image": (", or resize the data (`kerasgan.data.image_folder(..., image_size=...)` does)"),
    "map": ", or resize the maps without mixing classes: to the nearest place",
    "audio": ", or cut and pad the sounds to one length",
    "video": ", or cut the videos to as many frames and resize them",
}


def unpack_pair(data: Any) -> tuple[Any, Any]:
    """The `x` and `y` of what Keras hands to a step.

    A list or tuple of one array stands for the array.

    Raises:
        ValueError: If it is neither `x`, `(x,)` nor `(x, y)`.
    """
    if isinstance(data, list | tuple) and not 1 <= len(data) <= 3:
        raise ValueError(
            "A batch is an array, or a tuple `(x,)` or `(x, y)`. Stack single samples with "
            f"`np.stack(samples)`. Received: {describe(data)}"
        )
    x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
    check_unused({"sample_weight": weights})
    return _itself(x), _itself(y)


def check_unused(arguments: Mapping[str, Any]) -> None:
    """Raises a ValueError for arguments of Keras that no player would look at."""
    for name in ("sample_weight", "class_weight"):
        if arguments.get(name) is not None:
            raise ValueError(
                f"The players' losses do not use `{name}`, and it would be ignored. Leave it out; "
                "to show some samples more often, repeat them in the data. "
                f"Received: {name} of type {type(arguments[name]).__name__}"
            )


def _itself(arrays: Any) -> Any:
    return arrays[0] if isinstance(arrays, list | tuple) and len(arrays) == 1 else arrays


def fits(batch: Any, data_shape: Sequence[int | None]) -> bool:
    """Whether a batch is a tensor of samples of a shape, in which `None` stands for any size."""
    shape = static_shape(batch)
    if shape is None or len(shape) != len(data_shape) + 1:
        return False
    return all(want in (None, size) for want, size in zip(data_shape, shape[1:], strict=True))


def static_shape(tensor: Any) -> tuple[int | None, ...] | None:
    """The shape as a tuple, or `None` where there is none or its rank is not known."""
    shape = getattr(tensor, "shape", None)
    if shape is None or getattr(shape, "rank", 0) is None:
        return None
    return tuple(shape)


def refuse_empty(batch: Any) -> None:
    """Raises a ValueError for a batch of no samples, where its size is known."""
    shape = static_shape(keras.tree.flatten(batch)[0])
    if shape and shape[0] == 0:
        raise ValueError(empty_batch(f"a batch of shape {shape}"))


def empty_batch(received: str) -> str:
    """What to tell of a batch of no samples."""
    return (
        "A batch must hold at least one sample: means over none are no numbers, and neither are "
        "the weights after such a step. Leave empty batches out, or count the batches again. "
        f"Received: {received}, which holds no samples"
    )


def describe(batch: Any) -> str:
    """What was received, in a few words."""
    if isinstance(batch, Mapping):
        return f"a dictionary with the keys {list(batch)}"
    if isinstance(batch, list | tuple):
        shapes = ", ".join(str(static_shape(item)) for item in batch[:3])
        more = ", …" if len(batch) > 3 else ""
        return f"a {type(batch).__name__} of {len(batch)}, of shapes {shapes}{more}"
    if batch is None:
        return "None"
    shape = static_shape(batch)
    if shape is None:
        return f"a batch of shape None ({type(batch).__name__})"
    return f"a batch of shape {shape}"


def remedy(batch: Any, data_shape: Sequence[int | None], kind: str = "image") -> str:
    """What to do about a batch that does not fit, in a sentence.

    Args:
        batch: What was received.
        data_shape: The shape that a sample should have.
        kind: String, what the samples are, as in an `Entry`. Defaults to `"image"`.
    """
    if isinstance(batch, Mapping):
        return (
            "Pass the array itself, such as `x=data['image']`; for a data set, "
            "`.map(lambda batch: batch['image'])`."
        )
    if isinstance(batch, list | tuple):
        return _remedy_of_list([static_shape(item) or () for item in batch], len(data_shape))
    shape = static_shape(batch)
    if shape is None:
        return "State the shape of a data set's elements with `tf.ensure_shape` in a `.map`."
    return _remedy_of_shape(shape, tuple(data_shape), kind)


def _remedy_of_list(shapes: Sequence[tuple[int | None, ...]], rank: int) -> str:
    if all(len(shape) == rank + 1 for shape in shapes):
        return "Make one array of several: `np.concatenate(arrays)`."
    if len(set(shapes)) > 1 and all(len(shape) == rank for shape in shapes):
        return ONE_SHAPE
    return "Make one array of a list of samples: `np.stack(samples)`."


def _remedy_of_shape(
    shape: tuple[int | None, ...], wanted: tuple[int | None, ...], kind: str
) -> str:
    sample = shape[1:]
    if shape == wanted:
        return (
            "This is a single sample, or a data set that makes no batches: pass `x[np.newaxis]`, "
            "or `.batch(64)` the data set."
        )
    if None in sample and len(shape) == len(wanted) + 1:
        return "State the shape of a data set's elements with `tf.ensure_shape` in a `.map`."
    if wanted and wanted[-1] == 1 and sample == wanted[:-1]:
        return "The last axis is missing: pass `x[..., np.newaxis]`."
    if sample and sample[-1] == 1 and sample[:-1] == wanted:
        return "The last axis is one too many: pass `x[..., 0]`."
    if len(wanted) > 1 and sample == (wanted[-1], *wanted[:-1]):
        return "The channels must come last: pass `np.moveaxis(x, 1, -1)`."
    if kind == "image" and len(wanted) == len(sample) == 3 and sample[:2] == wanted[:2]:
        return (
            f"Build it for {sample[2]} channels, or convert the images "
            f"(`kerasgan.data.image_folder(..., channels={wanted[2]})` does)."
        )
    return f"Build it with the shape of your data{OTHERWISE.get(kind, '')}."
