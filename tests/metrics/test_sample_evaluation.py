"""Named metrics are those of the functions, told with their settings; features are kept."""

import warnings

import keras
import numpy as np
import pytest

from kerasgan import metrics
from kerasgan.metrics import FeatureExtractor, SampleEvaluation
from kerasgan.metrics.named_metrics import NAMED

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
)
IMAGES = np.random.default_rng(0).uniform(-1, 1, (24, 12, 12, 1)).astype("float32")
FAKE = np.clip(IMAGES[:, ::-1] * 0.8 + 0.1, -1, 1)


def classes(images):
    powers = np.exp(images.reshape(len(images), -1)[:, :3])
    return {
        "features": images.reshape(len(images), -1)[:, :8],
        "probabilities": powers / powers.sum(axis=1, keepdims=True),
    }


@pytest.mark.filterwarnings("ignore:.* samples is biased")
def test_named_metrics_are_those_of_the_functions():
    evaluate = SampleEvaluation(IMAGES, list(NAMED), classes)
    labels = np.arange(20) % 3
    values = evaluate(FAKE[:20], labels)
    settings = {
        "kid": {"subsets": 100, "subset_size": 20, "seed": 2020},
        "precision_recall": {"k": 3},
        "density_coverage": {"k": 5},
        "inception_score": {"splits": 10, "seed": 2020},
        "ms_ssim": {"pairs": 100, "seed": 0},
    }
    assert evaluate.description == {
        "extractor": "classes",
        "weights": None,
        "resize": None,
        "real_samples": 24,
        "samples": 20,
        "settings": settings,
    }
    real, fake = classes(IMAGES)["features"], classes(FAKE[:20])["features"]
    told = classes(FAKE[:20])["probabilities"]
    kernel = metrics.kernel_distance(real, fake, **settings["kid"])
    near = metrics.precision_recall(real, fake, k=3)
    balls = metrics.density_coverage(real, fake, k=5)
    score = metrics.inception_score(told, **settings["inception_score"])
    assert values == pytest.approx(
        {
            "fid": metrics.frechet_distance(real, fake),
            "kid": kernel.mean,
            "kid_std": kernel.std,
            "precision": near.precision,
            "recall": near.recall,
            "density": balls.density,
            "coverage": balls.coverage,
            "inception_score": score.mean,
            "inception_score_std": score.std,
            "ms_ssim": metrics.ms_ssim_diversity(FAKE[:20], **settings["ms_ssim"]).mean,
            "conditional_accuracy": np.mean(told.argmax(axis=1) == labels),
        }
    )


def test_few_samples_warn_once():
    evaluate = SampleEvaluation(IMAGES, extractor=classes)
    with pytest.warns(UserWarning, match="samples is biased") as caught:
        evaluate(FAKE)
    # A Fréchet distance, and precision and recall; at the line above.
    assert len(caught) == 2 and caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        evaluate(FAKE)


class Counting:
    """An extractor whose images are counted, of a model that tells it from others."""

    def __init__(self, scale, name="counting"):
        self.seen = 0
        self.model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        self.model.set_weights([np.full((1, 1), scale, "float32"), np.zeros(1)])
        self.extractor = FeatureExtractor(name, self.function, model=self.model)

    def function(self, images):
        self.seen += len(images)
        scale = self.model.get_weights()[0][0, 0]
        found = classes(images)
        return {**found, "features": scale * found["features"]}


PROBES = 16  # Where code of the user's makes the features, so many are compared with those kept.


def seen(scale, data, cache, name="counting"):
    """How many real images the extractor looked at, and what the metric found of them."""
    counting = Counting(scale, name)
    evaluate = SampleEvaluation(data, ["inception_score", mean], counting.extractor, 64, cache)
    before = counting.seen
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return before, evaluate(FAKE)


def mean(real, fake):
    return real.mean()


def test_features_of_real_data_are_kept(tmp_path):
    folder = tmp_path / "a" / "b"
    count, first = seen(2.0, IMAGES, folder)
    assert count == 24
    assert seen(2.0, IMAGES.copy(), folder) == (PROBES, first)
    # Another extractor, name, and data have files of their own.
    count, other = seen(3.0, IMAGES, folder)
    assert count == 24 and other["mean"] == pytest.approx(1.5 * first["mean"])
    changed = IMAGES.copy()
    changed[-1, -1, -1] += 1e-3
    for arguments in ((3.0, IMAGES, folder, "renamed"), (3.0, changed, folder)):
        assert seen(*arguments)[0] == 24
        assert seen(*arguments)[0] == PROBES
    assert seen(3.0, IMAGES.astype("float64"), folder)[0] == 24
    assert seen(3.0, IMAGES[:23], folder)[0] == 23
    assert [path.suffix for path in folder.iterdir()] == [".npz"] * 6
    assert seen(2.0, IMAGES, None)[0] == 24


def test_a_damaged_file_is_made_anew(tmp_path):
    _, expected = seen(2.0, IMAGES, tmp_path)
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    with np.load(path) as file:
        arrays = dict(file)
    changed = bytearray(content)
    changed[content.index(arrays["features"].tobytes())] ^= 1  # One bit.
    np.savez(tmp_path / "fewer.npz", **{**arrays, "features": arrays["features"][1:]})
    np.savez(tmp_path / "pickled.npz", **{**arrays, "features": np.array([None])})
    np.savez(tmp_path / "other.npz", **{**arrays, "fingerprint": np.str_("{}")})
    files = [tmp_path / f"{name}.npz" for name in ("fewer", "pickled", "other")]
    damaged = [content[:-40], b"", bytes(changed), *(file.read_bytes() for file in files)]
    for wrong in damaged:
        path.write_bytes(wrong)
        with pytest.warns(UserWarning, match="computed anew.*Received: .*npz"):
            counting = Counting(2.0)
            SampleEvaluation(IMAGES, [mean], counting.extractor, cache=tmp_path)
        assert counting.seen == 24
        assert seen(2.0, IMAGES, tmp_path) == (PROBES, expected)


def test_features_of_functions_are_not_kept(tmp_path):
    with pytest.raises(ValueError, match="leave `cache` out. Received: .*'classes'"):
        SampleEvaluation(IMAGES, extractor=classes, cache=tmp_path)
    assert not list(tmp_path.iterdir())


def network(*layers, size=12):
    return keras.Sequential([keras.Input((size, size, 1)), *layers], name="network")


def kept(model, cache, **arguments):
    """The mean of the features of real data, as kept, and afresh."""
    extractor = metrics.get_extractor(model, **arguments)
    found = []
    for folder in (cache, None):
        evaluate = SampleEvaluation(IMAGES, [mean], extractor, cache=folder)
        found.append(evaluate._real["features"])
    return found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([keras.layers.Rescaling(1.0)], [keras.layers.Rescaling(127.5)]),
        ([keras.layers.AveragePooling2D(2)], [keras.layers.MaxPooling2D(2)]),
        ([keras.layers.Identity()], [keras.layers.ReLU()]),
    ],
    ids=["scale", "pooling", "activation"],
)
def test_networks_without_weights_are_told_apart(first, second, tmp_path):
    for layers in (first, second, first):
        np.testing.assert_array_equal(*kept(network(*layers), tmp_path))
    assert len(list(tmp_path.iterdir())) == 2


def test_the_same_network_built_again_is_not_computed_again(tmp_path, monkeypatch):
    def build():
        inputs = keras.Input((12, 12, 1))
        x = keras.layers.Conv2D(2, 3, kernel_initializer="ones")(inputs)
        x = keras.layers.Conv2D(2, 3, kernel_initializer="ones", activation="relu")(x)
        return keras.Model(inputs, keras.ops.max(x, axis=(1, 2)) * 2.0, name="network")

    expected, _ = kept(build(), tmp_path)
    monkeypatch.setattr(FeatureExtractor, "_batch", None)  # No image is looked at.
    evaluate = SampleEvaluation(IMAGES, [mean], build(), cache=tmp_path)
    np.testing.assert_array_equal(evaluate._real["features"], expected)


@pytest.mark.parametrize("how", ["variable", "method", "prepare"])
def test_own_code_that_computes_otherwise_now_is_noticed(how, tmp_path):
    state = {"power": 1.0}

    class Power(keras.layers.Layer):
        def call(self, inputs):
            return self.powered(inputs) if how == "method" else inputs ** state["power"]

    Power.powered = lambda self, inputs: inputs
    model = network(Power())
    if how == "prepare":
        model = network(keras.layers.Identity())
    extractor = metrics.get_extractor(model)
    if how == "prepare":
        extractor.prepare = lambda images: images * state["power"]
    SampleEvaluation(IMAGES, [mean], extractor, cache=tmp_path)
    SampleEvaluation(IMAGES, [mean], extractor, cache=tmp_path)  # Without a warning.
    state["power"] = 3.0
    Power.powered = lambda self, inputs: 3.0 * inputs
    model.make_predict_function(force=True)
    with pytest.warns(UserWarning, match="own code gives other features now. Received: .*npz"):
        evaluate = SampleEvaluation(IMAGES, [mean], extractor, cache=tmp_path)
    afresh = SampleEvaluation(IMAGES, [mean], extractor)
    np.testing.assert_array_equal(evaluate._real["features"], afresh._real["features"])


def test_files_of_earlier_versions_are_not_used_and_it_is_said_once(tmp_path):
    for name in ("0123456789abcdef.npz", "fedcba9876543210.npz"):
        np.savez(tmp_path / name, features=np.zeros((24, 1)), fingerprint=np.str_("{}"))
    model = network(keras.layers.Identity())
    with pytest.warns(UserWarning, match="earlier version.*Received: 2 files such as .*0123"):
        np.testing.assert_array_equal(*kept(model, tmp_path))
    np.testing.assert_array_equal(*kept(model, tmp_path, resize="legacy_pytorch"))
