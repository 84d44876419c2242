"""What games declare to be fed: dicts, maps, sounds, videos. What fits trains, others are named."""

import json
import warnings

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan import Entry
from kerasgan.callbacks import TrainingMonitor
from kerasgan.games import Judge, discriminator_names, discriminator_terms, generator_terms
from tests.conformance.catalogue import EAGER
from tests.containers import Batches
from tests.engine.games import assert_equal, differ, state

SIDE, CLASSES = 4, 3
once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


@keras.saving.register_keras_serializable("kerasgan_tests")
class Painter(kerasgan.AdversarialModel):
    """Paints maps of three classes, judged beside the map."""

    def __init__(self, seed=1, name=None, dtype=None):
        super().__init__(seed=seed, name=name, dtype=dtype)
        self.seen = {}
        with self.network_scope():
            noise, segments = keras.Input((SIDE, SIDE, 1)), self._map()
            told = layers.Embedding(CLASSES, 2)(segments[..., 0])
            painted = layers.Conv2D(1, 1, activation="tanh", dtype="float32")
            self.painter = keras.Model(
                [noise, segments], painted(layers.Concatenate()([noise, told]))
            )
            image, segments = keras.Input((SIDE, SIDE, 1)), self._map()
            told = layers.Embedding(CLASSES, 2)(segments[..., 0])
            judged = layers.Flatten()(layers.Concatenate()([image, told]))
            self.judge = keras.Model([image, segments], layers.Dense(1, dtype="float32")(judged))

    def _map(self):
        return keras.Input((SIDE, SIDE, 1), dtype="int32")

    @property
    def signature(self):
        return {
            "image": Entry("image", (SIDE, SIDE, 1), "image"),
            "map": Entry("map", (SIDE, SIDE, 1), "map", num_classes=CLASSES),
        }

    @property
    def generators(self):
        return {"painter": self.painter}

    def players(self):
        return [
            kerasgan.Player(
                "discriminator",
                [self.judge],
                lambda p: discriminator_terms(p["turn"], [p["judge"]]),
                discriminator_names(self.rules),
                role="judge",
            ),
            kerasgan.Player(
                "generator",
                [self.painter],
                lambda p: generator_terms(p["turn"], [p["judge"]]),
                ["adversarial"],
            ),
        ]

    def recipe(self):
        return kerasgan.Recipe.with_adam(1e-2, beta_1=0.5, loss="hinge")

    def passes(self, batch, turn):
        self.seen = {key: keras.backend.standardize_dtype(x.dtype) for key, x in batch.items()}
        image, segments = batch["image"], batch["map"]

        def painted():
            noise = keras.random.normal(ops.shape(image), seed=turn.random)
            fake = self.painter([noise, segments], training=turn.training)
            return ops.cast(fake, "float32")

        judge = Judge(self.judge, turn, lambda: image, painted, condition=segments)
        return {"turn": turn, "judge": judge}

    def call(self, inputs):
        return self.painter(inputs)


def gan_of(shape, cls=kerasgan.models.GAN, last="tanh"):
    """A GAN of samples of any shape."""
    units = int(np.prod(shape))
    generator = keras.Sequential(
        [keras.Input((3,)), layers.Dense(units, last), layers.Reshape(shape)]
    )
    discriminator = keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(1)])
    return cls(generator, discriminator, latent_dim=3, seed=1)


@keras.saving.register_keras_serializable("kerasgan_tests")
class SoundGAN(kerasgan.models.GAN):
    """A GAN that is told of what its networks do not tell."""

    @property
    def signature(self):
        return Entry("sounds", self.data_shape, "audio")


SOUND, VIDEO = (6, 1), (2, 4, 4, 1)
GAMES = {
    "map": Painter,
    "audio": lambda: gan_of(SOUND, SoundGAN),
    "video": lambda: gan_of(VIDEO),
}
every_game = pytest.mark.parametrize("kind", GAMES)


def game_of(kind, **compile_arguments):
    keras.utils.set_random_seed(0)
    game = GAMES[kind]()
    game.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return game


def data_of(kind, rng, count=4):
    """Samples for `fit`."""
    if kind == "map":
        return {
            "image": rng.uniform(-1, 1, (count, SIDE, SIDE, 1)).astype("float32"),
            "map": rng.integers(0, CLASSES, (count, SIDE, SIDE, 1)),
        }
    shape = {"audio": SOUND, "video": VIDEO}[kind]
    return rng.uniform(-1, 1, (count, *shape)).astype("float32")


def cut(data, start, stop):
    return keras.tree.map_structure(lambda array: array[start:stop], data)


def in_batches(*parts):
    return Batches([(part,) for part in parts])


def fit(game, data, **kwargs):
    size = None if isinstance(data, keras.utils.PyDataset) or hasattr(data, "element_spec") else 2
    options = {"batch_size": size, "shuffle": False, "verbose": 0}
    return game.fit(data, **{**options, **kwargs}).history


def refused(game, match, data, **kwargs):
    before = state(game)
    with pytest.raises(ValueError, match=match) as caught:
        fit(game, data, **kwargs)
    assert "Received: " in str(caught.value)
    assert_equal(before, state(game))


# Entries.


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("a", (8, 8, 3), "image"), (-1.0, 1.0)),
        (("a", (2, 8, 8, 3), "video"), (-1.0, 1.0)),
        (("a", (100, 1), "audio"), (-1.0, 1.0)),
        (("a", (100,), "audio", (-0.5, 0.5)), (-0.5, 0.5)),
        (("a", [8, None, np.int64(3)], "image", [0, 1]), (0.0, 1.0)),
        (("a", (), "labels", None, 3), None),
        (("a", (8, 8), "map", None, 3), None),
        (("a", (8, 8, 3), "points"), None),
        (("a", (2,), "state", (0, 9)), (0.0, 9.0)),
    ],
)
def test_entries_fill_in_what_their_kind_says_and_become_json(arguments, expected):
    entry = Entry(*arguments)
    assert entry.range == expected
    assert Entry.from_config(json.loads(json.dumps(entry.to_config()))) == entry
    assert hash(entry) == hash(Entry.from_config(entry.to_config()))


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("", (2,), "points"), "`name` must be a string with something in it.*name=''"),
        ((3, (2,), "points"), "`name` must be a string.*name=3"),
        (("a", (2,), "sound"), "one of .'image', 'map'.*kind='sound'"),
        (("a", (2,), ["image"]), "one of .'image', 'map'.*kind=.'image'."),
        (("a", (0, 2), "points"), r"one sample, without the batch.*shape=\(0, 2\)"),
        (("a", 2, "points"), "one sample, without the batch.*shape=2"),
        (("a", (8, 8), "image"), r"\(height, width, channels\). Declare.*shape=\(8, 8\)"),
        (("a", (8, 8, 3), "video"), r"\(frames, height, width, channels\).*shape=\(8, 8, 3\)"),
        (("a", (8, 8, 3), "audio"), r"\(steps, channels\) or \(steps,\).*shape=\(8, 8, 3\)"),
        (("a", (3,), "labels", None, 3), r"has the shape \(\).*shape=\(3,\)"),
        (("a", (), "map", None, 3), r"of other places.*shape=\(\)"),
        (("a", (8, 8), "map"), "needs `num_classes`, a positive integer.*num_classes=None"),
        (("a", (), "labels", None, 0), "needs `num_classes`.*num_classes=0"),
        (("a", (2,), "points", None, 3), "leave `num_classes` out.*num_classes=3 with kind='poi"),
        (("a", (), "labels", (0, 2), 3), r"leave `range` out.*range=\(0, 2\) with kind='labels'"),
        (("a", (2,), "points", (1.0, 1.0)), r"the lower one first.*range=\(1.0, 1.0\)"),
        (("a", (2,), "points", (0.0, np.inf)), r"two finite numbers.*range=\(0.0, inf\)"),
        (("a", (2,), "points", 1.0), r"two finite numbers.*range=1.0"),
    ],
)
def test_entries_that_make_no_sense(arguments, match):
    with pytest.raises(ValueError, match=match):
        Entry(*arguments)


@pytest.mark.parametrize(
    "config",
    [
        {"name": "a", "shape": [2]},
        {"name": "a", "shape": [2], "kind": "points", "of": 1},
        ["a", [2], "points"],
        None,
    ],
)
def test_configurations_that_describe_no_entry(config):
    with pytest.raises(ValueError, match="An entry is described by .*'kind'.*Received: "):
        Entry.from_config(config)


# Signatures.


A, B = Entry("a", (2,), "points"), Entry("b", (2,), "points")


@pytest.mark.parametrize(
    ("signature", "match"),
    [
        ((A,), "a pair of them for `fit.x, y.`, or a dict"),
        ((A, B, Entry("c", (2,), "points")), "a pair of them"),
        ((), r"Received: \(\)"),
        ({}, "Received: {}"),
        ((2,), r"must be a `kerasgan.Entry`.*Received: \(2,\)"),
        ([A, B], "a pair of them"),
        ({"b": A}, "each under its name"),
        ((A, (B,)), "tuples of two or more"),
        ((A, A), "names of their own.*'a', 'a'"),
    ],
)
def test_signatures_that_make_no_sense_are_refused_by_compile(signature, match):
    class Odd(SoundGAN):
        pass

    Odd.signature = signature
    with pytest.raises(ValueError, match=match):
        gan_of((2,), Odd).compile()


def test_a_game_with_neither_signature_nor_unpack():
    class Bare(Painter):
        signature = None

    game = Bare()
    game.compile(run_eagerly=EAGER)
    with pytest.raises(NotImplementedError, match="define `signature`.*Received: Bare"):
        game.fit(np.zeros((2, 4, 4, 1), "float32"), verbose=0)


@pytest.mark.parametrize(
    ("shape", "kind"),
    [((2,), "points"), ((6, 1), "points"), ((4, 4, 1), "image"), (VIDEO, "video")],
)
def test_the_kind_of_samples_of_latents_goes_by_rank(shape, kind):
    assert gan_of(shape).signature == Entry("samples", shape, kind)


def test_labels_are_a_part_of_the_signature():
    gan = kerasgan.models.ConditionalGAN(3, (2,), latent_dim=2)
    assert gan.signature[1] == Entry("labels", (), "labels", num_classes=3)


# Training.


@every_game
def test_games_train_on_arrays_and_data_sets_alike(kind, rng):
    data = data_of(kind, rng)
    by_array, by_batches = game_of(kind), game_of(kind)
    before = state(by_array)
    logs = fit(by_array, data, validation_data=cut(data, 0, 2))
    assert all(np.isfinite(values).all() for values in logs.values())
    assert differ(before, state(by_array))
    fit(by_batches, in_batches(cut(data, 0, 2), cut(data, 2, 4)))
    assert_equal(state(by_array), state(by_batches))
    by_array.evaluate(data, batch_size=2, verbose=0)
    by_array.train_on_batch(cut(data, 0, 2))


@every_game
def test_games_train_on_tf_data(kind, rng):
    tf = pytest.importorskip("tensorflow")
    data = data_of(kind, rng)
    by_array, by_data = game_of(kind), game_of(kind)
    fit(by_array, data)
    fit(by_data, tf.data.Dataset.from_tensor_slices(data).batch(2))
    assert_equal(state(by_array), state(by_data))


@every_game
def test_compiled_steps_are_watched_too(kind, rng):
    data = data_of(kind, rng)
    bad = spoil(kind, cut(data, 2, 4))
    with pytest.raises(ValueError, match="in the batch of step 2"):
        fit(game_of(kind, run_eagerly=False), in_batches(cut(data, 0, 2), bad))


@every_game
def test_saving_loading_and_going_on_equals_going_on(kind, rng, tmp_path):
    data = data_of(kind, rng)
    game = game_of(kind, generator_ema=0.5)
    fit(game, data)
    game.save(tmp_path / "game.keras")
    loaded = keras.saving.load_model(tmp_path / "game.keras")
    assert loaded.signature == game.signature
    fit(game, data)
    fit(loaded, data)
    assert_equal(state(game), state(loaded))


def test_half_precision_leaves_classes_integers(rng):
    keras.config.set_dtype_policy("mixed_bfloat16")
    game = game_of("map")
    logs = fit(game, data_of("map", rng))
    assert np.isfinite(logs["loss"]).all()
    assert game.painter.layers[-1].compute_dtype == "float32"
    assert game.judge.compute_dtype == "bfloat16"
    assert game.seen == {"image": "float32", "map": "int32"}


@pytest.mark.parametrize("dtype", ["uint8", "int64", "int16"])
def test_maps_are_the_same_in_every_integer(dtype, rng):
    data = data_of("map", rng)
    wide, narrow = game_of("map"), game_of("map")
    fit(wide, data)
    fit(narrow, {**data, "map": data["map"].astype(dtype)})
    assert_equal(state(wide), state(narrow))
    assert wide.seen == narrow.seen == {"image": "float32", "map": "int32"}


def test_sequences_of_any_numbers_train_as_points(rng):
    points = 9000.0 * rng.normal(size=(4, *SOUND)).astype("float32")
    gan = gan_of(SOUND, last="linear")
    gan.compile(run_eagerly=EAGER)
    fit(gan, points)


def test_moves_share_a_batch_of_a_dict(rng):
    game = game_of("map", discriminator_steps=2)
    data = data_of("map", rng)
    refused(game, "a batch size that 2 divides.*batch_size=3", data, batch_size=3)
    fit(game, data)
    assert int(game.optimizer.players["discriminator"].iterations) == 4


def test_the_monitor_takes_what_the_game_is_fed(rng):
    data = data_of("map", rng)
    plain, watched = game_of("map"), game_of("map")
    fit(plain, data)
    logs = fit(watched, data, callbacks=[TrainingMonitor(data)])
    assert np.isfinite(logs["monitor_generator_gradient_norm"]).all()
    assert_equal(state(plain), state(watched))
    stray = {**data, "map": data["map"] + 1}
    match = r"value 3 in sample \d of `real\['map'\]`"
    refused(game_of("map"), match, data, callbacks=[TrainingMonitor(stray)])


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_the_saturation_is_of_pictures(kind, rng):
    data = data_of(kind, rng)
    logs = fit(game_of(kind), data, callbacks=[TrainingMonitor(data)])
    assert ("monitor_saturation" in logs) == (kind == "video")


# What is refused.


def spoil(kind, data):
    """The same with a value that cannot be right in its last sample."""
    bad = keras.tree.map_structure(np.copy, data)
    (bad["map"] if kind == "map" else bad)[-1].flat[1] = 7
    return bad


@pytest.mark.parametrize(
    ("kind", "change", "match"),
    [
        ("audio", lambda x: x * 32768.0, r"Sounds .*\[-1, 1\].*16 bits pass `x / 32768.0`.*float"),
        ("audio", lambda x: (x * 32767).astype("int16"), "`x / 32768.0`. Received: x of .*int16"),
        ("video", lambda x: (x * 127.5 + 127.5).astype("uint8"), "Videos .*`x / 127.5 - 1.0`"),
        ("video", lambda x: x * 3.0, "Videos .*`x / 127.5 - 1.0`. Received: x of dtype float32"),
        ("map", lambda x: spoil("map", x), r"maps of 3 classes.*value 7 in sample 3 of `x\['map'"),
        ("map", lambda x: {**x, "map": x["map"] - 1}, "often 255, a class.*the value -1 in sample"),
        ("map", lambda x: {**x, "image": x["image"] * 255}, r"`x\['image'\] / 127.5 - 1.0`"),
        ("map", lambda x: {**x, "image": x["image"] * np.nan}, "finite.*nan in sample 0"),
    ],
)
def test_values_of_arrays(kind, change, match, rng):
    refused(game_of(kind), match, change(data_of(kind, rng)))


@pytest.mark.parametrize(
    ("kind", "change", "match"),
    [
        ("audio", lambda x: x * 32768.0, "map the data set by `x / 32768.0`.*values (up|down) to"),
        ("video", lambda x: x * 0 - 3.0, r"`x / 127.5 - 1.0`.*values down to -3 in .* 'samples'"),
        ("map", lambda x: spoil("map", x), "the value 7 in the batch of step 2, in 'map'"),
        ("map", lambda x: {**x, "map": x["map"] - 4}, "the value -4 in the batch of step 2"),
        ("map", lambda x: {**x, "image": x["image"] * 0 + 255}, "up to 255 in .*2, in 'image'"),
        ("map", lambda x: {**x, "image": x["image"] * np.nan}, "Received: nan in the batch of st"),
    ],
)
def test_values_of_later_batches(kind, change, match, rng):
    data = data_of(kind, rng)
    with pytest.raises(ValueError, match=match):
        fit(game_of(kind), in_batches(cut(data, 0, 2), change(cut(data, 2, 4))))


@pytest.mark.parametrize(
    ("kind", "change", "match"),
    [
        ("map", lambda x: spoil("map", x), r"the value 7 in sample 1 of `batch\['map'\]`"),
        ("audio", lambda x: x * 32768.0, r"`batch\[0\] / 32768.0`. Received: batch\[0\] of dtype"),
    ],
)
def test_values_of_the_first_batch(kind, change, match, rng):
    data = change(data_of(kind, rng, count=2))
    batches = Batches([(data, np.zeros(2))]) if kind == "audio" else in_batches(data)
    refused(game_of(kind), match, batches)


@pytest.mark.parametrize(
    ("kind", "dtype", "match"),
    [
        ("audio", "int16", "Sounds must be float.*Samples of 16 bits.*float32. / 32768.0.*int16"),
        ("video", "uint8", "Videos must be float.*Bytes .*float32. / 127.5 - 1.0.*videos of dtype"),
        ("map", "float32", r"integers from 0 to 2. Convert them by `map.astype\('int32'\)`.*float"),
    ],
)
def test_types_that_a_data_set_declares(kind, dtype, match, rng):
    tf = pytest.importorskip("tensorflow")
    data = data_of(kind, rng)
    data = {**data, "map": data["map"].astype(dtype)} if kind == "map" else data.astype(dtype)
    refused(game_of(kind), match, tf.data.Dataset.from_tensor_slices(data).batch(2))


HOT = np.eye(CLASSES, dtype="int32")


@once
@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda x: {"image": x["image"]}, r"Pass a dictionary.*with the keys \['image'\]"),
        (lambda x: {**x, "depth": x["map"]}, r"no others.*\['image', 'map', 'depth'\]"),
        (lambda x: x["image"], r"dictionaries \{'image', 'map'\} of batches: image, .*: a batch"),
        (lambda x: {**x, "map": x["map"][..., 0]}, r"np.newaxis.*map: a batch of shape \(4, 4, 4"),
        (lambda x: {**x, "map": HOT[x["map"][..., 0]]}, r"`map.argmax\(axis=-1, keepdims=True\)`"),
        (lambda x: {**x, "map": x["map"][:, :2]}, "to the nearest place. Received: image: .*; map"),
        (lambda x: {**x, "map": x["map"] * 1.0}, r"`map.astype\('int32'\)`. Received: map of dtyp"),
        (lambda x: {**x, "map": x["map"][:3]}, r"Received: 4 in x\['image'\], 3 in x\['map'\]"),
        (lambda x: {**x, "image": x["image"][..., [0, 0]]}, "Build it for 2 channels"),
    ],
)
def test_dictionaries_of_other_structure_or_shapes(change, match, rng):
    refused(game_of("map"), match, change(data_of("map", rng)))


@once
def test_what_is_not_read_beside_a_dictionary(rng):
    match = r"no others.*Received: x: a dictionary.*; y: a batch of shape \(4,\)"
    refused(game_of("map"), match, data_of("map", rng), y=np.arange(4))


@once
@pytest.mark.parametrize(
    ("shape", "cut_to", "match"),
    [
        (SOUND, np.s_[:, :4], "cut and pad the sounds to one length. Received"),
        (SOUND, np.s_[:, :, 0], r"The last axis is missing: pass `x\[..., np.newaxis\]`"),
        (SOUND, np.s_[..., None], r"one too many: pass `x\[..., 0\]`"),
        (VIDEO, np.s_[:, :1], "cut the videos to as many frames"),
        (VIDEO, np.s_[:, 0], r"samples of shape \(2, 4, 4, 1\).*a batch of shape \(4, 4, 4, 1\)"),
    ],
)
def test_shapes_of_sounds_and_videos(shape, cut_to, match, rng):
    kind = "audio" if shape == SOUND else "video"
    refused(game_of(kind), match, data_of(kind, rng)[cut_to])


# Values without a sign.


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_samples_without_a_negative_value(kind, rng):
    data = np.abs(data_of(kind, rng))
    match = f"draws {'sounds' if kind == 'audio' else 'videos'} in .*negative.*sigmoid. Received: "
    with pytest.warns(UserWarning, match=match):
        fit(game_of(kind), data)
    with pytest.warns(UserWarning, match=match + "no negative value in 2 batches"):
        fit(game_of(kind), in_batches(data[:2], data[2:]))


def test_other_ranges_are_held(rng):
    class Odds(kerasgan.models.GAN):
        @property
        def signature(self):
            return Entry("odds", self.data_shape, "points", range=(0.0, 1.0))

    def game():
        gan = gan_of((2,), Odds, last="sigmoid")
        gan.compile(run_eagerly=EAGER)
        return gan

    odds = rng.uniform(0, 1, (4, 2)).astype("float32")
    fit(game(), odds)
    refused(game(), r"values in \[0, 1\]. Scale them, or.*x of dtype float32, with", odds - 0.5)
    with pytest.raises(ValueError, match="another `range`.*values down to -2 in .*, in 'odds'"):
        fit(game(), in_batches(odds[:2], odds[2:] * 0 - 2.0))


# Pairs, nested structures, games that unpack by themselves.


class Read(Painter):
    """A game of one network that shows what its losses are given."""

    def players(self):
        def judging(batch):
            self.given = batch
            return {"mean": ops.mean(self.judge([self.image(batch), self.classes(batch)]))}

        return [kerasgan.Player("discriminator", [self.judge], judging, ["mean"])]

    def recipe(self):
        return kerasgan.Recipe(loss=None, optimizers={"discriminator": keras.optimizers.SGD(0.1)})

    def passes(self, batch, training):
        return batch

    def image(self, batch):
        return batch[0][0]

    def classes(self, batch):
        return ops.zeros_like(self.image(batch), "int32")


class Adapted(Read):
    """Source images with labels, and target images."""

    signature = (
        (Entry("xs", (4, 4, 1), "image"), Entry("ys", (), "labels", num_classes=3)),
        Entry("xt", (4, 4, 1), "image"),
    )


def read(cls, *data, **kwargs):
    game = cls()
    game.compile(run_eagerly=True, jit_compile=False)
    game.fit(*data, batch_size=2, shuffle=False, verbose=0, **kwargs)
    return game.given


def test_nested_signatures(rng):
    xs, xt = rng.uniform(-1, 1, (2, 2, 4, 4, 1))
    (images, labels), targets = read(Adapted, (xs, np.array([[2], [1]])), xt)
    np.testing.assert_array_equal(ops.convert_to_numpy(labels), [2, 1])
    np.testing.assert_array_equal(ops.convert_to_numpy(images), xs.astype("float32"))
    np.testing.assert_array_equal(ops.convert_to_numpy(targets), xt.astype("float32"))
    assert keras.backend.standardize_dtype(labels.dtype) == "int32"
    match = r"pairs \(\(xs, ys\), xt\) of batches: xs, images of shape.*; ys, labels, integers"
    with pytest.raises(ValueError, match=match):
        read(Adapted, xs, xt)
    with pytest.raises(ValueError, match=r"label 3 in sample 1 of `x\[1\]`"):
        read(Adapted, (xs, np.array([0, 3])), xt)
    with pytest.raises(ValueError, match=r"2 in x\[0\], 1 in x\[1\], 2 in y"):
        read(Adapted, (xs, np.array([0])), xt)
    with pytest.raises(ValueError, match=r"`x\[0\] / 127.5 - 1.0`"):
        read(Adapted, (xs * 255, np.array([0, 1])), xt)


def test_a_pair_of_an_image_and_a_map(rng):
    class Pair(Read):
        signature = (
            Entry("photo", (4, 4, 1), "image"),
            Entry("map", (4, 4), "map", num_classes=3),
        )

        def image(self, batch):
            return batch[0]

        def classes(self, batch):
            return batch[1][..., None]

    photos, maps = rng.uniform(-1, 1, (2, 4, 4, 1)), rng.integers(0, 3, (2, 4, 4))
    assert read(Pair, photos, maps)[1].shape == (2, 4, 4)
    match = r"pairs \(photo, map\) of batches: photo, images .*; map, maps of classes.*Pass both"
    with pytest.raises(ValueError, match=match):
        read(Pair, photos)
    with pytest.raises(ValueError, match=r"`map.argmax\(axis=-1\)` for one-hot"):
        read(Pair, photos, HOT[maps])


class Own(Read):
    """Reads by an `unpack` of its own, in a version that knew no signatures."""

    signature = kerasgan.AdversarialModel.signature
    num_classes = 3

    def unpack(self, data):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        return (ops.cast(x, "float32"), y)

    def image(self, batch):
        return batch[0]


def test_games_that_only_unpack_are_checked_by_rank(rng):
    images, labels = rng.uniform(-1, 1, (4, 4, 4, 1)).astype("float32"), np.arange(4) % 3
    assert read(Own, images, labels)[1].shape == (2,)
    with pytest.raises(ValueError, match="`x / 127.5 - 1.0`"):
        read(Own, images * 255, labels)
    with pytest.raises(ValueError, match="3 classes.*label 3 in sample 2 of `y`"):
        read(Own, images, labels + 1)
    for bad, match in (
        ((images[2:] * 0 + 9, labels[2:]), "values up to 9 in the batch of step 2"),
        ((images[2:], labels[2:] + 1), "the label 3 in the batch of step 2"),
    ):
        game = Own()
        game.compile(run_eagerly=EAGER)
        with pytest.raises(ValueError, match=match):
            fit(game, Batches([(images[:2], labels[:2]), bad]))


def test_an_unpack_beneath_a_signature_may_take_anything(rng):
    class Scaled(kerasgan.models.GAN):
        def unpack(self, data):
            data = keras.utils.unpack_x_y_sample_weight(data)[0]
            return ops.cast(data["bytes"], "float32") * 0.5

    gan = gan_of((2,), Scaled)
    gan.compile(run_eagerly=EAGER)
    fit(gan, {"bytes": 100 * rng.normal(size=(4, 2))})


def test_an_unpack_beside_a_signature_prepares_what_it_declares(rng):
    class Halved(kerasgan.models.GAN):
        signature = Entry("photos", (8, 8, 1), "image")

        def unpack(self, data):
            photos = super().unpack(data)
            return ops.mean(ops.reshape(photos, (-1, 4, 2, 4, 2, 1)), axis=(2, 4))

    def game():
        gan = gan_of((4, 4, 1), Halved)
        gan.compile(run_eagerly=EAGER)
        return gan

    photos = rng.uniform(-1, 1, (4, 8, 8, 1)).astype("float32")
    fit(game(), photos)
    refused(game(), r"samples of shape \(8, 8, 1\)", photos[:, ::2, ::2])
    with pytest.raises(ValueError, match="up to 255 in the batch of step 2, in 'photos'"):
        fit(game(), in_batches(photos[:2], photos[2:] * 0 + 255))


def test_a_warning_needs_samples_that_a_generator_draws(rng):
    class Positive(Read):
        signature = Entry("counts", (4, 4, 1), "points")

        def image(self, batch):
            return batch

    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="The generator draws")
        read(Positive, rng.uniform(0, 99, (2, 4, 4, 1)))
