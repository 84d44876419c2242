"""Two runs of one program with equal seeds are equal to the bit."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

import kerasgan
from tests.conformance.catalogue import EAGER
from tests.engine.games import assert_equal, differ, state

# A shuffled `fit`, so that the order of arrays is part of what must repeat.
SHUFFLED = {"batch_size": 4, "epochs": 2, "verbose": 0, "shuffle": True}


@pytest.fixture(autouse=True)
def deterministic_kernels():
    """What the page on reproducibility tells to do; on TensorFlow conftest.py does it."""
    if keras.backend.backend() != "torch":
        yield
        return
    import torch

    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(before)


def mlp_gan(folder):
    """With dropout that has no seed of its own."""
    hidden = [layers.Dense(4, "relu"), layers.Dropout(0.3)]
    gan = kerasgan.models.GAN(
        keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(2)]),
        keras.Sequential([keras.Input((2,)), *hidden, layers.Dense(1)]),
        latent_dim=3,
    )
    gan.compile(generator_ema=0.9, run_eagerly=EAGER)
    gan.fit(np.random.normal(size=(8, 2)).astype("float32"), **SHUFFLED)
    return gan


def dcgan(folder):
    """From a folder, augmented by layers without seeds of their own."""
    augment = keras.Sequential([layers.RandomFlip(), layers.RandomTranslation(0.2, 0.2)])
    images = kerasgan.data.image_folder(
        folder, 16, batch_size=4, channels=1, crop="random", flip=True, seed=0, augment=augment
    )
    gan = kerasgan.models.DCGAN((16, 16, 1), latent_dim=3, base_filters=2)
    gan.compile(run_eagerly=EAGER)
    gan.fit(images, epochs=1, verbose=0)
    return gan


def cycle_gan(folder):
    """With an image pool that has begun to exchange."""
    gan = kerasgan.models.CycleGAN((24, 24, 1), base_filters=2, residual_blocks=0, pool_size=2)
    gan.compile(run_eagerly=EAGER)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 3, 24, 24, 1)).astype("float32")
    gan.fit(*images, **{**SHUFFLED, "batch_size": 1, "epochs": 1})
    return gan


@pytest.fixture
def folder(tmp_path):
    for number in range(8):
        pixels = np.random.default_rng(number).integers(0, 255, (20, 20, 3))
        Image.fromarray(pixels.astype("uint8")).save(tmp_path / f"{number}.png")
    return tmp_path


@pytest.mark.parametrize("train", [mlp_gan, dcgan, cycle_gan], ids=lambda train: train.__name__)
def test_equal_seeds_give_equal_runs(train, folder):
    def run(seed):
        keras.utils.set_random_seed(seed)
        return state(train(folder))

    assert_equal(run(1), run(1))


def test_another_seed_gives_another_run():
    keras.utils.set_random_seed(1)
    first = state(mlp_gan(None))
    keras.utils.set_random_seed(2)
    assert differ(first, state(mlp_gan(None)))


PROGRAM = """
import sys
import keras
import numpy as np
from tests.engine import test_reproducible as module

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
keras.utils.set_random_seed(1)
np.savez(sys.argv[1], *module.state(module.mlp_gan(None)))
"""


def test_processes_give_equal_runs(tmp_path):
    root = Path(__file__).parents[2]
    programs = []
    for number in range(2):
        # Python hashes strings by another key in each process; nothing may depend on it.
        environment = {**os.environ, "PYTHONHASHSEED": str(number + 1), "PYTHONPATH": str(root)}
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / f"{number}.npz")]
        programs.append(subprocess.Popen(command, env=environment, cwd=root))
    assert [program.wait(timeout=300) for program in programs] == [0, 0]
    first, second = (np.load(tmp_path / f"{number}.npz") for number in range(2))
    assert first.files == second.files and len(first.files) > 10
    assert_equal([first[name] for name in first.files], [second[name] for name in first.files])
