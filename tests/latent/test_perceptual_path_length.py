"""Path lengths of generators whose derivatives are known."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.latent import as_generator, perceptual_path_length
from kerasgan.metrics import PerceptualDistance

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
)
SQUARES = PerceptualDistance("squares", lambda a, b: np.sum((a.astype("float64") - b) ** 2, axis=1))
MATRIX = np.array([[2.0, 0.0, 1.0], [0.0, -1.0, 1.0]], "float32")


def linear(distribution):
    return as_generator(lambda z: z @ MATRIX.T, latent_dim=3, latent_distribution=distribution)


def trimmed_mean(lengths):
    # The 1st and 99th percentile of 300 lie between the sorted ones: the outer ones are kept.
    return np.sort(lengths)[2:-2].mean()


@pytest.mark.parametrize("sampling", ["full", "end"])
def test_lines(sampling):
    generator = linear("uniform")
    found = perceptual_path_length(generator, SQUARES, 300, 1e-2, sampling, seed=3)
    a, b = np.split(generator.sample_latents(600, 3), 2)
    expected = trimmed_mean(np.sum(((b - a) @ MATRIX.T) ** 2, axis=1))
    assert found.mean == pytest.approx(expected, rel=1e-4)
    assert found[2:] == (300, 296, "squares", None, 1e-2, sampling, "linear", 3)


def test_arcs():
    generator = linear("normal")
    found = perceptual_path_length(generator, SQUARES, 300, 1e-3, "end", seed=0)
    a, b = np.split(generator.sample_latents(600, 0).astype("float64"), 2)
    lengths = np.linalg.norm(a, axis=1, keepdims=True), np.linalg.norm(b, axis=1, keepdims=True)
    angle = np.arccos(np.sum(a * b, axis=1, keepdims=True) / (lengths[0] * lengths[1]))
    # The derivative of the arc where it begins.
    speed = angle * (b - a * np.cos(angle)) / np.sin(angle)
    expected = trimmed_mean(np.sum((speed @ MATRIX.T) ** 2, axis=1))
    assert found.mode == "spherical"
    assert found.mean == pytest.approx(expected, rel=5e-3)


def test_of_the_shipped_digits():
    generate = kerasgan.load_generator("saved_models/digits_dcgan")
    rough, fine = (
        perceptual_path_length(generate, "digits", 40, epsilon).mean for epsilon in (1e-3, 1e-4)
    )
    # The limit of small steps, which are not below what float32 tells apart.
    assert rough == pytest.approx(fine, rel=0.05)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"epsilon": 0.0}, "`epsilon` must be above 0.*epsilon=0.0"),
        ({"sampling": "half"}, "'full' or 'end'. Received: sampling='half'"),
        ({"mode": "cubic"}, "'linear', 'spherical'. Received: 'cubic'"),
        ({"samples": 0}, "`samples` must be a positive integer.*samples=0"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        perceptual_path_length(linear("normal"), SQUARES, **arguments)


def test_a_diverged_generator():
    generator = as_generator(lambda z: z * np.nan, latent_dim=3)
    with pytest.raises(ValueError, match="a diverged generator.*Received: 20 of 20"):
        perceptual_path_length(generator, SQUARES, 20)
