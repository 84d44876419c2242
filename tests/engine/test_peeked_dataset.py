"""Data sets that prepare themselves, and streams: looked at before training, and losing nothing."""

import keras
import numpy as np
import pytest

from tests.containers import IMAGES, Batches, image_gan
from tests.engine.games import assert_equal, state

EPOCH = ["begin", 0, 1, "end"]


class Prepared(keras.utils.PyDataset):
    """Two batches that exist only within an epoch; notes what it is asked."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.calls = []

    def on_epoch_begin(self):
        self.calls.append("begin")
        self.order = np.arange(4)

    def on_epoch_end(self):
        self.calls.append("end")
        self.order = None

    def __len__(self):
        return 2

    def __getitem__(self, index):
        self.calls.append(index)
        return (IMAGES[self.order[2 * index : 2 * index + 2]],)


class Stream(keras.utils.PyDataset):
    """Gives each of its batches once, whatever is asked for."""

    def __init__(self, count, length=2):
        super().__init__()
        self.batches = iter([(IMAGES[i % 4 : i % 4 + 1],) for i in range(count)])
        self.length = length

    @property
    def num_batches(self):
        return self.length

    def __getitem__(self, index):
        return next(self.batches)


class Counting(Prepared):
    """Gives other batches in each epoch."""

    epoch = -1

    def on_epoch_begin(self):
        super().on_epoch_begin()
        self.epoch += 1

    def __getitem__(self, index):
        (images,) = super().__getitem__(index)
        return (images * 0.5**self.epoch,)


def trained(data, **kwargs):
    gan = image_gan()
    history = gan.fit(data, **{"verbose": 0, "shuffle": False, **kwargs}).history
    assert np.isfinite(history["loss"]).all()
    return state(gan)


def test_prepared_in_on_epoch_begin():
    data = Prepared()
    plain = Batches([(IMAGES[:2],), (IMAGES[2:],)])
    assert_equal(trained(data, epochs=2), trained(plain, epochs=2))
    assert data.calls == EPOCH * 2  # As Keras calls it, but for an end before the beginning.


def test_each_epoch_has_its_own_batches():
    batches = [(IMAGES[i : i + 2] * scale,) for scale in (1.0, 0.5, 0.25) for i in (0, 2)]
    whole = Batches(batches)
    assert_equal(trained(Counting(), epochs=3), trained(whole))


@pytest.mark.parametrize("options", [{"workers": 2}, {"max_queue_size": 1}])
def test_prepared_with_workers(options):
    data = Prepared(**options)
    assert_equal(trained(data), trained(Batches([(IMAGES[:2],), (IMAGES[2:],)])))


def test_shuffled_batches():
    data = Prepared()
    trained(data, shuffle=True)
    assert sorted(data.calls, key=str) == sorted(EPOCH, key=str)


def test_validation():
    data = Prepared()
    gan = image_gan()
    history = gan.fit(IMAGES, validation_data=data, epochs=2, verbose=0).history
    assert len(history["val_loss"]) == 2
    assert [call for call in data.calls if call != "end"] == ["begin", 0, 1] * 2


def test_evaluation():
    data = Prepared()
    loss = image_gan().evaluate(data, verbose=0)
    assert data.calls == EPOCH
    np.testing.assert_allclose(
        loss, image_gan().evaluate(IMAGES, batch_size=2, verbose=0), rtol=1e-6
    )


@pytest.mark.parametrize("length", [2, None])
def test_streams_lose_no_batch(length):
    # On TensorFlow bare Keras asks for up to two that it does not train on.
    gan = image_gan()
    gan.fit(Stream(6, length), epochs=3, steps_per_epoch=2, shuffle=False, verbose=0)
    whole = Batches([(IMAGES[i % 4 : i % 4 + 1],) for i in range(6)])
    assert_equal(state(gan), trained(whole))


def test_streams_for_validation_lose_no_batch():
    image_gan().fit(IMAGES, validation_data=Stream(4), epochs=2, verbose=0)
    batches = [(IMAGES[:2] * scale,) for scale in (1.0, 0.5, 0.25, 0.125)]
    options = {"validation_steps": 2, "epochs": 2, "verbose": 0}
    losses = [
        image_gan().fit(IMAGES, validation_data=data, **options).history["val_loss"]
        for data in (Batches(batches, length=None), (batch for batch in batches))
    ]
    np.testing.assert_allclose(*losses, rtol=1e-6)


def test_the_size_of_the_first_batch_is_looked_at_once():
    gan = image_gan(discriminator_steps=2)
    data = Prepared()
    gan.fit(data, shuffle=False, verbose=0)
    assert data.calls == EPOCH
    with pytest.raises(ValueError, match="discriminator_steps=2.*Received: batch_size=1"):
        gan.fit(Stream(4), verbose=0)


def test_what_a_data_set_knows_stays_reachable():
    from kerasgan.engine.intake.peeked_dataset import PeekedDataset

    data = Prepared(workers=3)
    data.batch_size = 2
    peeked = PeekedDataset(data)
    assert (peeked.workers, peeked.num_batches, peeked.batch_size) == (3, 2, 2)
    with pytest.raises(AttributeError):
        peeked.plan  # noqa: B018


def test_errors_of_a_data_set_are_its_own():
    class Fails(Prepared):
        def __getitem__(self, index):
            raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"):
        image_gan().fit(Fails(), verbose=0)
