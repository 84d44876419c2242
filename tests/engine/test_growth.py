"""Games that grow by stages."""

import warnings

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.callbacks import Checkpoint, Growth
from kerasgan.engine.game.stages import Stages
from tests.conformance.catalogue import EAGER
from tests.engine.games import arrays, assert_equal, differ, number, state, tiny_gan
from tests.engine.growing_games import IMAGES, SIZES, Growing, growing, train

Adam, Scaled = keras.optimizers.Adam, keras.optimizers.LossScaleOptimizer
OPTIMIZERS = {
    "adam": lambda: Adam(0.01),
    "weight decay": lambda: keras.optimizers.AdamW(0.01, weight_decay=0.1),
    "accumulating": lambda: Adam(0.01, gradient_accumulation_steps=3),
    "loss scale": lambda: Scaled(Adam(0.01)),
}
LATENTS = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")


class At(keras.callbacks.Callback):
    """Does something before a batch of an epoch."""

    def __init__(self, epoch, batch, act):
        super().__init__()
        self.place, self.act = (epoch, batch), act

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == self.place:
            self.act()


class Stop(Exception):
    """What interrupts a training here."""


def stop():
    raise Stop


def used(game):
    """The variables that the networks of the present stage have, by identity."""
    return {id(v) for n in (game.generator, game.discriminator) for v in n.weights}


def states_of(optimizer, variable):
    """What an optimizer keeps for a variable."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    index = inner._get_variable_index(variable)
    kept = [inner._momentums, inner._velocities]
    kept += [inner._accumulated_gradients] if inner.gradient_accumulation_steps else []
    return arrays([each[index] for each in kept])


def everything(game):
    """Each variable of the networks of all stages, with what its optimizer keeps for it."""
    found = {}
    for name, optimizer in game.optimizer.players.items():
        for network in game.all_stages.of(name):
            for variable in network.weights:
                kept = states_of(optimizer, variable) if variable.trainable else []
                found[id(variable)] = (variable.path, [*arrays([variable]), *kept])
    return found


def changed(before, after):
    """The identities of variables that have another value, or another state."""
    return {key for key in before if differ(before[key][1], after[key][1])}


@pytest.mark.parametrize("stage", range(3))
def test_a_stage_picks_the_networks(stage, rng):
    game = growing()
    game.set_stage(stage)
    shape = (SIZES[stage], SIZES[stage], 1)
    assert game.stage == stage and game.data_shape == (8, 8, 1)
    assert game.generator.output_shape == (None, *shape)
    assert game.discriminator.input_shape == (None, *shape)
    assert game.generator is game.all_stages.of("generator")[stage]
    for samples in (game(LATENTS), game.predict(LATENTS, verbose=0), game.generate(4, seed=0)):
        assert tuple(samples.shape) == (4, *shape)
    np.testing.assert_allclose(
        game.predict(LATENTS, verbose=0), game.generator.predict(LATENTS, verbose=0), atol=1e-6
    )


def test_all_variables_exist_from_the_start_each_once():
    game = growing(generator_ema=0.9)
    counts = [len(game.variables), len(game.optimizer.variables), game.count_params()]
    assert len(set(map(id, game.variables))) == len(game.variables)
    names = [(v.path, tuple(v.shape)) for v in game.variables]
    for stage in (2, 0, 1):
        game.set_stage(stage)
        assert [len(game.variables), len(game.optimizer.variables), game.count_params()] == counts
        assert [(v.path, tuple(v.shape)) for v in game.variables] == names
    networks = [n for name in ("generator", "discriminator") for n in game.all_stages.of(name)]
    weights = {id(w): int(np.prod(w.shape)) for n in networks for w in n.weights}
    assert counts[2] == sum(weights.values())


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("stage", range(3))
def test_only_what_the_stage_uses_moves(stage, optimizer):
    make = OPTIMIZERS[optimizer]
    game = growing(
        generator_optimizer=make(), discriminator_optimizer=make(), run_eagerly=stage == 1 and EAGER
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # Such as Keras's, of missing gradients.
        for before_that in {2 - stage, stage} - {stage}:  # Something to keep for the others.
            game.set_stage(before_that)
            train(game)
        # While it fades in, all that it uses has a part in what it makes.
        game.set_stage(stage, fade=100 if stage else 0)
        before = everything(game)
        train(game)
    moved, expected = changed(before, everything(game)), used(game)
    assert moved <= expected
    rest = {key for key in expected - moved if before[key][0].endswith("kernel")}
    assert not rest, [before[key][0] for key in rest]


@pytest.mark.parametrize(
    "arguments",
    [
        {"update": "simultaneous"},
        {"discriminator_steps": 2},
        {"penalties": "r1", "loss": "wasserstein"},
        {"penalties": "r1", "loss": "relativistic", "run_eagerly": False},
    ],
    ids=str,
)
def test_every_way_to_train(arguments):
    game = growing(**arguments)
    for stage in range(3):
        game.set_stage(stage, fade=8 if stage else 0)
        before = everything(game)
        history = train(game)
        assert all(np.isfinite(values).all() for values in history.values())
        assert changed(before, everything(game)) <= used(game)
    assert game.samples_seen == 36 and number(game.progress.alpha()) == 1


def test_batches_by_hand():
    game = growing(run_eagerly=False)
    names = set(game.train_on_batch(IMAGES[:4], return_dict=True))
    game.set_stage(2)
    before = everything(game)
    assert set(game.train_on_batch(IMAGES[:4], return_dict=True)) == names
    assert changed(before, everything(game)) & used(game)
    assert set(game.test_on_batch(IMAGES[:4], return_dict=True)) == names
    assert game.samples_seen == 8


@pytest.mark.parametrize("ema", [0, 0.9])
def test_a_change_within_a_fit_equals_one_between_two(ema):
    one, two = (growing(generator_ema=ema, run_eagerly=False) for _ in range(2))
    train(one)
    one.set_stage(1, fade=16)
    train(one, epochs=2, initial_epoch=1)
    # By the model itself, and not by that of the callback, which fetches the state on JAX.
    train(two, epochs=2, callbacks=[At(1, 0, lambda: two.set_stage(1, fade=16))])
    assert_equal(state(one), state(two))


def test_a_change_within_an_epoch_is_of_its_next_batches():
    one, two = growing(run_eagerly=False), growing(run_eagerly=False)
    train(one, callbacks=[At(0, 1, lambda: one.set_stage(1)), At(0, 2, lambda: one.set_stage(2))])
    for stage, batch in enumerate(IMAGES.reshape(3, 4, 8, 8, 1)):
        two.set_stage(stage)
        two.fit(batch, shuffle=False, verbose=0)
    assert one.samples_seen == 12
    assert_equal(arrays(one.weights), arrays(two.weights))


class Record(keras.callbacks.Callback):
    """Notes the stage, the samples before and α of each batch."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_begin(self, batch, logs=None):
        model = self.model
        self.seen.append((model.stage, model.samples_seen, number(model.progress.alpha())))


def test_a_stage_fades_in_by_samples():
    game, record = growing(generator_ema=0.9, run_eagerly=False), Record()
    growth = Growth([(0, 0), (6, 1), (20, 2)], fade=10)
    # The last batch of an epoch holds 2 images.
    train(game, epochs=3, callbacks=[growth, record], batch_size=5)
    stages, samples, alphas = zip(*record.seen, strict=True)
    assert samples == (0, 5, 10, 12, 17, 22, 24, 29, 34)
    assert stages == (0, 0, 1, 1, 1, 2, 2, 2, 2)
    expected = [1, 1, 0, 0.2, 0.7, 0, 0.2, 0.7, 1]
    np.testing.assert_allclose(alphas, expected, rtol=1e-6)
    assert game.samples_seen == 36
    # In the networks and in their average, which does not lag behind.
    assert [number(fade.alpha) for fade in game.fades()] == [1, 1, 1]


def test_what_a_fade_shows_is_between_two_stages():
    game = growing(generator_ema=0.9)
    game.set_stage(1, fade=8)
    made = [game.generate(2, seed=0)]
    game.set_stage(0)
    coarse = np.repeat(np.repeat(game.generate(2, seed=0), 2, axis=1), 2, axis=2)
    np.testing.assert_array_equal(made[0], coarse)  # α is 0 in the beginning.
    game.set_stage(1)
    made.append(game.generate(2, seed=0))
    assert differ(made[:1], made[1:])
    game.set_stage(1, fade=8)
    game.count_samples(2)
    np.testing.assert_allclose(game.generate(2, seed=0), 0.75 * made[0] + 0.25 * made[1], atol=1e-6)


def test_real_samples_are_those_of_the_stage():
    game = growing()
    means = {8: IMAGES}
    for size in (4, 2):
        means[size] = IMAGES.reshape(-1, size, 8 // size, size, 8 // size, 1).mean(axis=(2, 4))
    for stage, size in enumerate(SIZES):
        game.set_stage(stage)
        real = keras.ops.convert_to_numpy(game.unpack(IMAGES))
        np.testing.assert_allclose(real, means[size], atol=1e-6)
    assert_equal([real], [IMAGES])  # Of the last stage, to the bit.
    game.set_stage(1, fade=4)
    game.count_samples(1)
    real = keras.ops.convert_to_numpy(game.unpack(IMAGES))
    before = np.repeat(np.repeat(means[2], 2, axis=1), 2, axis=2)
    np.testing.assert_allclose(real, 0.75 * before + 0.25 * means[4], atol=1e-6)
    with pytest.raises(ValueError, match=r"Received: .*\(12, 4, 4, 1\)"):
        game.fit(means[4], verbose=0)


# The networks of the present stage are evaluated, drawn and exported.


def test_an_evaluation_is_of_the_present_stage(tmp_path):
    game = growing(run_eagerly=False)
    train(game)
    losses = []
    for stage in range(3):
        game.set_stage(stage)
        game.save(tmp_path / "game.keras")
        losses.append(game.evaluate(IMAGES, verbose=0, return_dict=True))
        # One that has never been traced for another stage.
        loaded = keras.saving.load_model(tmp_path / "game.keras")
        assert losses[-1] == loaded.evaluate(IMAGES, verbose=0, return_dict=True)
    assert len({values["loss"] for values in losses}) == 3


def test_validation_goes_with_the_stage():
    game = growing(run_eagerly=False)
    growth = Growth([(12, 1)])
    history = train(game, epochs=2, callbacks=[growth], validation_data=IMAGES)
    again = game.evaluate(IMAGES, verbose=0, return_dict=True, batch_size=4)
    assert history["val_loss"][1] == again["loss"] != history["val_loss"][0]


@pytest.mark.parametrize("ema", [0, 0.9])
def test_export(ema, tmp_path):
    game = growing(generator_ema=ema)
    game.set_stage(1, fade=24)
    train(game)
    kerasgan.export_generator(game, tmp_path / "generator")
    loaded = kerasgan.load_generator(tmp_path / "generator")
    assert loaded.card["data_shape"] == [4, 4, 1]
    np.testing.assert_allclose(loaded(3, seed=0), game.generate(3, seed=0), atol=1e-5)


def test_callbacks_that_look_at_samples(tmp_path):
    game = growing(run_eagerly=False)
    callbacks = [
        Growth([(0, 0), (12, 1), (24, 2)], fade=6),
        kerasgan.callbacks.Evaluate(IMAGES, ["ms"], samples=12, extractor=flat)
        if False
        else kerasgan.callbacks.Evaluate(IMAGES, [distance], samples=12, extractor=flat),
        kerasgan.callbacks.TrainingMonitor(IMAGES),
        kerasgan.callbacks.ImageGrid(tmp_path, rows=2, columns=2),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        history = train(game, epochs=3, callbacks=callbacks)
    assert len(history["distance"]) == len(history["monitor_saturation"]) == 3
    assert len(set(history["monitor_generator_gradient_norm"])) == 3
    from PIL import Image

    sizes = {Image.open(path).size for path in tmp_path.glob("epoch_*.png")}
    assert len(sizes) == 1
    with Image.open(tmp_path / "progress.gif") as gif:
        assert gif.n_frames == 3


def flat(images):
    return keras.ops.reshape(images, (-1, 64))


def distance(real, fake):
    return float(np.abs(real.mean(axis=0) - fake.mean(axis=0)).sum())


# The moving average.


def test_one_average_follows_all_stages():
    game = growing(generator_ema=0.5)
    average = game.average
    own = average.all_stages.of("generator")
    originals = game.all_stages.of("generator")
    for copy, network in zip(own, originals, strict=True):
        assert_equal(arrays(copy.weights), arrays(network.weights))
    weights = [{id(w) for n in networks for w in n.weights} for networks in (own, originals)]
    assert len(weights[0]) == len(weights[1]) and not weights[0] & weights[1]
    assert average.trainable_variables == []
    before = {
        id(w): value for w, value in zip(average.weights, arrays(average.weights), strict=True)
    }
    train(game)
    game.set_stage(1)
    assert game.average is average and game.inference_network("generator") is own[1]
    used_by_first = {id(w) for w in own[0].weights}
    now = {id(w): value for w, value in zip(average.weights, arrays(average.weights), strict=True)}
    for network in own:
        for weight in network.weights:
            moved = differ([before[id(weight)]], [now[id(weight)]])
            assert moved == (id(weight) in used_by_first)
    game.compile(generator_ema=0.25, run_eagerly=EAGER)
    assert game.average is average
    train(game)
    assert arrays([average.moves])[0] == [6]


# Files.


def files_of(game, folder):
    """The game as each kind of file gives it back."""
    game.save(folder / "game.keras")
    yield keras.saving.load_model(folder / "game.keras")
    yield keras.saving.load_model(folder / "game.keras", compile=False)
    game.save_to_preset(folder / "preset")
    yield Growing.from_preset(folder / "preset")
    game.save_to_preset(folder / "small", training_state=False)
    yield Growing.from_preset(folder / "small")
    game.save_weights(folder / "game.weights.h5")
    again = growing(generator_ema=0.9)
    again.load_weights(folder / "game.weights.h5")
    yield again


def test_the_stage_is_in_every_file(tmp_path):
    game = growing(generator_ema=0.9)
    train(game)
    game.set_stage(1, fade=20)
    train(game)
    samples = game.generate(4, seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        for loaded in files_of(game, tmp_path):
            assert loaded.stage == 1 and loaded.samples_seen == 24
            assert number(loaded.progress.alpha()) == pytest.approx(12 / 20)
            assert loaded.generator.output_shape == (None, 4, 4, 1)
            np.testing.assert_array_equal(loaded.generate(4, seed=0), samples)
            np.testing.assert_array_equal(
                loaded.predict(LATENTS, verbose=0), game.predict(LATENTS, verbose=0)
            )


def datasets(path):
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: getattr(item, "shape", None)}))
    return found


def test_files_of_all_stages_are_alike(tmp_path):
    game = growing(generator_ema=0.9)
    layouts = []
    for stage in range(3):
        game.set_stage(stage)
        game.save_weights(tmp_path / f"{stage}.weights.h5")
        layouts.append(datasets(tmp_path / f"{stage}.weights.h5"))
    assert layouts[0] == layouts[1] == layouts[2]


def test_a_loaded_model_goes_on_in_its_stage(tmp_path):
    whole = growing(generator_ema=0.9)
    whole.set_stage(1, fade=30)
    train(whole)
    whole.save(tmp_path / "game.keras")
    loaded = keras.saving.load_model(tmp_path / "game.keras")
    for game in (whole, loaded):
        train(game)
        game.set_stage(2)
        train(game)
    assert_equal(state(whole), state(loaded))


def test_frozen_layers_of_any_stage(tmp_path):
    game = growing()
    game.all_stages.of("generator")[2].layers[-1].trainable = False
    game.all_stages.of("discriminator")[0].trainable = False
    game.set_stage(2)
    game.save(tmp_path / "game.keras")
    loaded = keras.saving.load_model(tmp_path / "game.keras")
    assert [v.trainable for v in loaded.variables] == [v.trainable for v in game.variables]
    before = everything(loaded)
    train(loaded)
    moved = changed(before, everything(loaded))
    frozen = {id(v) for v in loaded.all_stages.of("discriminator")[0].weights}
    assert moved and not moved & frozen


# Trainings that are interrupted.


def play(folder=None, at=None, first=True):
    """Three epochs of three batches, in which the stage changes within the second."""
    game = growing(generator_ema=0.9, run_eagerly=False)
    growth = Growth([(0, 0), (16, 1), (28, 2)], fade=9)
    callbacks = [growth]
    if folder is not None:
        checkpoint = Checkpoint(folder, unit="step")
        callbacks = [checkpoint, growth] if first else [growth, checkpoint]
    callbacks += [At(*at, stop)] if at is not None else []
    history = train(game, epochs=3, callbacks=callbacks)
    return game, history


@pytest.fixture(scope="module")
def whole():
    game, history = play()
    assert game.stage == 2 and game.samples_seen == 36
    return state(game), history, arrays(game.progress.weights)


# Before batch (1, 1) 16 samples were seen, before (2, 1) 28.
PLACES = {
    "before": (1, 0),
    "at": (1, 1),
    "after": (1, 2),
    "after an epoch": (2, 0),
    "at the next": (2, 1),
}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("place", PLACES)
def test_a_resumed_training_grows_as_one_that_was_not_interrupted(whole, place, first, tmp_path):
    if not first and place not in ("at", "at the next"):
        pytest.skip("the order of callbacks matters where both act")
    with pytest.raises(Stop):
        play(tmp_path, PLACES[place], first)
    game, rest = play(tmp_path, first=first)
    assert_equal(whole[0], state(game))
    assert_equal(whole[2], arrays(game.progress.weights))
    for name, values in rest.items():
        np.testing.assert_array_equal(values, whole[1][name][PLACES[place][0] :], err_msg=name)


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="PyTorch has no steps per execution")
def test_several_steps_in_one_execution():
    game, record = growing(run_eagerly=False, steps_per_execution=2), Record()
    growth = Growth([(0, 0), (5, 1), (17, 2)])
    game.fit(
        np.tile(IMAGES, (2, 1, 1, 1)), batch_size=4, epochs=1, verbose=0, callbacks=[growth, record]
    )
    assert [stage for stage, *_ in record.seen] == [0, 1, 1]
    assert game.samples_seen == 24


# Half precision.


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision(policy):
    game = growing(dtype=policy, generator_ema=0.9)
    history = train(game, epochs=3, callbacks=[Growth([(0, 0), (12, 1), (24, 2)], fade=6)])
    assert all(np.isfinite(values).all() for values in history.values())
    assert game.stage == 2 and game.generator.compute_dtype == policy.removeprefix("mixed_")
    assert {v.dtype for v in game.trainable_variables} == {"float32"}
    scaled = [isinstance(o, Scaled) for o in game.optimizer.players.values()]
    assert scaled == [policy == "mixed_float16"] * 2
    samples = game.generate(2, seed=0)
    assert samples.dtype == np.float32 and np.isfinite(samples).all()
    before = everything(game) if policy == "mixed_bfloat16" else None
    game.set_stage(0)
    train(game)
    if before is not None:
        assert changed(before, everything(game)) <= used(game)


# Losses of layers.


def test_regularizers_count_in_their_stages():
    rate = 0.5
    game = growing(regularizer=keras.regularizers.L2(rate), generator_optimizer="sgd")
    for stage in range(3):
        game.set_stage(stage)
        kernels = [w for w in game.generator.weights if getattr(w, "regularizer", None) is not None]
        assert len(kernels) == min(stage + 1, 2)
        expected = sum(rate * (kernel**2).sum() for kernel in arrays(kernels))
        logs = game.evaluate(IMAGES, verbose=0, return_dict=True)
        assert logs["generator_regularization"] == pytest.approx(expected, rel=1e-5)
        assert "generator_regularization" in train(game)


def test_a_term_of_layers_is_logged_in_stages_without_it():
    shared = layers.Dense(4)
    latents = keras.Input((3,))
    small = keras.Model(latents, layers.Dense(2)(shared(latents)))
    large = keras.Model(latents, layers.Dense(2, kernel_regularizer="l2")(shared(latents)))
    judges = [keras.Sequential([keras.Input((2,)), layers.Dense(1)]) for _ in range(2)]

    class Points(kerasgan.GenerativeModel):
        def __init__(self):
            super().__init__(3, seed=1)
            self.declare_stages(generator=[small, large], discriminator=judges)

        def recipe(self):
            return kerasgan.Recipe.with_adam(0.01, beta_1=0.5, loss="wasserstein")

    game = Points()
    game.compile(run_eagerly=EAGER)
    points = IMAGES[:, 0, :2, 0]
    history = game.fit(points, verbose=0).history
    assert history["generator_regularization"] == [0]
    game.set_stage(1)
    assert game.fit(points, verbose=0).history["generator_regularization"][0] > 0


# What is refused.


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        (3, "There are 3 stages, 0 to 2. Received: stage=3"),
        (-1, "There are 3 stages, 0 to 2. Received: stage=-1"),
        (1.0, "A stage is an int, counted from 0. Received: stage=1.0"),
        (True, "A stage is an int.* Received: stage=True"),
        (None, "A stage is an int.* Received: stage=None"),
    ],
)
def test_a_stage_that_there_is_not_is_refused(stage, message):
    game = growing()
    with pytest.raises(ValueError, match=message):
        game.set_stage(stage)
    assert game.stage == 0


@pytest.mark.parametrize(
    ("stage", "fade", "message"),
    [
        (0, 10, "this one has none.*Received: fade=10 for stage 0"),
        (1, -1, "must be an int from 0 up. Received: fade=-1"),
        (1, 0.5, "must be an int from 0 up. Received: fade=0.5"),
    ],
)
def test_a_fade_that_cannot_be_is_refused(stage, fade, message):
    game = growing()
    with pytest.raises(ValueError, match=message):
        game.set_stage(stage, fade=fade)
    assert game.stage == 0


def test_a_game_of_one_stage_does_not_grow(tmp_path):
    gan = tiny_gan()
    assert gan.stage is None
    for act in (lambda: gan.set_stage(0), lambda: gan.samples_seen):
        with pytest.raises(ValueError, match="`declare_stages`. Received: a game of one stage"):
            act()
    gan.save_weights(tmp_path / "gan.weights.h5")
    assert not any("stage" in name for name in datasets(tmp_path / "gan.weights.h5"))


def test_stages_are_checked():
    network = growing().generator
    with pytest.raises(ValueError, match="equal lengths.*Received: {'a': 2, 'b': 1}"):
        Stages({"a": [network, network], "b": [network]})
    with pytest.raises(ValueError, match="equal lengths.*Received: {'a': 0}"):
        Stages({"a": []})
    with pytest.raises(ValueError, match="`keras.Input`.*Received: a with <Dense"):
        Stages({"a": [layers.Dense(1)]})


class Holding(layers.Layer):
    """A layer that uses the kernel of another."""

    def __init__(self, other, **kwargs):
        super().__init__(**kwargs)
        self.other = other

    def call(self, inputs):
        return self.other(inputs)

    def get_config(self):
        return {**super().get_config(), "other": keras.saving.serialize_keras_object(self.other)}

    @classmethod
    def from_config(cls, config):
        other = keras.saving.deserialize_keras_object(config.pop("other"))
        return cls(other, **config)


def test_weights_that_copies_would_not_share_are_refused():
    dense, inputs = layers.Dense(2), keras.Input((2,))
    networks = [keras.Model(inputs, dense(inputs)), keras.Model(inputs, Holding(dense)(inputs))]
    with keras.saving.custom_object_scope({"Holding": Holding}):
        with pytest.raises(ValueError, match="Received: 2 weights, of which the copies have 4"):
            Stages({"a": networks}).copied({"a": networks[0]})


def test_networks_that_are_held_in_one_another_are_copied_as_such():
    inner = keras.Sequential([keras.Input((2,)), layers.Dense(3), layers.Dense(2)])
    inputs = keras.Input((2,))
    outer = keras.Model(inputs, keras.ops.tanh(layers.Dense(2)(inner(inputs))) + 1.0)
    copies = Stages({"a": [inner, outer]}).copied({"a": inner}).of("a")
    points = IMAGES[:, 0, :2, 0]
    for copy, network in zip(copies, (inner, outer), strict=True):
        np.testing.assert_array_equal(copy.predict(points), network.predict(points))
    copies[0].set_weights([w + 1 for w in copies[0].get_weights()])
    assert differ([copies[1].predict(points)], [outer.predict(points)])


@pytest.mark.parametrize("stage", [0, 1])
def test_networks_of_another_stage_may_not_change_either(stage):
    game = growing()
    game.set_stage(stage)
    network = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    game.all_stages.networks[1] = network
    if stage == 1:
        game.set_stage(0)
        game.set_stage(1)
    with pytest.raises(ValueError, match="other variables than at `compile`.*the generator: "):
        train(game)
