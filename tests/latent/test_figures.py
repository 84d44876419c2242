"""The pictures that `plot` writes show what was returned, cell by cell."""

import sys

import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image

from kerasgan import latent

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="drawn alike on all backends"
)
SIDE, CELL = 8, 66  # An image is drawn 64 pixels wide, with 2 between.


def flat():
    """Images of one grey level: the mean of the latents, which are of (-1, 1)."""

    def images(z):
        return ops.ones((1, SIDE, SIDE, 1)) * ops.mean(z, axis=1)[:, None, None, None]

    return latent.as_generator(images, latent_dim=2, latent_distribution="uniform")


def levels(path):
    """The grey level in the middle of each cell of a grid, `(rows, columns)`, in [-1, 1]."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("L"), float)
    return pixels[CELL // 2 :: CELL, CELL // 2 :: CELL] / 127.5 - 1.0


def close(found, expected):
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_ways_and_traverses_are_rows(tmp_path):
    a, b = np.full((2, 2), -0.5), np.array([[0.5, 0.5], [1.0, 1.0]])
    ways = latent.interpolate(flat(), a, b, steps=3, plot=tmp_path / "new" / "ways.png")
    close(levels(tmp_path / "new" / "ways.png"), ways[..., 0, 0, 0])
    one = latent.interpolate(flat(), a[0], b[0], steps=3, plot=str(tmp_path / "way.png"))
    assert one.shape == (3, SIDE, SIDE, 1)
    close(levels(tmp_path / "way.png"), [[-0.5, 0.0, 0.5]])
    latent.traverse(flat(), a, np.array([1.0, 0.0]), [0.0, 0.4], plot=tmp_path / "t.png")
    close(levels(tmp_path / "t.png"), [[-0.5, -0.3]] * 2)


def test_a_sum_shows_operands_and_results(tmp_path):
    first, third = np.array([[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]]), np.array([[0.2, 0.2]])
    found = latent.arithmetic(
        flat(), [first, np.zeros(2)], [third], noise=0.2, plot=tmp_path / "sum.png"
    )
    table = levels(tmp_path / "sum.png")
    assert table.shape == (4, 9)
    close(table[:, 0], [0.1, 0.5, 0.9, 0.5])  # Three of the group, and what their mean makes.
    close(table[3, [2, 4, 7]], [0.0, 0.2, 0.3])
    close(table[:3, 6:], found.samples[..., 0, 0, 0])
    close(table[:3, 1:6], 1.0)  # Nothing above signs and single latents.
    with Image.open(tmp_path / "sum.png") as image:
        signs = [np.asarray(image)[3 * CELL :, k * CELL : k * CELL + CELL] < 9 for k in (1, 3, 5)]
    # Black pixels on the lines down and across the middle: +, -, =.
    assert [int(sign[:, CELL // 2].sum()) > 16 for sign in signs] == [True, False, False]
    assert [int(sign[CELL // 2].sum()) > 16 for sign in signs] == [True, True, False]
    assert all(sign.sum() > 100 for sign in signs)


def test_a_projection_shows_the_difference(tmp_path):
    image = np.full((20, SIDE, SIDE, 1), 0.5, "float32")
    image[:, :, : SIDE // 4] = 0.1  # No single grey: 0.4 is nearest.
    found = latent.project(flat(), image, steps=60, restarts=1, plot=tmp_path / "found.png")
    table = levels(tmp_path / "found.png")
    assert table.shape == (3, 16)
    close(table[1], found.samples[:16, 0, 0, 0])
    close(table[[0, 2]].T, [[0.5, -0.05]] * 16)


def test_a_walk_is_animated(tmp_path):
    path = tmp_path / "walk.gif"
    frames = latent.walk(flat(), n_keys=2, steps=3, walks=2, plot=path)
    with Image.open(path) as image:
        assert image.n_frames == 6 and image.size == (2 * CELL + 2, CELL + 2)
        image.seek(4)
        shown = np.asarray(image.convert("L"), float)[CELL // 2, CELL // 2 :: CELL]
    close(shown / 127.5 - 1.0, frames[:, 4, 0, 0, 0])


def test_charts_are_written(tmp_path):
    pytest.importorskip("matplotlib")
    truth = np.random.default_rng(0).integers(0, 3, (300, 2))
    kernel = np.diag([3.0, 1.0])
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    charts = {
        "mig.png": lambda path: latent.mutual_information_gap(truth, truth, plot=path),
        "votes.pdf": lambda path: latent.factor_vae_score(truth, truth, 50, plot=path),
        "shares.svg": lambda path: latent.factorized_directions(model, kernel=kernel, plot=path),
        "kinds.png": lambda path: latent.labelled_direction(truth, np.arange(300) < 90, plot=path),
        "variance.png": lambda path: latent.principal_directions(
            model, components=2, samples=50, plot=path
        ),
        "curve.jpg": lambda path: latent.truncation_curve(
            flat(), lambda x: {"precision": 0.5, "recall": x.std(), "fid": 1.0}, n=20, plot=path
        ),
    }
    for name, draw in charts.items():
        path = tmp_path / "charts" / name
        draw(path)
        if path.suffix in (".png", ".jpg"):
            with Image.open(path) as image:
                assert len(image.convert("L").getcolors(1 << 20)) > 20
    assert sorted(each.name for each in (tmp_path / "charts").iterdir()) == sorted(charts)


def test_a_wrong_suffix_is_refused_before_any_work():
    def never(z):
        raise AssertionError("It worked, though the figure cannot be written.")

    pictures, charts = r"\.png, \.jpg.*plot='{}'", r"\.png, \.pdf.*plot='{}'"
    z = np.zeros((1, 2))
    cases = [
        (pictures, lambda path: latent.interpolate(never, z, z, plot=path)),
        (pictures, lambda path: latent.traverse(never, z, z[0], [0.0], plot=path)),
        (pictures, lambda path: latent.arithmetic(never, [z], plot=path)),
        (pictures, lambda path: latent.project(never, z, plot=path)),
        (r"\.gif, \.mp4\. Received: plot='{}'", lambda path: latent.walk(never, plot=path)),
        (charts, lambda path: latent.truncation_curve(never, never, plot=path)),
        (charts, lambda path: latent.principal_directions(never, plot=path)),
        (charts, lambda path: latent.factorized_directions(never, plot=path)),
        (charts, lambda path: latent.labelled_direction(None, None, plot=path)),
        (charts, lambda path: latent.mutual_information_gap(None, None, plot=path)),
        (charts, lambda path: latent.factor_vae_score(None, None, plot=path)),
    ]
    for message, call in cases:
        for path in ("figure.txt", "figure"):
            with pytest.raises(ValueError, match="must end in one of .*" + message.format(path)):
                call(path)


def test_points_are_no_pictures():
    points, z, path = latent.as_generator(lambda z: z, latent_dim=2), np.zeros((1, 2)), "no.png"
    calls = [
        lambda: latent.interpolate(points, z, z, plot=path),
        lambda: latent.traverse(points, z, z[0], [0.0], plot=path),
        lambda: latent.arithmetic(points, [z], plot=path),
        lambda: latent.project(points, z, plot=path),
        lambda: latent.walk(points, walks=2, plot="no.gif"),
        lambda: latent.walk(points, plot="no.gif"),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"leave `plot` out.* samples of shape \(2,\)"):
            call()


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    for module in ("matplotlib", "av"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=r"kerasgan\[plot\].* Received: .*without matplotlib"):
        latent.factorized_directions(None, plot="shares.png")
    with pytest.raises(ImportError, match=r"kerasgan\[video\].* Received: .*without av"):
        latent.walk(None, plot="walk.mp4")
    with pytest.raises(ImportError, match=r"kerasgan\[video\]"):
        latent.save_video("walk.mp4", np.zeros((2, 8, 8, 1)))
