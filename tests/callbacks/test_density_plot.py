import builtins
import importlib.util

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import kerasgan
from kerasgan.callbacks import DensityPlot
from kerasgan.data import toy
from kerasgan.models import GAN
from tests.conformance.catalogue import EAGER
from tests.engine.games import assert_equal, state

pytest.importorskip("matplotlib")
TENSORFLOW = keras.backend.backend() == "tensorflow"
pictures_only = pytest.mark.skipif(not TENSORFLOW, reason="drawn by NumPy on all backends")


def gan(dimensions, latent_dim=1, **compile_arguments):
    """A game whose generator multiplies, and whose discriminator likes the origin's right."""
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((latent_dim,)), layers.Dense(dimensions)])
    hidden = [layers.Dense(4, "tanh"), layers.Dropout(0.3, seed=5)]
    discriminator = keras.Sequential([keras.Input((dimensions,)), *hidden, layers.Dense(1)])
    model = GAN(generator, discriminator, latent_dim=latent_dim, seed=1)
    model.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return model


def points(dimensions):
    return toy.gaussian(16, center=(1.0,) * dimensions)


def fit(model, *callbacks, epochs=2):
    data = points(model.data_shape[0])
    model.fit(data, batch_size=8, epochs=epochs, shuffle=False, verbose=0, callbacks=callbacks)


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def share(picture, color, tolerance=40):
    """The share of pixels of about a colour."""
    return (np.abs(picture - color).max(axis=-1) < tolerance).mean()


@pytest.mark.parametrize("dimensions", [1, 2])
def test_draws_every_epoch_and_does_not_disturb_the_training(tmp_path, dimensions):
    plain, drawn = (gan(dimensions, generator_ema=0.9) for _ in range(2))
    logs = tmp_path / "logs"
    fit(plain)
    fit(drawn, DensityPlot(tmp_path, points(dimensions), samples=30, log_dir=logs))
    assert_equal(state(plain), state(drawn))
    names = sorted(path.name for path in tmp_path.glob("*.*"))
    assert names == ["epoch_0001.png", "epoch_0002.png", "latest.png", "progress.gif"]
    with Image.open(tmp_path / "progress.gif") as animation:
        assert animation.n_frames == 2
    latest = read(tmp_path / "latest.png")
    np.testing.assert_array_equal(latest, read(tmp_path / "epoch_0002.png"))
    assert (latest != read(tmp_path / "epoch_0001.png")).mean() > 1e-3
    events = EventAccumulator(str(logs), size_guidance={"images": 0})
    events.Reload()
    assert [shown.step for shown in events.Images("density_plot")] == [1, 2]


def test_steps_leave_the_training_as_it_is(tmp_path):
    plain, drawn = gan(2), gan(2)
    fit(plain)
    fit(drawn, DensityPlot(tmp_path, points(2), every=3, unit="step", samples=30, gif=False))
    assert_equal(state(plain), state(drawn))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["latest.png", "step_000003.png"]


def drawn_at_once(tmp_path, model, real, **arguments):
    """The picture of a model as it is."""
    plot = DensityPlot(tmp_path, real, **arguments)
    plot.set_model(model)
    plot.prepare()
    return plot.picture(1).astype(int)


@pictures_only
def test_the_plane_is_blue_where_the_discriminator_is_sure_of_real(tmp_path):
    model = gan(2)
    weights = [np.array([[5.0, 0, 0, 0], [0, 0, 0, 0]]), np.zeros(4)]
    model.discriminator.set_weights([*weights, np.array([[9.0], [0], [0], [0]]), np.zeros(1)])
    picture = drawn_at_once(tmp_path, model, points(2), limits=(-3, 3), samples=2)
    height, width = picture.shape[:2]
    left, right = (picture[height // 4 : -height // 4, int(width * at)] for at in (0.2, 0.65))
    assert share(left, (242, 164, 143)) > 0.7 and share(right, (146, 183, 231)) > 0.7
    assert share(left, (146, 183, 231)) == share(right, (242, 164, 143)) == 0


@pictures_only
def test_points_are_where_they_are(tmp_path):
    model = gan(2, loss="wasserstein")
    model.discriminator = None  # A game without one is drawn without its levels.
    model.generator.set_weights([np.zeros((1, 2)), np.array([2.0, 2.0])])
    real = np.full((500, 2), -2.0) + [[0.0, 0.0], [1e-3, 0.0]] * 250
    picture = drawn_at_once(tmp_path, model, real, limits=(-3, 3), samples=300)
    centres = {}
    for name, color in (("real", (31, 78, 156)), ("fake", (200, 16, 46))):
        rows, columns = np.nonzero(np.abs(picture - color).max(axis=-1) < 40)
        centres[name] = np.median(rows), np.median(columns)
    assert centres["fake"][0] < centres["real"][0], "above"
    assert centres["fake"][1] > centres["real"][1], "to the right"


@pictures_only
def test_the_line_shows_arrows_densities_and_the_discriminator(tmp_path):
    picture = drawn_at_once(tmp_path, gan(1), points(1))
    green, blue = (26, 143, 60), (42, 111, 219)
    below = picture[int(0.8 * len(picture)) :]
    assert share(below, green) > 0.01 and share(picture, blue) > 0.001
    model = gan(1)
    model.discriminator = None
    assert share(drawn_at_once(tmp_path, model, points(1)), blue) == 0


@pictures_only
@pytest.mark.parametrize("dimensions", [1, 2])
def test_a_training_that_went_wrong_is_drawn_too(tmp_path, dimensions):
    model = gan(dimensions, latent_dim=3, loss="least_squares")
    for network in (model.generator, model.discriminator):
        network.set_weights([np.full_like(w, np.nan) for w in network.get_weights()])
    picture = drawn_at_once(tmp_path, model, points(dimensions))
    assert picture.std() > 5


@pictures_only
def test_what_cannot_be_drawn_is_refused(tmp_path):
    images = kerasgan.models.VanillaGAN((8, 8, 1), generator_units=4, discriminator_units=4)
    images.compile()
    plot = DensityPlot(tmp_path, points(2))
    with pytest.raises(ValueError, match="by `ImageGrid`. Received: .*None, 8, 8, 1.*16, 2"):
        images.fit(np.zeros((4, 8, 8, 1)), verbose=0, callbacks=[plot])
    other = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    other.compile(loss="mse")
    with pytest.raises(TypeError, match="points from latents. Received: Sequential"):
        other.fit(np.zeros((2, 2)), np.zeros(2), verbose=0, callbacks=[plot])


@pictures_only
@pytest.mark.parametrize(
    "real, arguments, message",
    [
        (np.zeros((4, 3)), {}, r"\(n, 1\), or in the plane.*Received: real of shape \(4, 3\)"),
        (np.zeros((4, 2)), {"limits": (1, -1)}, "pair .low, high.*Received: limits=.1, -1"),
        (np.zeros((4, 2)), {"samples": 0}, "`samples` must be a positive int.*samples=0"),
        (np.zeros((4, 2)), {"unit": "batch"}, "`unit` must be one of.*Received: unit='batch'"),
    ],
)
def test_wrong_arguments(tmp_path, real, arguments, message):
    with pytest.raises(ValueError, match=message):
        DensityPlot(tmp_path, real, **arguments)


@pictures_only
def test_without_matplotlib_the_error_names_the_extra(tmp_path, monkeypatch):
    find = importlib.util.find_spec
    absent = {"matplotlib"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name in absent else find(name, *a)
    )
    with pytest.raises(ImportError, match=r'pip install "kerasgan\[plot\]"'):
        DensityPlot(tmp_path, points(2))


@pictures_only
def test_no_global_state_of_matplotlib_is_used(tmp_path, monkeypatch):
    real_import = builtins.__import__

    def guarded(name, *arguments, **options):
        assert name != "matplotlib.pyplot"
        return real_import(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", guarded)
    assert drawn_at_once(tmp_path, gan(2), points(2)).shape == (600, 700, 3)
