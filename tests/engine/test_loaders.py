"""PyTorch's loaders, the same on every backend: samples of any kind, and any `collate_fn`."""

import numpy as np
import pytest

from tests.containers import IMAGES, image_gan
from tests.engine.games import assert_equal, state

torch = pytest.importorskip("torch")
TENSORS = torch.from_numpy(IMAGES)


class Samples(torch.utils.data.Dataset):
    """What a function makes of each image."""

    def __init__(self, function):
        self.function = function

    def __len__(self):
        return len(TENSORS)

    def __getitem__(self, index):
        return self.function(TENSORS[index])


class Stream(torch.utils.data.IterableDataset):
    """What a function makes of each image, without numbers."""

    def __init__(self, function):
        self.function = function

    def __iter__(self):
        return map(self.function, TENSORS)


def loader(data, **kwargs):
    return torch.utils.data.DataLoader(data, **{"batch_size": 2, **kwargs})


def trained(data):
    gan = image_gan()
    gan.fit(data, shuffle=False, verbose=0)
    return state(gan)


def stacked(samples):
    return np.stack([sample.numpy() for sample in samples])


@pytest.mark.parametrize(
    "make",
    [
        lambda: loader(Samples(lambda image: image)),
        lambda: loader(Samples(lambda image: (image, 7))),
        lambda: loader(Samples(lambda image: [image.numpy()])),
        lambda: loader(Samples(lambda image: image), collate_fn=stacked),
        lambda: loader(Samples(lambda image: image), collate_fn=lambda s: (stacked(s),)),
        lambda: loader(Samples(lambda image: image), collate_fn=lambda s: [stacked(s), s[0]]),
        lambda: loader(Stream(lambda image: image.numpy()), collate_fn=np.stack),
    ],
    ids=["tensors", "pairs", "lists", "numpy", "numpy tuples", "numpy pairs", "stream"],
)
def test_trains(make):
    data = make()
    collate = data.collate_fn
    expected = image_gan()
    expected.fit(IMAGES, batch_size=2, shuffle=False, verbose=0)
    assert_equal(trained(data), state(expected))
    assert data.collate_fn is collate  # The user's loader is left as it is.


@pytest.mark.parametrize(
    "make",
    [
        lambda: loader(Samples(lambda image: {"im": image})),
        lambda: loader(Samples(lambda image: {"im": image}), num_workers=1),
        lambda: loader(Samples(lambda image: image), collate_fn=lambda s: {"im": stacked(s)}),
        lambda: loader(Samples(lambda image: image), collate_fn=lambda s: {"im": torch.stack(s)}),
    ],
)
def test_dictionaries(make):
    gan = image_gan()
    before = state(gan)
    match = r"`x=data\['image'\]`.*Received: a dictionary with the keys \['im'\]"
    with pytest.raises(ValueError, match=match):
        gan.fit(make(), verbose=0)
    assert_equal(before, state(gan))


@pytest.mark.parametrize(
    ("function", "match"),
    [
        (lambda image: image.permute(2, 0, 1), r"`np.moveaxis\(x, 1, -1\)`. Received: "),
        (lambda image: image[:, :2], r"image_size=.*Received: a batch of shape \(1, 4, 2, 1\)"),
        (lambda image: image * 255.0, "/ 127.5 - 1.0`. Received: batch of dtype float32"),
    ],
)
def test_what_is_refused_before_training(function, match):
    gan = image_gan()
    before = state(gan)
    with pytest.raises(ValueError, match=match):
        gan.fit(loader(Samples(function)), verbose=0)
    assert_equal(before, state(gan))


def test_looking_leaves_the_global_stream_alone():
    from kerasgan.engine.intake.loaders import smallest_batch

    torch.manual_seed(3)
    before = torch.rand(3)
    torch.manual_seed(3)
    assert smallest_batch(loader(Samples(lambda image: (image * torch.rand(()),)))) is not None
    assert torch.equal(torch.rand(3), before)


def test_batches_made_by_the_data_set():
    class Whole(Samples):
        def __getitem__(self, index):
            return (TENSORS[2 * index : 2 * index + 2],)

        def __len__(self):
            return 2

    data = loader(Whole(None), batch_size=None)
    assert_equal(trained(data), trained(loader(Samples(lambda image: (image,)))))


def test_validation_and_evaluation():
    gan = image_gan()
    data = loader(Samples(lambda image: image), collate_fn=stacked)
    assert len(gan.fit(IMAGES, validation_data=data, verbose=0).history["val_loss"]) == 1
    whole = gan.evaluate(IMAGES, batch_size=2, verbose=0)
    np.testing.assert_allclose(gan.evaluate(data, verbose=0), whole, rtol=1e-6)
