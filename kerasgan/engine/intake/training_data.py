"""What `fit`, `evaluate` and their like are given, asked once what it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import keras

from kerasgan.data.batches import EpochPlan
from kerasgan.engine.intake.kinds import Kind, kind_of
from kerasgan.engine.intake.symbols import symbols_of

UNKNOWN, ENDLESS = -2, -1  # As tf.data has them.


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Data, and what they tell about themselves without being read. To be made by `of`.

    Args:
        x: Arrays, or a data set.
        y: Arrays beside those of `x`, or `None`.
        kind: What makes the batches.
        plan: The plan of an epoch, where the data are of `kerasgan.data`; else `None`.
        batch_size: Int or `None`, as `fit` is given it.
        steps: Int or `None`, the batches to which the user limits an epoch.
        split: Float, the part of arrays that is left for validation. Defaults to `0.0`.
        validation: What is evaluated after an epoch, if `fit` is given such. Defaults to `None`.
    """

    x: Any
    y: Any
    kind: Kind
    plan: EpochPlan | None
    batch_size: int | None
    steps: int | None
    split: float = 0.0
    validation: TrainingData | None = None

    @classmethod
    def of(
        cls,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        steps: int | None = None,
        split: float = 0.0,
    ) -> TrainingData:
        """Asks what the data are. Whatever is passed has a kind; the checks refuse it later."""
        plan = getattr(x, "plan", None)
        plan = plan if isinstance(plan, EpochPlan) else None
        return cls(x, y, kind_of(x), plan, batch_size, steps, split)

    @property
    def is_data_set(self) -> bool:
        """Whether the data make batches themselves, and are no arrays."""
        return self.kind is not Kind.ARRAYS

    @property
    def shuffles_itself(self) -> bool:
        """Whether Keras is not to shuffle.

        It warns of that for tf.data, and shuffles the batches of others by Python's global random
        numbers.
        """
        return self.kind is Kind.TF_DATA or self.plan is not None

    @property
    def plans(self) -> list[EpochPlan]:
        """The plans of these data and of those for validation, as far as they have one."""
        others = [] if self.validation is None else self.validation.plans
        return others if self.plan is None else [self.plan, *others]

    @property
    def samples(self) -> int | None:
        """The samples that an epoch shows; `None` where the data do not tell."""
        if self.plan is not None:
            return self.plan.shown
        if self.kind is Kind.LOADER:
            return _samples_of(self.x)
        if self.kind is Kind.ARRAYS:
            count = int(keras.tree.flatten(self.x)[0].shape[0])
            return math.floor(count * (1.0 - self.split))  # As Keras divides them.
        return None

    @property
    def size(self) -> int | None:
        """The samples in a batch, the last one aside; `None` where only a batch would tell."""
        if self.kind is Kind.ARRAYS:
            steps = self.steps
            return self.batch_size or (math.ceil((self.samples or 0) / steps) if steps else 32)
        declared = getattr(self.x, "batch_size", None)
        if isinstance(declared, int):
            return declared
        if self.kind is Kind.TF_DATA:
            return keras.tree.flatten(self.x.element_spec)[0].shape[0]
        return None

    def size_found(self) -> int | None:
        """The same, with a look at the first batch where nothing else tells.

        None of a generator, which it would lose.
        """
        size = self.size
        if size is None and self.kind is Kind.TF_DATA:
            return _leading(next(iter(self.x)))
        if size is None and self.kind is Kind.PY_DATASET:
            return _leading(self.x[0])
        return size

    @property
    def length(self) -> int:
        """The batches in an epoch, as far as the data tell; else `UNKNOWN`, or `ENDLESS`."""
        if self.kind is Kind.ARRAYS:
            return math.ceil((self.samples or 0) / (self.size or 1))
        if self.kind is Kind.GENERATOR:
            return ENDLESS  # For all that can be known.
        if self.kind is Kind.PY_DATASET:
            return ENDLESS if self.x.num_batches is None else self.x.num_batches
        if hasattr(self.x, "cardinality"):
            return int(self.x.cardinality())
        try:
            return len(self.x)
        except TypeError:
            return UNKNOWN

    @property
    def symbols(self) -> Any:
        """A batch as tensors without values; `None` where only a batch would tell."""
        if self.kind is Kind.ARRAYS:
            return keras.utils.pack_x_y_sample_weight(*symbols_of((self.x, self.y)))
        if self.kind is Kind.TF_DATA:
            declared = symbols_of(self.x.element_spec)
            known = all(symbol is not None for symbol in keras.tree.flatten(declared))
            return declared if known else None
        if self.plan is None or any(self.plan.augments):
            return None
        # Images of `kerasgan.data`, of which each has the same shape.
        shapes = [source.image_shape for source in self.plan.sources]
        return tuple(keras.KerasTensor((None, *shape)) for shape in shapes)

    def start_at(self, epoch: int) -> None:
        """Lets data of `kerasgan.data` go on with what they give in an epoch, from 0."""
        if self.plan is not None:
            self.plan.next_epoch = epoch


def _samples_of(loader: Any) -> int | None:
    try:
        count = len(loader.dataset)
    except TypeError:  # A stream.
        return None
    if loader.batch_size is not None and loader.drop_last:
        return count - count % loader.batch_size
    return count


def _leading(batch: Any) -> int:
    return int(keras.tree.flatten(batch)[0].shape[0])
