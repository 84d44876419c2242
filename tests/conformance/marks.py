"""Which models a test runs over."""

from __future__ import annotations

import os

import keras
import pytest

from tests.conformance.catalogue import CATALOGUE, Row

BACKEND = keras.backend.backend()
# What models of a kind share is tested with one of them where the tests are slow: on JAX and
# PyTorch, unless `CONFORMANCE=full` asks for all.
ALL = BACKEND == "tensorflow" or os.environ.get("CONFORMANCE") == "full"
EXEMPLARY = [row for row in CATALOGUE if row.exemplary]


def of(rows: list[Row]) -> pytest.MarkDecorator:
    """A test's argument `row`, with the model's name in the test's."""
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


def _ways_to_call(rows: list[Row]) -> list[Row]:
    """The first row of each way to call a generator: with latents, with labels too, with images."""
    ways = {(row.num_classes is None, bool(row.translate)): row for row in reversed(rows)}
    return list(ways.values())


every_model = of(CATALOGUE)
every_kind = of(CATALOGUE if ALL else EXEMPLARY)
every_call = of(CATALOGUE if ALL else _ways_to_call(CATALOGUE))
