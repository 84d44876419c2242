"""What every test starts from."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import pytest

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    # Bit-for-bit comparisons need kernels that add in a fixed order.
    tf.config.experimental.enable_op_determinism()

if keras.backend.backend() == "jax":
    import jax

    # Most of the time goes into compiling tiny models, which need not run fast.
    jax.config.update("jax_disable_most_optimizations", True)


@pytest.fixture(autouse=True)
def fresh_state():
    """Equal seeds and the default dtype policy for each test."""
    keras.utils.set_random_seed(0)
    policy = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(policy)
