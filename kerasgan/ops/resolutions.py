"""Samples at other resolutions: images, sounds, videos, all that has a last axis of channels."""

from __future__ import annotations

from collections.abc import Sequence

from keras import ops

from kerasgan.types import Tensor


def coarser(samples: Tensor, shape: Sequence[int]) -> Tensor:
    """Samples at a lower resolution: each value is the mean of a block.

    Args:
        samples: Tensor `(batch, *sizes, channels)`.
        shape: The shape of one sample to make, `(*sizes, channels)`; its sizes divide the given
            ones.

    Raises:
        ValueError: If they do not.
    """
    _check(samples.shape[1:], shape, samples.shape[1:])
    for axis, size in enumerate(shape[:-1], start=1):
        own = samples.shape[axis]
        if own != size:
            blocks = (*samples.shape[1:axis], size, own // size, *samples.shape[axis + 1 :])
            samples = ops.mean(ops.reshape(samples, (-1, *blocks)), axis=axis + 1)
    return samples


def finer(samples: Tensor, shape: Sequence[int]) -> Tensor:
    """Samples at a higher resolution: each value is repeated.

    Args:
        samples: Tensor `(batch, *sizes, channels)`.
        shape: The shape of one sample to make, `(*sizes, channels)`; the given sizes divide its
            own.

    Raises:
        ValueError: If they do not.
    """
    _check(shape, samples.shape[1:], samples.shape[1:])
    for axis, size in enumerate(shape[:-1], start=1):
        if samples.shape[axis] != size:
            samples = ops.repeat(samples, size // samples.shape[axis], axis=axis)
    return samples


def _check(fine: Sequence[int], coarse: Sequence[int], received: Sequence[int]) -> None:
    other = coarse if tuple(received) == tuple(fine) else fine
    divides = len(fine) == len(coarse) and all(
        size and not large % size for large, size in zip(fine[:-1], coarse[:-1], strict=True)
    )
    if not divides or tuple(fine[-1:]) != tuple(coarse[-1:]):
        raise ValueError(
            "Samples are brought to another resolution by whole factors, such as 8 to 4 pixels, "
            "and keep their channels. Let the networks of each stage make samples of such a shape. "
            f"Received: samples of shape {tuple(received)} for {tuple(other)}"
        )
