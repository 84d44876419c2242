"""Trainings that end within an epoch by Ctrl-C or by a callback, and go on exactly there."""

import json
import os
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.callbacks import Checkpoint, RunDirectory
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, assert_equal, fit, state, tiny_gan

MANY = np.tile(POINTS, (2, 1))  # Four batches an epoch.
unless_torch = pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="PyTorch has no steps per execution"
)


@pytest.fixture(autouse=True)
def ctrl_c_interrupts():
    """As at a terminal: shells let what they start in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class At(keras.callbacks.Callback):
    """Does something at a place of the training."""

    def __init__(self, hook, epoch, batch, act):
        super().__init__()
        self.place, self.epoch, self.act = (epoch, batch), 0, act
        self.on_epoch_begin = lambda epoch, logs=None: setattr(self, "epoch", epoch)
        own = {"on_epoch_end": self._at_epoch, "on_test_begin": self._at_test}
        setattr(self, hook, own.get(hook, self._at_batch))

    def _at_batch(self, batch, logs=None):
        if (self.epoch, batch) == self.place:
            self.act(self)

    def _at_epoch(self, epoch, logs=None):
        if epoch == self.place[0]:
            self.act(self)

    def _at_test(self, logs=None):
        self._at_epoch(self.epoch)


def ctrl_c(callback):
    os.kill(os.getpid(), signal.SIGINT)


def interrupt(callback):
    raise KeyboardInterrupt


def stop(callback):
    callback.model.stop_training = True


def play(directory=None, *callbacks, epochs=3, steps=None, data=MANY, **options):
    """Trains a small game; returns its state and history."""
    gan = tiny_gan(**({} if steps is None else {"steps_per_execution": steps, **GRAPH}))
    checkpoint = [] if directory is None else [Checkpoint(directory, every=50)]
    history = fit(gan, data, epochs=epochs, callbacks=[*callbacks, *checkpoint], **options)
    return state(gan), history


GRAPH = {"run_eagerly": False}


def place(directory):
    entry = json.loads((directory / "manifest.json").read_text())["checkpoints"][-1]
    return entry["step"], entry["epoch"], entry["batch"]


def assert_goes_on(directory, whole, **options):
    resumed, rest = play(directory, **options)
    assert_equal(whole[0], resumed)
    for name, values in rest.items():  # The means of the interrupted epoch too.
        np.testing.assert_array_equal(values, whole[1][name][-len(values) :], err_msg=name)
    return rest


@pytest.mark.parametrize(
    "act, hook, batch, expected",
    [
        (ctrl_c, "on_train_batch_begin", 2, (6, 1, 2)),  # The checkpoint looks right after.
        (ctrl_c, "on_train_batch_end", 2, (7, 1, 3)),
        (ctrl_c, "on_epoch_end", None, (8, 2, 0)),
        (interrupt, "on_train_batch_begin", 2, (6, 1, 2)),
        (interrupt, "on_train_batch_end", 0, (5, 1, 1)),
        (interrupt, "on_epoch_end", None, (8, 2, 0)),
    ],
)
def test_ctrl_c_saves_and_stays_what_it_is(act, hook, batch, expected, tmp_path, capsys):
    before = signal.getsignal(signal.SIGINT)
    whole = play()
    with pytest.raises(KeyboardInterrupt):
        play(tmp_path, At(hook, 1, batch, act))
    assert place(tmp_path) == expected
    said = capsys.readouterr().out
    assert said.count(f"Interrupted after step {expected[0]}; the training is saved") == 1
    assert signal.getsignal(signal.SIGINT) is before
    assert_goes_on(tmp_path, whole)


@pytest.mark.parametrize("act", [ctrl_c, interrupt])
def test_validation_does_not_hide_where_it_was(act, tmp_path):
    options = {"validation_data": (POINTS,), "validation_batch_size": 4}
    whole = play(**options)
    with pytest.raises(KeyboardInterrupt):
        play(tmp_path, At("on_test_begin", 1, None, act), **options)
    assert place(tmp_path) == (8, 2, 0)
    assert_goes_on(tmp_path, whole, **options)


class Batches(keras.utils.PyDataset):
    """Is interrupted while it loads."""

    def __init__(self, at=None):
        super().__init__()
        self.at, self.loaded = at, 0

    def __len__(self):
        return 4

    def __getitem__(self, index):
        self.loaded += 1
        if self.loaded == self.at:
            raise KeyboardInterrupt
        return (MANY[4 * index : 4 * index + 4],)


def test_an_interrupt_while_data_are_loaded(tmp_path):
    options = {"batch_size": None, "shuffle": False}
    whole = play(data=Batches(), **options)
    with pytest.raises(BaseException, match="|interrupt") as ended:
        play(tmp_path, data=Batches(at=9), **options)
    if ended.type is not KeyboardInterrupt:
        pytest.skip("TensorFlow makes an error of its own of it")
    step, epoch, batch = place(tmp_path)
    assert 4 * epoch + batch == step > 0
    assert_goes_on(tmp_path, whole, data=Batches(), **options)


def test_the_second_ctrl_c_ends_at_once_and_saves_nothing(tmp_path, capfd):
    before = signal.getsignal(signal.SIGINT)

    def twice(callback):
        ctrl_c(callback)
        ctrl_c(callback)
        raise AssertionError("not at once")

    with pytest.raises(KeyboardInterrupt):
        play(tmp_path, At("on_train_batch_begin", 1, 2, twice))
    assert not (tmp_path / "manifest.json").exists()
    assert signal.getsignal(signal.SIGINT) is before
    assert "Once more ends at once" in capfd.readouterr().err


def test_ctrl_c_in_a_step_saves_no_half_of_it(tmp_path):
    gan = tiny_gan(run_eagerly=keras.backend.backend() != "jax")
    taken = []

    def half(batch):
        if len(taken) == 5:
            raise KeyboardInterrupt
        taken.append(batch)
        return batch

    unpack = gan.unpack
    gan.unpack = lambda data: half(unpack(data))
    if keras.backend.backend() == "jax":
        pytest.skip("a step on JAX is compiled, and whole or not at all")
    with pytest.raises(KeyboardInterrupt):
        fit(gan, MANY, 3, callbacks=[Checkpoint(tmp_path, every=2, unit="step")])
    assert place(tmp_path)[0] == 4


def test_who_handles_ctrl_c_goes_on_to(tmp_path):
    caught = []
    before = signal.signal(signal.SIGINT, lambda *received: caught.append(received))
    try:
        play(tmp_path, At("on_train_batch_begin", 1, 2, ctrl_c))
        assert len(caught) == 1 and place(tmp_path) == (12, 3, 0)
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_works_as_before_when_an_error_has_ended_the_training(tmp_path):
    def fail(callback):
        raise OverflowError

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(OverflowError):
        play(tmp_path, At("on_train_batch_begin", 1, 2, fail))
    assert signal.getsignal(signal.SIGINT) is before
    assert not (tmp_path / "manifest.json").exists()


def test_a_loader_that_the_same_ctrl_c_has_ended(tmp_path):
    def fail(callback):
        ctrl_c(callback)
        raise RuntimeError("a worker exited unexpectedly")

    whole = play()
    with pytest.raises(RuntimeError, match="worker exited"):
        play(tmp_path, At("on_train_batch_begin", 1, 2, fail))
    assert place(tmp_path) == (6, 1, 2)
    assert_goes_on(tmp_path, whole)


def test_an_interrupt_before_the_training_begins(tmp_path):
    checkpoint = Checkpoint(tmp_path)
    for _ in range(2):
        early = keras.callbacks.LambdaCallback(on_train_begin=lambda logs: interrupt(None))
        with pytest.raises(KeyboardInterrupt):
            fit(tiny_gan(), callbacks=[early, checkpoint])
        assert not (tmp_path / "manifest.json").exists()


def test_the_run_directory_saves_too(tmp_path):
    gan, run = tiny_gan(), RunDirectory(tmp_path, checkpoint={"every": 50})
    with pytest.raises(KeyboardInterrupt):
        fit(gan, MANY, 3, callbacks=[At("on_train_batch_begin", 2, 3, ctrl_c), run])
    assert place(tmp_path / "checkpoints") == (11, 2, 3)


SCRIPT = """
import sys, keras, numpy as np, kerasgan
keras.utils.set_random_seed(0)
gan = kerasgan.models.VanillaGAN((2,), 2, 3, 3, seed=0)
gan.compile(run_eagerly=False)
class Tell(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        print("epoch", epoch, flush=True)
callbacks = [Tell(), kerasgan.callbacks.Checkpoint(sys.argv[1], every=10**6)]
points = np.zeros((64, 2), "float32")
gan.fit(points, batch_size=1, epochs=10**6, verbose=0, callbacks=callbacks)
"""


def test_ctrl_c_of_a_process(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for line in process.stdout:
        if line.startswith("epoch 1"):
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    step, epoch, batch = place(tmp_path)
    assert step == 64 * epoch + batch >= 64
    assert f"Interrupted after step {step}; the training is saved" in out
    assert "KeyboardInterrupt" in err and "Once more ends at once" in err
    assert process.returncode == -signal.SIGINT


# Stopped by a callback.


@pytest.mark.parametrize("unit", ["epoch", "step"])
@pytest.mark.parametrize("epoch, batch", [(0, 1), (1, 2)])
def test_what_is_stopped_within_an_epoch_goes_on_within_it(epoch, batch, unit, tmp_path):
    whole = play()
    done = batch + 1
    gan = tiny_gan()
    stopped = [At("on_train_batch_end", epoch, batch, stop), Checkpoint(tmp_path, 1, unit)]
    logs = fit(gan, MANY, 3, callbacks=stopped)
    assert int(gan.optimizer.iterations) == 4 * epoch + done and len(logs["loss"]) == epoch + 1
    assert place(tmp_path) == (4 * epoch + done, epoch, done)
    rest = assert_goes_on(tmp_path, whole)
    assert len(rest["loss"]) == 3 - epoch  # The epoch is ended, and logged as a whole.


def test_it_may_be_stopped_again_and_again(tmp_path):
    whole = play()
    for epoch, batch in [(0, 0), (0, 2), (1, 3), (2, 1)]:
        play(tmp_path, At("on_train_batch_end", epoch, batch, stop))
    assert place(tmp_path) == (10, 2, 2)
    assert_goes_on(tmp_path, whole)


def test_validation_of_a_part_of_an_epoch_leaves_its_means(tmp_path):
    options = {"validation_data": (POINTS,), "validation_batch_size": 4}
    whole = play(**options)
    play(tmp_path, At("on_train_batch_end", 1, 1, stop), **options)
    assert place(tmp_path) == (6, 1, 2)
    assert_goes_on(tmp_path, whole, **options)


def test_a_whole_epoch_is_not_begun_again(tmp_path):
    whole = play()
    for hook, epoch, expected in [("on_train_batch_end", 0, 4), ("on_epoch_end", 1, 8)]:
        play(tmp_path, At(hook, epoch, 3, stop))
        assert place(tmp_path) == (expected, epoch + 1, 0)
    assert_goes_on(tmp_path, whole)


def test_shuffled_pairs_and_pools_go_on_within_the_epoch(tmp_path):
    images = np.random.default_rng(0).uniform(-1, 1, (6, 24, 24, 1)).astype("float32")

    def train(*callbacks):
        keras.utils.set_random_seed(0)
        gan = kerasgan.models.CycleGAN((24, 24, 1), 2, 1, pool_size=3, seed=0)
        gan.compile(generator_ema=0.9, run_eagerly=EAGER)
        data = kerasgan.data.unpaired_arrays(images, images[:5], 2, flip=True, seed=3)
        gan.fit(data, epochs=2, verbose=0, callbacks=list(callbacks))
        return state(gan)

    whole = train()
    train(At("on_train_batch_end", 1, 0, stop), Checkpoint(tmp_path))
    assert place(tmp_path) == (4, 1, 1)
    assert_equal(whole, train(Checkpoint(tmp_path)))


@unless_torch
@pytest.mark.parametrize("act", [stop, ctrl_c])
def test_several_steps_in_one_execution(act, tmp_path):
    whole = play(steps=2)
    try:
        play(tmp_path, At("on_train_batch_end", 1, 1, act), steps=2)
    except KeyboardInterrupt:
        assert act is ctrl_c
    assert place(tmp_path) == (6, 1, 2)
    assert_goes_on(tmp_path, whole, steps=2)


def test_data_that_do_not_tell_their_length(tmp_path):
    def endless():
        while True:
            for start in range(0, 16, 4):
                yield (MANY[start : start + 4],)

    options = {"batch_size": None, "steps_per_epoch": 4, "shuffle": None}
    whole = play(data=endless(), **options)
    play(tmp_path, At("on_train_batch_end", 1, 1, stop), data=endless(), **options)
    assert place(tmp_path) == (6, 1, 2)
    assert_goes_on(tmp_path, whole, data=endless(), **options)


def test_the_logs_hold_each_epoch_once(tmp_path):
    def train(directory, *callbacks):
        fit(tiny_gan(), MANY, 3, callbacks=[*callbacks, RunDirectory(directory)])
        return [json.loads(line) for line in (directory / "history.jsonl").open()]

    whole = train(tmp_path / "whole")
    parts = train(tmp_path / "parts", At("on_train_batch_end", 1, 1, stop))
    assert [entry["step"] for entry in parts] == [4, 6]
    resumed = train(tmp_path / "parts")
    names = ("epoch", "step", "generator_loss")
    assert [[e[n] for n in names] for e in resumed] == [[e[n] for n in names] for e in whole]
