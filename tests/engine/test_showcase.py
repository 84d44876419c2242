"""What a game says of itself: what can be shown, drawn and measured of it."""

import keras
import numpy as np
import pytest
from keras import layers, ops
from PIL import Image

import kerasgan
from kerasgan import Entry
from kerasgan.callbacks import Evaluate, ImageGrid
from kerasgan.models import ConditionalGAN, CycleGAN, VanillaGAN
from kerasgan.ops.images import image_grid
from tests.conformance.catalogue import CATALOGUE, EAGER
from tests.engine.games import assert_equal, state

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")
PHOTO = Entry("photo", (8, 8, 3), "image")
SEGMENTS = Entry("segments", (8, 8, 1), "map", num_classes=3)


class Painter(kerasgan.AdversarialModel):
    """Paints photographs of label maps, and shows an edge in grey beside them."""

    signature = {"photo": PHOTO, "segments": SEGMENTS}
    measured = "painted"
    shown = (SEGMENTS, Entry("grey", (8, 8, 1), "image"), Entry("painted", (8, 8, 3), "image"))

    def __init__(self, seed=None, name=None, dtype=None):
        super().__init__(seed=seed, name=name, dtype=dtype)
        self.painter = keras.Sequential(
            [keras.Input((8, 8, 1)), layers.Conv2D(3, 1, activation="tanh")]
        )

    @property
    def generators(self):
        return {"painter": self.painter}

    def players(self):
        return [kerasgan.Player("painter", [self.painter], lambda p: p, terms=["error"])]

    def recipe(self):
        return kerasgan.Recipe(
            loss="wasserstein", optimizers={"painter": keras.optimizers.SGD(0.1)}
        )

    def passes(self, batch, turn):
        painted = self.painter(ops.cast(batch["segments"], "float32"))
        return {"error": ops.mean(ops.abs(painted - batch["photo"]))}

    def showcase(self, inputs=None, n=16, seed=0, batch_size=None):
        inputs = self.showcase_inputs(inputs, n, seed)
        maps = inputs["segments"]
        painted = self.inference_network("painter").predict_on_batch(maps.astype("float32"))
        grey = inputs["photo"].mean(axis=-1, keepdims=True)
        return {"segments": maps, "grey": grey, "painted": ops.convert_to_numpy(painted)}

    def call(self, inputs):
        return self.painter(inputs)


@pytest.fixture
def painting(rng):
    photos = rng.uniform(-1, 1, (6, 8, 8, 3)).astype("float32")
    return {"photo": photos, "segments": rng.integers(0, 3, (6, 8, 8, 1))}


def painter():
    game = Painter(seed=0)
    game.compile(run_eagerly=EAGER)
    return game


def translator(size=24):
    gan = CycleGAN((size, size, 1), base_filters=2, residual_blocks=1, pool_size=0, seed=1)
    gan.compile(run_eagerly=EAGER)
    return gan


def pixels(images):
    return np.asarray(images).reshape(len(images), -1)


def gap(real, fake):
    return np.abs(real.mean(axis=0) - fake.mean(axis=0)).max()


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.model.__name__)
def test_columns_are_as_declared(row):
    model = row.make()
    names = [entry.name for entry in model.shown]
    if not model.generators:
        assert not names and not model.showcase(n=2)
        return
    size = row.shapes[0]
    given = None if model.measured else row.data()
    found = model.showcase(given, 2, seed=3)
    assert list(found) == names and len(found) == len(names)
    for entry in model.shown:
        shape = tuple(a or b for a, b in zip(entry.shape, size, strict=False))
        assert found[entry.name].shape == (2, *shape)
    if model.measured:
        labels = found.get("labels")
        np.testing.assert_array_equal(found["samples"], model.generate(2, seed=3, labels=labels))


def test_classes_stand_in_columns():
    gan = ConditionalGAN(3, (2,), latent_dim=2, generator_units=4, discriminator_units=3, seed=1)
    for columns, expected in ((4, [0, 1, 2, 0, 0, 1, 2, 0]), (None, [0, 1, 2, 0, 1, 2, 0, 1])):
        latents, labels = gan.showcase_inputs(None, 8, 5, columns)
        np.testing.assert_array_equal(labels, expected)
        np.testing.assert_array_equal(latents, ops.convert_to_numpy(gan.sample_latents(8, 5)))
    given = (latents[:3], np.array([2, 2, 1]))
    found = gan.showcase(given, 8)
    np.testing.assert_array_equal(found["labels"], [2, 2, 1])
    expected = gan.generator.predict_on_batch([latents[:3], np.array([2, 2, 1])])
    np.testing.assert_allclose(found["samples"], expected, atol=1e-6)
    with pytest.raises(ValueError, match="3 classes.*Received: the label 3 in sample 1"):
        gan.showcase((latents[:2], np.array([0, 3])))
    with pytest.raises(ValueError, match=r"`inputs=\(latents, labels\)`.*Received"):
        gan.showcase(latents)


def test_layers_that_draw_are_drawn_alike_and_left_as_they_were(tmp_path):
    shape = (8, 8, 1)
    noise = layers.GaussianNoise(0.5, seed=3)
    inputs = keras.Input((2,))
    pixel = layers.Reshape(shape)(layers.Dense(64)(inputs))
    outputs = keras.ops.tanh(noise(pixel, training=True))
    scores = [keras.Input(shape), layers.Flatten(), layers.Dense(1)]
    gan = kerasgan.models.GAN(
        keras.Model(inputs, outputs), keras.Sequential(scores), latent_dim=2, seed=0
    )
    gan.compile(run_eagerly=EAGER)
    grid = ImageGrid(tmp_path, rows=1, columns=2)
    grid.set_model(gan)
    grid.prepare()
    before = np.array(ops.convert_to_numpy(noise.seed_generator.state))
    first = grid.picture(1)
    np.testing.assert_array_equal(grid.picture(2), first)
    np.testing.assert_array_equal(ops.convert_to_numpy(noise.seed_generator.state), before)


def test_given_latents_are_drawn(tmp_path, rng):
    gan = VanillaGAN((8, 8, 1), latent_dim=3, generator_units=4, discriminator_units=4, seed=1)
    latents = rng.normal(size=(5, 3)).astype("float32")
    grid = ImageGrid(tmp_path, rows=2, columns=2, inputs=latents)
    grid.set_model(gan)
    grid.prepare()
    made = gan.generator.predict_on_batch(latents[:4])
    expected = image_grid(made, 2, 2, padding=4, scale=8)
    assert np.abs(grid.picture(1).astype(int) - expected).max() <= 1
    with pytest.raises(ValueError, match=r"samples of shape \(3,\) as 'latents'.*\(5, 2\)"):
        gan.showcase(latents[:, :2])


def test_a_game_of_ones_own_is_drawn_and_measured(painting, tmp_path):
    game = painter()
    grid = ImageGrid(tmp_path, rows=2, inputs=painting)
    evaluate = Evaluate(painting["photo"], [gap], 1, 6, pixels, inputs=painting)
    with pytest.warns(UserWarning, match="leaves out.*Received: .'segments'."):
        history = game.fit(painting, batch_size=3, verbose=0, callbacks=[grid, evaluate]).history
    made = game.showcase(painting, 2)
    grey = np.repeat(made["grey"], 3, axis=-1)
    rows = [image for pair in zip(grey, made["painted"], strict=True) for image in pair]
    expected = image_grid(np.stack(rows), 2, 2, padding=4, scale=8)
    with Image.open(tmp_path / "latest.png") as picture:
        assert np.abs(np.asarray(picture).astype(int) - expected).max() <= 1
    painted = game.showcase(painting, 6)["painted"]
    assert history["gap"] == [pytest.approx(gap(pixels(painting["photo"]), pixels(painted)))]


@pytest.mark.parametrize("column", ["x_to_y", "y_to_x", "cycled_x"])
def test_translations_are_measured(column, rng):
    x, y, real = rng.uniform(-1, 1, (3, 4, 24, 24, 1)).astype("float32")
    given = {"inputs": (x, y), "column": column}
    games, histories = [], []
    for callbacks in ([], [Evaluate(real, [gap], 1, 3, pixels, **given)]):
        keras.utils.set_random_seed(0)
        games.append(translator())
        fit = games[-1].fit(x, y, batch_size=2, shuffle=False, verbose=0, callbacks=callbacks)
        histories.append(fit.history)
    assert_equal(state(games[0]), state(games[1]))
    made = {
        "x_to_y": lambda gan: gan.translate(x[:3]),
        "y_to_x": lambda gan: gan.translate(y[:3], to="x"),
        "cycled_x": lambda gan: gan.translate(gan.translate(x[:3]), to="x"),
    }[column](games[1])
    expected = gap(pixels(real), pixels(made))
    assert histories[1]["gap"] == [pytest.approx(expected, rel=1e-4)]


def test_only_the_columns_that_are_asked_for_are_made(rng, monkeypatch):
    gan, asked = translator(), []
    monkeypatch.setattr(
        CycleGAN, "translate", lambda self, images, to, size: asked.append((to, size)) or images
    )
    x, y = rng.uniform(-1, 1, (2, 4, 24, 24, 1)).astype("float32")
    shown = gan.showcase((x, y), 3, batch_size=2)
    assert not asked
    np.testing.assert_array_equal(shown["cycled_y"], y[:3])
    np.testing.assert_array_equal(shown["cycled_y"], shown["y_to_x"])
    assert asked == [("x", 2), ("y", 2)]


@once
def test_what_is_refused(painting, tmp_path):
    def begin(callback, model):
        callback.set_model(model)
        callback.on_train_begin()

    games = [row.make() for row in CATALOGUE if "DensityRatio" in row.model.__name__]
    assert games
    with pytest.raises(TypeError, match="from latents or translate.*DensityRatioEstimator"):
        begin(ImageGrid(tmp_path), games[0])
    images = np.zeros((4, 24, 24, 1), "float32")
    with pytest.raises(TypeError, match="measures models.*DensityRatioEstimator"):
        begin(Evaluate(images, [gap], 1, 4, pixels), games[0])
    given = {"inputs": (images, images), "column": "x_to_y"}
    with pytest.raises(ValueError, match="`samples=4`. Received: 4 inputs and samples=9"):
        begin(Evaluate(images, [gap], 1, 9, pixels, **given), translator())
    with pytest.raises(ValueError, match=r"inputs=\(x, y\).*Received: inputs=None"):
        begin(Evaluate(images, [gap], 1, 4, pixels, column="x_to_y"), translator())
    with pytest.raises(ValueError, match="one of .'samples'.*Received: column='x_to_y'"):
        gan = VanillaGAN((4, 4, 1), 3, 8, 4)
        begin(Evaluate(images, [gap], 1, 4, pixels, column="x_to_y"), gan)
    for inputs in (painting["photo"], {"photo": painting["photo"]}, None):
        with pytest.raises(ValueError, match="inputs=.'photo': ..., 'segments': .*Received"):
            painter().showcase_inputs(inputs)
    with pytest.raises(ValueError, match="holds no samples"):
        painter().showcase_inputs({name: array[:0] for name, array in painting.items()})
    with pytest.raises(ValueError, match="maps of 3 classes.*Received: the value 7"):
        painter().showcase_inputs({**painting, "segments": painting["segments"] + 5})


@once
@pytest.mark.parametrize(
    ("entries", "match"),
    [
        ([Entry("sound", (8,), "audio")], "are none.*sounds of shape .None, 8."),
        ([PHOTO, Entry("small", (4, 4, 3), "image")], "of one size.*'small'"),
        ([PHOTO, Entry("four", (8, 8, 4), "image")], "of one size and as many channels.*'four'"),
    ],
    ids=["sounds", "sizes", "channels"],
)
def test_what_cannot_be_drawn(entries, match, tmp_path, monkeypatch):
    monkeypatch.setattr(Painter, "shown", tuple(entries))
    grid = ImageGrid(tmp_path)
    grid.set_model(painter())
    with pytest.raises(ValueError, match=match):
        grid.on_train_begin()
