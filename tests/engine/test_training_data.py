"""What data tell about themselves, asked once and without reading them."""

import keras
import numpy as np
import pytest

from kerasgan.data import image_folder, unpaired_arrays
from kerasgan.engine.intake.kinds import Kind, is_data_set, kind_of
from kerasgan.engine.intake.training_data import ENDLESS, UNKNOWN, TrainingData
from tests.containers import IMAGES, Batches, as_py_dataset, as_tf_data, image_gan
from tests.data.files import folder_of
from tests.engine.games import POINTS, fit, tiny_gan


class Unread(keras.utils.PyDataset):
    """Counts how often it is asked for a batch."""

    def __init__(self, length=2):
        super().__init__()
        self.length, self.asked = length, 0

    @property
    def num_batches(self):
        return self.length

    def __getitem__(self, index):
        self.asked += 1
        return (IMAGES[:3],)


def loader(samples=IMAGES, **kwargs):
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.from_numpy(samples))
    return torch.utils.data.DataLoader(data, **{"batch_size": 3, **kwargs})


def stream():
    torch = pytest.importorskip("torch")

    class Stream(torch.utils.data.IterableDataset):
        def __iter__(self):
            return iter(torch.from_numpy(IMAGES))

    return torch.utils.data.DataLoader(Stream(), batch_size=3)


def generator():
    yield (IMAGES[:3],)


def of_grain():
    kind = type("MapDataset", (), {"__module__": "grain._src.python", "__len__": lambda self: 7})
    return kind()


CASES = {  # What is passed: its kind, samples, samples in a batch, batches.
    "array": (lambda: IMAGES, Kind.ARRAYS, 4, 32, 1),
    "pair": (lambda: (IMAGES, IMAGES), Kind.ARRAYS, 4, 32, 1),
    "dictionary": (lambda: {"im": IMAGES}, Kind.ARRAYS, 4, 32, 1),
    "list": (lambda: [IMAGES], Kind.ARRAYS, 4, 32, 1),
    "tf.data": (lambda: as_tf_data(IMAGES, 3), Kind.TF_DATA, None, None, 2),
    "full batches": (lambda: as_tf_data(IMAGES, 2).take(2), Kind.TF_DATA, None, None, 2),
    "endless": (lambda: as_tf_data(IMAGES, 3).repeat(), Kind.TF_DATA, None, None, ENDLESS),
    "filtered": (
        lambda: as_tf_data(IMAGES).filter(lambda x: True),
        Kind.TF_DATA,
        None,
        None,
        UNKNOWN,
    ),
    "PyDataset": (Unread, Kind.PY_DATASET, None, None, 2),
    "endless PyDataset": (lambda: Unread(None), Kind.PY_DATASET, None, None, ENDLESS),
    "generator": (generator, Kind.GENERATOR, None, None, ENDLESS),
    "loader": (loader, Kind.LOADER, 4, 3, 2),
    "loader of full batches": (lambda: loader(drop_last=True), Kind.LOADER, 3, 3, 1),
    "stream": (stream, Kind.LOADER, None, 3, UNKNOWN),
    "grain": (of_grain, Kind.OTHER, None, None, 7),
}


@pytest.mark.parametrize("case", CASES)
def test_what_data_tell(case):
    make, kind, samples, size, length = CASES[case]
    data = TrainingData.of(make())
    assert (data.kind, data.samples, data.size, data.length) == (kind, samples, size, length)
    assert data.is_data_set == is_data_set(data.x) == (kind is not Kind.ARRAYS)
    assert data.plan is None and data.plans == []
    assert data.shuffles_itself == (kind is Kind.TF_DATA)


@pytest.mark.parametrize("data", [None, "photographs", 7, iter([IMAGES]), {1, 2}, map(len, IMAGES)])
def test_what_is_no_data_is_left_to_the_checks(data):
    assert kind_of(data) is Kind.ARRAYS


@pytest.mark.parametrize(
    ("count", "batch_size", "steps", "split", "samples", "size", "length"),
    [
        (64, None, None, 0.0, 64, 32, 2),
        (9, 4, None, 0.0, 9, 4, 3),
        (9, None, 3, 0.0, 9, 3, 3),
        (9, 2, 3, 0.0, 9, 2, 5),
        (10, 4, None, 0.5, 5, 4, 2),
        (10, None, 2, 0.3, 7, 4, 2),  # As Keras: all but three, in two batches.
        (3, 8, None, 0.0, 3, 8, 1),
    ],
)
def test_how_arrays_are_divided(count, batch_size, steps, split, samples, size, length):
    data = TrainingData.of(np.zeros((count, 2)), None, batch_size, steps, split)
    assert (data.samples, data.size, data.length) == (samples, size, length)
    assert data.size_found() == size
    seen = []
    look = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(batch))
    options = {"batch_size": batch_size, "steps_per_epoch": steps, "validation_split": split}
    fit(tiny_gan(), np.zeros((count, 2), "float32"), callbacks=[look], **options)
    assert len(seen) == (steps or length)


def test_nothing_is_read_that_is_not_needed():
    data = TrainingData.of(Unread())
    assert (data.samples, data.size, data.length, data.symbols) == (None, None, 2, None)
    assert data.x.asked == 0
    assert (data.size_found(), data.x.asked) == (3, 1)
    batches = generator()
    assert TrainingData.of(batches).size_found() is None
    assert len(list(batches)) == 1


def test_the_first_batch_tells_where_tf_data_does_not():
    assert TrainingData.of(as_tf_data(IMAGES, 3)).size_found() == 3
    full = as_tf_data(IMAGES, 2).unbatch().batch(2, drop_remainder=True)
    assert TrainingData.of(full).size == 2


def shapes(symbols):
    return [tuple(symbol.shape) for symbol in keras.tree.flatten(symbols)]


def test_symbols_of_a_batch():
    labels = np.arange(4)
    assert shapes(TrainingData.of(IMAGES, labels).symbols) == [(4, 4, 4, 1), (4,)]
    assert shapes(TrainingData.of(IMAGES).symbols) == [(4, 4, 4, 1)]
    assert shapes(TrainingData.of(as_tf_data((IMAGES, labels))).symbols) == [
        (None, 4, 4, 1),
        (None,),
    ]
    for unread in (as_py_dataset(IMAGES), generator()):
        assert TrainingData.of(unread).symbols is None


def test_data_of_kerasgan(tmp_path):
    pairs = unpaired_arrays(IMAGES, IMAGES[:3], seed=0, batch_size=3, drop_remainder=False)
    data = TrainingData.of(pairs)
    assert (data.samples, data.size, data.length) == (4, 3, 2)
    assert data.plan is pairs.plan and data.shuffles_itself
    assert shapes(data.symbols) == [(None, 4, 4, 1)] * 2
    data.start_at(5)
    assert pairs.plan.next_epoch == 5
    folder = folder_of(tmp_path, [1, 90, 180])
    changed = image_folder(folder, 4, 2, channels=1, augment=lambda x: x[:, :2])
    symbols = TrainingData.of(changed).symbols
    if keras.backend.backend() == "tensorflow":  # Which follows what changes the images.
        assert [shape[1:] for shape in shapes(symbols)] == [(2, 4, 1)]
    else:
        assert symbols is None


def test_a_plan_of_the_users_own_is_none_of_ours():
    data = Batches([(IMAGES[:2],), (IMAGES[2:],)])
    data.plan = "to train on it"
    given = TrainingData.of(data)
    assert given.plan is None and not given.shuffles_itself
    assert "loss" in image_gan().fit(data, verbose=0).history
    TrainingData.of(data).start_at(3)
    assert data.plan == "to train on it"


def test_callbacks_see_the_data_while_training_goes_on():
    seen = []

    class Looks(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(self._model.training_data)

    gan = image_gan()
    fit(gan, IMAGES, validation_data=as_py_dataset(IMAGES), callbacks=[Looks()])
    (data,) = seen
    assert data.x is IMAGES and data.validation.kind is Kind.PY_DATASET
    assert gan.training_data is None

    class Fails(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise RuntimeError("the lights went out")

    with pytest.raises(RuntimeError, match="lights"):
        fit(gan, IMAGES, callbacks=[Fails()])
    assert gan.training_data is None


@pytest.mark.parametrize("container", [lambda data: data, lambda data: (data,)])
def test_damaged_files_for_validation_are_named(container, tmp_path):
    (folder_of(tmp_path, [1, 2]) / "words.png").write_bytes(b"not a picture")
    data = image_folder(tmp_path, 4, channels=1, shuffle=False)
    with pytest.raises(ValueError, match=r"Received: .*words\.png"):
        image_gan().fit(IMAGES, validation_data=container(data), verbose=0)


@pytest.mark.parametrize(
    ("count", "arguments", "match"),
    [
        (9, {"steps_per_epoch": 3}, "2 divides: .*Received: batch_size=3"),
        (10, {"steps_per_epoch": 1, "validation_split": 0.5}, "Received: batch_size=5"),
        (10, {"batch_size": 2, "steps_per_epoch": 4, "validation_split": 0.5}, "for 3 batches"),
        (2, {"batch_size": 2, "validation_split": 0.9}, "at least one each.*0.9 of 2 samples"),
        (3, {"batch_size": 2, "validation_split": 1e-20}, "at least one each.*of 3 samples"),
    ],
)
def test_batches_are_counted_as_keras_makes_them(count, arguments, match):
    gan = tiny_gan(discriminator_steps=2)
    with pytest.raises(ValueError, match=match):
        fit(gan, np.tile(POINTS, (2, 1))[:count], **{"batch_size": None, **arguments})
    assert int(gan.optimizer.iterations) == 0
