import keras
import numpy as np
import pytest

from kerasgan.metrics import FeatureStatistics

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
)
RNG = np.random.default_rng(0)
# A large mean beside a small spread: sums of squares in float32 would lose all of it.
FEATURES = RNG.normal(1e4, 0.1, (300, 7)) @ RNG.normal(size=(7, 7))


def filled(features, *cuts, fingerprint=""):
    statistics = FeatureStatistics(fingerprint)
    for batch in np.split(features, cuts):
        statistics.update(batch)
    return statistics


def assert_moments(statistics, features):
    assert statistics.count == len(features)
    np.testing.assert_allclose(statistics.mean, features.mean(axis=0), rtol=1e-12)
    expected = np.cov(features, rowvar=False)
    np.testing.assert_allclose(statistics.covariance, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("cuts", [(), (1, 2, 130), (299,)])
def test_batches_give_the_moments_of_all(cuts):
    assert_moments(filled(FEATURES, *cuts), FEATURES)


def test_parts_merge_also_empty_ones():
    statistics = FeatureStatistics()
    statistics.merge(FeatureStatistics())
    for part in np.split(FEATURES, [100, 101]):
        other = filled(part)
        statistics.merge(other)
        assert other.count == len(part)
    assert_moments(statistics, FEATURES)


def test_saved_ones_go_on(tmp_path):
    path = tmp_path / "cache" / "real.npz"
    filled(FEATURES[:200], fingerprint="digits, clean").save(path)
    again = FeatureStatistics.load(path, fingerprint="digits, clean")
    assert again.fingerprint == "digits, clean"
    again.update(FEATURES[200:])
    assert_moments(again, FEATURES)
    assert [file.name for file in path.parent.iterdir()] == ["real.npz"]


def test_files_of_pytorch_fid(tmp_path):
    path = tmp_path / "stats.npz"
    np.savez(path, mu=FEATURES.mean(axis=0), sigma=np.cov(FEATURES, rowvar=False))
    statistics = FeatureStatistics.load(path)
    assert statistics.count is None
    np.testing.assert_array_equal(statistics.covariance, np.cov(FEATURES, rowvar=False))
    with pytest.raises(ValueError, match="unknown number of samples.*Received: count=None"):
        statistics.update(FEATURES)
    with pytest.raises(ValueError, match="cannot be added.*Received: count=None"):
        filled(FEATURES).merge(statistics)


def test_a_file_of_something_else(tmp_path):
    path = tmp_path / "stats.npz"
    filled(FEATURES, fingerprint="legacy").save(path)
    with pytest.raises(ValueError, match="compute them again.*'clean'. Received: 'legacy'"):
        FeatureStatistics.load(path, fingerprint="clean")
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match="damaged one: remove it.*Received: .*stats.npz"):
        FeatureStatistics.load(path)
    # Pickled objects run code: they are not read.
    np.savez(path, mu=np.array([{}], object), sigma=np.eye(1))
    with pytest.raises(ValueError, match="no file of statistics"):
        FeatureStatistics.load(path)
    with pytest.raises(FileNotFoundError):
        FeatureStatistics.load(tmp_path / "none.npz")


def test_wrong_arguments():
    with pytest.raises(ValueError, match=r"shape \(n, d\).*Received: features of shape \(2, 2, 1"):
        FeatureStatistics().update(np.zeros((2, 2, 1)))
    with pytest.raises(ValueError, match="must be finite.*1 values"):
        FeatureStatistics().update([[np.nan, 0.0]])
    with pytest.raises(ValueError, match="statistics of 7 features.*Received: 6 features"):
        filled(FEATURES).update(FEATURES[:, :6])
    with pytest.raises(ValueError, match="two samples.*Received: count=1"):
        _ = filled(FEATURES[:1]).covariance
    with pytest.raises(ValueError, match="call `update` first. Received: count=0"):
        _ = FeatureStatistics().mean


@pytest.mark.parametrize(
    "mean, covariance, count, message",
    [
        (np.zeros(2), np.eye(3), 9, r"\(d, d\) were expected. Received: \(2,\) and \(3, 3\)"),
        (np.zeros(2), [[1.0, 2.0], [0.0, 1.0]], 9, "symmetric. Received: mean="),
        (np.zeros(2), np.eye(2), 1, "needs two samples. Received: count=1"),
    ],
)
def test_wrong_moments(mean, covariance, count, message):
    with pytest.raises(ValueError, match=message):
        FeatureStatistics.from_moments(mean, covariance, count)
