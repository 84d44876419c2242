import keras
import numpy as np
import pytest

from kerasgan.metrics import kernel_distance

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
)


def by_hand(x, y):
    def k(a, b):
        return (sum(p * q for p, q in zip(a, b, strict=True)) / len(a) + 1) ** 3

    n = len(x)
    others = [(i, j) for i in range(n) for j in range(n) if i != j]
    within = sum(k(x[i], x[j]) + k(y[i], y[j]) for i, j in others) / (n * (n - 1))
    return within - 2 * sum(k(a, b) for a in x for b in y) / n**2


def test_one_subset_of_all_samples_by_hand():
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(6, 3)), rng.normal(1.0, 1.0, (6, 3))
    found = kernel_distance(real, fake, subsets=2, subset_size=6)
    np.testing.assert_allclose(found.mean, by_hand(real, fake), rtol=1e-12)
    assert found.std < 1e-12
    assert found[2:] == (2, 6, 6, 6, 2020)


def test_unbiased_where_both_are_of_one_distribution():
    # Over many small independent draws the mean is zero within four standard errors.
    rng = np.random.default_rng(1)
    draws = [
        kernel_distance(*rng.normal(size=(2, 8, 4)), subsets=1, subset_size=8).mean
        for _ in range(1000)
    ]
    error = np.std(draws) / np.sqrt(len(draws))
    assert abs(np.mean(draws)) < 4 * error
    assert min(draws) < -2 * error  # Single ones are below zero.
    # With the pairs of a sample with itself, it would be far from it: this test can fail.
    diagonal = np.mean((rng.normal(size=(1000, 4)) ** 2).mean(axis=1) ** 3)
    assert 2 * diagonal / 8 > 20 * error


def test_other_means_have_a_closed_form():
    # On one feature: the kernel (xy + 1)³ compares the first three moments,
    # MMD² = 3 Δ₁² + 3 Δ₂² + Δ₃².
    rng = np.random.default_rng(0)
    real, fake = rng.normal(0.0, 1.0, (20_000, 1)), rng.normal(0.5, 1.0, (20_000, 1))
    d1, d2, d3 = 0.5, 0.25, 0.5**3 + 3 * 0.5
    found = kernel_distance(real, fake, subsets=200, subset_size=100)
    np.testing.assert_allclose(found.mean, 3 * d1**2 + 3 * d2**2 + d3**2, rtol=0.1)


def test_seeds():
    features = np.random.default_rng(0).normal(size=(2, 50, 2))
    first, second, other = (
        kernel_distance(*features, subsets=3, subset_size=20, seed=seed) for seed in (1, 1, 2)
    )
    assert first == second and first.mean != other.mean


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({}, "2 to 50 samples.*smaller `subset_size`.*Received: subset_size=1000"),
        ({"subset_size": 1}, "2 to 50 samples.*Received: subset_size=1"),
        ({"subset_size": 9, "subsets": 0}, "`subsets` must be a positive int"),
    ],
)
def test_wrong_arguments(arguments, message):
    features = np.zeros((2, 50, 2))
    with pytest.raises(ValueError, match=message):
        kernel_distance(*features, **arguments)
