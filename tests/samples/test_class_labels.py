"""Samples with classes: what comes in, what goes out, and what is refused."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.callbacks import ImageGrid, TrainingMonitor
from kerasgan.models import ConditionalGAN
from kerasgan.samples.class_labels import stray_label
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, assert_equal, number, state

LABELS = np.array([0, 1, 2, 0, 1, 2, 0, 1])
once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


def make(data_shape=(2,), **compile_arguments):
    keras.utils.set_random_seed(0)
    gan = ConditionalGAN(
        3, data_shape, latent_dim=2, generator_units=6, discriminator_units=5, seed=1
    )
    gan.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return gan


def fit(gan, *data, **kwargs):
    options = {"batch_size": 4, "shuffle": False, "verbose": 0}
    return gan.fit(*data, **{**options, **kwargs}).history


@pytest.fixture(scope="module")
def gan():
    return make()


@once
@pytest.mark.parametrize(
    "labels, message",
    [
        (None, r"with their classes, integers from 0 to 2.*`fit\(samples, labels\)`.*None"),
        (np.eye(3)[LABELS], r"`labels.argmax\(axis=-1\)` for one-hot.*shape \(8, 3\)"),
        (LABELS.astype("float32"), r"`labels.astype\('int32'\)`.*dtype float32"),
        (LABELS + 1, r"for 3 classes, whose labels are 0 to 2.*label 3 in sample 2 of `y`"),
        (LABELS - 1, r"number the classes from 0.*label -1 in sample 0 of `y`"),
        (LABELS[:, None, None], r"Pass one for each sample.*shape \(8, 1, 1\)"),
    ],
)
def test_labels_that_cannot_be_right_are_refused_before_training(gan, labels, message):
    before = state(gan)
    with pytest.raises(ValueError, match=message):
        fit(gan, POINTS, labels)
    assert_equal(before, state(gan))


@pytest.mark.parametrize("label", [3, -1])
def test_a_stray_label_in_a_data_set_is_reported(label):
    labels = LABELS.copy()
    labels[5] = label

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            part = slice(4 * index, 4 * index + 4)
            return POINTS[part], labels[part]

    with pytest.raises(ValueError, match=f"whose labels are 0 to 2.*label {label} in the batch of"):
        make().fit(Batches(), verbose=0)


@pytest.mark.parametrize("labels, stray", [([0, 2], 0), ([1, 5], 5), ([-2, 1], -2)])
def test_stray_label(labels, stray):
    assert number(stray_label(keras.ops.array(labels, "int32"), 3)) == stray


@once
def test_an_empty_part_of_a_batch_has_no_stray_label():
    import tensorflow as tf

    # As in a training step, which does not know the size beforehand.
    spec = tf.TensorSpec((None,), "int32")
    stray = tf.function(lambda labels: stray_label(labels, 3), input_signature=[spec])
    assert number(stray(tf.zeros((0,), "int32"))) == 0


def test_a_column_of_labels_is_as_good():
    left, right = make(), make()
    fit(left, POINTS, LABELS)
    fit(right, POINTS, LABELS[:, None])
    assert_equal(state(left), state(right))


def test_the_discriminator_is_told_the_classes_of_real_and_generated_samples():
    gan = make()
    batch = gan.unpack((keras.ops.array(POINTS), keras.ops.array(LABELS)))
    passes = gan.passes(batch, gan.turn(False))
    assert passes.judge.one_pass
    real, fake = passes.scores
    for samples, scores in ((passes.real, real), (passes.fake, fake)):
        expected = gan.discriminator([samples, keras.ops.array(LABELS)])
        np.testing.assert_allclose(*map(keras.ops.convert_to_numpy, (scores, expected)), atol=1e-5)
        other = gan.discriminator([samples, keras.ops.array((LABELS + 1) % 3)])
        assert np.abs(keras.ops.convert_to_numpy(scores - other)).max() > 1e-3


def test_samples_of_the_classes_asked_for(gan):
    labels = np.array([2, 0, 1, 1, 2])
    samples = gan.generate(5, seed=3, labels=labels, batch_size=2)
    latents = gan.sample_latents(5, seed=3)
    expected = keras.ops.convert_to_numpy(gan([latents, labels]))
    np.testing.assert_allclose(samples, expected, atol=1e-5)
    np.testing.assert_array_equal(
        gan.generate(5, seed=3, labels=1), gan.generate(5, seed=3, labels=np.full(5, 1))
    )
    assert set(keras.ops.convert_to_numpy(gan.sample_labels(100, seed=0))) == {0, 1, 2}
    np.testing.assert_array_equal(gan.generate(5, seed=3), gan.generate(5, seed=3))


@once
def test_classes_that_cannot_be_generated(gan):
    with pytest.raises(ValueError, match="built for 3 classes.*label 3 in sample 0 of `labels`"):
        gan.generate(2, labels=3)
    with pytest.raises(ValueError, match=r"an array of 2 of them.*dtype int64 and shape \(3,\)"):
        gan.generate(2, labels=np.array([0, 1, 2]))
    with pytest.raises(ValueError, match=r"pass `\[latents, labels\]`.*without labels"):
        gan(gan.sample_latents(2))
    plain = kerasgan.models.VanillaGAN((2,), latent_dim=2, generator_units=3, discriminator_units=2)
    with pytest.raises(ValueError, match="built without classes: leave `labels` out.*labels=1"):
        plain.generate(2, labels=1)


@once
def test_an_exported_generator_takes_classes(tmp_path):
    gan = make((16, 16, 1))
    generate = kerasgan.load_generator(kerasgan.export_generator(gan, tmp_path / "model"))
    assert generate.card["classes"] == 3
    images = generate(4, seed=0, labels=2)
    np.testing.assert_array_equal(images, generate(4, seed=0, labels=np.full(4, 2)))
    assert np.abs(images - generate(4, seed=0, labels=1)).max() > 1e-4
    np.testing.assert_array_equal(generate(4, seed=0), generate(4, seed=0))
    latents = np.zeros((2, 2), "float32")
    with pytest.raises(ValueError, match="The generator needs `labels`.*labels=None"):
        generate.from_latents(latents)
    with pytest.raises(ValueError, match="built for 3 classes.*label 5"):
        generate(4, labels=5)


@once
def test_callbacks_show_and_watch_classes(tmp_path):
    gan = make((16, 16, 1))
    images = np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)).astype("float32")
    grid = ImageGrid(tmp_path, rows=2, columns=3)
    monitor = TrainingMonitor((images, LABELS))
    logs = fit(gan, images, LABELS, callbacks=[grid, monitor])
    assert np.isfinite(logs["monitor_spread"][-1])
    assert (tmp_path / "latest.png").exists()
    np.testing.assert_array_equal(grid._inputs[1], [0, 1, 2, 0, 1, 2])


@once
def test_latents_of_several_parts():
    parts = [("normal", 3), ("categorical", 4), ("uniform", 2)]
    from kerasgan.samples.latent_distributions import draw_latents, parts_of

    latents = keras.ops.convert_to_numpy(draw_latents(parts_of(parts, 9), 4000, seed=0))
    again = keras.ops.convert_to_numpy(draw_latents(parts_of(parts, 9), 4000, seed=0))
    np.testing.assert_array_equal(latents, again)
    normal, classes, uniform = np.split(latents, [3, 7], axis=1)
    assert abs(normal.mean()) < 0.05 and abs(normal.std() - 1.0) < 0.03
    np.testing.assert_array_equal(classes.sum(axis=1), 1.0)
    np.testing.assert_allclose(classes.mean(axis=0), 0.25, atol=0.03)
    assert np.abs(uniform).max() <= 1.0 and abs(uniform.std() - 3**-0.5) < 0.02
    correlation = np.corrcoef(latents.T)
    assert np.abs(correlation[:3, 3:]).max() < 0.06 and np.abs(correlation[3:7, 7:]).max() < 0.06
    with pytest.raises(ValueError, match="add up to `latent_dim`.*for latent_dim=8"):
        parts_of(parts, 8)
    with pytest.raises(ValueError, match="list of pairs.*'cauchy'"):
        parts_of([("cauchy", 8)], 8)
