"""Interpolations, walks and their pictures, with a generator that shows its latents."""

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan import latent

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy only: the same on all"
)


def plain(distribution="normal", latent_dim=3):
    return latent.as_generator(lambda z: z, latent_dim=latent_dim, latent_distribution=distribution)


def test_an_arc_of_a_right_angle():
    a, b = np.array([2.0, 0.0]), np.array([0.0, 2.0])
    t = np.linspace(0, 1, 7)[:, None]
    angles = t[:, 0] * np.pi / 2
    expected = 2.0 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    np.testing.assert_allclose(latent.slerp(a, b, t), expected, atol=1e-6)
    np.testing.assert_allclose(latent.lerp(a, b, t), (1 - t) * a + t * b, atol=1e-6)


def test_an_arc_keeps_length_and_grows_evenly():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 50))
    b *= np.linalg.norm(a) / np.linalg.norm(b)
    way = latent.slerp(a, b, np.linspace(0, 1, 9)[:, None])
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), np.linalg.norm(a), rtol=1e-5)
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-4)


@pytest.mark.parametrize("factor", [1.0, 3.0, -1.0])
def test_parallel_and_opposite_vectors_are_joined_by_a_line(factor):
    a = np.array([1.0, 2.0])
    t = np.array([[0.0], [0.25], [1.0]])
    np.testing.assert_allclose(
        latent.slerp(a, factor * a, t), latent.lerp(a, factor * a, t), atol=1e-6
    )


def test_zeros_have_no_angle():
    np.testing.assert_allclose(latent.slerp(np.zeros(2), np.array([1.0, 0.0]), 0.5), [0.5, 0.0])


def test_interpolation_has_the_ends_and_the_mode_of_the_latents():
    a, b = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    arc = latent.interpolate(plain("normal"), a, b, steps=3)
    line = latent.interpolate(plain("uniform"), a, b, steps=3)
    np.testing.assert_allclose(arc, [a, [np.sqrt(0.5)] * 2 + [0.0], b], atol=1e-6)
    np.testing.assert_allclose(line, [a, [0.5, 0.5, 0.0], b], atol=1e-6)
    several = latent.interpolate(plain(), [a, b], [b, a], steps=5, mode="linear")
    assert several.shape == (2, 5, 3)
    np.testing.assert_allclose(several[0], several[1, ::-1], atol=1e-6)


def test_a_walk_is_closed_and_visits_its_keys():
    function = plain("uniform")
    keys = function.sample_latents(4, seed=5)
    way = latent.walk(function, n_keys=4, steps=6, seed=5)
    assert way.shape == (24, 3)
    np.testing.assert_allclose(way[::6], keys, atol=1e-6)
    np.testing.assert_allclose(way[-1], keys[3] + 5 / 6 * (keys[0] - keys[3]), atol=1e-6)
    several = latent.walk(function, n_keys=2, steps=3, seed=5, walks=2)
    assert several.shape == (2, 6, 3)
    np.testing.assert_allclose(several[1, 0], keys[2], atol=1e-6)


def test_errors_say_what_to_do():
    a = np.zeros(3)
    with pytest.raises(ValueError, match="mode` must be one of .* Received: mode='round'"):
        latent.interpolate(plain(), a, a, mode="round")
    with pytest.raises(ValueError, match="at least 2. Received: steps=1"):
        latent.interpolate(plain(), a, a, steps=1)
    with pytest.raises(ValueError, match=r"`b` must be of shape \(n, 3\).*shape \(1, 2\)"):
        latent.interpolate(plain(), a, np.zeros(2))
    with pytest.raises(ValueError, match=r"Received: n_keys=0"):
        latent.walk(plain(), n_keys=0)


def test_a_gif_shows_all_frames_without_an_end(tmp_path):
    levels = np.linspace(-1, 1, 5, dtype="float32")
    frames = np.broadcast_to(levels[:, None, None, None], (5, 8, 8, 1))
    path = latent.save_gif(tmp_path / "new" / "walk.gif", frames, milliseconds=50, scale=2)
    with Image.open(path) as image:
        assert image.n_frames == 5 and image.info["loop"] == 0 and image.info["duration"] == 50
        assert image.size == (20, 20)
        for index, level in enumerate([0, 64, 128, 191, 255]):
            image.seek(index)
            assert abs(int(np.asarray(image.convert("L"))[10, 10]) - level) <= 1
    assert [each.name for each in path.parent.iterdir()] == ["walk.gif"]
    with pytest.raises(ValueError, match=r"needs frames.* Received: shape \(5, 8\)"):
        latent.save_gif(tmp_path / "no.gif", np.zeros((5, 8)))


def test_a_grid_keeps_rows_and_columns(tmp_path):
    path = latent.save_grid(tmp_path / "grid.png", np.zeros((2, 3, 8, 8, 1)), scale=1)
    with Image.open(path) as image:
        assert image.size == (3 * 10 + 2, 2 * 10 + 2)
    with Image.open(latent.save_grid(tmp_path / "row.png", np.zeros((4, 8, 8, 3)))) as image:
        assert image.size == (4 * 66 + 2, 66 + 2)
