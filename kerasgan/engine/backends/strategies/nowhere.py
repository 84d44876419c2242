"""Backends on which `keras.distribution` does nothing."""

import keras


def refuse_distribution() -> None:
    """Refuses a `keras.distribution`, which these backends accept and leave unused.

    Raises:
        ValueError: If there is one.
    """
    distribution = keras.distribution.distribution()
    if distribution is not None:
        backend = keras.backend.backend()
        other = " On TensorFlow use `tf.distribute`." if backend == "tensorflow" else ""
        raise ValueError(
            f"`keras.distribution` works on JAX alone: here everything would run on one device."
            f"{other} Pass None to `keras.distribution.set_distribution`, or set "
            f"KERAS_BACKEND=jax. Received: {type(distribution).__name__} on {backend}"
        )
