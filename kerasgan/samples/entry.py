"""One of the arrays that a game is fed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from numbers import Real
from typing import Any, NamedTuple

from kerasgan.integers import is_positive_int


class _Kind(NamedTuple):
    """What holds for all entries of a kind.

    Args:
        plural: String, what errors call the samples.
        form: String, the axes of one sample.
        ranks: The least and the greatest number of these axes.
        range: Pair of floats, the range of the values by default; `None` for any.
    """

    plural: str
    form: str
    ranks: tuple[int, float]
    range: tuple[float, float] | None = None


KINDS = {
    "image": _Kind("images", "(height, width, channels)", (3, 3), (-1.0, 1.0)),
    "map": _Kind("maps of classes", "(height, width, 1), or of other places", (1, math.inf)),
    "labels": _Kind("labels", "()", (0, 0)),
    "audio": _Kind("sounds", "(steps, channels) or (steps,)", (1, 2), (-1.0, 1.0)),
    "video": _Kind("videos", "(frames, height, width, channels)", (4, 4), (-1.0, 1.0)),
    "points": _Kind("samples", "any", (0, math.inf)),
    "state": _Kind("states", "any", (0, math.inf)),
}
# Integers from 0 to `num_classes - 1`; the others are float32 to the networks.
CLASSES = ("map", "labels")
# What generators draw, in signed values.
DRAWN = ("image", "audio", "video")


@dataclass(frozen=True)
class Entry:
    """Declares one of the arrays that a game is fed, in its `signature`.

    What does not fit it is refused, before training or while it goes on; see
    `kerasgan.AdversarialModel`.

    Args:
        name: String, what errors call it; in a dict its key.
        shape: Tuple, the shape of one sample; `None` for sizes that may vary from batch to batch.
        kind: String, what a sample is:

            - `"image"`: `(height, width, channels)`;
            - `"map"`: the class of each place, such as `(height, width, 1)`;
            - `"labels"`: the class of a sample, `()`; batches of `(batch, 1)` are taken too;
            - `"audio"`: `(steps, channels)` or `(steps,)`;
            - `"video"`: `(frames, height, width, channels)`;
            - `"points"`, `"state"`: numbers of any shape, of data or of an environment.

        range: Pair of floats, the least and the greatest value. Defaults to `(-1.0, 1.0)` for
            images, sounds and videos, and to `None`, any finite numbers, for points and states.
        num_classes: Int, the number of classes of maps and labels, which stay integers; they need
            it, and no other kind has it. Defaults to `None`.

    Raises:
        ValueError: If the arguments do not fit each other.

    Example:

    ```python
    photo = kerasgan.Entry("photo", (64, 64, 3), "image")
    segments = kerasgan.Entry("segments", (64, 64, 1), "map", num_classes=5)
    segments.to_config()  # plain JSON, which `Entry.from_config` reads
    ```
    """

    name: str
    shape: tuple[int | None, ...]
    kind: str
    range: tuple[float, float] | None = None
    num_classes: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise ValueError(
                f"`name` must be a string with something in it. Received: name={self.name!r}"
            )
        if not isinstance(self.kind, str) or self.kind not in KINDS:
            raise ValueError(f"`kind` must be one of {tuple(KINDS)}. Received: kind={self.kind!r}")
        # A frozen dataclass is filled in this way.
        object.__setattr__(self, "shape", self._checked_shape())
        object.__setattr__(self, "num_classes", self._checked_classes())
        object.__setattr__(self, "range", self._checked_range())

    @property
    def plural(self) -> str:
        """What errors call several samples: `"images"`, `"sounds"`."""
        return KINDS[self.kind].plural

    def _checked_shape(self) -> tuple[int | None, ...]:
        known = isinstance(self.shape, list | tuple) and all(
            size is None or is_positive_int(size) for size in self.shape
        )
        if not known:
            raise ValueError(
                "`shape` must be the shape of one sample, without the batch: a tuple of positive "
                f"integers, with `None` for sizes that vary. Received: shape={self.shape!r}"
            )
        _, form, (least, most), _ = KINDS[self.kind]
        if not least <= len(self.shape) <= most:
            raise ValueError(
                f"One sample of kind {self.kind!r} has the shape {form}. Declare another kind for "
                f"data of another form. Received: shape={tuple(self.shape)}"
            )
        return tuple(None if size is None else int(size) for size in self.shape)

    def _checked_classes(self) -> int | None:
        if self.kind not in CLASSES and self.num_classes is not None:
            raise ValueError(
                f"Only maps and labels have classes, kinds {CLASSES}: leave `num_classes` out. "
                f"Received: num_classes={self.num_classes!r} with kind={self.kind!r}"
            )
        if self.kind in CLASSES and not is_positive_int(self.num_classes):
            raise ValueError(
                f"An entry of kind {self.kind!r} needs `num_classes`, a positive integer. "
                f"Received: num_classes={self.num_classes!r}"
            )
        return None if self.num_classes is None else int(self.num_classes)

    def _checked_range(self) -> tuple[float, float] | None:
        if self.range is None:
            return KINDS[self.kind].range
        if self.kind in CLASSES:
            raise ValueError(
                "The values of maps and labels are integers from 0 to `num_classes - 1`: leave "
                f"`range` out. Received: range={self.range!r} with kind={self.kind!r}"
            )
        if not _is_range(self.range):
            raise ValueError(
                "`range` must be two finite numbers, the lower one first, such as (-1.0, 1.0). "
                f"Received: range={self.range!r}"
            )
        return float(self.range[0]), float(self.range[1])

    def to_config(self) -> dict[str, Any]:
        """The arguments in plain JSON."""
        config = asdict(self)
        pairs = {key: list(config[key]) for key in ("shape", "range") if config[key] is not None}
        return {**config, **pairs}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Entry:
        """Makes the entry that `to_config` described.

        Raises:
            ValueError: If it describes none.
        """
        known = [field.name for field in fields(cls)]
        if not isinstance(config, Mapping) or not {*known[:3]} <= {*config} <= {*known}:
            raise ValueError(
                f"An entry is described by {known}, of which the first three must be there. "
                f"Received: {config!r}"
            )
        return cls(**config)


def _is_range(values: Any) -> bool:
    if not isinstance(values, list | tuple) or len(values) != 2:
        return False
    numbers = all(isinstance(value, Real) for value in values)
    return numbers and all(math.isfinite(value) for value in values) and values[0] < values[1]
