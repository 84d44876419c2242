"""Adam by TensorFlow's kernel moves as Keras's own does, with all that Keras adds to a move."""

import keras
import numpy as np
import pytest

import kerasgan

fused_adam = pytest.importorskip("kerasgan.engine.optimizers.fused_adam.tensorflow")
pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the kernel is TensorFlow's"
)
CASES = {
    "plain": {},
    "betas": {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3},
    "clipped": {"clipnorm": 0.1},
    "decaying": {"weight_decay": 0.1},
    "averaged": {"use_ema": True, "ema_momentum": 0.5},
    "accumulating": {"gradient_accumulation_steps": 2},
    "scheduled": {"learning_rate": keras.optimizers.schedules.ExponentialDecay(1e-3, 2, 0.5)},
    "scaled": {"loss_scale_factor": 8.0},
    "amsgrad": {"amsgrad": True},
}


def train(**arguments):
    """All variables after a few steps, and the optimisers."""
    keras.utils.set_random_seed(0)
    gan = kerasgan.models.VanillaGAN((4, 4, 1), latent_dim=3, seed=0)
    optimizers = [keras.optimizers.Adam(**{"learning_rate": 1e-3, **arguments}) for _ in range(2)]
    gan.compile(generator_optimizer=optimizers[0], discriminator_optimizer=optimizers[1])
    data = np.random.default_rng(0).uniform(-1, 1, (24, 4, 4, 1)).astype("float32")
    gan.fit(data, batch_size=8, verbose=0)
    return [*gan.get_weights(), *map(np.asarray, gan.optimizer.variables)], optimizers


@pytest.mark.parametrize("case", CASES)
def test_moves_as_kerass(case, monkeypatch):
    found, optimizers = train(**CASES[case])
    fused = "update_step" in vars(optimizers[0])
    assert fused == (case != "amsgrad")
    monkeypatch.setattr("kerasgan.engine.backends.trainers.tensorflow.fuse", lambda optimizer: None)
    expected, unfused = train(**CASES[case])
    assert "update_step" not in vars(unfused[0])
    for mine, kerass in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, kerass, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("optimizer", ["AdamW", "Nadam", "RMSprop"])
def test_other_optimizers_are_left_alone(optimizer):
    gan = kerasgan.models.VanillaGAN((4, 4, 1), latent_dim=3, seed=0)
    chosen = getattr(keras.optimizers, optimizer)(1e-3)
    gan.compile(generator_optimizer=chosen)
    assert "update_step" not in vars(chosen)
    gan.fit(np.zeros((8, 4, 4, 1), "float32"), batch_size=8, verbose=0)


def test_embeddings_move_as_kerass():
    """Their gradients are slices, which the kernel does not take."""
    trained = []
    for prepare in (lambda optimizer: None, fused_adam.fuse):
        model = keras.Sequential([keras.layers.Embedding(5, 3, embeddings_initializer="ones")])
        model.compile(keras.optimizers.Adam(0.1), "mse")
        prepare(model.optimizer)
        model.fit(np.array([[0], [3]]), np.zeros((2, 1, 3), "float32"), epochs=3, verbose=0)
        trained.append(model.get_weights()[0])
    np.testing.assert_allclose(*trained, rtol=1e-5)
    assert (trained[1][[1, 2, 4]] == 1.0).all() and (trained[1][[0, 3]] < 1.0).all()
