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
    """An extractor whose passes are counted, of a model that tells it from others."""

    def __init__(self, scale, name="counting"):
        self.passes = 0
        self.model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        self.model.set_weights([np.full((1, 1), scale, "float32"), np.zeros(1)])
        self.extractor = FeatureExtractor(name, self.function, model=self.model)

    def function(self, images):
        self.passes += 1
        scale = self.model.get_weights()[0][0, 0]
        found = classes(images)
        return {**found, "features": scale * found["features"]}


def passes(scale, data, cache, name="counting"):
    """How often the extractor looked at real data, and what the metric found of them."""
    counting = Counting(scale, name)
    evaluate = SampleEvaluation(data, ["inception_score", mean], counting.extractor, 64, cache)
    before = counting.passes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return before, evaluate(FAKE)


def mean(real, fake):
    return real.mean()


def test_features_of_real_data_are_kept(tmp_path):
    folder = tmp_path / "a" / "b"
    seen, first = passes(2.0, IMAGES, folder)
    assert seen == 1
    assert passes(2.0, IMAGES.copy(), folder) == (0, first)
    # Another extractor, name, and data have files of their own.
    seen, other = passes(3.0, IMAGES, folder)
    assert seen == 1 and other["mean"] == pytest.approx(1.5 * first["mean"])
    changed = IMAGES.copy()
    changed[-1, -1, -1] += 1e-3
    for arguments in ((3.0, IMAGES, folder, "renamed"), (3.0, changed, folder)):
        assert passes(*arguments)[0] == 1
        assert passes(*arguments)[0] == 0
    assert passes(3.0, IMAGES.astype("float64"), folder)[0] == 1
    assert passes(3.0, IMAGES[:23], folder)[0] == 1
    assert [path.suffix for path in folder.iterdir()] == [".npz"] * 6
    assert passes(2.0, IMAGES, None)[0] == 1


def test_a_damaged_file_is_made_anew(tmp_path):
    _, expected = passes(2.0, IMAGES, tmp_path)
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
        assert counting.passes == 1
        assert passes(2.0, IMAGES, tmp_path) == (0, expected)


def test_features_of_functions_are_not_kept(tmp_path):
    with pytest.raises(ValueError, match="leave `cache` out. Received: .*'classes'"):
        SampleEvaluation(IMAGES, extractor=classes, cache=tmp_path)
    assert not list(tmp_path.iterdir())
