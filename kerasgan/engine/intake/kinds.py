"""What makes the batches: Keras of arrays, or a data set by itself."""

from __future__ import annotations

from enum import Enum, auto
from types import GeneratorType
from typing import Any

import keras


class Kind(Enum):
    """The kinds of data, of which Keras takes each in its own way."""

    ARRAYS = auto()  # Structures of arrays as well, and whatever is no data at all.
    TF_DATA = auto()
    PY_DATASET = auto()
    GENERATOR = auto()
    LOADER = auto()  # A `DataLoader` of PyTorch.
    OTHER = auto()  # Those of Grain, and Keras's own adapters.


def kind_of(x: Any) -> Kind:
    """The kind of what a user passes as data. Nothing is read of it."""
    if hasattr(x, "element_spec"):
        return Kind.TF_DATA
    if isinstance(x, keras.utils.PyDataset):
        return Kind.PY_DATASET
    if isinstance(x, GeneratorType):
        return Kind.GENERATOR
    names = {base.__name__ for base in type(x).__mro__}
    if "DataLoader" in names and hasattr(x, "collate_fn"):
        return Kind.LOADER
    of_grain = type(x).__module__.split(".")[0] == "grain"
    return Kind.OTHER if of_grain or names & {"DataLoader", "DataAdapter"} else Kind.ARRAYS


def is_data_set(x: Any) -> bool:
    """Whether it makes batches itself, and is no array or structure of arrays."""
    return kind_of(x) is not Kind.ARRAYS
