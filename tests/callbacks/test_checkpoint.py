"""Training that is interrupted and goes on, through real files."""

import json
import os
import signal
import threading

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.callbacks import Checkpoint
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, assert_equal, fit, state, tiny_gan


class Stop(Exception):
    """What interrupts a training here."""


class StopAt(keras.callbacks.Callback):
    """Interrupts at a batch of an epoch, before its step."""

    def __init__(self, epoch, batch, action=None):
        super().__init__()
        self.place, self.epoch, self.action = (epoch, batch), 0, action

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == self.place:
            if self.action is None:
                raise Stop
            self.action()


def images(count=12, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, (count, 24, 24, 1)).astype("float32")


def pairs():
    """Three shuffled and randomly flipped batches an epoch."""
    arrays = images(6, seed=1), images(5, seed=2)
    return kerasgan.data.unpaired_arrays(*arrays, batch_size=2, flip=True, seed=3)


def cycle_gan():
    keras.utils.set_random_seed(0)
    gan = kerasgan.models.CycleGAN(
        (24, 24, 1), base_filters=2, residual_blocks=1, pool_size=3, seed=0
    )
    gan.compile(generator_ema=0.9, run_eagerly=EAGER)
    return gan


def game(make=tiny_gan, data=None):
    gan = make()
    options = {} if data is None else {"batch_size": None}
    return lambda **kwargs: (
        gan,
        fit(gan, **({} if data is None else {"data": data()}), **options, **kwargs),
    )


def run(play, **kwargs):
    gan, history = play(**kwargs)
    return state(gan), history


GAME, TRANSLATOR = (), (cycle_gan, pairs)


@pytest.mark.parametrize(
    ("case", "place"),
    [(GAME, (1, 0)), (GAME, (1, 1)), (TRANSLATOR, (1, 2))],
    ids=["after an epoch", "in an epoch", "translator"],
)
def test_a_resumed_training_equals_an_uninterrupted_one(case, place, tmp_path):
    whole, history = run(game(*case), epochs=2)
    with pytest.raises(Stop):
        game(*case)(epochs=2, callbacks=[Checkpoint(tmp_path, unit="step"), StopAt(*place)])
    resumed, rest = run(game(*case), epochs=2, callbacks=[Checkpoint(tmp_path)])
    assert_equal(whole, resumed)
    for name, values in rest.items():
        # The means of the interrupted epoch too: they go on from what was seen.
        np.testing.assert_array_equal(values, history[name][place[0] :], err_msg=name)


def test_a_loaded_model_goes_on_in_the_same_epoch_of_the_data(tmp_path):
    whole, _ = run(game(cycle_gan, pairs), epochs=2)
    gan, _ = game(cycle_gan, pairs)(epochs=1)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    loaded.fit(pairs(), initial_epoch=1, epochs=2, verbose=0)
    assert_equal(whole, state(loaded))


def test_another_fit_begins_at_the_beginning(tmp_path):
    gan = tiny_gan()
    fit(gan, epochs=2, callbacks=[Checkpoint(tmp_path)])
    fit(gan, epochs=3, callbacks=[Checkpoint(tmp_path)])
    assert len(fit(gan, epochs=3)["loss"]) == 3


def test_a_finished_training_is_not_repeated(tmp_path, capsys):
    whole, _ = run(game(), epochs=2, callbacks=[Checkpoint(tmp_path)])
    again, history = run(game(), epochs=2, callbacks=[Checkpoint(tmp_path)])
    assert history == {}
    assert_equal(whole, again)
    assert "Resuming from" in capsys.readouterr().out


def files(directory):
    return sorted(path.name for path in directory.iterdir())


def test_it_saves_by_steps_and_keeps_the_newest(tmp_path):
    fit(tiny_gan(), epochs=3, callbacks=[Checkpoint(tmp_path, every=2, unit="step", keep=2)])
    assert files(tmp_path) == ["manifest.json", "step_000000004.keras", "step_000000006.keras"]


def test_it_saves_by_minutes(tmp_path):
    fit(tiny_gan(), epochs=1, callbacks=[Checkpoint(tmp_path, every=1e-9, unit="minute", keep=9)])
    assert files(tmp_path)[1:] == [f"step_00000000{step}.keras" for step in (1, 2)]


def test_it_saves_the_end_where_no_epoch_was_due(tmp_path):
    fit(tiny_gan(), epochs=3, callbacks=[Checkpoint(tmp_path, every=2, keep=5)])
    assert files(tmp_path)[1:] == ["step_000000004.keras", "step_000000006.keras"]


@pytest.mark.parametrize("mode", ["min", "max"])
def test_the_best_is_kept_apart(mode, tmp_path):
    checkpoint = Checkpoint(tmp_path, keep=1, monitor="generator_loss", mode=mode)
    gan = tiny_gan(generator_optimizer="sgd", discriminator_optimizer="sgd")
    history = fit(gan, epochs=5, callbacks=[checkpoint])["generator_loss"]
    best = (np.argmin if mode == "min" else np.argmax)(history)
    name = f"best_step_{2 * (best + 1):09d}.keras"
    assert files(tmp_path) == [name, "manifest.json", "step_000000010.keras"]
    assert json.loads((tmp_path / "manifest.json").read_text())["best"]["value"] == history[best]
    assert keras.saving.load_model(tmp_path / name).optimizer.iterations == 2 * (best + 1)


def test_a_damaged_checkpoint_is_passed_over(tmp_path):
    fit(tiny_gan(), epochs=2, callbacks=[Checkpoint(tmp_path)])
    newest = tmp_path / "step_000000004.keras"
    newest.write_bytes(newest.read_bytes()[:-100])
    gan = tiny_gan()
    with pytest.warns(UserWarning, match="step_000000004.keras' has been changed or damaged"):
        history = fit(gan, epochs=2, callbacks=[Checkpoint(tmp_path)])
    assert len(history["loss"]) == 1


def test_where_all_are_damaged_the_best_is_used_and_then_none(tmp_path):
    def train():
        checkpoint = Checkpoint(tmp_path, keep=1, monitor="generator_loss")
        return fit(tiny_gan(), epochs=2, callbacks=[checkpoint])["loss"]

    train()
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (best,) = tmp_path.glob("best_*")
    (newest,) = tmp_path.glob("step_*")
    newest.write_bytes(b"")
    with pytest.warns(UserWarning, match="step_.* changed or damaged; the one before it is used"):
        fit(tiny_gan(), epochs=manifest["best"]["epoch"], callbacks=[Checkpoint(tmp_path)])
    best.unlink()
    newest.write_bytes(b"")
    with pytest.warns(UserWarning, match="best_.* is missing; no other is left: training begins"):
        assert len(train()) == 2


def test_checkpoints_without_their_manifest_are_not_removed(tmp_path):
    fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])
    (tmp_path / "manifest.json").unlink()
    match = r"no manifest.json.*Put it back.*Received: \['step_000000002.keras'\]"
    with pytest.raises(ValueError, match=match):
        fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])
    assert files(tmp_path) == ["step_000000002.keras"]


def test_a_file_that_the_first_manifest_does_not_list_yet_is_left_from_a_kill(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": 1, "checkpoints": []}')
    (tmp_path / "step_000000001.keras").write_bytes(b"whole, but where in the training?")
    assert len(fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])["loss"]) == 1
    assert files(tmp_path) == ["manifest.json", "step_000000002.keras"]


def test_leftovers_of_an_interrupted_writing_are_removed(tmp_path):
    (tmp_path / ".step_000000001.partial.keras").write_bytes(b"half")
    fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])
    assert files(tmp_path) == ["manifest.json", "step_000000002.keras"]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"format": 99, "checkpoints": []}',
        '{"format": 1, "checkpoints": [{"file": "../x.keras", "sha256": "", "step": 1, "epoch": 1,'
        ' "batch": 0}]}',
        '{"format": 1, "checkpoints": [{"file": "x.keras"}]}',
        '{"format": 1, "checkpoints": [7]}',
    ],
)
def test_a_list_that_cannot_be_read_stops_before_training(content, tmp_path):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ValueError, match="list of checkpoints cannot be read.*manifest.json"):
        fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])
    with pytest.raises(ValueError, match="does not fit this model.*step_000000002.keras"):
        fit(cycle_gan(), data=pairs(), batch_size=None, callbacks=[Checkpoint(tmp_path)])


def test_it_can_refuse_to_resume(tmp_path):
    fit(tiny_gan(), callbacks=[Checkpoint(tmp_path, resume=False)])
    with pytest.raises(ValueError, match="holds checkpoints of an earlier training"):
        fit(tiny_gan(), callbacks=[Checkpoint(tmp_path, resume=False)])


def test_a_full_disk_does_not_end_the_training(tmp_path):
    resource = pytest.importorskip("resource")
    fit(tiny_gan(), epochs=1, callbacks=[Checkpoint(tmp_path)])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.warns(UserWarning, match="could not be written; training goes on"):
            history = fit(tiny_gan(), epochs=3, callbacks=[Checkpoint(tmp_path)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(history["loss"]) == 2
    assert files(tmp_path) == ["manifest.json", "step_000000002.keras"]
    assert len(fit(tiny_gan(), epochs=3, callbacks=[Checkpoint(tmp_path)])["loss"]) == 2


def test_sigterm_saves_and_leaves(tmp_path, capsys):
    before = signal.getsignal(signal.SIGTERM)
    whole, _ = run(game(), epochs=3)
    checkpoint = Checkpoint(tmp_path, every=100)
    stop = StopAt(1, 0, lambda: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit) as left:
        game()(epochs=3, callbacks=[stop, checkpoint])
    assert left.value.code == 143
    assert "Terminated by SIGTERM after step" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGTERM) is before
    resumed, _ = run(game(), epochs=3, callbacks=[Checkpoint(tmp_path)])
    assert_equal(whole, resumed)


def test_sigterm_works_as_before_when_an_error_has_ended_the_training(tmp_path):
    caught = []
    before = signal.signal(signal.SIGTERM, lambda *received: caught.append(received))
    try:
        with pytest.raises(Stop):
            fit(tiny_gan(), callbacks=[Checkpoint(tmp_path), StopAt(0, 1)])
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert len(caught) == 1


def test_a_state_that_is_not_finite_is_not_saved(tmp_path):
    gan = tiny_gan(generator_optimizer=keras.optimizers.SGD(1e30))
    with pytest.raises(kerasgan.NonFiniteError, match="step 2"):
        fit(gan, callbacks=[Checkpoint(tmp_path, unit="step", keep=9)])
    assert files(tmp_path)[1:] == ["step_000000001.keras"]


def test_it_works_beside_the_main_thread(tmp_path):
    thread = threading.Thread(target=lambda: fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)]))
    thread.start()
    thread.join()
    assert files(tmp_path) == ["manifest.json", "step_000000002.keras"]


def test_an_optimizer_that_does_not_fit_is_not_left_out(tmp_path):
    fit(tiny_gan(), callbacks=[Checkpoint(tmp_path)])
    with pytest.raises(ValueError, match="does not fit this model.*optimizer"):
        fit(tiny_gan(generator_optimizer="sgd"), callbacks=[Checkpoint(tmp_path)])


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="PyTorch has no steps per execution")
def test_several_steps_in_one_execution(tmp_path):
    def play(epochs, *callbacks):
        gan = tiny_gan(run_eagerly=False, steps_per_execution=2)
        fit(gan, np.tile(POINTS, (2, 1)), epochs=epochs, callbacks=list(callbacks))
        return state(gan)

    whole = play(2)
    with pytest.raises(Stop):
        play(2, Checkpoint(tmp_path, unit="step"), StopAt(1, 2))
    assert_equal(whole, play(2, Checkpoint(tmp_path)))


def test_another_number_of_steps_in_one_execution_is_refused(tmp_path):
    with pytest.raises(Stop):
        fit(tiny_gan(), callbacks=[Checkpoint(tmp_path, unit="step"), StopAt(0, 1)])
    if keras.backend.backend() == "torch":
        pytest.skip("PyTorch has no steps per execution")
    with pytest.raises(ValueError, match="steps_per_execution=2"):
        fit(tiny_gan(steps_per_execution=2), callbacks=[Checkpoint(tmp_path)])


@pytest.mark.parametrize(
    "arguments",
    [{"every": 0}, {"every": 1.5}, {"unit": "hour"}, {"keep": 0}, {"mode": "best"}],
)
def test_arguments_are_checked(arguments, tmp_path):
    with pytest.raises(ValueError, match=f"Received: {next(iter(arguments))}="):
        Checkpoint(tmp_path, **arguments)


def test_a_monitor_that_is_not_logged_is_named(tmp_path):
    with pytest.raises(ValueError, match="Received: monitor='fid'"):
        fit(tiny_gan(), callbacks=[Checkpoint(tmp_path, monitor="fid")])
