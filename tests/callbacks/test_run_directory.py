"""A training in one folder, through real files."""

import json
import shlex
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
from keras import layers
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import kerasgan
from kerasgan.callbacks import Checkpoint, ImageGrid, RunDirectory
from kerasgan.callbacks.run_directory.run_configuration import as_json
from kerasgan.callbacks.run_directory.run_history import RunHistory
from kerasgan.callbacks.run_directory.run_record import git_state
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, assert_equal, fit, mlp_gan, state, tiny_gan

TENSORFLOW = keras.backend.backend() == "tensorflow"
only_once = pytest.mark.skipif(not TENSORFLOW, reason="does not depend on the backend")


class Stop(Exception):
    """What interrupts a training here."""


class StopAfter(keras.callbacks.Callback):
    """Interrupts after some epochs, when the callbacks before it have seen their end."""

    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 == self.epochs:
            raise Stop


IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 8, 8, 1)).astype("float32")


def image_gan():
    """A compiled GAN of one dense layer each, for images."""
    keras.utils.set_random_seed(0)
    pixels = [keras.Input((2,)), layers.Dense(64, "tanh"), layers.Reshape((8, 8, 1))]
    scores = [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1)]
    gan = kerasgan.models.GAN(keras.Sequential(pixels), keras.Sequential(scores), latent_dim=2)
    gan.compile(run_eagerly=EAGER)
    return gan


def history(directory, name="history.jsonl"):
    return [json.loads(line) for line in (directory / name).read_text().splitlines()]


def losses(entries):
    return [entry["generator_loss"] for entry in entries]


def record(directory):
    return json.loads((directory / "run.json").read_text())


def run(directory, epochs=1, make=tiny_gan, callbacks=(), **arguments):
    gan = make()
    return gan, fit(
        gan, epochs=epochs, callbacks=[RunDirectory(directory, **arguments), *callbacks]
    )


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def test_one_line_keeps_everything(tmp_path, capsys):
    gan, directory = image_gan(), tmp_path / "run"
    logs = fit(
        gan, IMAGES, 2, validation_data=IMAGES, callbacks=[RunDirectory(directory)], verbose=2
    )
    assert names(directory) == [
        "checkpoints",
        "configuration.json",
        "history.jsonl",
        "pictures",
        "run.json",
        "tensorboard",
    ]
    assert names(directory / "checkpoints")[0] == "manifest.json"
    assert names(directory / "pictures") == [
        "epoch_0001.png",
        "epoch_0002.png",
        "latest.png",
        "progress.gif",
    ]
    entries = history(directory)
    assert [(entry["epoch"], entry["step"]) for entry in entries] == [(1, 2), (2, 4)]
    assert all(entry["seconds"] > 0 and "T" in entry["time"] for entry in entries)
    for name, values in logs.items():
        assert [entry[name] for entry in entries] == values
    assert entries[0]["generator_learning_rate"] == pytest.approx(2e-4)
    said = capsys.readouterr().out
    assert said.count(str(directory)) == 3 and "Results of 2 epochs" in said


def test_tensorboard_shows_the_logs_and_the_pictures(tmp_path):
    fit(image_gan(), IMAGES, validation_data=IMAGES, callbacks=[RunDirectory(tmp_path)])
    time.sleep(1.1)  # TensorBoard orders its files by the seconds in their names.
    fit(image_gan(), IMAGES, 2, validation_data=IMAGES, callbacks=[RunDirectory(tmp_path)])

    def events(run):
        accumulator = EventAccumulator(str(tmp_path / "tensorboard" / run))
        accumulator.Reload()
        return accumulator

    entries = history(tmp_path)
    for run, tag, name in [
        ("train", "epoch_generator_loss", "generator_loss"),
        ("train", "epoch_generator_learning_rate", "generator_learning_rate"),
        ("validation", "epoch_loss", "val_loss"),
    ]:
        scalars = events(run).Scalars(tag)
        assert [scalar.step for scalar in scalars] == [1, 2]
        np.testing.assert_allclose([s.value for s in scalars], [e[name] for e in entries])
    assert [picture.step for picture in events("").Images("image_grid")] == [1, 2]


def test_the_configuration_makes_the_model_again(tmp_path):
    gan, _ = run(tmp_path, make=lambda: tiny_gan(generator_ema=0.5, loss="wasserstein"))
    again = keras.saving.deserialize_keras_object(
        json.loads((tmp_path / "configuration.json").read_text())
    )
    assert again.get_compile_config() == gan.get_compile_config()
    assert as_json(again.get_config()) == as_json(gan.get_config())


def test_the_record_is_enough_to_repeat_the_run(tmp_path):
    keras.utils.set_random_seed(5)
    data = kerasgan.data.unpaired_arrays(
        IMAGES, IMAGES[:3], 4, seed=9, augment=(layers.RandomFlip(), None)
    )
    gan = pair_gan()
    gan.fit(data, verbose=0, callbacks=[RunDirectory(tmp_path, image_grid=False)])
    start = record(tmp_path)["starts"][0]
    assert start["seeds"] == {"keras": 5, "model": 1, "data": 9}
    assert start["versions"]["keras"] == keras.__version__
    assert start["versions"]["backend"] == keras.backend.backend()
    assert {"python", "kerasgan", "numpy", keras.backend.backend()} < start["versions"].keys()
    assert start["command"] == shlex.join(sys.orig_argv)
    assert start["epochs"] == 1 and start["devices"]
    described = record(tmp_path)["data"]
    assert (described["batch_size"], described["examples"], described["steps"]) == (4, 8, 2)
    flip = keras.saving.deserialize_keras_object(described["augment"][0])
    assert isinstance(flip, layers.RandomFlip)


def pair_gan():
    gan = kerasgan.models.GAN(
        keras.Sequential([keras.Input((2,)), layers.Dense(64), layers.Reshape((8, 8, 1))]),
        keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1)]),
        latent_dim=2,
        seed=1,
    )
    gan.compile(run_eagerly=EAGER)
    return gan


@only_once
def test_the_commit_of_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert git_state() is None
    author = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    (tmp_path / "file").write_text("1")
    for arguments in (["init", "-q"], ["add", "file"], [*author, "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], check=True)
    state = git_state()
    assert len(state["commit"]) == 40 and state["changed"] is False
    (tmp_path / "file").write_text("2")
    assert git_state()["changed"] is True


def test_an_interrupted_run_goes_on_without_epochs_twice(tmp_path, capsys):
    whole, logs = run(tmp_path / "whole", epochs=4)
    directory = tmp_path / "run"
    with pytest.raises(Stop):
        # The second epoch is not in a checkpoint, and yet in the logs.
        run(directory, 4, checkpoint={"every": 3, "unit": "step"}, callbacks=[StopAfter(2)])
    assert len(history(directory)) == 2
    resumed, _ = run(directory, 4, checkpoint={"every": 3, "unit": "step"})
    assert_equal(state(whole), state(resumed))
    assert [entry["epoch"] for entry in history(directory)] == [1, 2, 3, 4]
    assert losses(history(directory)) == logs["generator_loss"]
    assert losses(history(directory, "history.dropped.jsonl")) == logs["generator_loss"][1:2]
    assert len(record(directory)["starts"]) == 2


@only_once
def test_a_rollback_takes_the_logs_back(tmp_path):
    class Once(keras.callbacks.Callback):
        done = False

        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1 and not self.done:
                self.done = True
                raise kerasgan.NonFiniteError("generator", None, 4, np.nan)

    directory = RunDirectory(tmp_path, checkpoint={"every": 3})
    fit(tiny_gan(), epochs=3, on_nonfinite="rollback", callbacks=[directory, Once()])
    entries = history(tmp_path)
    assert [entry["epoch"] for entry in entries] == [1, 2, 3]
    assert [entry["generator_learning_rate"] for entry in entries] == pytest.approx([1e-4] * 3)
    dropped = history(tmp_path, "history.dropped.jsonl")
    assert [entry["generator_learning_rate"] for entry in dropped] == pytest.approx([2e-4] * 2)


@only_once
def test_training_may_begin_again_with_the_same_callback(tmp_path):
    gan, directory = tiny_gan(), RunDirectory(tmp_path)
    fit(gan, epochs=2, callbacks=[directory])
    gan.optimizer.learning_rate = 1e-5  # As a callback may have done.
    fit(gan, epochs=3, callbacks=[directory])
    assert [entry["epoch"] for entry in history(tmp_path)] == [1, 2, 3]


@only_once
def test_a_start_that_failed_at_once_is_forgotten(tmp_path):
    with pytest.raises(ValueError, match="samples of shape"):
        fit(image_gan(), callbacks=[RunDirectory(tmp_path)])
    run(tmp_path, make=tiny_gan)
    assert len(record(tmp_path)["starts"]) == 1


def contents(directory):
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@only_once
def test_a_run_of_another_configuration_is_refused(tmp_path):
    run(tmp_path)
    before = contents(tmp_path)
    for arguments, message in [
        ({"loss": "wasserstein"}, "loss.class_name='Wasserstein', but 'NonSaturating'"),
        (
            {"generator_optimizer": keras.optimizers.Adam(0.1, 0.5)},
            r"learning_rate=0.1\d*, but 0.0",
        ),
        ({"generator_ema": 0.5}, "model.compile_config.generator_ema=0.5, but 0.0 in"),
    ]:
        with pytest.raises(ValueError, match=f"another configuration.*directory.*{message}"):
            run(tmp_path, make=lambda arguments=arguments: tiny_gan(**arguments))
        assert contents(tmp_path) == before


@only_once
def test_other_data_are_refused(tmp_path):
    def train(batch_size=4, seed=1, folder="a"):
        data = kerasgan.data.unpaired_arrays(IMAGES, IMAGES, batch_size, seed=seed)
        pair_gan().fit(data, verbose=0, callbacks=[RunDirectory(tmp_path, image_grid=False)])

    train()
    with pytest.raises(ValueError, match="data.steps=4, but 2"):
        train(batch_size=2)
    with pytest.raises(ValueError, match="data.seed=7, but 1"):
        train(seed=7)
    with pytest.raises(ValueError, match="data.seed_given=False, but True"):
        train(seed=None)


@only_once
def test_names_that_keras_has_numbered_do_not_count(tmp_path):
    run(tmp_path)
    layers.Dense(1), layers.Dropout(0.1)
    gan = tiny_gan()
    assert gan.name != "gan"
    fit(gan, epochs=2, callbacks=[RunDirectory(tmp_path)])


@only_once
def test_logs_are_never_written_over(tmp_path):
    run(tmp_path, checkpoint=False)
    with pytest.raises(ValueError, match="logs of 1 epochs.*no checkpoint.*initial_epoch"):
        run(tmp_path, checkpoint=False)
    (tmp_path / "run.json").unlink()
    with pytest.raises(ValueError, match="holds results, but configuration.json or run.json"):
        run(tmp_path, checkpoint=False)


@only_once
def test_a_record_that_cannot_be_read_is_named(tmp_path):
    gan, _ = run(tmp_path)
    for content in ["{", "[]", '{"format": 99, "starts": []}', '{"format": 1}']:
        (tmp_path / "run.json").write_text(content)
        with pytest.raises(ValueError, match="record of the run cannot be read.*run.json"):
            fit(gan, callbacks=[RunDirectory(tmp_path)])


@only_once
def test_parts_can_be_replaced_and_switched_off(tmp_path):
    checkpoint = Checkpoint(tmp_path / "elsewhere")
    directory = tmp_path / "run"
    given = RunDirectory(directory, image_grid=None, tensorboard=False, checkpoint=checkpoint)
    assert given.checkpoint is checkpoint and given.image_grid is None
    fit(image_gan(), IMAGES, callbacks=[given])
    assert names(directory) == ["configuration.json", "history.jsonl", "run.json"]
    assert (tmp_path / "elsewhere" / "manifest.json").exists()
    grid = RunDirectory(directory, image_grid={"rows": 2}).image_grid
    assert isinstance(grid, ImageGrid) and grid.rows == 2
    with pytest.raises(TypeError, match="Received: checkpoint='every epoch'"):
        RunDirectory(directory, checkpoint="every epoch")


@only_once
def test_hooks_of_parts_are_called_once_and_only_where_there_are_any(tmp_path):
    calls = []

    class Looking(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            calls.append(batch)

    plain = RunDirectory(tmp_path / "a", image_grid=False)
    # Keras runs ahead of the device where no callback looks at the end of batches.
    assert (
        keras.utils.is_default(plain.on_train_batch_end)
        if hasattr(keras.utils, "is_default")
        else not hasattr(plain.on_train_batch_end, "func")
    )
    assert RunDirectory(tmp_path / "b").async_safe
    assert not RunDirectory(tmp_path / "c", image_grid={"unit": "step"}).async_safe
    run(tmp_path / "d", tensorboard=Looking())
    assert calls == [0, 1]


@only_once
def test_models_that_cannot_be_drawn_go_without_pictures(tmp_path, capsys):
    fit(tiny_gan(), callbacks=[RunDirectory(tmp_path)], verbose=2)
    assert "Without pictures. `ImageGrid` draws images" in capsys.readouterr().out
    assert not (tmp_path / "pictures").exists()
    with pytest.raises(ValueError, match="`ImageGrid` draws images"):
        run(tmp_path, image_grid={"rows": 2})


@only_once
def test_lines_cut_short_by_a_crash_and_values_json_does_not_know(tmp_path):
    logs = RunHistory(tmp_path / "history.jsonl")
    logs.append({"epoch": 1, "loss": float("nan"), "count": np.int64(3), "note": "a"})
    logs.append({"epoch": 2, "loss": np.float32(0.5)})
    with logs.path.open("a") as file:
        file.write('{"epoch": 3, "lo')
    assert [entry["epoch"] for entry in logs.read()] == [1, 2]
    assert logs.keep(2) == []
    logs.append({"epoch": 3, "loss": 1.0})
    assert [entry["loss"] for entry in history(tmp_path)] == [None, 0.5, 1.0]
    assert logs.keep(1)[0]["epoch"] == 2
    assert [entry["epoch"] for entry in history(tmp_path)] == [1]


@only_once
def test_a_full_disk_does_not_end_the_training(tmp_path):
    resource = pytest.importorskip("resource")
    logs = RunHistory(tmp_path / "history.jsonl")
    logs.append({"epoch": 1})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, limits[1]))
    try:
        with pytest.warns(UserWarning, match="logs of epoch 2 could not be written"):
            logs.append({"epoch": 2})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    logs.append({"epoch": 3})
    assert [entry["epoch"] for entry in history(tmp_path)] == [1, 3]


@only_once
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # TensorBoard's
def test_a_full_disk_costs_files_and_not_the_training(tmp_path):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    class Disk(keras.callbacks.Callback):
        """Full in the second epoch."""

        def on_epoch_begin(self, epoch, logs=None):
            resource.setrlimit(resource.RLIMIT_FSIZE, (300 if epoch == 1 else limits[0], limits[1]))

    try:
        with pytest.warns(UserWarning, match="could not be written; training goes on") as caught:
            fit(image_gan(), IMAGES, 3, callbacks=[Disk(), RunDirectory(tmp_path)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    told = " ".join(str(warning.message) for warning in caught)
    for name in ("epoch_0002.png", "tensorboard", "history|epoch 2", "checkpoint of step 4"):
        assert any(part in told for part in name.split("|")), (name, told)
    assert [entry["epoch"] for entry in history(tmp_path)][-1] == 3
    assert names(tmp_path / "pictures")[:3] == ["epoch_0001.png", "epoch_0003.png", "latest.png"]
    accumulator = EventAccumulator(str(tmp_path / "tensorboard" / "train"))
    accumulator.Reload()
    assert [scalar.step for scalar in accumulator.Scalars("epoch_loss")][-1] == 3


class Worker(kerasgan.models.GAN):
    """As a worker of a strategy that is not the chief."""

    is_chief = False


def test_workers_beside_the_chief_write_nothing_and_resume(tmp_path):
    def train(gan):
        gan.compile(run_eagerly=EAGER)
        gan.fit(POINTS, batch_size=4, shuffle=False, verbose=0, callbacks=[RunDirectory(tmp_path)])
        return state(gan)

    assert not train(worker()) == []
    assert list(tmp_path.rglob("*.*")) == []
    chief = train(mlp_gan())
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert_equal(chief, train(worker()))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == before


def worker():
    gan = mlp_gan()
    return Worker(gan.generator, gan.discriminator, latent_dim=3, seed=1)
