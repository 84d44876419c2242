"""Last batches of one sample: told at the start where networks keep moving statistics."""

import warnings

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.engine.intake.input_checks import check_fit
from kerasgan.layers import ConditionalBatchNormalization
from tests.conformance.catalogue import EAGER
from tests.containers import IMAGE, as_py_dataset
from tests.data.files import folder_of
from tests.engine.games import mlp_gan

MATCH = r"batch normalisation a single sample.*{}.*Received: {} samples in batches of {}, "


def gan_with(*hidden, frozen=False, **arguments):
    """A compiled GAN of images 4 × 4 × 1 with these layers in its generator."""
    generator = keras.Sequential(
        [keras.Input((3,)), *hidden, layers.Dense(16, "tanh"), layers.Reshape(IMAGE)]
    )
    for layer in hidden:
        layer.trainable = not frozen
    discriminator = keras.Sequential([keras.Input(IMAGE), layers.Flatten(), layers.Dense(1)])
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=3, seed=1)
    gan.compile(**{"run_eagerly": EAGER, **arguments})
    return gan


def normalized(**arguments):
    return gan_with(layers.BatchNormalization(), **arguments)


def images(count):
    return np.random.default_rng(0).uniform(-1, 1, (count, *IMAGE)).astype("float32")


def begin(gan, data, batch_size=None, **kwargs):
    """What `fit` does before it trains."""
    check_fit(gan, data, None, batch_size, kwargs)


def warned(gan, remedy, samples, size, data, **kwargs):
    with pytest.warns(UserWarning, match=MATCH.format(remedy, samples, size)):
        begin(gan, data, **kwargs)


def silent(gan, data, **kwargs):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="The last batch")
        begin(gan, data, **kwargs)


def test_arrays():
    warned(normalized(), "a sample, or pass `batch_size=3`", 9, 4, images(9), batch_size=4)
    warned(normalized(), "a sample", 33, 32, images(33))
    warned(normalized(), "a sample", 5, 4, images(10), batch_size=4, validation_split=0.5)
    for count, size in ((8, 4), (10, 4), (3, 1), (1, 1), (1, 4)[::-1]):
        silent(normalized(), images(count), batch_size=size)


def test_one_sample_alone():
    with pytest.warns(UserWarning, match=MATCH.format("a sample", 1, 4)):
        normalized().fit(images(1), batch_size=4, verbose=0)


def test_moves_of_one_sample():
    two = {"discriminator_steps": 2}
    warned(normalized(**two), "the last 2 samples", 10, 4, images(10), batch_size=4)
    warned(normalized(**two), "a sample, or", 9, 4, images(9), batch_size=4)
    silent(normalized(**two), images(11), batch_size=4)  # Two of two, with one of them again.
    silent(normalized(**two), images(6), batch_size=2)  # As many as in every batch.


@pytest.mark.parametrize("hidden", [(), (layers.LayerNormalization(),), (layers.Dropout(0.1),)])
def test_networks_without_moving_statistics(hidden):
    silent(gan_with(*hidden), images(9), batch_size=4)


def test_statistics_that_do_not_move():
    silent(normalized(frozen=True), images(9), batch_size=4)


def test_conditional_batch_normalization():
    latents, labels = keras.Input((3,)), keras.Input((), dtype="int32")
    x = ConditionalBatchNormalization(2)([layers.Dense(2)(latents), labels])
    generator = keras.Model([latents, labels], x)
    gan = kerasgan.models.GAN(generator, mlp_gan().discriminator, latent_dim=3, num_classes=2)
    gan.compile(run_eagerly=EAGER)
    points = np.zeros((5, 2), "float32")
    with pytest.warns(UserWarning, match=MATCH.format("a sample", 5, 4)):
        gan.fit(points, np.arange(5) % 2, batch_size=4, verbose=0)


def test_folders(tmp_path):
    folder = folder_of(tmp_path, [1, 90, 180, 200, 250])
    declared = {"image_size": 4, "batch_size": 4, "channels": 1, "seed": 0}
    data = kerasgan.data.image_folder(folder, **declared, drop_remainder=False)
    warned(normalized(), "`drop_remainder=True`", 5, 4, data)
    warned(normalized(), "", 5, 4, kerasgan.data.image_folder(folder, **declared, shuffle=False))
    silent(normalized(), kerasgan.data.image_folder(folder, **declared))  # Which leaves it out.
    silent(normalized(), kerasgan.data.image_folder(folder, **declared, drop_remainder=True))
    silent(normalized(), kerasgan.data.image_folder(folder, **{**declared, "batch_size": 3}))


def test_loaders():
    torch = pytest.importorskip("torch")
    samples = torch.utils.data.TensorDataset(torch.from_numpy(images(5)))

    def loader(**kwargs):
        return torch.utils.data.DataLoader(samples, **{"batch_size": 4, **kwargs})

    warned(normalized(), "`drop_last=True`", 5, 4, loader())
    silent(normalized(), loader(drop_last=True))
    silent(normalized(), loader(batch_size=3))
    silent(normalized(), as_py_dataset(images(5), 4))  # Which does not tell.
