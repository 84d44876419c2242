"""Data sets where arrays of images are wanted: collected, or refused in words that are true."""

import warnings

import numpy as np
import pytest

from kerasgan.callbacks import Evaluate, ImageGrid
from kerasgan.data import image_folder, unpaired_arrays
from kerasgan.engine.intake import as_samples as module
from kerasgan.engine.intake.as_samples import as_columns, as_samples
from kerasgan.metrics import SampleEvaluation
from kerasgan.models import CycleGAN
from tests.containers import IMAGES, Batches, as_py_dataset, as_tf_data, image_gan
from tests.data.files import folder_of
from tests.engine.games import assert_equal, state

FEATURES = np.random.default_rng(1).normal(size=(16, 2))


def flat(images):
    return np.reshape(images, (len(images), -1))[:, :16] @ FEATURES


def loader(samples):
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.from_numpy(samples))
    return torch.utils.data.DataLoader(data, batch_size=3)


@pytest.mark.parametrize("container", [np.array, as_py_dataset, as_tf_data, loader])
def test_all_and_the_first(container):
    np.testing.assert_array_equal(as_samples("data", container(IMAGES)), IMAGES)
    np.testing.assert_array_equal(as_samples("data", container(IMAGES), 3)[:3], IMAGES[:3])


def test_pairs():
    pairs = Batches([(IMAGES[:3], np.arange(3)), (IMAGES[3:], np.arange(3, 4))])
    np.testing.assert_array_equal(as_samples("data", pairs), IMAGES)
    x, y = as_columns("data", pairs)
    np.testing.assert_array_equal(y, np.arange(4))
    assert len(x) == 4


def test_folders_are_left_as_they_are(tmp_path):
    folder = folder_of(tmp_path, [1, 90, 180])
    expected = image_folder(folder, 4, 2, channels=1, shuffle=False)
    trained = []
    for looks in (True, False):
        data = image_folder(folder, 4, 2, channels=1, seed=3)
        if looks:
            np.testing.assert_array_equal(as_samples("data", data), as_samples("data", expected))
        gan = image_gan()
        gan.fit(data, epochs=2, verbose=0)
        trained.append(state(gan))
    assert_equal(*trained)


def test_files_that_cannot_be_read_are_named(tmp_path):
    (folder_of(tmp_path, [1, 2]) / "words.png").write_bytes(b"not a picture")
    with pytest.raises(ValueError, match="words.png"):
        as_samples("data", image_folder(tmp_path, 4, channels=1))


@pytest.mark.parametrize(
    ("data", "error", "match"),
    [
        (lambda: iter([(IMAGES,)]), None, None),  # No data set: left to other checks.
        (lambda: ((IMAGES,) for _ in range(2)), TypeError, "collect its batches by `np.concat"),
        (lambda: Batches([(IMAGES,)], length=None), ValueError, "must end: take some.*without end"),
        (lambda: as_tf_data(IMAGES).repeat(), ValueError, r"`.take\(n\)`, or leave out `.repeat"),
        (lambda: as_py_dataset(IMAGES[:0]), ValueError, "no samples. Received: real, a data set"),
        (lambda: as_tf_data({"im": IMAGES}), ValueError, r"dictionary with the keys \['im'\]"),
    ],
)
def test_what_cannot_be_collected(data, error, match):
    if error is None:
        as_samples("real", data())
        return
    with pytest.raises(error, match=match) as caught:
        as_samples("real", data())
    assert "Received: " in str(caught.value)


def test_more_than_memory_holds(monkeypatch):
    monkeypatch.setattr(module, "LARGEST", IMAGES[:3].nbytes)
    with pytest.raises(
        ValueError, match=r"2 GiB at most.*more than 4 samples of shape \(4, 4, 1\)"
    ):
        as_samples("data", as_py_dataset(IMAGES))
    as_samples("data", as_py_dataset(IMAGES), 2)


def test_evaluation(tmp_path):
    folder = folder_of(tmp_path, [1, 60, 120, 250])
    array = as_samples("data", image_folder(folder, 4, channels=1, shuffle=False))
    values = []
    for data in (array, image_folder(folder, 4, 3, channels=1), as_py_dataset(array)):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*biased")
            values.append(SampleEvaluation(data, ["fid"], flat)(IMAGES)["fid"])
    np.testing.assert_allclose(values, values[0])


def test_evaluate_in_training():
    gan = image_gan()
    evaluate = Evaluate(as_py_dataset(IMAGES), [lambda real, fake: len(real)], 1, 4, flat)
    history = gan.fit(IMAGES, verbose=0, callbacks=[evaluate]).history
    assert history["<lambda>"] == [4.0]


@pytest.mark.parametrize("size", [2, 8])
def test_other_sizes_are_told(size):
    real = np.zeros((4, size, size, 1), "float32")
    evaluate = Evaluate(real, [lambda a, b: 0.0], 1, 4, lambda x: np.mean(x, axis=(1, 2)))
    match = rf"different shapes.*Received: \({size}, {size}, 1\) real, \(4, 4, 1\) generated"
    with pytest.warns(UserWarning, match=match) as caught:
        image_gan().fit(IMAGES, epochs=3, verbose=0, callbacks=[evaluate])
    assert sum("different shapes" in str(one.message) for one in caught) == 1


def test_inputs_of_a_translator(tmp_path):
    class Translator(CycleGAN):
        def translate(self, images, to, batch_size):
            return -images if to == "y" else images / 2.0

    model = Translator((24, 24, 1), base_filters=1, residual_blocks=1, pool_size=0)
    x, y = np.random.default_rng(0).uniform(-1, 1, (2, 3, 8, 8, 1)).astype("float32")
    pictures = []
    pairs = unpaired_arrays(x, y, shuffle=False)
    for number, inputs in enumerate([(x, y), (as_py_dataset(x), as_tf_data(y)), pairs]):
        grid = ImageGrid(tmp_path / str(number), rows=2, inputs=inputs)
        grid.set_model(model)
        grid.on_train_begin()
        pictures.append(grid.picture(1))
    np.testing.assert_array_equal(pictures[0], pictures[1])
    np.testing.assert_array_equal(pictures[0], pictures[2])
