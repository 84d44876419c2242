"""The quality of samples, measured while training goes on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.callbacks.timing import Timing
from kerasgan.games.latent_model import LatentModel
from kerasgan.metrics.named_metrics import value_names
from kerasgan.metrics.sample_evaluation import Metric, SampleEvaluation
from kerasgan.samples.shapes import check_positive_ints


class Evaluate(keras.callbacks.Callback):
    """Measures generated samples every few epochs.

    The samples are made of the same latents each time, by the moving average of the generator where
    there is one. The values go to the logs, and so into the history, the progress bar, and
    callbacks that stand after this one: `ModelCheckpoint`, `EarlyStopping`, TensorBoard. Those that
    seek a best value need `mode="min"` for distances, and `"max"` for the others. Training is not
    disturbed: no weight and no random stream moves.

    The logs hold values in those epochs only in which samples were measured, as `validation_freq`
    has it: the history has one for each measurement, of the epochs `every`, `2 * every` and so on.
    Callbacks that seek a best value pass over the other epochs, so that `patience` counts
    measurements.

    Of a model that knows classes as many samples of each are made; where the extractor is a
    classifier of just these, `conditional_accuracy` is among the values: the share of samples that
    it takes for what was asked for.

    Of a model that grows the samples are brought to the resolution of the last stage, that of the
    data: what they lack counts.

    Numbers compare only with those of the same extractor and number of samples: `description` has
    all that they depend on; it is printed when training begins, and `RunDirectory` writes it down.

    Args:
        data: Array of real samples `(n, *data_shape)`, images in [-1, 1], or a data set of batches
            of them, such as of `kerasgan.data.image_folder`, which is collected in memory.
        metrics: List of `"fid"`, `"kid"`, `"precision_recall"`, `"density_coverage"`,
            `"inception_score"`, `"ms_ssim"`, or of functions from real and generated features to a
            float. Defaults to `("fid", "precision_recall")`.
        every: Int, measures after each this many epochs. Defaults to `1`.
        samples: Int, how many are generated. Fewer than 2,048 bias the Fréchet distance, which
            warns of it, once. Defaults to `2048`.
        extractor: What features are taken of: see `kerasgan.metrics.get_extractor`. Defaults to
            `"inception"`.
        seed: Int, the seed of the latents. Defaults to `0`.
        batch_size: Int, samples at a time. Defaults to `64`.
        cache: Folder in which the features of the real samples are kept for the next run, see
            `kerasgan.metrics.SampleEvaluation`. Defaults to `None`.

    Raises:
        TypeError: If the model does not generate samples from latents.
        ValueError: If there is no such metric, or a number is not a positive integer.

    Example:

    ```python
    evaluate = kerasgan.callbacks.Evaluate(images, every=5, extractor="digits")
    best = keras.callbacks.ModelCheckpoint("best.keras", "fid", mode="min", save_best_only=True)
    history = gan.fit(images, epochs=50, callbacks=[evaluate, best]).history
    history["fid"]
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
    ) -> None:
        super().__init__()
        self._timing = Timing(every, "epoch")
        check_positive_ints(samples=samples, batch_size=batch_size)
        self.every = every
        self.samples = samples
        self.seed = seed
        self.batch_size = batch_size
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
        classes = getattr(model, "num_classes", None)
        told = classes is not None and classes == self.evaluation.num_classes
        return names | ({"conditional_accuracy"} if told else set())

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Checks that there is something to measure, and says how."""
        if not isinstance(self.model, LatentModel):
            raise TypeError(
                "`Evaluate` measures models that generate samples from latents. "
                f"Received: {type(self.model).__name__}"
            )
        self.evaluation.compare_shapes(self.model.data_shape)
        if (self.params or {}).get("verbose", 1):
            given = {k: v for k, v in self.description.items() if v not in (None, {})}
            words = (f"{name} {value}" for name, value in given.items())
            print(f"Samples are measured every {self.every} epochs: {', '.join(words)}.")

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Measures if it is time, and adds the values to the logs."""
        if not self._timing.is_due_after_epoch(epoch):
            return
        model: Any = self.model  # On JAX this writes the training's state into the variables.
        values = self.evaluation.of_generator(
            lambda labels: model.at_last_stage(
                model.generate(self.samples, self.seed, self.batch_size, labels)
            ),
            self.samples,
            model.num_classes,
        )
        if logs is not None:
            logs.update(values)
