"""Growth by stages, after so many samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.engine.state import resuming
from kerasgan.integers import is_integer


class Growth(keras.callbacks.Callback):
    """Lets a game grow: goes over to a stage when it has seen so many real samples.

    What counts are the samples that training steps were made on, in all replicas and since the
    model was made: the model counts them (`samples_seen`), and files hold the count. So a training
    that is interrupted and resumed by `Checkpoint`, wherever that is, grows as one that was not. A
    stage changes between two batches; the batch that reaches the number is of the stage before.
    Before the first number the stage stays as it is.

    Args:
        stages: List of pairs `(samples, stage)`, the numbers of samples in rising order.
        fade: Int, the samples over which a higher stage fades in, by the `kerasgan.layers.Fade` in
            its networks; 0 for at once. Defaults to `0`.

    Raises:
        ValueError: If there is no pair, one is none, or the numbers do not rise by at least `fade`;
            when training begins also if the model does not grow, or has no such stage.

    Example:

    ```python
    growth = Growth([(0, 0), (600_000, 1), (1_800_000, 2)], fade=600_000)
    gan.fit(images, batch_size=16, epochs=100, callbacks=[growth])
    ```

    Reference: [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 2.
    """

    def __init__(self, stages: Sequence[tuple[int, int]], fade: int = 0) -> None:
        super().__init__()
        self.stages, self.fade = _checked(stages, fade), int(fade)
        self._look_at = 0.0  # The batch of the epoch at which a stage may be due.

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Checks that there are such stages."""
        grows = getattr(self._model, "stage", None) is not None
        if not grows:
            raise ValueError(
                "`Growth` is for models of several stages, which they declare by "
                f"`declare_stages`. Received: {type(self._model).__name__}, which does not grow"
            )
        for _, stage in self.stages:
            self._model.all_stages.check(stage, self.fade if stage else 0)

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Looks again at the first batch."""
        self._look_at = 0.0

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Goes over to another stage, if it is time."""
        # Batches of a resumed epoch that pass by were seen in their own stages.
        if batch < self._look_at or resuming.is_skipping(self._model):
            return
        model: Any = self.model  # On JAX this writes the training's state into the variables.
        seen = model.samples_seen
        due = [stage for samples, stage in self.stages if samples <= seen]
        if due and due[-1] != model.stage:
            model.set_stage(due[-1], self.fade if due[-1] > model.stage else 0)
        self._look_at = batch + self._batches_left(seen)

    def _batches_left(self, seen: int) -> float:
        """So many batches at least are left until the next stage: no need to ask the device."""
        later = [samples - seen for samples, _ in self.stages if samples > seen]
        size = self._model.training_data.size
        if not later:
            return float("inf")
        return 1 if size is None else max(1, later[0] // size)


def _checked(stages: Any, fade: Any) -> list[tuple[int, int]]:
    pairs = list(stages) if isinstance(stages, list | tuple) else []
    if not pairs or not all(_is_pair(pair) for pair in pairs):
        raise ValueError(
            "`stages` must be a list of pairs `(samples, stage)` of ints from 0 up, such as "
            f"[(0, 0), (10_000, 1)]. Received: stages={stages!r}"
        )
    if not is_integer(fade) or fade < 0:
        raise ValueError(
            f"`fade` is a number of samples: it must be an int from 0 up. Received: fade={fade!r}"
        )
    numbers = [samples for samples, _ in pairs]
    following = zip(pairs, pairs[1:], strict=False)
    # The first stage has nothing to fade in from.
    if any(
        after - before < max(1, fade if stage else 0) for (before, stage), (after, _) in following
    ):
        raise ValueError(
            "The numbers of samples in `stages` must rise, and by `fade` or more, so that a stage "
            f"has faded in before the next begins. Received: samples {numbers} with fade={fade!r}"
        )
    return [(int(samples), int(stage)) for samples, stage in pairs]


def _is_pair(pair: Any) -> bool:
    two = isinstance(pair, list | tuple) and len(pair) == 2
    return two and all(is_integer(number) and number >= 0 for number in pair)
