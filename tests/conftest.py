"""What every test starts from."""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    # Bit-for-bit comparisons need kernels that add in a fixed order.
    tf.config.experimental.enable_op_determinism()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # A core for each worker: several threads of one would wait for those of the others, and
        # oneDNN adds in another order where it finds them busy.
        tf.config.threading.set_intra_op_parallelism_threads(1)

if keras.backend.backend() == "jax":
    import jax

    # Most of the time goes into compiling tiny models, which need not run fast.
    jax.config.update("jax_disable_most_optimizations", True)
    jax.config.update("jax_compilation_cache_dir", str(Path(__file__).parents[1] / ".jax_cache"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.2)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef):
    """Equal seeds for what the tests of a module share, whichever of them comes first."""
    if fixturedef.scope != "function":
        keras.utils.set_random_seed(0)


@pytest.fixture(autouse=True)
def fresh_state():
    """Equal seeds and the default dtype policy for each test."""
    keras.utils.set_random_seed(0)
    policy = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(policy)


@pytest.fixture
def rng():
    """A generator of the test's own: it draws the same in every order and with every worker."""
    return np.random.default_rng(0)
