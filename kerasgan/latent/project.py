"""The latents of a given image."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from keras import ops

from kerasgan.latent.as_generator import as_generator
from kerasgan.latent.figures import PICTURES, check_images, check_plot
from kerasgan.latent.latent_function import LatentFunction
from kerasgan.latent.pictures import save_grid
from kerasgan.ops.gradients import input_gradients
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.types import Tensor

# Of shorter memory than usual: the gradients of a short descent fall by orders of magnitude.
_BETA_1, _BETA_2, _EPSILON = 0.8, 0.95, 1e-8
_DRAWN = 16
Distance = Callable[[Tensor, Tensor], Tensor]


class Projection(NamedTuple):
    """What `project` returns, for n images.

    Args:
        latents: float32 array `(n, latent_dim)`.
        samples: float32 array `(n, ...)`: what the generator makes of them.
        errors: float32 array `(n,)`: the mean squared error of each, in [0, 4] for images, or the
            distance that was given.
    """

    latents: np.ndarray
    samples: np.ndarray
    errors: np.ndarray


def project(
    generator: Any,
    images: Any,
    steps: int = 200,
    restarts: int = 4,
    learning_rate: float = 0.2,
    start: Any = None,
    method: str = "optimization",
    distance: Distance | None = None,
    seed: int = 0,
    plot: str | os.PathLike | None = None,
) -> Projection:
    """Finds latents of which the generator makes given images, as nearly as it can.

    By optimisation: Adam moves latents, from several random starts, towards the image, at a
    learning rate that falls to zero; the best end is taken. Uniform latents are kept in [-1, 1].
    What a generator makes badly, though it is in the data, is what it has not learnt. By an
    encoder: one pass of that of the model; pass its codes as `start` to go on from there.

    Args:
        generator: See `as_generator`. A SavedModel can be optimised on TensorFlow only.
        images: Array `(n, ...)`, as the generator makes them, or a single one; images in [-1, 1].
        steps: Int, steps of Adam. Defaults to `200`.
        restarts: Int, random starts for each image. Defaults to `4`.
        learning_rate: Float above 0, of the first step, in units of the latents. Defaults to `0.2`.
        start: Array `(n, latent_dim)`: one start for each image, in place of random ones. Defaults
            to `None`.
        method: `"optimization"`, or `"encoder"` for a model with `encode`, such as `BiGAN`.
            Defaults to `"optimization"`.
        distance: Function of two batches of samples to `(batch,)`, in `keras.ops`, such as the
            squared difference of a network's features. Defaults to `None`: the mean squared error.
        seed: Int, seed of the starts. Defaults to `0`.
        plot: Path of a picture to write, of up to 16 images: the images, what was found, and the
            difference, in which grey is none. Defaults to `None`: none.

    Returns:
        A `Projection`: `latents`, `samples` and `errors`.

    Raises:
        ValueError: If shapes do not fit, an argument is out of its range, no gradient reaches the
            latents, or there is no such picture.
        TypeError: If the model has no encoder, or a SavedModel is none of the backend.

    Example:

    ```python
    found = kerasgan.latent.project(gan, images[:8])
    kerasgan.latent.save_grid("runs/found.png", np.stack([images[:8], found.samples]))
    ```

    References: [Zhu et al., 2016](https://arxiv.org/abs/1609.03552);
    [Lipton & Tripathi, 2017](https://arxiv.org/abs/1702.04782).
    """
    check_plot(plot, PICTURES)
    if method not in ("optimization", "encoder"):
        raise ValueError(
            f"`method` must be 'optimization' or 'encoder'. Received: method={method!r}"
        )
    check_positive_ints(steps=steps, restarts=restarts)
    if not 0.0 < learning_rate < np.inf:
        raise ValueError(
            f"`learning_rate` must be above 0. Received: learning_rate={learning_rate!r}"
        )
    function = as_generator(generator)
    distance = distance or mean_squared_error
    shape = function(function.sample_latents(1, seed)).shape[1:]
    check_images(plot, shape)
    images = _checked_images(images, shape)
    if method == "encoder":
        latents = _encode(generator, images)
    elif start is not None:
        latents = _checked_start(function, start, len(images))
        latents = _optimize(function, latents, images, steps, learning_rate, distance)
    else:
        starts = function.sample_latents(len(images) * restarts, seed)
        targets = np.repeat(images, restarts, axis=0)
        ends = _optimize(function, starts, targets, steps, learning_rate, distance)
        latents = _best(function, ends, targets, restarts, distance)
    samples = function(latents)
    if plot is not None:
        save_grid(plot, np.stack([images, samples, (samples - images) / 2.0])[:, :_DRAWN])
    return Projection(latents, samples, _errors(samples, images, distance))


def mean_squared_error(made: Tensor, images: Tensor) -> Tensor:
    """The mean squared difference of each pair of samples, `(batch,)`."""
    return ops.mean(ops.square(made - images), axis=tuple(range(1, len(made.shape))))


def _optimize(
    function: LatentFunction,
    starts: np.ndarray,
    images: np.ndarray,
    steps: int,
    learning_rate: float,
    distance: Distance,
) -> np.ndarray:
    """Where Adam leads each start, in batches."""
    ends = []
    for first in range(0, len(starts), function.batch_size):
        part = slice(first, first + function.batch_size)
        ends.append(_descend(function, starts[part], images[part], steps, learning_rate, distance))
    return np.concatenate(ends)


def _descend(
    function: LatentFunction,
    starts: np.ndarray,
    images: np.ndarray,
    steps: int,
    learning_rate: float,
    distance: Distance,
) -> np.ndarray:
    targets = ops.convert_to_tensor(images)
    low, high = (ops.convert_to_tensor(limit) for limit in function.bounds())

    def errors(latents: Tensor) -> Tensor:
        return ops.cast(distance(function.tensors(latents), targets), "float32")

    def step(index: Tensor, state: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, ...]:
        latents, mean, square = state
        gradients = input_gradients(errors, latents)
        _check_gradients(gradients)
        gradients = ops.stop_gradient(gradients)
        count = ops.cast(index, "float32") + 1.0
        mean = _BETA_1 * mean + (1.0 - _BETA_1) * gradients
        square = _BETA_2 * square + (1.0 - _BETA_2) * ops.square(gradients)
        corrected = mean / (1.0 - ops.power(_BETA_1, count))
        size = ops.sqrt(square / (1.0 - ops.power(_BETA_2, count))) + _EPSILON
        rate = learning_rate * 0.5 * (1.0 + ops.cos(np.pi * (count - 1.0) / steps))
        return ops.clip(latents - rate * corrected / size, low, high), mean, square

    latents = ops.convert_to_tensor(starts)
    state = (latents, ops.zeros_like(latents), ops.zeros_like(latents))
    # A loop of Keras's: JAX compiles its body, once.
    latents, _, _ = ops.fori_loop(0, steps, step, state)
    return np.array(ops.convert_to_numpy(latents))


def _best(
    function: LatentFunction,
    ends: np.ndarray,
    targets: np.ndarray,
    restarts: int,
    distance: Distance,
) -> np.ndarray:
    errors = _errors(function(ends), targets, distance).reshape(-1, restarts)
    best = errors.argmin(axis=1)
    return ends.reshape(len(errors), restarts, -1)[np.arange(len(errors)), best]


def _errors(samples: np.ndarray, images: np.ndarray, distance: Distance) -> np.ndarray:
    found = distance(ops.convert_to_tensor(samples), ops.convert_to_tensor(images))
    return np.asarray(ops.convert_to_numpy(found), "float32")


def _encode(generator: Any, images: np.ndarray) -> np.ndarray:
    if not callable(getattr(generator, "encode", None)):
        raise TypeError(
            "Only a model with `encode`, such as BiGAN, has an encoder. Leave `method` at "
            f"'optimization'. Received: {type(generator).__name__}"
        )
    return generator.encode(images)


def _check_gradients(gradients: Any) -> None:
    if gradients is None:
        raise ValueError(
            "No gradient reaches the latents. Write the generator and `distance` with `keras.ops`, "
            "which can be differentiated. Received: a gradient of None"
        )


def _checked_images(images: Any, shape: tuple[int, ...]) -> np.ndarray:
    images = np.asarray(ops.convert_to_numpy(images), "float32")
    images = images[None] if images.shape == shape else images
    if images.shape[1:] != shape or not len(images):
        raise ValueError(
            f"The generator makes samples of shape {shape}: `images` must be of shape (n, "
            f"{', '.join(map(str, shape))}). Received: shape {images.shape}"
        )
    return images


def _checked_start(function: LatentFunction, start: Any, count: int) -> np.ndarray:
    start = function.check("start", start)
    if len(start) != count:
        raise ValueError(
            f"`start` must hold one latent for each of the {count} images. "
            f"Received: shape {start.shape}"
        )
    return start
