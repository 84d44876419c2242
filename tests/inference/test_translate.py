"""Translating is one thing, in memory, from a file and from a SavedModel."""

import numpy as np
import pytest

import kerasgan
from kerasgan.ops.images import to_uint8
from tests.conformance.catalogue import EAGER


@pytest.fixture(scope="module")
def gan():
    return kerasgan.models.CycleGAN((24, 24, 3), base_filters=2, residual_blocks=1, pool_size=0)


@pytest.fixture(scope="module")
def saved(gan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("translators")
    gan.save(folder / "gan.keras")
    loaded = [kerasgan.load_generator(folder / "gan.keras", name="x_to_y")]
    if EAGER:
        kerasgan.export_generator(gan, folder / "exported", name="x_to_y")
        loaded.append(kerasgan.load_generator(folder / "exported"))
    return loaded


@pytest.fixture(scope="module")
def ways(gan, saved):
    return [gan.translate, *(generator.translate for generator in saved)]


def images(*shape, dtype="float32"):
    levels = np.random.default_rng(0).integers(0, 256, shape).astype("uint8")
    return levels if dtype == "uint8" else (levels / 127.5 - 1.0).astype(dtype)


# Of 5 pixels three are added, the most that a reflection can give.
SIZES = [(2, 24, 24, 3), (1, 10, 14, 3), (1, 29, 35, 3), (3, 5, 8, 3), (1, 6, 5, 3)]


@pytest.mark.parametrize("shape", SIZES, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "uint8", "float64"])
def test_equal_in_memory_and_loaded(ways, shape, dtype):
    results = [translate(images(*shape, dtype=dtype)) for translate in ways]
    for result in results:
        assert result.shape == shape
        assert result.dtype == ("uint8" if dtype == "uint8" else "float32")
        atol = 1 if dtype == "uint8" else 1e-5  # A level may be rounded the other way.
        np.testing.assert_allclose(result.astype("float32"), results[0], atol=atol)


@pytest.mark.parametrize("shape", SIZES, ids=str)
@pytest.mark.parametrize("margin", [1, 4, 7])
def test_a_margin_is_what_the_mirror_shows(ways, shape, margin):
    given = images(*shape)
    sides = ((0, 0), (margin, margin), (margin, margin), (0, 0))
    larger = np.pad(given, sides, mode="reflect")
    inside = slice(margin, -margin)
    expected = ways[0](larger)[:, inside, inside]
    for translate in ways:
        found = translate(given, margin=margin)
        assert found.shape == shape
        if not any((side + 2 * margin) % 4 for side in shape[1:3]):  # Else another is added.
            np.testing.assert_allclose(found, expected, atol=1e-5)
    with pytest.raises(ValueError, match=r"`margin` must be an int.*Received: margin=-1"):
        ways[0](given, margin=-1)


def test_bytes_are_the_numbers_that_they_stand_for(gan):
    levels = images(2, 11, 9, 3, dtype="uint8")
    expected = to_uint8(gan.translate(levels / 127.5 - 1.0))
    np.testing.assert_allclose(gan.translate(levels).astype(int), expected, atol=1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (images(1, 4, 4, 3), r"at least 5 pixels a side.*\(1, 4, 4, 3\)"),
        (images(1, 24, 3, 3, dtype="uint8"), r"at least 5 pixels a side.*\(1, 24, 3, 3\)"),
        (images(1, 8, 8, 3, dtype="uint8").astype("float32"), r"\[-1, 1\].*values from "),
        (images(1, 8, 8, 3).astype("float64") * 1.5, r"\[-1, 1\].*values from -1.5"),
        (np.full((1, 8, 8, 3), np.nan, "float32"), r"\[-1, 1\].*values from nan"),
        (images(1, 8, 8, 3, dtype="uint8").astype("int64"), r"astype\('uint8'\).*dtype int64"),
        (np.ones((1, 8, 8, 3), bool), "dtype bool"),
        (images(8, 8, 3), r"\(n, height, width, 3\); one image has n=1.*\(8, 8, 3\)"),
        (images(1, 8, 8, 1), r"\(n, height, width, 3\).*\(1, 8, 8, 1\)"),
        (images(0, 8, 8, 3), r"\(0, 8, 8, 3\)"),
    ],
    ids=["4x4", "narrow", "0..255", "too large", "nan", "integers", "bool", "one", "grey", "none"],
)
def test_what_is_refused(ways, wrong, message):
    for translate in ways:
        with pytest.raises(ValueError, match=message):
            translate(wrong)


def test_batches_change_nothing(ways):
    many = images(5, 10, 12, 3)
    for translate in ways:
        np.testing.assert_allclose(translate(many, batch_size=2), translate(many), atol=1e-5)
        with pytest.raises(ValueError, match="batch_size"):
            translate(many, batch_size=0)


@pytest.mark.skipif(not EAGER, reason="the endpoint is TensorFlow's")
def test_the_endpoint_alone(gan, tmp_path):
    import tensorflow as tf

    raw = tf.saved_model.load(str(kerasgan.export_generator(gan, tmp_path / "raw", name="x_to_y")))
    for shape in SIZES:
        for dtype, atol in (("float32", 1e-5), ("uint8", 1)):
            made = raw.translate(tf.constant(images(*shape, dtype=dtype))).numpy()
            expected = gan.translate(images(*shape, dtype=dtype)).astype("float32")
            np.testing.assert_allclose(made.astype("float32"), expected, atol=atol)
    for wrong, message in (
        (images(1, 4, 8, 3), "at least 5 pixels"),
        (images(1, 4, 4, 3, dtype="uint8"), "at least 5 pixels"),
        (images(1, 8, 8, 3) * 100, r"floating point in \[-1, 1\]"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            raw.translate(tf.constant(wrong))


def test_names(gan):
    with pytest.raises(ValueError, match="`to` must be 'x' or 'y'"):
        gan.translate(images(1, 8, 8, 3), to="z")
    assert gan.translate(images(1, 9, 8, 3), to="x").shape[1] == 9
