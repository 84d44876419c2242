"""One folder for all that a training leaves behind, enough to repeat it."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import keras

from kerasgan.callbacks.checkpoint.checkpoint import Checkpoint
from kerasgan.callbacks.for_player import HOOKS
from kerasgan.callbacks.run_directory.run_files import RunFiles
from kerasgan.callbacks.run_directory.run_record import learning_rates
from kerasgan.callbacks.run_directory.scalar_events import ScalarEvents
from kerasgan.callbacks.series.image_grid import ImageGrid
from kerasgan.files import user_path

Part = Any  # A callback, a dictionary of its arguments, True, False or None.


class RunDirectory(keras.callbacks.Callback):
    """Keeps a training in one folder: configuration, versions, seeds, logs, pictures, checkpoints.

    It is the one callback that a training needs:

    ```python
    gan.fit(data, epochs=200, callbacks=[kerasgan.callbacks.RunDirectory("runs/monet")])
    ```

    The folder then holds

    - `configuration.json`: the model's class, arguments and compilation. `json.load` and
      `keras.saving.deserialize_keras_object` make the model of it, compiled and untrained;
    - `run.json`: the data, and for each start of the training the command, versions, seeds,
      devices, the git commit of the working directory, the environment variables that count, and
      what the values of `Evaluate` are of;
    - `history.jsonl`: the logs, one line for each epoch (counted from 1), with its step, seconds
      and learning rates. `null` stands for a number that is not finite;
    - `tensorboard/`: the logs and pictures for TensorBoard, written without TensorFlow;
    - `pictures/`: see `ImageGrid`;
    - `checkpoints/`: see `Checkpoint`.

    Running the same script again goes on from the last checkpoint, and the logs go on with it. A
    folder that holds a run of another configuration is refused: nothing is overwritten. Of several
    workers of a strategy the chief alone writes, and all go on from its checkpoints. What
    callbacks after it add to the logs is not seen, so give it as the last.

    Args:
        directory: The folder, such as `runs/digits` or `~/runs/digits`; made if missing.
        image_grid: `True` for `ImageGrid` with its defaults, where the model can be drawn so; a
            dictionary of its arguments other than the folder, such as `{"inputs": (x, y)}`, which
            a translator needs; an `ImageGrid` of your own; `False` for none. Defaults to `True`.
        checkpoint: Likewise for `Checkpoint`: `True`, arguments such as
            `{"every": 10, "unit": "minute"}`, a `Checkpoint`, or `False`. Defaults to `True`.
        tensorboard: `True`, a callback of your own such as `keras.callbacks.TensorBoard(...)`, or
            `False`. Defaults to `True`.

    Raises:
        ValueError: When training begins, if the folder holds a run of another configuration, files
            that cannot be read, or epochs that could only be overwritten.

    Example:

    ```python
    run = kerasgan.callbacks.RunDirectory("runs/digits", image_grid={"every": 5})
    gan.fit(images, batch_size=64, epochs=30, shuffle=False, callbacks=[run])
    ```
    """

    def __init__(
        self,
        directory: str | os.PathLike,
        image_grid: Part = True,
        checkpoint: Part = True,
        tensorboard: keras.callbacks.Callback | bool | None = True,
    ) -> None:
        super().__init__()
        self.directory = user_path(directory)
        self.files = RunFiles(self.directory)
        log_dir = self.directory / "tensorboard"
        self.tensorboard = _part("tensorboard", tensorboard, ScalarEvents, log_dir)
        grids = functools.partial(ImageGrid, log_dir=log_dir if tensorboard else None)
        self.image_grid = _part("image_grid", image_grid, grids, self.directory / "pictures")
        self.checkpoint = _part(
            "checkpoint", checkpoint, Checkpoint, self.directory / "checkpoints"
        )
        # The checkpoint after the logs: of what it has saved they tell. Before the pictures, which
        # no checkpoint waits for: drawing may take all memory.
        parts = (self.tensorboard, self.checkpoint, self.image_grid)
        self.parts = [part for part in parts if part is not None]
        self._draws_if_possible = image_grid is True
        self._forward_hooks()
        self._epoch_began: float | None = None

    def set_params(self, params: dict) -> None:
        """Hands on the parameters of `fit`."""
        super().set_params(params)
        for part in self.parts:
            part.set_params(params)

    def set_model(self, model: Any) -> None:
        """Hands on the model."""
        super().set_model(model)
        for part in self.parts:
            part.set_model(model)

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Writes down what begins, and goes on with what the folder holds."""
        self._epoch_began = None
        if self._writes():
            self.files.begin(self.model, self.params or {})
            self._say(f"Run directory: {self.directory.resolve()}")
        else:
            self.parts = [part for part in self.parts if part is self.checkpoint]
        for part in list(self.parts):
            try:
                part.on_train_begin(logs)
            except (TypeError, ValueError) as error:
                if part is not self.image_grid or not self._draws_if_possible:
                    raise
                self.parts.remove(part)
                self._say(f"Without pictures. {error}")

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Takes up the logs where training does."""
        if self._epoch_began is None and self._writes():
            self._take_up_history(epoch)
        self._epoch_began = time.monotonic()
        self._forward("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Writes the logs down."""
        if self._writes():
            self.files.history.append(self._entry(epoch, logs or {}))
        self._forward("on_epoch_end", epoch, logs)

    def on_train_end(self, logs: dict | None = None) -> None:
        """Says where the results are."""
        self._forward("on_train_end", logs)
        if not self._writes():
            return
        self._say(f"Results of {len(self.files.history.read())} epochs: {self.directory.resolve()}")
        if isinstance(self.tensorboard, ScalarEvents):
            self._say(f"To see them: tensorboard --logdir {self.tensorboard.log_dir}")

    def _writes(self) -> bool:
        """Whether this process does; of several workers of a strategy only the chief."""
        return self._model.is_chief  # Not `model`, which on JAX fetches the training's state.

    def _entry(self, epoch: int, logs: dict) -> dict[str, Any]:
        """The line of an epoch in the logs."""
        model = self.model
        return {
            "epoch": epoch + 1,
            "step": int(keras.ops.convert_to_numpy(model.optimizer.iterations)),
            "seconds": round(time.monotonic() - (self._epoch_began or 0.0), 3),
            "time": datetime.now().astimezone().isoformat(timespec="seconds"),
            **logs,
            **learning_rates(model),
        }

    def _forward_hooks(self) -> None:
        """Hands on the hooks that a part uses: Keras asks which ones a callback defines."""
        own = {name for name in HOOKS if name in vars(type(self))}
        used = {hook for hook in HOOKS for part in self.parts if _defines(part, hook)}
        for hook in used - own:
            setattr(self, hook, functools.partial(self._forward, hook))
        # A callback that looks at the end of batches keeps Keras from running ahead of the device,
        # unless it says that it may.
        looking = [part for part in self.parts if any(_defines(part, h) for h in _BATCH_ENDS)]
        self.async_safe = all(getattr(part, "async_safe", False) for part in looking)

    def _forward(self, hook: str, *args: Any, **kwargs: Any) -> None:
        for part in list(self.parts):
            getattr(part, hook)(*args, **kwargs)

    def _take_up_history(self, epoch: int) -> None:
        """The logs go on after so many epochs; those of later ones are written anew."""
        done = len([entry for entry in self.files.history.read() if entry["epoch"] > epoch])
        if done and self.checkpoint is None:
            raise ValueError(
                f"The directory holds the logs of {done} epochs that would be trained once more, "
                "and there is no checkpoint to go on from. Choose another directory, or pass "
                f"`initial_epoch` to `fit`. Received: {str(self.directory)!r}"
            )
        dropped = self.files.history.keep(epoch)
        if dropped:
            self._say(
                f"Going on in epoch {epoch + 1}; the logs of {len(dropped)} epochs after the last "
                "checkpoint were moved to history.dropped.jsonl."
            )

    def _say(self, text: str) -> None:
        if (self.params or {}).get("verbose", 1):
            print(text)


_BATCH_ENDS = ("on_batch_end", "on_train_batch_end", "on_test_batch_end", "on_predict_batch_end")


def _part(name: str, given: Any, make: Any, directory: Path) -> Any:
    """A part as it was given, or made for its place in the folder; `None` for none."""
    if given is None or given is False:
        return None
    if given is True:
        return make(directory)
    if isinstance(given, Mapping) and make is not ScalarEvents:
        return make(directory, **given)
    if isinstance(given, keras.callbacks.Callback):
        return given
    raise TypeError(
        f"`{name}` must be True, False, a callback, or a dictionary of arguments where the class "
        f"takes any. Received: {name}={given!r}"
    )


def _defines(callback: keras.callbacks.Callback, hook: str) -> bool:
    own = getattr(getattr(callback, hook), "__func__", None)
    return own is not getattr(keras.callbacks.Callback, hook)
