"""Values that callbacks go by: measured every few epochs, misspelt, or no measure at all."""

import json
import warnings

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.callbacks import Checkpoint, Evaluate, ForPlayer, RunDirectory, TrainingMonitor
from tests.conformance.catalogue import EAGER
from tests.engine import games
from tests.engine.games import POINTS, fit, tiny_gan, tug

REAL = np.random.default_rng(1).normal(size=(16, 2)).astype("float32")


@pytest.fixture(autouse=True)
def no_warnings():
    """Of Keras neither: it warns where a value is missing."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", ".*(not available|only with)", UserWarning)
        yield


def scripted(*values):
    """A measure of which the values are known beforehand."""
    course = iter(values)

    def gap(real, fake):
        return next(course)

    return gap


def measured(*values, every):
    return Evaluate(REAL, [scripted(*values)], every=every, samples=4, extractor=np.asarray)


def best_step(directory):
    return json.loads((directory / "manifest.json").read_text())["best"]["step"]


SOURCES = {  # What measures, what is watched, the epochs that have a value.
    "Evaluate": (lambda: [measured(5.0, 1.0, 3.0, every=2)], "gap", (2, 4, 6), {}),
    "Evaluate, late": (lambda: [measured(1.0, every=4)], "gap", (4,), {}),
    "validation_freq": (
        lambda: [],
        "val_generator_loss",
        (2, 4, 6),
        {"validation_data": (POINTS,), "validation_freq": 2},
    ),
    "validation in some epochs": (
        lambda: [],
        "val_generator_loss",
        (1, 5),
        {"validation_split": 0.5, "validation_freq": [1, 5]},
    ),
    "TrainingMonitor": (lambda: [TrainingMonitor(REAL, 3)], "monitor_distance", (3, 6), {}),
    "TrainingMonitor by steps": (
        lambda: [TrainingMonitor(REAL, 4, "step")],
        "monitor_distance",
        (2, 4, 6),
        {},
    ),
}


@pytest.mark.parametrize("keeper", ["Checkpoint", "RunDirectory", "ModelCheckpoint"])
@pytest.mark.parametrize("source", SOURCES)
def test_the_best_is_that_of_the_epochs_that_were_measured(source, keeper, tmp_path):
    make, monitor, epochs, options = SOURCES[source]
    keras_own = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.keras", monitor, mode="min", save_best_only=True
    )
    callback = {
        "Checkpoint": Checkpoint(tmp_path / "checkpoints", monitor=monitor),
        "RunDirectory": RunDirectory(tmp_path, False, {"monitor": monitor}, False),
        "ModelCheckpoint": keras_own,
    }[keeper]
    gan = tiny_gan()
    values = fit(gan, epochs=6, callbacks=[*make(), callback], **options)[monitor]
    assert len(values) == len(epochs)
    assert int(gan.optimizer.iterations) % 6 == 0  # All six epochs.
    best = epochs[int(np.argmin(values))] * int(gan.optimizer.iterations) // 6
    if keeper == "ModelCheckpoint":
        loaded = keras.saving.load_model(tmp_path / "best.keras")
        assert int(loaded.optimizer.iterations) == best
    else:
        assert best_step(tmp_path / "checkpoints") == best


@pytest.mark.parametrize("best", [False, True])
def test_names_of_files_may_hold_what_is_measured(best, tmp_path):
    path = tmp_path / "{epoch}_{gap:.1f}.keras"
    keeper = keras.callbacks.ModelCheckpoint(path, "gap", mode="min", save_best_only=best)
    fit(tiny_gan(), epochs=6, callbacks=[measured(3.0, 1.0, 2.0, every=2), keeper])
    found = sorted(file.name for file in tmp_path.iterdir())
    assert found == ["2_3.0.keras", "4_1.0.keras", *([] if best else ["6_2.0.keras"])]
    with pytest.raises(ValueError, match="Received: (filepath|monitor)='.*gap"):
        fit(tiny_gan(), callbacks=[keeper])


@pytest.mark.parametrize("every, patience, stopped", [(1, 2, 4), (2, 2, 8), (3, 1, 9)])
def test_patience_counts_measurements(every, patience, stopped):
    stop = keras.callbacks.EarlyStopping("gap", mode="min", patience=patience)
    values = measured(3.0, 2.0, 2.5, 2.4, 2.3, every=every)
    logs = fit(tiny_gan(), epochs=15, callbacks=[values, stop])
    assert len(logs["loss"]) == stopped == stop.stopped_epoch + 1
    assert "on_epoch_end" not in vars(stop)  # It is as it was.


@pytest.mark.parametrize("player", [None, "generator"])
@pytest.mark.parametrize("every", [1, 3])
def test_a_plateau_counts_measurements_and_logs_the_rate_of_each_epoch(every, player):
    plateau = keras.callbacks.ReduceLROnPlateau("gap", 0.5, patience=2, mode="min")
    callback = plateau if player is None else ForPlayer(player, plateau)
    gan = tiny_gan()
    logs = fit(gan, epochs=3 * every, callbacks=[measured(1.0, 2.0, 3.0, every=every), callback])
    rate = "learning_rate" if player is None else "generator_learning_rate"
    assert logs[rate] == pytest.approx([2e-4] * 3 * every)  # As the last epoch began.
    assert float(gan.optimizer.players["generator"].learning_rate) == pytest.approx(1e-4)


def test_a_callback_is_as_it_was_after_an_error_too():
    def fails(real, fake):
        raise RuntimeError("as a measure may")

    stop = keras.callbacks.EarlyStopping("fails", mode="min")
    evaluate = Evaluate(REAL, [fails], samples=4, extractor=np.asarray)
    with pytest.raises(RuntimeError, match="as a measure may"):
        fit(tiny_gan(), callbacks=[evaluate, stop])
    assert "on_epoch_end" not in vars(stop)


def plateau(name, folder):
    return keras.callbacks.ReduceLROnPlateau(name, mode="min")


def best_only(name, folder):
    return keras.callbacks.ModelCheckpoint(
        folder / "a.keras", name, mode="min", save_best_only=True
    )


WATCHERS = {
    "Checkpoint": lambda name, folder: Checkpoint(folder / "a", monitor=name),
    "RunDirectory": lambda name, folder: RunDirectory(folder, checkpoint={"monitor": name}),
    "EarlyStopping": lambda name, folder: keras.callbacks.EarlyStopping(name, mode="min"),
    "ReduceLROnPlateau": plateau,
    "ForPlayer": lambda name, folder: ForPlayer("generator", plateau(name, folder)),
    "ModelCheckpoint": best_only,
    "CallbackList": lambda name, folder: keras.callbacks.CallbackList(
        [best_only(name, folder)], model=tiny_gan()
    ),
}


@pytest.mark.parametrize("make", WATCHERS.values(), ids=WATCHERS)
@pytest.mark.parametrize(
    "name, remedy",
    [
        ("generater_loss", "come with `Evaluate`"),
        ("val_loss", "need `validation_data`"),
        ("fid", "come with `Evaluate`"),
    ],
)
def test_names_that_will_not_come_are_refused_before_training(name, remedy, make, tmp_path):
    gan, callback = tiny_gan(), make(name, tmp_path)
    callbacks = callback if hasattr(callback, "callbacks") else [callback]
    match = f"(?s){remedy}.*'generator_loss'.*Received: monitor='{name}'"
    with pytest.raises(ValueError, match=match):
        fit(gan, callbacks=callbacks)
    assert int(gan.optimizer.iterations) == 0


def test_what_stands_after_is_named(tmp_path):
    for late in (measured(1.0, every=1), TrainingMonitor(REAL)):
        name = sorted(late.log_names(tiny_gan()))[0]
        with pytest.raises(ValueError, match=f"stands after: give that one first.*'{name}'"):
            fit(tiny_gan(), callbacks=[Checkpoint(tmp_path, monitor=name), late])


class Logs(keras.callbacks.Callback):
    """Adds to the logs what nobody else knows of."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            logs["mine"] = 1.0


class LoggingGAN(kerasgan.models.GAN):
    """A model that logs more than its terms."""

    def game_step(self, data):
        return {**super().game_step(data), "mine": keras.ops.ones(())}


@pytest.mark.parametrize("source", ["callback", "function", "part", "model"])
def test_what_may_come_from_the_users_code_is_waited_for(source, tmp_path):
    gan, callbacks = tiny_gan(), []
    if source == "model":
        gan = LoggingGAN(gan.generator, gan.discriminator, latent_dim=3)
        gan.compile(run_eagerly=EAGER)
    else:
        own = Logs()
        function = keras.callbacks.LambdaCallback(on_epoch_end=own.on_epoch_end)
        wrapped = RunDirectory(tmp_path / "run", False, False, tensorboard=own)
        callbacks = [{"callback": own, "function": function, "part": wrapped}[source]]
    fit(gan, epochs=3, callbacks=[*callbacks, Checkpoint(tmp_path / "c", monitor="mine")])
    assert best_step(tmp_path / "c") == (2 if source == "model" else 4)


def test_all_that_is_logged_is_known_beforehand():
    gap = scripted(1.0)
    evaluate = Evaluate(REAL, ["kid", "precision_recall", gap], 1, 8, np.asarray)
    monitor = TrainingMonitor(REAL)
    rates = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)
    gan = tiny_gan()
    with pytest.warns(UserWarning, match="of 8 samples"):
        logs = fit(gan, callbacks=[evaluate, monitor, ForPlayer("generator", rates)])
    assert evaluate.log_names(gan) == {"kid", "kid_std", "precision", "recall", "gap"}
    assert monitor.log_names(gan) == {n for n in logs if "monitor_" in n} | {"monitor_saturation"}
    assert ForPlayer("generator", rates).log_names(gan) == {"generator_learning_rate"}
    assert evaluate.log_names(gan) | {"generator_learning_rate"} < logs.keys()


@pytest.mark.parametrize("watcher", ["EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint"])
@pytest.mark.parametrize("name", ["generator_loss", "val_discriminator_loss", "gap"])
def test_which_way_is_better_is_asked_before_training(name, watcher, tmp_path):
    make = getattr(keras.callbacks, watcher)
    path = [tmp_path / "{epoch}.keras"] if watcher == "ModelCheckpoint" else []
    gan = tiny_gan()
    with pytest.raises(ValueError, match=f"{watcher}.*mode='min'.*monitor='{name}' with mode="):
        fit(
            gan,
            validation_data=(POINTS,),
            callbacks=[measured(1.0, every=1), make(*path, monitor=name)],
        )
    assert int(gan.optimizer.iterations) == 0


@pytest.mark.parametrize("name", ["loss", "val_loss"])
def test_a_sum_of_adversaries_losses_is_no_measure(name, tmp_path):
    stop = keras.callbacks.EarlyStopping(name)
    best = keras.callbacks.ModelCheckpoint(tmp_path / "a.keras", name, save_best_only=True)
    own = Checkpoint(tmp_path / "b", monitor=name)
    match = (
        f"^`EarlyStopping` and `ModelCheckpoint` and `Checkpoint` will go by `{name}`, the sum of "
        "the losses of discriminator, generator.*no measure.*Evaluate.*monitor='fid', mode='min'"
    )
    with pytest.warns(UserWarning, match=match) as caught:
        fit(tiny_gan(), validation_data=(POINTS,), callbacks=[stop, best, own])
    (told,) = [warning for warning in caught if "no measure" in str(warning.message)]
    assert told.filename == games.__file__  # Where `fit` is called.
    with pytest.warns(UserWarning, match="of left, right"):
        tug().fit(
            POINTS[:, :1],
            validation_data=(POINTS[:, :1],),
            verbose=0,
            callbacks=[ForPlayer("left", keras.callbacks.ReduceLROnPlateau(name))],
        )


def test_what_is_a_measure_or_not_sought_is_not_warned_of(tmp_path):
    every = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras")
    fit(tiny_gan(), callbacks=[every, keras.callbacks.TerminateOnNaN()])
    alone = kerasgan.models.GMMN((2,), latent_dim=2, generator_units=(3,))
    alone.compile(run_eagerly=EAGER)
    alone.fit(POINTS, batch_size=8, verbose=0, callbacks=[keras.callbacks.EarlyStopping("loss")])
