"""What `fit` and `evaluate` take, and what they leave alone."""

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from tests.engine.games import POINTS, assert_equal, fit, linear_gan, state, tiny_gan

BACKEND = keras.backend.backend()
MANY = np.tile(POINTS, (8, 1))  # 64


class Sequence(keras.utils.PyDataset):
    """Arrays as a `PyDataset`, in order."""

    def __init__(self, *arrays, batch_size=4, as_tuple=False):
        super().__init__()
        self.arrays, self.batch_size, self.as_tuple = arrays, batch_size, as_tuple

    def __len__(self):
        return -(-len(self.arrays[0]) // self.batch_size)

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        batch = tuple(array[rows] for array in self.arrays)
        return batch if self.as_tuple else batch[0]


def as_array(batch_size):
    return MANY


def as_dataset(batch_size):
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices(MANY).batch(batch_size)


def as_static_dataset(batch_size):
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices(MANY).batch(batch_size, drop_remainder=True)


def as_sequence(batch_size):
    return Sequence(MANY, batch_size=batch_size)


def as_sequence_of_pairs(batch_size):
    return Sequence(MANY, np.arange(64), batch_size=batch_size, as_tuple=True)


SOURCES = [as_array, as_dataset, as_static_dataset, as_sequence, as_sequence_of_pairs]


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_trains_alike(source):
    expected, gan = tiny_gan(), tiny_gan()
    fit(expected, MANY, batch_size=16)
    fit(gan, source(16), batch_size=16 if source is as_array else None)
    assert int(gan.optimizer.iterations) == 4
    for left, right in zip(state(expected), state(gan), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("source", SOURCES)
def test_a_batch_that_cannot_be_split_is_refused_and_a_size_is_named(source):
    gan = tiny_gan(discriminator_steps=5)
    message = "5 divides: 30 is the nearest, and 160 gives.*Received: batch_size=32"
    with pytest.raises(ValueError, match=message):
        fit(gan, source(32), batch_size=32 if source is as_array else None)
    fit(gan, source(30), batch_size=30 if source is as_array else None)


def test_keras_batch_size_of_32_is_known_where_none_is_given():
    with pytest.raises(ValueError, match="5 divides: 30 .*Received: batch_size=32"):
        tiny_gan(discriminator_steps=5).fit(MANY, verbose=0)


def test_the_nearest_size_is_never_zero():
    with pytest.raises(ValueError, match="5 divides: 5 is the nearest.*Received: batch_size=2"):
        fit(tiny_gan(discriminator_steps=5), batch_size=2)


def test_checking_the_batch_size_takes_nothing_from_a_generator():
    def batches():
        for index in range(4):
            yield (MANY[8 * index : 8 * index + 8],)

    gan = tiny_gan(discriminator_steps=2)
    fit(gan, batches(), batch_size=None, steps_per_epoch=2, epochs=2)
    assert int(gan.optimizer.iterations) == 4


def test_labels_are_not_used():
    gan, labelled = tiny_gan(), tiny_gan()
    fit(gan)
    fit(labelled, y=np.arange(8))
    assert_equal(state(gan), state(labelled))


def test_integers_are_cast():
    history = fit(tiny_gan(), (POINTS * 3).astype("int32"))
    assert np.isfinite(history["loss"][0])


def test_the_last_batch_may_be_uneven():
    gan = tiny_gan(discriminator_steps=2)
    logs = fit(gan, POINTS[:7])
    assert int(gan.optimizer.players["discriminator"].iterations) == 4
    assert np.isfinite(logs["loss"][0])


def test_validation_data_is_logged():
    gan = tiny_gan()
    logs = fit(gan, validation_data=(POINTS + 1, None), validation_batch_size=4)
    names = {name for name in logs if not name.startswith("val_")}
    assert set(logs) == names | {f"val_{name}" for name in names}
    terms = logs["val_discriminator_loss"][0] + logs["val_generator_loss"][0]
    assert logs["val_loss"][0] == pytest.approx(terms, rel=1e-5)


def test_means_are_weighted_by_the_size_of_the_batch():
    class RealScore(kerasgan.losses.AdversarialLoss):
        def discriminator_loss(self, real_scores, fake_scores):
            return ops.mean(real_scores)

        def generator_loss(self, fake_scores):
            return 0.0 * ops.mean(fake_scores)

    gan = linear_gan(discriminator=2.0, loss=RealScore())
    data = np.array([[1], [2], [3], [4], [50], [60]], "float32")
    logs = gan.evaluate(data, batch_size=4, verbose=0, return_dict=True)
    assert logs["discriminator_loss"] == pytest.approx(2 * data.mean(), rel=1e-6)


class Look(keras.callbacks.Callback):
    """Looks at the model in ways that training must not notice."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.generate(5, seed=epoch)
        self.model.generate(3)
        if BACKEND != "jax":  # There `fit` holds the state while it runs.
            self.model.evaluate(POINTS, batch_size=4, verbose=0)


def test_evaluating_and_generating_do_not_disturb_training():
    undisturbed, gan = tiny_gan(generator_ema=0.9), tiny_gan(generator_ema=0.9)
    fit(undisturbed, epochs=2)
    gan.evaluate(POINTS, verbose=0)
    fit(gan, callbacks=[Look()], validation_data=(POINTS,), validation_batch_size=4)
    gan.evaluate(POINTS, verbose=0)
    fit(gan, callbacks=[Look()])
    assert_equal(state(undisturbed), state(gan))


def test_evaluating_again_gives_the_same():
    gan = tiny_gan()
    logs = [gan.evaluate(POINTS, batch_size=4, verbose=0, return_dict=True) for _ in range(2)]
    assert logs[0] == logs[1]


@pytest.mark.skipif(BACKEND == "torch", reason="Keras has no steps_per_execution on PyTorch")
@pytest.mark.parametrize("count", [8, 7])
def test_several_steps_in_one_execution_are_the_same_steps(count):
    one = tiny_gan(run_eagerly=False)
    several = tiny_gan(run_eagerly=False, steps_per_execution=2)
    data = np.tile(POINTS, (2, 1))[: count + 4]
    logs = [fit(gan, data, epochs=2) for gan in (one, several)]
    assert int(one.optimizer.iterations) == int(several.optimizer.iterations) == 6
    for left, right in zip(state(one), state(several), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-6)
    for name in logs[0]:
        np.testing.assert_allclose(logs[0][name], logs[1][name], rtol=1e-5)


@pytest.mark.skipif(BACKEND == "torch", reason="PyTorch has no graph")
def test_the_graph_is_the_eager_step():
    eager, graph = tiny_gan(run_eagerly=True), tiny_gan(run_eagerly=False)
    for gan in (eager, graph):
        fit(gan)
    for left, right in zip(state(eager), state(graph), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-6)


def test_train_on_batch():
    gan, batchwise = tiny_gan(), tiny_gan()
    fit(gan)
    logs = [batchwise.train_on_batch(POINTS[i : i + 4], return_dict=True) for i in (0, 4)]
    assert_equal(gan.get_weights(), batchwise.get_weights())
    assert np.isfinite(logs[-1]["generator_loss"])
