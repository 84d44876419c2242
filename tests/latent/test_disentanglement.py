"""Scores of disentanglement, where counting by hand gives them."""

import keras
import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from kerasgan.latent import factor_vae_score, mutual_information_gap

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy only: the same on all"
)
# All pairs of a factor of four values and one of three, a hundred times.
FACTORS = np.tile(np.stack(np.meshgrid(range(4), range(3)), axis=-1).reshape(-1, 2), (100, 1))
NOISE = np.random.default_rng(0).normal(size=(len(FACTORS), 1))


def test_a_code_for_each_factor_is_a_full_gap():
    codes = np.column_stack([FACTORS[:, 1] * 0.3, -FACTORS[:, 0]])
    found = mutual_information_gap(codes, FACTORS)
    np.testing.assert_allclose(found.information, [[0.0, np.log(3)], [np.log(4), 0.0]], atol=1e-9)
    assert found.score == pytest.approx(1.0) and found.gaps == pytest.approx([1.0, 1.0])


def test_two_codes_that_tell_the_same_close_the_gap():
    first, second = FACTORS.T
    found = mutual_information_gap(np.column_stack([first, first, second]), FACTORS)
    assert found.gaps == pytest.approx([0.0, 1.0]) and found.score == pytest.approx(0.5)


def test_half_of_a_factor_is_half_of_a_gap():
    first, second = FACTORS.T  # The parity of four values tells one of their two bits.
    found = mutual_information_gap(np.column_stack([first, first % 2, second]), FACTORS)
    assert found.gaps == pytest.approx([0.5, 1.0])


def test_information_is_that_of_scikit_learn():
    codes = np.column_stack([FACTORS[:, 0] + NOISE[:, 0], NOISE[:, 0]])
    found = mutual_information_gap(codes, FACTORS, bins=7)
    for i, code in enumerate(codes.T):
        edges = np.histogram(code, bins=7)[1][1:-1]
        for j, factor in enumerate(FACTORS.T):
            expected = mutual_info_score(np.digitize(code, edges), factor)
            assert found.information[i, j] == pytest.approx(expected, abs=1e-9)


def test_factor_vae_of_disentangled_and_of_mixed_codes():
    own = np.column_stack([10.0 * FACTORS[:, 1], 1e-12 * FACTORS[:, 0]]) + 0.0
    assert factor_vae_score(own, FACTORS, votes=200) == 1.0
    still = np.column_stack([own, np.full(len(own), 5.0)])  # A code that never varies has no vote.
    assert factor_vae_score(still, FACTORS, votes=200) == 1.0
    assert factor_vae_score(NOISE, FACTORS, votes=400) == pytest.approx(0.5, abs=0.08)
    # Two codes for one factor, none for the other: noise is often the stiller one of those left.
    one = np.column_stack([FACTORS[:, 0], FACTORS[:, 0]])
    assert factor_vae_score(one, FACTORS, votes=200) < 0.8


def test_errors_say_what_to_do():
    codes = np.zeros((4, 2))
    factors = np.array([[0, 1], [1, 0], [0, 0], [1, 1]])
    with pytest.raises(ValueError, match=r"Received: shapes \(4, 2\) and \(3, 1\)"):
        mutual_information_gap(codes, np.zeros(3, int))
    with pytest.raises(ValueError, match="np.digitize.* Received: factors of dtype float64"):
        mutual_information_gap(codes, np.zeros(4))
    with pytest.raises(ValueError, match=r"leave it out. Received: factors\[:, 0\], always 1"):
        mutual_information_gap(codes, np.ones(4, int))
    with pytest.raises(ValueError, match=r"between two codes.* Received: shape \(4, 1\)"):
        mutual_information_gap(codes[:, :1], factors)
    with pytest.raises(ValueError, match=r"nothing to guess.* Received: shape \(4, 1\)"):
        factor_vae_score(codes, factors[:, 0])
    with pytest.raises(ValueError, match="No code varies. Received"):
        factor_vae_score(codes, factors)
    with pytest.raises(ValueError, match="must be finite. Received"):
        mutual_information_gap(codes + np.nan, factors)
