"""Latents and labels are a function of a seed and a place: the same everywhere, and random."""

import keras
import numpy as np
import pytest
from scipy import stats

import kerasgan
from kerasgan.samples.counted_draws import _words, counted_labels, counted_latents

NORMAL, UNIFORM = [("normal", 50)], [("uniform", 50)]
MIXED = [("normal", 3), ("uniform", 2), ("categorical", 4), ("categorical", 3)]


def one(value):
    return np.array([value])


@pytest.mark.parametrize(
    ("counter", "seed", "words"),
    [
        ((0, 0), 0, (0x6B200159, 0x99BA4EFE)),
        ((2**32 - 1, 2**32 - 1), -1, (0x1CB996FC, 0xBB002BE7)),
        ((0x243F6A88, 0x85A308D3), 0x03707344_13198A2E, (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_the_words_are_the_published_ones(counter, seed, words):
    """Known answers of Random123 for Threefry-2x32 of 20 rounds."""
    assert tuple(int(w[0]) for w in _words(one(counter[0]), one(counter[1]), seed)) == words


@pytest.mark.parametrize("parts", [NORMAL, UNIFORM, MIXED], ids=["normal", "uniform", "mixed"])
def test_the_first_of_many_are_the_few(parts):
    many = counted_latents(parts, 64, 7)
    for n in (1, 3, 17):
        np.testing.assert_array_equal(counted_latents(parts, n, 7), many[:n])
    assert many.dtype == np.float32
    np.testing.assert_array_equal(counted_labels(5, 10, 7), counted_labels(64, 10, 7)[:5])


@pytest.mark.parametrize("seed", [0, 1, 2**31 - 1, 2**40 + 3])
def test_the_numbers_have_the_distributions_asked_for(seed):
    """Of 300 other seeds 18, 13 and 15 gave p below 0.05, where 15 should."""
    normal = counted_latents(NORMAL, 2000, seed).ravel().astype("float64")
    assert stats.kstest(normal, "norm").pvalue > 1e-3
    assert abs(normal.mean()) < 4 / np.sqrt(normal.size)
    assert abs(normal.var() - 1) < 4 * np.sqrt(2 / normal.size)
    assert abs(stats.kurtosis(normal)) < 4 * np.sqrt(24 / normal.size)
    uniform = counted_latents(UNIFORM, 2000, seed).ravel().astype("float64")
    assert stats.kstest(uniform, stats.uniform(-1, 2).cdf).pvalue > 1e-3
    assert np.abs(uniform).max() <= 1.0
    counts = np.bincount(counted_labels(5000, 10, seed), minlength=10)
    assert len(counts) == 10 and stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize("neighbour", ["sample", "variable", "seed", "kind"])
def test_neighbours_are_independent(neighbour):
    z = counted_latents(NORMAL, 2001, 5)
    pairs = {
        "sample": (z[:-1], z[1:]),
        "variable": (z[:, :-1], z[:, 1:]),
        "seed": (z, counted_latents(NORMAL, 2001, 6)),
        "kind": (z, counted_latents(UNIFORM, 2001, 5)[:, ::-1]),
    }
    a, b = (x.ravel().astype("float64") for x in pairs[neighbour])
    bound = 4 / np.sqrt(a.size)
    assert abs(np.corrcoef(a, b)[0, 1]) < bound
    assert abs(np.corrcoef(a**2, b**2)[0, 1]) < bound  # Nor are their sizes related.


def test_categorical_parts_are_one_hot_and_independent():
    z = counted_latents(MIXED, 3000, 3)
    first, second = z[:, 5:9], z[:, 9:]
    for part in (first, second):
        np.testing.assert_array_equal(np.sort(part)[:, -2:], [[0.0, 1.0]] * 3000)
    table = first.T @ second
    assert stats.chi2_contingency(table).pvalue > 1e-3


def test_these_numbers_for_good():
    """What a seed gives must not change again: pictures are known by their seeds."""
    expected = [[-1.0654525, 0.5836949], [0.0323991, 0.2106408]]
    np.testing.assert_allclose(counted_latents([("normal", 2)], 2, 0), expected, atol=1e-6)
    assert counted_labels(8, 10, 0).tolist() == [1, 4, 5, 6, 1, 9, 9, 6]


@pytest.mark.parametrize("distribution", ["normal", "uniform", "mixed"])
@pytest.mark.parametrize("jit_compile", [False, True])
def test_a_model_draws_them(distribution, jit_compile):
    parts = {"normal": "normal", "uniform": "uniform", "mixed": MIXED}[distribution]
    keras.utils.set_random_seed(0)
    gan = kerasgan.models.GAN(
        keras.Sequential([keras.Input((12,)), keras.layers.Dense(2)]),
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
        latent_dim=12,
        latent_distribution=parts,
    )
    gan.compile(jit_compile=jit_compile and keras.backend.backend() != "torch")
    z = keras.ops.convert_to_numpy(gan.sample_latents(4, seed=np.int64(9)))
    pairs = MIXED if distribution == "mixed" else [(distribution, 12)]
    np.testing.assert_array_equal(z, counted_latents(pairs, 4, 9))
    np.testing.assert_array_equal(gan.sample_inputs(2, seed=9), z[:2])
    many = gan.generate(9, seed=9)
    np.testing.assert_allclose(gan.generate(3, seed=9), many[:3], atol=1e-6)
    assert np.any(gan.generate(3, seed=10) != many[:3])
    assert np.any(gan.generate(3) != gan.generate(3))  # Without a seed: others each time.
