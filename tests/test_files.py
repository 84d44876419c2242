"""Paths that users give: `~` is the home folder wherever one is taken."""

import os
from pathlib import Path

import numpy as np
import pytest

import kerasgan
from kerasgan.callbacks import ImageGrid
from kerasgan.files import new_directory, new_file, user_path
from kerasgan.metrics.feature_statistics import FeatureStatistics
from kerasgan.ops.images import save_image
from tests.engine.games import mlp_gan


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home folder, and a current folder in which nothing may appear."""
    for name in ("home", "current"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME" if os.name == "posix" else "USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "current")
    yield tmp_path / "home"
    assert not list((tmp_path / "current").iterdir())


def test_the_path_itself(home):
    for path in ("~/a/b", Path("~/a/b"), b"~/a/b"):
        assert user_path(path) == home / "a" / "b"
    for path in ("a/~", "/a/~/b", "a", ".", "~nobody-of-this-name/a"):
        assert user_path(path) == Path(path)


def test_what_is_written(home):
    with new_file("~/new/file.txt") as temporary:
        temporary.write_text("words")
    with new_directory("~/folder", replaces=()) as temporary:
        (temporary / "a").write_text("words")
    assert save_image("~/image.png", np.zeros((4, 4, 3))) == home / "image.png"
    kerasgan.latent.save_gif("~/walk.gif", np.zeros((2, 1, 4, 4, 1), "float32"))
    statistics = FeatureStatistics()
    statistics.update(np.eye(3))
    statistics.save("~/statistics.npz")
    assert FeatureStatistics.load("~/statistics.npz").count == 3
    expected = {"new", "folder", "image.png", "walk.gif", "statistics.npz"}
    assert {path.name for path in home.iterdir()} == expected


def test_models_and_callbacks(home):
    gan = mlp_gan()
    gan.save_to_preset("~/preset")
    loaded = type(gan).from_preset("~/preset")
    assert loaded.count_params() == gan.count_params()
    assert ImageGrid("~/grids").directory == home / "grids"
    for path in ("~/nothing", Path("~/nothing")):
        with pytest.raises(FileNotFoundError, match=str(home / "nothing")):
            kerasgan.load_generator(path)
    with pytest.raises(FileExistsError, match="Something stands there already"):
        kerasgan.inference.export_generator(gan, "~/preset", overwrite=False)
