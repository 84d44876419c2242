"""What training refuses under a `keras.distribution` on JAX."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from kerasgan.engine.intake.training_data import TrainingData


def check_batches(data: TrainingData) -> None:
    """Refuses data whose batches cannot be divided between the devices, where that is known.

    Raises:
        ValueError: If it is so.
    """
    samples, size = data.samples, data.size
    if samples is not None and size is not None:
        _check(min(size, samples))
        _check(samples % size)


@contextmanager
def dividing_batches() -> Iterator[None]:
    """Says what is wrong where JAX cannot divide a batch between the devices.

    Raises:
        ValueError: If it cannot.
    """
    try:
        yield
    except ValueError as error:
        if _devices() > 1 and "evenly divide" in str(error):
            raise _indivisible(str(error)) from error
        raise


def _devices() -> int:
    """The devices between which batches are divided."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        return 1
    mesh = distribution.device_mesh
    return mesh.shape[mesh.axis_names.index(distribution.batch_dim_name)]


def _check(size: int) -> None:
    if size % _devices():
        raise _indivisible(f"a batch of {size}")


def _indivisible(received: str) -> ValueError:
    devices = _devices()
    return ValueError(
        f"On JAX each batch is divided evenly between the {devices} devices, the last one of an "
        f"epoch as well. Use a batch size that {devices} divides, and leave out the rest: "
        "`drop_remainder=True` in `kerasgan.data`, `.batch(..., drop_remainder=True)` in tf.data, "
        f"or fewer samples of an array. Received: {received}"
    )
