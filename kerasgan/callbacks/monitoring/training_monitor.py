"""A watch over the balance of the game, which warns in words."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerasgan.callbacks.monitoring.probe import Judgement, Observation, make_probe
from kerasgan.callbacks.monitoring.sample_statistics import (
    compare_samples,
    ranking_accuracy,
    saturation,
)
from kerasgan.callbacks.monitoring.training_troubles import Diagnosis, Limits
from kerasgan.callbacks.timing import Timing
from kerasgan.callbacks.unwritten import warn_if_unwritten
from kerasgan.engine import AdversarialModel
from kerasgan.engine.intake.first_batches import check_fed
from kerasgan.engine.intake.kinds import is_data_set
from kerasgan.samples.array_checks import check_arrays
from kerasgan.samples.batch_shapes import fits
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.samples.values import Values

SAMPLES, PAIRS = 64, 4
# With several discriminators the logs hold the worst value.
VALUES = (
    *("discriminator_accuracy", "spread", "duplicates", "distance", "coverage", "saturation"),
    "gradient_ratio",
)
WORST = {"spread": min, "coverage": min, "duplicates": max, "distance": max, "saturation": max}


class TrainingMonitor(keras.callbacks.Callback):
    """Watches for mode collapse, imbalance and bad gradients, and says what to do about them.

    Every few epochs or steps the players are probed on the same real samples and the same latents.
    What is found goes to the logs, and so into the history, the progress bar and callbacks that
    stand after this one, in those epochs in which a probe was made: of several the last. When
    training goes wrong, a warning says what is seen, what it means and what to try; each kind once,
    until it is over. Training is not disturbed: no weight, batch statistic or random stream moves.
    A probe that fails, for want of memory say, is a warning and not the end of the training.

    The logs, each with the prefix `monitor_`:

    - `discriminator_accuracy`: the share of pairs of a real and a generated sample in which the
      real one has the higher score. 0.5 is guessing, which is the goal as well as the beginning. It
      means the same for every loss. Near 1 is common in healthy trainings on images.
    - `spread`: the mean distance of two generated samples, in units of that of two real ones. About
      1 in a healthy training; near 0 after a collapse.
    - `duplicates`: the share of generated samples with a near-duplicate among the others.
    - `distance`: the energy distance of generated and real samples, from 1 to about 0, the goal.
    - `coverage`: the share of real samples with a generated one nearby, from 0 to about 1.
    - `saturation`, of images and videos: how much greater than in real ones the share of values at
      ±1 is.
    - `<player>_gradient_norm`: the norm of the gradient of that player's loss.
    - `gradient_ratio`: the discriminator's over the generator's.

    `distance` and `coverage` need 16 samples or more. A translator is given inputs of both domains;
    of several discriminators the worst values are logged, and the mean accuracy.

    Args:
        real: Array of real samples `(n, *data_shape)`, as for `fit`, or what else the model is fed:
            for a translator a pair `(x, y)`, for a model with classes `(samples, labels)`, or a
            dict of arrays. They need not be new to the model.
        every: Int, probes after each this many epochs or steps. Defaults to `1`.
        unit: `"epoch"` or `"step"`. Defaults to `"epoch"`.
        samples: Int, at most so many of `real` are used, evenly spread. All are computed at once,
            with gradients. `None` stands for 64, and for 4 pairs of a translator. Defaults to
            `None`.
        patience: Int, probes in a row that must show a trouble before it is reported. Also the
            number of first probes whose gradients are the measure of later ones. Defaults to `3`.
        collapse_below: Float, the `spread` below which the generator has collapsed. Defaults to
            `0.1`.
        accuracy_above: Float, the accuracy from which on the discriminator is too strong, if the
            distance stays. Defaults to `0.99`.
        distance_above: Float, the `distance` above which the generated samples are plainly
            different from the real ones. Defaults to `0.1`.
        explode_above: Float, how many times the gradient norm of the first probes is an explosion.
            Defaults to `1000.0`.
        vanish_below: Float, likewise the fraction of it that is too little. Defaults to `1e-3`.

    Raises:
        TypeError: If `real` holds no arrays, or the model is no game of kerasgan.
        ValueError: If `real` does not fit the model, or an argument is out of range.

    Example:

    ```python
    monitor = kerasgan.callbacks.TrainingMonitor(images)
    history = gan.fit(images, batch_size=64, epochs=30, callbacks=[monitor]).history
    history["monitor_spread"]  # 30 values
    ```
    """

    def __init__(
        self,
        real: Any,
        every: int = 1,
        unit: str = "epoch",
        samples: int | None = None,
        patience: int = 3,
        collapse_below: float = 0.1,
        accuracy_above: float = 0.99,
        distance_above: float = 0.1,
        explode_above: float = 1000.0,
        vanish_below: float = 1e-3,
    ) -> None:
        super().__init__()
        self._timing = Timing(every, unit)
        check_positive_ints(patience=patience)
        if samples is not None and (not isinstance(samples, int) or samples < 2):
            raise ValueError(
                f"`samples` must be an int of at least 2, or None. Received: samples={samples!r}"
            )
        self.real = real
        self.every = every
        self.unit = unit
        self.samples = samples
        self.patience = patience
        self.limits = Limits(
            collapse_below, accuracy_above, distance_above, explode_above, vanish_below
        )

    def log_names(self, model: Any) -> set[str]:
        """The names that it adds to the logs of a model."""
        players = [player.name for player in model.players()]
        norms = {f"monitor_{name}_gradient_norm" for name in players}
        return norms | {f"monitor_{name}" for name in VALUES}

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Fixes what is probed."""
        model = self.model
        if not isinstance(model, AdversarialModel):
            raise TypeError(
                "`TrainingMonitor` watches the adversarial models of kerasgan. "
                f"Received: {type(model).__name__}"
            )
        found = _looked_at(self.real)
        fed = check_fed(model, found)
        self._batch = _choose(found, self._count(model))
        pictures = [entry.shape for entry, _ in fed if entry.kind in ("image", "video")]
        if model.stage is not None:  # Those of other stages are of other sizes.
            pictures = [(*[None] * (len(shape) - 1), shape[-1]) for shape in pictures]
        self._pictures = pictures
        self._probe = make_probe(model)
        players = [player.name for player in model.players()]
        self._diagnosis = Diagnosis(players, self.patience, self.limits)
        self._values: dict[str, float] = {}
        self._probed_step: int | None = None

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Notes where training is."""
        self._epoch = epoch
        self._epoch_start = self._steps_done()
        self._timing.begin(self._epoch_start)

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Probes if it is time, by steps; `batch` batches of this epoch are done.

        The beginning of a batch, and not the end of the one before: Keras lets the device run ahead
        only if no callback looks at the end.
        """
        if self._timing.is_due_at_step(self._epoch_start + batch):
            self._look()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Probes if it is time, and adds what the last probe of the epoch found to the logs."""
        by_steps = self.unit == "step" and self._timing.is_due_at_step(self._steps_done())
        if by_steps or self._timing.is_due_after_epoch(epoch):
            self._look()
        if logs is not None:
            logs.update({f"monitor_{name}": value for name, value in self._values.items()})
        self._values = {}

    @property
    def troubles(self) -> set[str]:
        """What is wrong at present, such as `{"mode_collapse"}`; empty if nothing is."""
        return set(self._diagnosis.found)

    def _look(self) -> None:
        step = self._steps_done()
        if step == self._probed_step:  # A resumed training passes over batches without a step.
            return
        self._probed_step = step
        found: list[Observation] = []
        warn_if_unwritten(
            f"The probe of step {step}", lambda: found.append(self._probe(self._batch))
        )
        for observation in found:
            self._judge(observation, step)

    def _judge(self, observation: Observation, step: int) -> None:
        norms = observation.gradient_norms
        self._values = _describe(observation.judgements, self._pictures)
        self._values.update({f"{name}_gradient_norm": norm for name, norm in norms.items()})
        if norms.get("generator") and "discriminator" in norms:
            self._values["gradient_ratio"] = norms["discriminator"] / norms["generator"]
        rates = {
            f"{name}_learning_rate": float(keras.ops.convert_to_numpy(optimizer.learning_rate))
            for name, optimizer in self.model.optimizer.players.items()
        }
        for words in self._diagnosis.update({**self._values, **rates}):
            warnings.warn(f"At step {step} (epoch {self._epoch + 1}): {words}", stacklevel=3)

    def _steps_done(self) -> int:
        return int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))

    def _count(self, model: AdversarialModel) -> int:
        translates = hasattr(model, "translate")
        count = self.samples or (PAIRS if translates else SAMPLES)
        # The history of translations holds a batch at least.
        return min(count, getattr(model, "pool_size", 0) or count)


def _looked_at(real: Any) -> Any:
    """What is found in the arrays of real samples, in their structure."""
    if is_data_set(real):
        raise TypeError(
            "`TrainingMonitor` probes the same real samples each time: pass an array of them, such "
            "as a batch of a data set made for it: `next(iter(dataset))`. "
            f"Received: real of type {type(real).__name__}"
        )
    return keras.tree.lists_to_tuples(check_arrays("real", real))


def _choose(found: Any, count: int) -> Any:
    """Evenly spread samples of each array, as many of each."""
    count = min(count, *(len(one.array) for one in keras.tree.flatten(found) if one is not None))
    if count < 2:
        raise ValueError(
            "`TrainingMonitor` compares samples with each other: pass at least 2, better 64 or "
            f"more. Received: real with {count} sample"
        )

    def chosen(one: Values | None) -> np.ndarray | None:
        if one is None:
            return None
        array = one.array[np.linspace(0, len(one.array) - 1, count).astype(int)]
        # As Keras gives arrays to a training step.
        return array.astype("float32") if array.dtype.kind == "f" else array

    return keras.tree.map_structure(chosen, found)


def _describe(judgements: Sequence[Judgement], pictures: Sequence[Any]) -> dict[str, float]:
    """What the logs hold of real and generated samples and of their scores."""
    if not judgements:
        return {}
    accuracies, statistics = [], []
    for real, fake, real_scores, fake_scores in judgements:
        accuracies.append(ranking_accuracy(real_scores, fake_scores))
        compared = compare_samples(real, fake)
        if any(fits(real, shape) for shape in pictures):
            compared["saturation"] = saturation(fake) - saturation(real)
        statistics.append(compared)
    worst = {name: WORST[name](one[name] for one in statistics) for name in statistics[0]}
    return {"discriminator_accuracy": float(np.mean(accuracies)), **worst}
