"""The quality of samples, measured while training goes on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.callbacks.timing import Timing
from kerasgan.engine.adversarial_model import AdversarialModel
from kerasgan.metrics.named_metrics import value_names
from kerasgan.metrics.sample_evaluation import Metric, SampleEvaluation
from kerasgan.samples.entry import Entry
from kerasgan.samples.shapes import check_positive_ints


class Evaluate(keras.callbacks.Callback):
    """Measures generated samples every few epochs.

    The samples are made of the same latents, or the same inputs, each time, by the moving average
    of the generator where there is one: they are a column of what the model shows, see
    `AdversarialModel.showcase`. The translations of a `CycleGAN` are measured against real images
    of the domain that they are to belong to. The values go to the logs, and so into the history,
    the progress bar, and callbacks that stand after this one: `ModelCheckpoint`, `EarlyStopping`,
    TensorBoard. Those that seek a best value need `mode="min"` for distances, and `"max"` for the
    others. Training is not disturbed: no weight and no random stream moves.

    The logs hold values in those epochs only in which samples were measured, as `validation_freq`
    has it: the history has one for each measurement, of the epochs `every`, `2 * every` and so on.
    Callbacks that seek a best value pass over the other epochs, so that `patience` counts
    measurements.

    Of a model that knows classes as many samples of each are made; where the extractor is a
    classifier of just these, `conditional_accuracy` is among the values: the share of samples that
    it takes for what was asked for.

    Numbers compare only with those of the same extractor and number of samples: `description` has
    all that they depend on; it is printed when training begins, and `RunDirectory` writes it down.

    Args:
        data: Array of real samples `(n, *data_shape)`, images in [-1, 1], or a data set of batches
            of them, such as of `kerasgan.data.image_folder`, which is collected in memory.
        metrics: List of `"fid"`, `"kid"`, `"precision_recall"`, `"density_coverage"`,
            `"inception_score"`, `"ms_ssim"`, or of functions from real and generated features to a
            float. Defaults to `("fid", "precision_recall")`.
        every: Int, measures after each this many epochs. Defaults to `1`.
        samples: Int, how many are generated; of a translator no more than there are inputs. Fewer
            than 2,048 bias the Fréchet distance, which warns of it, once. Defaults to `2048`.
        extractor: What features are taken of: see `kerasgan.metrics.get_extractor`. Defaults to
            `"inception"`.
        seed: Int, the seed of the latents. Defaults to `0`.
        batch_size: Int, samples at a time. Defaults to `64`.
        cache: Folder in which the features of the real samples are kept for the next run, see
            `kerasgan.metrics.SampleEvaluation`. Defaults to `None`.
        inputs: What is translated, as `ImageGrid` takes it; models that draw latents need none.
            Defaults to `None`.
        column: String, which samples are measured: a name in `model.shown`, such as `"x_to_y"` or
            `"y_to_x"` of a `CycleGAN`, which needs it. Defaults to what the model declares.

    Raises:
        TypeError: If the model makes no samples.
        ValueError: If there is no such metric or column, a number is not a positive integer, or
            there are fewer inputs than samples.

    Example:

    ```python
    evaluate = kerasgan.callbacks.Evaluate(images, every=5, extractor="digits")
    best = keras.callbacks.ModelCheckpoint("best.keras", "fid", mode="min", save_best_only=True)
    history = gan.fit(images, epochs=50, callbacks=[evaluate, best]).history
    history["fid"]

    # Of photographs that become paintings, against paintings:
    both = (paintings, photographs)
    kerasgan.callbacks.Evaluate(paintings, samples=500, inputs=both, column="y_to_x")
    ```
    """

    def __init__(
        self,
        data: Any,
        metrics: Sequence[Metric] = ("fid", "precision_recall"),
        every: int = 1,
        samples: int = 2048,
        extractor: Any = "inception",
        seed: int = 0,
        batch_size: int = 64,
        cache: str | os.PathLike | None = None,
        inputs: Any = None,
        column: str | None = None,
    ) -> None:
        super().__init__()
        self._timing = Timing(every, "epoch")
        check_positive_ints(samples=samples, batch_size=batch_size)
        self.every = every
        self.samples = samples
        self.seed = seed
        self.batch_size = batch_size
        self.inputs = inputs
        self.column = column
        self._inputs: Any = None
        self.evaluation = SampleEvaluation(data, metrics, extractor, batch_size, cache)

    @property
    def description(self) -> dict[str, Any]:
        """What the numbers are of: see `kerasgan.metrics.SampleEvaluation`; and the seed."""
        return {**self.evaluation.describe(self.samples), "seed": self.seed}

    def set_params(self, params: dict) -> None:
        """Leaves the description where `RunDirectory` finds it: all callbacks share this dict."""
        super().set_params(params)
        if params is not None:
            params.setdefault("evaluations", []).append(self.description)

    def log_names(self, model: Any) -> set[str]:
        """The names that it adds to the logs of a model."""
        names = set(value_names(self.evaluation.metrics))
        return names | ({"conditional_accuracy"} if self._labels_of(model) else set())

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Checks that there is something to measure, and says how."""
        entry = self._measured()
        model: Any = self.model
        self._inputs = model.showcase_inputs(self.inputs, self.samples, self.seed)
        found = len(keras.tree.flatten(self._inputs)[0])
        if found < self.samples:
            raise ValueError(
                "Fewer `inputs` than samples are to be measured: pass more, or say so by "
                f"`samples={found}`. Received: {found} inputs and samples={self.samples}"
            )
        shape = [size for size in entry.shape if size is not None]
        if len(shape) == len(entry.shape):  # Of other sizes the samples themselves tell.
            self.evaluation.compare_shapes(shape)
        if (self.params or {}).get("verbose", 1):
            given = {k: v for k, v in self.description.items() if v not in (None, {})}
            words = (f"{name} {value}" for name, value in given.items())
            print(f"Samples are measured every {self.every} epochs: {', '.join(words)}.")

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Measures if it is time, and adds the values to the logs."""
        if not self._timing.is_due_after_epoch(epoch):
            return
        model: Any = self.model  # On JAX this writes the training's state into the variables.
        shown = model.showcase(self._inputs, self.samples, self.seed, self.batch_size)
        labels = self._labels_of(model)
        values = self.evaluation(shown[self._measured().name], shown[labels] if labels else None)
        if logs is not None:
            logs.update(values)

    def _labels_of(self, model: Any) -> str | None:
        """The column of the classes that were asked for, if the extractor knows just these."""
        shown = model.shown if isinstance(model, AdversarialModel) else ()
        known = self.evaluation.num_classes
        told = (e.name for e in shown if e.kind == "labels" and e.num_classes == known)
        return next(told, None)

    def _measured(self) -> Entry:
        """The column that is measured."""
        model = self.model
        if not isinstance(model, AdversarialModel) or not model.shown:
            raise TypeError(
                "`Evaluate` measures models that generate samples from latents or translate: those "
                "of kerasgan, and subclasses of `AdversarialModel` that say in `shown` what they "
                f"make. Received: {type(model).__name__}"
            )
        names = [entry.name for entry in model.shown if entry.kind != "labels"]
        name = self.column or model.measured
        if name not in names:
            raise ValueError(
                f"Which samples of {type(model).__name__} are measured against the real ones is "
                f"said by `column`, one of {names}. Received: column={self.column!r}"
            )
        return next(entry for entry in model.shown if entry.name == name)
