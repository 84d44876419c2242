"""Whatever `fit` is given: it trains, or it says in its own words what it received."""

import warnings

import numpy as np
import pytest

pytest.importorskip("hypothesis")

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from ml_dtypes import bfloat16

from tests.conformance.catalogue import EAGER
from tests.containers import IMAGE, as_array, as_py_dataset, as_tf_data, image_gan
from tests.engine.games import arrays, mlp_gan, number

NUMBERS = ["float32", "float64", "float16", "bool", "int8", "int16", "int32", "int64"]
NUMBERS += ["uint8", "uint16", "uint32", "uint64", bfloat16]
OTHERS = ["complex64", "complex128", "U3", "S3", "datetime64[s]", "object"]
POINT = (2,)

counts = st.integers(1, 3)
fitting = st.tuples(counts, st.sampled_from([IMAGE, POINT])).map(lambda t: (t[0], *t[1]))
shapes = st.one_of(fitting, fitting, st.lists(st.integers(0, 4), max_size=5).map(tuple))
dtypes = st.one_of(st.sampled_from(NUMBERS[:3]), st.sampled_from(NUMBERS + OTHERS))
ranges = st.sampled_from([(-1.0, 1.0), (-1.0, 1.0), (0.0, 1.0), (0.0, 255.0), (-3.0, 1.0)])
# What `fit` is given as `batch_size` where the data are an array.
sizes = st.one_of(st.none(), counts, st.sampled_from([0, -1, 2.0, "2", True, np.int64(3)]))
steps = st.one_of(st.none(), st.none(), st.integers(-1, 6))

SETTINGS = settings(
    max_examples=50 if EAGER else 35,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def samples(draw):
    """An array, perhaps with a value that is no number."""
    shape, dtype, (low, high) = draw(shapes), draw(dtypes), draw(ranges)
    array = np.random.default_rng(0).uniform(low, high, shape)
    if array.size and draw(st.sampled_from([False, False, False, True])):
        array.flat[draw(st.integers(0, array.size - 1))] = draw(st.sampled_from([np.nan, np.inf]))
    with np.errstate(all="ignore"):
        return np.asarray(array).astype(dtype)


class Game:
    """A model that begins at the same state for each example."""

    def __init__(self, gan):
        gan.compile(run_eagerly=EAGER)
        self.gan = gan
        self.start = arrays(self.variables)

    @property
    def variables(self):
        return [*self.gan.variables, *self.gan.optimizer.variables]

    def check(self, data, **kwargs):
        for variable, value in zip(self.variables, self.start, strict=True):
            variable.assign(value)
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message=".*no value of the data is negative")
                history = self.gan.fit(data, verbose=0, **kwargs).history
        except (ValueError, TypeError) as error:
            event(f"refused: {str(error)[:40]}")
            assert "Received: " in str(error), repr(error)
            assert type(error).__module__ == "builtins"
        else:
            event("trains")
            assert number(self.gan.optimizer.iterations) >= 1
            assert np.isfinite(history["loss"]).all()


@pytest.fixture(scope="module")
def games():
    return [Game(image_gan()), Game(mlp_gan())]


def choose(games, data):
    return games[0] if data.ndim >= 3 else games[1]


@SETTINGS
@given(data=samples(), batch_size=sizes, steps=steps)
def test_arrays(games, data, batch_size, steps):
    game = choose(games, data)
    game.check(as_array(data), batch_size=batch_size, steps_per_epoch=steps)


@SETTINGS
@given(data=samples(), batch_size=counts, steps=steps)
def test_py_datasets(games, data, batch_size, steps):
    if data.ndim:
        choose(games, data).check(as_py_dataset(data, batch_size), steps_per_epoch=steps)


@settings(SETTINGS, max_examples=30)
@given(data=samples(), batch_size=counts, steps=steps)
def test_tf_data(games, data, batch_size, steps):
    pytest.importorskip("tensorflow")
    # The others are no types of TensorFlow's.
    if data.ndim and data.dtype.kind in "fiubSUc":
        choose(games, data).check(as_tf_data(data, batch_size), steps_per_epoch=steps)


@settings(SETTINGS, max_examples=25)
@given(labels=samples(), batch_size=counts)
def test_labels(games, labels, batch_size):
    images = np.zeros((3, *IMAGE), "float32")
    games[0].check(images, y=labels, batch_size=batch_size)
