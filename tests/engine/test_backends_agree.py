"""Equal weights, data and latents give equal training on every backend that is installed."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import kerasgan

ROOT = Path(__file__).resolve().parents[2]
STEPS = 3


def fixed(low=None, high=None):
    """In place of a random function: values that depend on nothing but the shape."""

    def draw(shape, minval=low, maxval=high, dtype="float32", seed=None):
        rng = np.random.default_rng(sum(shape) + 1)
        values = rng.normal(size=shape) if minval is None else rng.uniform(minval, maxval, shape)
        return keras.ops.convert_to_tensor(values.astype(dtype or "float32"))

    return draw


# A bias before a normalisation has no gradient but what rounding leaves of it, and so have some
# biases of a critic that scores real and generated samples alike. Adam divides a gradient by its
# own size: it would take full steps in directions of chance, and backends would differ where
# nothing is wrong. A large epsilon, or stochastic gradient descent, leaves such steps small.


def wgan_gp():
    gan = kerasgan.models.WGANGP((16, 16, 1), latent_dim=4, base_filters=4)
    optimizers = {
        f"{player}_optimizer": keras.optimizers.Adam(0.01, beta_1=0.0, beta_2=0.9, epsilon=0.01)
        for player in ("generator", "discriminator")
    }
    return gan, {"discriminator_steps": 2, **optimizers}, ((16, 16, 1),)


def cycle_gan():
    gan = kerasgan.models.CycleGAN((24, 24, 3), base_filters=2, residual_blocks=1, pool_size=2)
    optimizers = {
        f"{player}_optimizer": keras.optimizers.SGD(0.001, momentum=0.9)
        for player in ("generator", "discriminator")
    }
    return gan, optimizers, ((24, 24, 3), (24, 24, 3))


def train(make):
    """Losses of three steps and the weights before and after them."""
    gan, arguments, shapes = make()
    gan.compile(**arguments, run_eagerly=keras.backend.backend() == "tensorflow")
    rng = np.random.default_rng(0)
    for variable in gan.trainable_variables:
        variable.assign(rng.normal(0.0, 0.1, variable.shape).astype("float32"))
    before = weights(gan)
    batches = [
        [
            rng.uniform(-1, 1, (4 if len(shapes) == 1 else 2, *shape)).astype("float32")
            for shape in shapes
        ]
        for _ in range(STEPS)
    ]
    options = {"batch_size": len(batches[0][0]), "shuffle": False, "verbose": 0}
    logs = [gan.fit(*batch, **options).history for batch in batches]
    losses = {f"loss/{name}": [log[name][0] for log in logs] for name in sorted(logs[0])}
    return {
        **losses,
        **{f"before/{name}": value for name, value in before.items()},
        **{f"after/{name}": value for name, value in weights(gan).items()},
    }


def weights(gan):
    return {
        f"{i}": np.array(keras.ops.convert_to_numpy(variable))
        for i, variable in enumerate(gan.weights)
    }


def main(path):
    keras.random.normal = fixed()
    keras.random.uniform = fixed(0.0, 1.0)
    keras.random.shuffle = lambda x, axis=0, seed=None: keras.ops.flip(x, axis)
    results = {
        f"{make.__name__}/{name}": value
        for make in (wgan_gp, cycle_gan)
        for name, value in train(make).items()
    }
    np.savez(path, **results)


def run_backends(folder):
    """Results by backend: TensorFlow's, and those of the suite's own or of both others."""
    own = keras.backend.backend()
    others = [own] if own != "tensorflow" else ["jax", "torch"]
    backends = [b for b in ("tensorflow", *others) if importlib.util.find_spec(b) is not None]
    if len(backends) < 2:
        pytest.skip("one backend is installed: there is none to compare it with")
    for backend in backends:
        environment = {
            **os.environ,
            "KERAS_BACKEND": backend,
            "PYTHONPATH": str(ROOT),
            "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
        }
        command = [sys.executable, __file__, str(folder / f"{backend}.npz")]
        subprocess.run(command, env=environment, check=True)
    return {backend: dict(np.load(folder / f"{backend}.npz")) for backend in backends}


def test_losses_and_weights_agree(tmp_path):
    results = run_backends(tmp_path)
    reference = results.pop("tensorflow")
    for model in ("wgan_gp", "cycle_gan"):
        check_that_training_moves(reference, model)
    for backend, values in results.items():
        for name in reference:
            np.testing.assert_allclose(
                values[name], reference[name], atol=1e-4, rtol=1e-4, err_msg=f"{backend} {name}"
            )


def check_that_training_moves(values, model):
    """Weights and losses change by far more than the tolerance."""
    before = {name: v for name, v in values.items() if name.startswith(f"{model}/before/")}
    moved = [np.abs(values[n.replace("before", "after")] - v).max() for n, v in before.items()]
    assert np.mean(np.array(moved) > 1e-3) > 0.5
    assert np.ptp(values[f"{model}/loss/loss"]) > 1e-2


if __name__ == "__main__":
    main(sys.argv[1])
