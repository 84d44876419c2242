"""A training that can be interrupted at any moment and goes on where it was."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import warnings
from typing import Any

import keras
import numpy as np

from kerasgan.callbacks.checkpoint import epoch_measures as measures
from kerasgan.callbacks.checkpoint.checkpoint_files import CheckpointFiles, warn_unwritten
from kerasgan.callbacks.checkpoint.interrupts import Interrupts
from kerasgan.callbacks.timing import Timing
from kerasgan.samples.shapes import check_positive_ints

UNITS = ("epoch", "step", "minute")
TERMINATED = 128 + signal.SIGTERM  # The exit status that shells use for it.


class Checkpoint(keras.callbacks.Callback):
    """Saves the whole state of a training, and resumes from it, exactly.

    When `fit` begins and the directory holds a checkpoint, training goes on from there: with the
    networks, every optimiser, loss scales, moving averages, random streams, image pools and step
    counters as they were, in the same epoch, after the batches that were already seen. Calling the
    same script again is all that it takes. With kerasgan's data sets, whose order is a function of
    seed and epoch, the resumed run equals one that was never interrupted to the bit; so it does
    with data in a fixed order.

    A file replaces an older one only when it has been written and read back, so that a crash, a
    power cut or a full disk cannot destroy the last good state. If one cannot be written, training
    goes on with a warning. A state that is not finite is never saved; with
    `fit(..., on_nonfinite="rollback")` training then goes back to the newest checkpoint.

    Ctrl-C saves a checkpoint after the current step, and then is the `KeyboardInterrupt` that it
    always is; a second one ends at once. SIGTERM, which clusters send before they take a machine
    away, saves likewise and ends the process with exit status 143. A training that a callback stops
    within an epoch, by `model.stop_training`, is resumed within it.

    With several workers (`tf.distribute.MultiWorkerMirroredStrategy`) all of them pass this
    callback, with a directory that all of them see: the chief writes, and all go on from what it
    wrote. SIGTERM and Ctrl-C then end a worker without saving.

    Args:
        directory: Folder of the checkpoints: `step_000000100.keras` and the like, loadable with
            `keras.saving.load_model`, and `manifest.json`.
        every: Int or float, saves after each this many epochs, steps or minutes. Defaults to `1`.
        unit: `"epoch"`, `"step"` or `"minute"`. Defaults to `"epoch"`.
        keep: Int, the number of checkpoints to keep. Defaults to `2`.
        monitor: String, a name in the logs at the end of an epoch: the checkpoint of the best value
            is kept beside the newest ones, as `best_step_….keras`. Epochs that have no such value,
            as between two times of `Evaluate`, are not compared. Defaults to `None`.
        mode: `"min"` or `"max"`, which values of `monitor` are better. Defaults to `"min"`.
        resume: Bool, whether to go on from what the directory holds. `False` refuses to start if it
            holds any. Defaults to `True`.

    Raises:
        ValueError: When training begins, if the directory's checkpoints are of another model or of
            a newer version, or nothing will log `monitor`.

    Example:

    ```python
    gan.fit(data, epochs=200, callbacks=[kerasgan.callbacks.Checkpoint("runs/monet/checkpoints")])
    ```
    """

    def __init__(
        self,
        directory: str | os.PathLike,
        every: float = 1,
        unit: str = "epoch",
        keep: int = 2,
        monitor: str | None = None,
        mode: str = "min",
        resume: bool = True,
    ) -> None:
        super().__init__()
        self._timing = Timing(every, unit, UNITS)
        check_positive_ints(keep=keep)
        if mode not in ("min", "max"):
            raise ValueError(f"`mode` must be 'min' or 'max'. Received: mode={mode!r}")
        self.files = CheckpointFiles(directory, keep)
        self.every = every
        self.unit = unit
        self.monitor = monitor
        self.mode = mode
        self.resume = resume
        self._interrupts = Interrupts(lambda: self._model.training_data is not None)
        self._epoch = -1  # To go on with; below 0 where no training has begun,
        self._within: int | None = None  # and the one that is in progress.
        self._rolls_back = False
        self._rate_factor = 1.0  # Of the learning rates, by all that they were lowered.
        self._next_factor: float | None = None  # Where `roll_back` has asked for it.

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Goes on from the newest good checkpoint, if there is one."""
        if self.unit == "minute" and self._model.num_workers > 1:
            raise ValueError(
                "The workers of a strategy save in the same step, and their clocks differ. Count "
                f"epochs or steps. Received: unit='minute' with {self._model.num_workers} workers"
            )
        self._skip, self._epoch, self._batch = 0, -1, 0
        self._within = None
        self._means_before_test: list[np.ndarray] | None = None
        entry = self.files.newest()
        if entry is not None:
            self._restore(entry)
        self._step = measures.steps_of(self.model)
        self._model.check_same_on_all_workers(self._step, str(self.files.directory))
        # To roll back there must be something to go back to.
        self._saved_step = -1 if entry is None and self._rolls_back else self._step
        self._saved_place = None if entry is None else (self._epoch, self._batch)
        self._timing.begin(self._step)
        self._best = self.files.best_value()
        self._interrupts.catch()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Notes where training is."""
        self._epoch = self._within = epoch
        self._batch = self._skip
        self._epoch_start = measures.steps_of(self.model) - self._skip
        self._means_before_test = None
        if self._saved_step < 0:
            self._save()

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Saves if it is time; `batch` batches of this epoch are done.

        The beginning of a batch, and not the end of the one before: Keras lets the device run ahead
        only if no callback looks at the end.
        """
        if batch >= self._skip:
            if batch and batch == self._skip:
                measures.assign_means(self.model, self._means)
            self._batch = batch
            self._step = self._epoch_start + batch
            due = self._timing.is_due_at_step(self._step)
            if due or self._interrupts.asked is not None:
                self._save()
        if self._interrupts.asked is not None:
            self._leave()

    def on_test_begin(self, logs: dict | None = None) -> None:
        """Notes the means over the epoch so far, which validation overwrites."""
        if self._model.training_data is not None and self._within is not None:
            self._means_before_test = measures.means_of(self.model)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Saves if it is time, and the best of all."""
        self._step = measures.steps_of(self.model)
        due = self._timing.is_due_at_step(self._step)
        whole = not (self._model.stopped_in_epoch and self._has_batches_left())
        self._move_on(whole)
        due = due or (whole and self._timing.is_due_after_epoch(epoch))
        best = measures.improvement(logs or {}, self.monitor, self.mode, self._best)
        self._best = self._best if best is None else best
        asked = self._interrupts.asked is not None
        if due or best is not None or asked:
            self._save(best=best)
        if asked:
            self._leave()

    def on_train_end(self, logs: dict | None = None) -> None:
        """Saves the end."""
        self._save()
        if self._interrupts.asked is not None:
            self._leave()
        self._interrupts.release()

    def end_by(self, error: BaseException, within_step: bool) -> None:
        """Saves what a `fit` has reached that was interrupted; `fit` tells of its end.

        Args:
            error: What has ended it.
            within_step: Bool, whether it came in the midst of a step.
        """
        # Ctrl-C ends the processes of a loader as well, whose error may come first.
        asked = isinstance(error, KeyboardInterrupt) or self._interrupts.asked == signal.SIGINT
        hurried = self._interrupts.hurried
        self._interrupts.release()
        begun = self._epoch >= 0 and self._model.num_workers == 1
        if begun and asked and not (hurried or within_step):
            self._save_where_it_is()
            self._say_how_it_ended("Interrupted")
        self._epoch, self._within = -1, None  # What ends the next `fit` may come before it begins.

    def _save_where_it_is(self) -> None:
        if self._within is not None:
            self._step = measures.steps_of(self.model)
            self._move_on(whole=not self._has_batches_left())
        with contextlib.suppress(ArithmeticError, ValueError):  # Nothing that is worth saving.
            self._save()

    def prepare_roll_back(self) -> None:
        """Lets the `fit` that follows save its beginning, to have something to go back to."""
        self._rolls_back = True

    def roll_back(self) -> None:
        """Lets the `fit` that follows go on from the newest checkpoint, at half the rates."""
        self._next_factor = 0.5 * self._rate_factor

    def _restore(self, entry: dict[str, Any]) -> None:
        path = self.files.directory / entry["file"]
        if not self.resume and self._next_factor is None:
            raise ValueError(
                "The directory holds checkpoints of an earlier training. Pass `resume=True` to go "
                f"on with it, or another directory to start anew. Received: {str(path.parent)!r}"
            )
        try:
            with warnings.catch_warnings():
                # Keras only warns when it leaves out what does not fit, such as an optimizer.
                warnings.filterwarnings("error", message="Skipping", category=UserWarning)
                self.model.load_weights(path)
        except (ValueError, KeyError, UserWarning) as error:
            raise ValueError(
                "The checkpoint does not fit this model: it was written by one that was built or "
                "compiled with other arguments. Use the same, or another directory to start anew. "
                f"Received: {str(path)!r} for {self.model.name!r}. Keras says: {error}"
            ) from error
        self.model.freeze_as_saved(path)
        self._restore_rates(float(entry.get("rate_factor", 1.0)))
        self._epoch, self._batch = entry["epoch"], entry["batch"]
        self._skip, self._means = entry["batch"], entry["means"]
        self.model.resume_at(entry["epoch"], entry["batch"])
        print(
            f"Resuming from {path}: step {entry['step']}, epoch {entry['epoch'] + 1}, "
            f"after {entry['batch']} of its batches."
        )

    def _restore_rates(self, saved: float) -> None:
        """Lowers the rates, which are as they were saved, if that was asked for."""
        self._rate_factor = saved if self._next_factor is None else self._next_factor
        self._next_factor = None
        if self._rate_factor != saved:
            self.model.optimizer.lower_rates(self._rate_factor / saved)

    def _has_batches_left(self) -> bool:
        """Whether the epoch in progress goes on when it is resumed."""
        steps = (self.params or {}).get("steps")
        return steps is None or self._step - self._epoch_start < steps

    def _move_on(self, whole: bool) -> None:
        """The place to go on from: the next epoch, or a batch of the one that was in progress."""
        if whole:
            self._epoch, self._batch = self._epoch + 1, 0
        else:
            self._batch = self._step - self._epoch_start
        self._within, self._skip = None, 0

    def _save(self, best: float | None = None) -> None:
        place = (self._epoch, self._batch)
        saved = self._step == self._saved_step and self._saved_place in (None, place)
        if self._epoch < 0 or (saved and best is None):
            return
        if self._interrupts.asked is not None and self._model.num_workers > 1:
            return  # All workers save together, and the others were not asked to end.
        try:
            self.model.check_finite()
        except (ArithmeticError, ValueError):
            if self._interrupts.asked is not None:
                return  # There is nothing worth saving, and `_leave` says so.
            raise
        means = self._means_before_test or measures.means_of(self.model)
        position = {
            "step": self._step,
            "epoch": self._epoch,
            "batch": self._batch,
            "means": [mean.tolist() for mean in means],
            "rate_factor": self._rate_factor,
        }
        try:
            if self._model.is_chief:
                self.files.write(self.model, position, best)
        except OSError as error:
            warn_unwritten(self._step, error)
        else:
            self._saved_step, self._saved_place = self._step, place
        self._timing.restart_clock()

    def _leave(self) -> None:
        """Ends the training, as it was asked to."""
        if self._interrupts.asked == signal.SIGINT:
            raise KeyboardInterrupt
        self._interrupts.release()
        self._say_how_it_ended("Terminated by SIGTERM")
        sys.exit(TERMINATED)

    def _say_how_it_ended(self, what: str) -> None:
        saved = self._saved_step == self._step
        end = "saved" if saved else f"lost, beyond step {self._saved_step}"
        print(
            f"\n{what} after step {self._step}; the training is {end}. Run the same again to go "
            f"on: {self.files.directory}"
        )
