"""Networks of any inputs: declared by the game, exported, and called by their names."""

import json

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan import Entry, export_generator, load_generator
from kerasgan.latent import as_generator
from kerasgan.model_files import ModelFileError
from kerasgan.models import ConditionalGAN, CycleGAN
from tests.inference.test_export_generator import reload

TENSORFLOW = keras.backend.backend() == "tensorflow"
once = pytest.mark.skipif(not TENSORFLOW, reason="the same on all")

PHOTO, STYLE = Entry("photo", (None, None, 2), "image"), Entry("style", (3,), "points")
LATENTS, FEATURES = Entry("latents", (3,), "points"), Entry("features", (4, 2), "points")
SEGMENTS = Entry("segments", (4, 4, 1), "map", num_classes=3)
# In an order of their own: Keras sorts the names of a dict.
KINDS = {
    "style": (PHOTO, STYLE),
    "features": (FEATURES, LATENTS),
    "map": (LATENTS, SEGMENTS),
    "dict": (STYLE, Entry("other", (3,), "points")),
    "encoder": (Entry("photo", (4, 4, 2), "image"),),
    "even": (PHOTO,),
}


def build(kind):
    """Functions in which no input may stand for another."""
    given = [
        keras.Input(e.shape, name=e.name, dtype="int32" if e.num_classes else "float32")
        for e in KINDS[kind]
    ]
    if kind == "style":
        style = layers.Reshape((1, 1, 2))(layers.Dense(2)(given[1]))
        outputs = ops.tanh(layers.Conv2D(2, 3, padding="same")(given[0]) + style)
    elif kind == "features":
        frames = layers.Conv1D(2, 3, padding="same")(given[0])
        outputs = ops.tanh(frames * layers.Reshape((1, 2))(layers.Dense(2)(given[1])))
    elif kind == "map":
        places = layers.Reshape((4, 4, 2))(layers.Embedding(3, 2)(given[1]))
        outputs = ops.tanh(places * layers.Reshape((1, 1, 2))(layers.Dense(2)(given[0])))
    elif kind == "dict":
        outputs = layers.Dense(2)(given[0]) - 3.0 * layers.Dense(2)(given[1])
        named = dict(zip(("style", "other"), given, strict=True))
        return keras.Model(named, outputs)
    elif kind == "encoder":
        outputs = layers.Dense(2)(layers.Flatten()(given[0]))
    else:
        halves = layers.Conv2D(4, 2, strides=2, activation="tanh")(given[0])
        outputs = ops.tanh(layers.Conv2DTranspose(2, 2, strides=2)(halves))
    return keras.Model(given, outputs)


@keras.saving.register_keras_serializable("kerasgan_tests")
class AnyInputs(kerasgan.AdversarialModel):
    """A network of whatever inputs."""

    signature = Entry("samples", (2,), "points")
    size_multiple = 2
    latent_distribution = "uniform"

    def __init__(self, kind, seed=None, name=None, dtype=None):
        super().__init__(seed=seed, name=name, dtype=dtype)
        self.kind = kind
        self.network = build(kind)

    @property
    def generators(self):
        return {"network": self.network}

    def generator_inputs(self, name):
        return KINDS[self.kind]

    def players(self):
        raise NotImplementedError

    def recipe(self):
        raise NotImplementedError

    def call(self, inputs):
        return self.network(inputs)


def drawn(kind, rng, count=3, side=6):
    found = {}
    for entry in KINDS[kind]:
        shape = (count, *(size or side for size in entry.shape))
        numbers = rng.uniform(-1, 1, shape).astype("float32")
        classes = entry.num_classes
        found[entry.name] = numbers if classes is None else rng.integers(0, classes, shape)
    return found


def expected(game, given):
    arrays = [np.asarray(given[entry.name]) for entry in KINDS[game.kind]]
    made = game.network(given if game.kind == "dict" else arrays if len(arrays) > 1 else arrays[0])
    return ops.convert_to_numpy(made)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A game and its SavedModel by kind, each made when it is first asked for."""
    made = {}

    def of(kind):
        if kind not in made:
            keras.utils.set_random_seed(1)
            game = AnyInputs(kind, seed=1)
            path = tmp_path_factory.mktemp("saved") / kind
            made[kind] = game, export_generator(game, path)
        return made[kind]

    return of


ALL = list(KINDS) if TENSORFLOW else ["features"]  # Another process writes elsewhere.


@pytest.mark.parametrize("kind", ALL)
def test_a_call_takes_them_by_name(kind, exported, rng, tmp_path):
    game, path = exported(kind)
    game.save(tmp_path / "game.keras")
    given = drawn(kind, rng)
    for generate in (load_generator(path), load_generator(tmp_path / "game.keras")):
        assert generate.inputs == KINDS[kind]
        np.testing.assert_allclose(generate(**given), expected(game, given), atol=1e-5)
        np.testing.assert_allclose(
            generate(batch_size=2, **given), expected(game, given), atol=1e-5
        )


@pytest.mark.parametrize("kind", ALL)
def test_the_card_declares_them(kind, exported):
    _, path = exported(kind)
    card = json.loads((path / "card.json").read_text())
    assert card["inputs"] == [entry.to_config() for entry in KINDS[kind]]
    kinds = {"features": "generator", "map": "generator", "even": "translator"}
    assert card["kind"] == kinds.get(kind, "network") and card["size_multiple"] == 2
    drawn_from = (3, "uniform") if "latents" in [e.name for e in KINDS[kind]] else (None, None)
    assert (card["latent_dim"], card["latent_distribution"]) == drawn_from


RUN = """
import sys
import numpy as np
import tensorflow as tf

path, given, made = sys.argv[1:]
loaded, arrays = tf.saved_model.load(path), dict(np.load(given))
outputs = {"serve": loaded.serve(**arrays), "signature": list(loaded.signatures["serve"](
    **{name: tf.constant(array) for name, array in arrays.items()}).values())[0]}
if hasattr(loaded, "sample"):
    arrays.pop("latents")
    outputs |= {"one": loaded.sample(**arrays, seed=5), "two": loaded.sample(*arrays.values(), 5)}
np.savez(made, **outputs)
sys.exit("kerasgan was imported" if "kerasgan" in sys.modules else 0)
"""


@pytest.mark.parametrize("kind", ["style", "features", "map"] if TENSORFLOW else ALL)
def test_tensorflow_alone_takes_them_by_name(kind, exported, rng, monkeypatch):
    game, path = exported(kind)
    given = drawn(kind, rng)
    given = {k: a.astype("int32") if a.dtype.kind == "i" else a for k, a in given.items()}
    monkeypatch.setattr("tests.inference.test_export_generator.RELOAD", RUN)
    made = reload(path, **given)
    for name in ("serve", "signature"):
        np.testing.assert_allclose(made[name], expected(game, given), atol=1e-5)
    if kind == "style":
        assert set(made) == {"serve", "signature"}
        return
    del given["latents"]
    generate = load_generator(path)
    np.testing.assert_array_equal(made["one"], made["two"])
    np.testing.assert_allclose(made["one"], generate(seed=5, **given), atol=1e-5)
    latents = generate.sample_latents(3, 5)
    assert np.abs(latents).max() <= 1.0
    by_hand = expected(game, {**given, "latents": latents})
    np.testing.assert_allclose(made["one"], by_hand, atol=1e-5)


@once
def test_latents_and_labels_by_name(tmp_path, rng):
    gan = ConditionalGAN(3, (2,), latent_dim=2, generator_units=4, discriminator_units=3, seed=1)
    generate = load_generator(export_generator(gan, tmp_path / "saved"))
    assert [entry.name for entry in generate.inputs] == ["latents", "labels"]
    assert generate.inputs[1].num_classes == generate.card["classes"] == 3
    latents = rng.normal(size=(4, 2)).astype("float32")
    made = generate.from_latents(latents, labels=[2, 2, 2, 2])
    np.testing.assert_array_equal(generate(latents=latents, labels=2), made)
    with pytest.raises(ValueError, match="labels is missing. Received: latents"):
        generate(latents=latents)
    with pytest.raises(ValueError, match="3 classes.*Received: the label 3"):
        generate(latents=latents, labels=[0, 1, 2, 3])


@once
def test_a_translator_pads_to_its_own_multiple(exported, rng):
    import tensorflow as tf

    _, path = exported("even")
    generate, raw = load_generator(path), tf.saved_model.load(str(path))
    images = rng.uniform(-1, 1, (2, 3, 6, 2)).astype("float32")
    padded = np.pad(images, ((0, 0), (0, 1), (0, 0), (0, 0)), mode="reflect")
    by_hand = raw.serve(padded).numpy()[:, :3]
    for made in (generate.translate(images), generate(photo=images), raw.translate(images)):
        np.testing.assert_allclose(np.asarray(made), by_hand, atol=1e-6)
    with pytest.raises(ValueError, match="at least 3 pixels a side"):
        generate.translate(images[:, :2])
    with pytest.raises(ValueError, match="takes 'photo' alone. Received: n, style"):
        generate(2, photo=images, style=0)


@once
def test_what_the_entries_do_not_allow_is_refused(exported, rng):
    styles, features = (load_generator(exported(kind)[1]) for kind in ("style", "features"))
    for call in (lambda: styles(4), lambda: styles(seed=1)):
        with pytest.raises(ValueError, match="by the names .'photo', 'style'.*Received: none"):
            call()
    with pytest.raises(TypeError, match=r"`network\(photo=..., style=...\)`.*Received"):
        styles.translate(np.zeros((1, 8, 8, 2)))
    with pytest.raises(TypeError, match=r"`network\(photo=..., style=...\)`.*Received"):
        styles.sample_latents(2, 0)
    with pytest.raises(TypeError, match="more than latents.*Received: .*'features', 'latents'"):
        features.from_latents(np.zeros((1, 3)))
    with pytest.raises(TypeError, match="labels at most.*takes .'features'. as well"):
        as_generator(features)
    with pytest.raises(TypeError, match="a translator has none"):
        as_generator(styles)
    given = drawn("style", rng)
    for wrong, match in (
        ({"photo": given["photo"]}, "style is missing. Received: photo"),
        ({**given, "n": 2}, "equally many.*'n': 2"),
        ({**given, "style": given["style"][:2]}, "equally many.*'style': 2"),
        ({**given, "text": given["style"]}, "by the names .*Received: .'text'."),
        ({**given, "style": given["style"][:, :2]}, r"'n', 3.*\(3, 2\)"),
        ({**given, "style": 1.0}, r"'n', 3.*Received: a batch of shape \(\)"),
        ({**given, "photo": given["photo"][:, :3]}, "multiples of 2"),
        ({**given, "photo": 200 * given["photo"]}, "values from -1 to 1.*Received"),
        ({**given, "style": np.nan * given["style"]}, "Received: values from nan"),
        ({**given, "photo": given["photo"][:0]}, r"Received: a batch of shape \(0, "),
        ({**given, "seed": -1}, "`seed` must be an int"),
    ):
        with pytest.raises(ValueError, match=match):
            styles(**wrong)
    maps = drawn("map", rng)["segments"]
    with pytest.raises(ValueError, match="maps of 3 classes.*the value 3"):
        load_generator(exported("map")[1])(segments=maps * 0 + 3)
    with pytest.raises(ValueError, match="must hold integers. Received: dtype float32"):
        load_generator(exported("map")[1])(segments=maps.astype("float32"))


@once
@pytest.mark.parametrize(
    ("entries", "match"),
    [
        ((PHOTO,), r"declares an entry for each.*Received: photo"),
        ((STYLE, PHOTO), r"in their order.*Received: style"),
        ((PHOTO, Entry("seed", (3,), "points")), "other than .*'seed'.*Received"),
        ((PHOTO, Entry("my style", (3,), "points")), "letters, digits.*'my style'"),
        ((PHOTO, Entry("photo", (3,), "points")), "one of its own.*Received"),
        (None, "by `generator_inputs.name.`.*Received"),
    ],
    ids=["few", "order", "reserved", "words", "twice", "none"],
)
def test_what_is_not_declared_rightly(entries, match, monkeypatch, tmp_path):
    monkeypatch.setattr(AnyInputs, "generator_inputs", lambda self, name: entries)
    with pytest.raises(ValueError, match=match):
        export_generator(AnyInputs("style"), tmp_path / "saved")
    assert not list(tmp_path.iterdir())


@once
@pytest.mark.parametrize(
    "change",
    [
        {"inputs": []},
        {"inputs": 3},
        {"inputs": [{"name": "photo"}]},
        {"inputs": [PHOTO.to_config()]},
        {"inputs": [PHOTO.to_config(), Entry("mood", (3,), "points").to_config()]},
        {"inputs": [PHOTO.to_config(), Entry("style", (5,), "points").to_config()]},
        {"inputs": [STYLE.to_config(), STYLE.to_config()]},
        {"size_multiple": 0},
        {"size_multiple": 10**9},
        {"kind": "translator"},
        {"classes": 3},
    ],
    ids=str,
)
def test_a_card_that_does_not_fit(change, exported):
    path = exported("style")[1] / "card.json"
    whole = path.read_text()
    path.write_text(json.dumps({**json.loads(whole), **change}))
    try:
        with pytest.raises(ModelFileError, match="card does not fit.*Received: "):
            load_generator(path.parent)
    finally:
        path.write_text(whole)


@once
def test_a_card_of_before_is_told_from_the_shapes(tmp_path):
    gan = CycleGAN((24, 24, 1), base_filters=2, residual_blocks=1, pool_size=0)
    path = export_generator(gan, tmp_path / "saved", name="x_to_y")
    card = json.loads((path / "card.json").read_text())
    new = load_generator(path)
    assert card["size_multiple"] == 4
    for key in ("inputs", "size_multiple"):
        del card[key]
    (path / "card.json").write_text(json.dumps(card))
    old = load_generator(path)
    assert old.card == new.card and old.inputs == (Entry("images", (None, None, 1), "image"),)
