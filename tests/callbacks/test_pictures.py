"""Pictures of any number of channels, and those that cannot be drawn: no training is lost."""

import contextlib
import os
import sys

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

import kerasgan
from kerasgan.callbacks import Checkpoint, DensityPlot, ImageGrid, RunDirectory, TrainingMonitor
from kerasgan.callbacks.series import density_plot as density_plots
from kerasgan.callbacks.series import picture_series
from kerasgan.ops.images import image_grid
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, fit, tiny_gan


def image_gan(channels=1, seed=0):
    """A compiled GAN of one dense layer each, for images."""
    keras.utils.set_random_seed(seed)
    shape = (8, 8, channels)
    pixels = [keras.Input((2,)), layers.Dense(64 * channels, "tanh"), layers.Reshape(shape)]
    scores = [keras.Input(shape), layers.Flatten(), layers.Dense(1)]
    gan = kerasgan.models.GAN(keras.Sequential(pixels), keras.Sequential(scores), latent_dim=2)
    gan.compile(run_eagerly=EAGER)
    return gan


def images(channels=1, count=8):
    return np.random.default_rng(0).uniform(-1, 1, (count, 8, 8, channels)).astype("float32")


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def names(directory):
    return sorted(path.name for path in directory.iterdir())


@pytest.mark.parametrize("channels", [2, 5, 16, 20])
def test_other_channels_are_drawn_side_by_side(channels, tmp_path):
    gan, run = image_gan(channels), RunDirectory(tmp_path, {"rows": 2, "columns": 3})
    told = pytest.warns(UserWarning, match="first 16 channels.*Received: images of 20 channels")
    with told if channels > 16 else contextlib.nullcontext():
        fit(gan, images(channels), 2, callbacks=[run])
    assert names(tmp_path / "pictures")[:2] == ["epoch_0001.png", "epoch_0002.png"]
    assert "progress.gif" in names(tmp_path / "pictures")
    assert "step_000000004.keras" in names(tmp_path / "checkpoints")
    made = gan.generate(6, seed=0)
    panels = [made[..., i] for i in range(min(channels, 16))]
    expected = image_grid(np.concatenate(panels, axis=2), 2, 3, padding=4, scale=8)[..., 0]
    drawn = read(tmp_path / "pictures" / "latest.png").astype(int)
    assert drawn.shape == expected.shape and np.abs(drawn - expected).max() <= 1


def test_a_translator_of_two_channels_is_drawn(tmp_path):
    gan = kerasgan.models.CycleGAN((24, 24, 2), base_filters=2, residual_blocks=1)
    gan.compile(run_eagerly=EAGER)
    x = np.zeros((1, 24, 24, 2), "float32")
    gan.fit(x, x, verbose=0, callbacks=[ImageGrid(tmp_path, 1, "step", inputs=(x, x))])
    assert read(tmp_path / "step_000001.png").shape == (24 * 2 + 8, 6 * (2 * 24 * 2 + 4) + 4)


class Failing(ImageGrid):
    """Cannot draw the second picture."""

    error = ValueError("no such picture")

    def picture(self, number):
        if number == 2:
            raise self.error
        return super().picture(number)


@pytest.mark.parametrize("unit", ["epoch", "step"])
@pytest.mark.parametrize(
    "error", [ValueError("no such picture"), MemoryError("all gone"), ZeroDivisionError("odd")]
)
def test_an_error_while_drawing_is_a_warning(error, unit, tmp_path):
    grid = Failing(tmp_path / "pictures", unit=unit, rows=1, columns=1)
    grid.error = error
    words = f"picture of {unit} 2 could not be made; .*{type(error).__name__}: {error}"
    with pytest.warns(UserWarning, match=words):
        logs = fit(image_gan(), images(), 4, callbacks=[grid, Checkpoint(tmp_path / "c")])
    assert len(logs["loss"]) == 4 and "step_000000008.keras" in names(tmp_path / "c")
    digits = {"epoch": "epoch_000", "step": "step_00000"}[unit]
    found = names(tmp_path / "pictures")
    assert [f"{digits}{n}.png" in found for n in (1, 2, 3, 4)] == [True, False, True, True]
    assert "progress.gif" in found


def test_an_interrupt_while_drawing_stays_one(tmp_path):
    grid = Failing(tmp_path)
    grid.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        fit(image_gan(), images(), 3, callbacks=[grid])


def test_no_checkpoint_waits_for_a_picture(tmp_path):
    class Killed(BaseException):
        """As when drawing takes all memory."""

    grid = Failing(tmp_path / "pictures")
    grid.error = Killed()
    with pytest.raises(Killed):
        fit(image_gan(), images(), 3, callbacks=[RunDirectory(tmp_path, grid)])
    assert "step_000000004.keras" in names(tmp_path / "checkpoints")
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == 2
    gan = image_gan()
    fit(gan, images(), 3, callbacks=[RunDirectory(tmp_path)])  # It goes on after that epoch.
    assert int(gan.optimizer.iterations) == 6


def fail(*args, **kwargs):
    raise RuntimeError("of a library")


def test_neither_plots_nor_animations_end_a_training(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(density_plots, "draw_plane", fail)
    monkeypatch.setattr(picture_series, "save_progress_gif", fail)
    plot = DensityPlot(tmp_path / "plots", POINTS)
    with pytest.warns(UserWarning, match="of a library") as caught:
        assert len(fit(tiny_gan(), epochs=2, callbacks=[plot])["loss"]) == 2
    told = [str(warning.message) for warning in caught]
    assert any("picture of epoch 1" in words for words in told)
    assert any("progress.gif could not be made" in words for words in told)


def test_event_files_end_no_training(tmp_path, monkeypatch):
    # As where TensorBoard is broken: an import that fails.
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    with pytest.warns(UserWarning, match="ImportError|ModuleNotFoundError") as caught:
        fit(image_gan(), images(), 2, callbacks=[RunDirectory(tmp_path)])
    told = " ".join(str(warning.message) for warning in caught)
    assert "The logs in" in told and "The picture in" in told
    assert "epoch_0002.png" in names(tmp_path / "pictures")
    assert "step_000000004.keras" in names(tmp_path / "checkpoints")


@pytest.mark.parametrize("unit", ["epoch", "step"])
def test_a_probe_that_fails_ends_no_training(unit):
    monitor = TrainingMonitor(POINTS, unit=unit)
    broken = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: setattr(monitor, "_probe", fail) if epoch == 1 else None
    )
    with pytest.warns(UserWarning, match="The probe of step . could not be made.*of a library"):
        logs = fit(tiny_gan(), epochs=3, callbacks=[broken, monitor])
    assert len(logs["loss"]) == 3 and len(logs["monitor_spread"]) == 1


def test_the_home_folder_may_be_written_as_such(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    grid = ImageGrid("~/grid", log_dir="~/board", rows=1, columns=1)
    fit(image_gan(), images(), callbacks=[grid, Checkpoint("~/saved"), RunDirectory("~/run")])
    fit(tiny_gan(), callbacks=[DensityPlot("~/plot", POINTS)])
    assert names(tmp_path) == ["board", "grid", "plot", "run", "saved"]
    assert all(os.listdir(tmp_path / name) for name in names(tmp_path))
