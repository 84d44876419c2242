"""The values that callbacks go by: named before training, and compared only where measured."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from string import Formatter
from typing import Any, NamedTuple

import keras

from kerasgan.engine.game.term_means import TermMeans
from kerasgan.engine.intake.callback_parts import each_callback

SEEKERS = (
    keras.callbacks.EarlyStopping,
    keras.callbacks.ReduceLROnPlateau,
    keras.callbacks.ModelCheckpoint,
)
RATE = (keras.callbacks.ReduceLROnPlateau, keras.callbacks.LearningRateScheduler)
SUMS = ("loss", "val_loss")
# Methods by which a model of the user's may log more than the players' terms.
LOGGING = ("game_step", "game_test", "train_step", "test_step", "get_metrics_result", "evaluate")


class _Seeker(NamedTuple):
    """A callback that goes by values."""

    callback: Any
    needs: dict[str, str]  # The argument that names a value, by the value's name.
    names: set[str]  # What has been logged when it looks,
    complete: bool  # and whether that is all.


@contextmanager
def going_by_measures(model: Any, callbacks: Any, validates: bool) -> Iterator[None]:
    """Within it callbacks that seek a best value act in those epochs only that have one.

    Some values come every few epochs: of `validation_freq`, `Evaluate`, `TrainingMonitor`. In the
    others Keras's `EarlyStopping` and `ReduceLROnPlateau` would warn, and `ModelCheckpoint` would
    save what was not measured over the best, or find no name for its file.

    Args:
        model: The model, about to be trained.
        callbacks: What its `fit` is given.
        validates: Bool, whether there are data for validation.

    Raises:
        ValueError: If a callback goes by a value that will never be logged, or Keras could not
            tell whether more or less of it is better.
    """
    seekers = _check(model, callbacks, validates)
    patched = [s for s in seekers if _is_of_keras(s.callback) and s.needs.keys() <= s.names]
    for seeker in patched:
        act = seeker.callback.on_epoch_end
        seeker.callback.on_epoch_end = partial(_where_measured, seeker, act)
    try:
        yield
    finally:
        for seeker in patched:
            vars(seeker.callback).pop("on_epoch_end", None)


def names_added(model: Any, callback: Any) -> set[str] | None:
    """What a callback adds to the logs at the end of an epoch; `None` where that is not known.

    Args:
        model: The model, about to be trained.
        callback: A callback. One of kerasgan that adds to the logs has a method `log_names`.
    """
    if hasattr(callback, "log_names"):
        return callback.log_names(model)
    if isinstance(callback, RATE):
        return {"learning_rate"}
    found: set[str] = set()
    for part in getattr(callback, "parts", ()):
        names = names_added(model, part)
        if names is None:
            return None
        found |= names
    own = _is_of_keras(callback) or type(callback).__module__.startswith("kerasgan.")
    own = own and type(callback) is not keras.callbacks.LambdaCallback
    return found if own or _is_default(callback, "on_epoch_end") else None


def _check(model: Any, callbacks: Any, validates: bool) -> list[_Seeker]:
    names, complete = _names_of_steps(model, validates), _logs_as_we_do(model)
    seekers = []
    given = getattr(callbacks, "callbacks", callbacks)
    for callback in keras.tree.flatten(given) if given is not None else []:
        for each in each_callback(callback):
            needs = _needs_of(each)
            if needs:
                seekers.append(_Seeker(each, needs, set(names), complete))
            _check_mode(each)
        added = names_added(model, callback)
        complete = complete and added is not None
        names |= added or set()
    for seeker in seekers:
        for name in seeker.needs.keys() - seeker.names if seeker.complete else ():
            raise ValueError(_no_such_name(seeker, name, comes_later=name in names))
    _warn_of_sums(model, seekers)
    return seekers


def _names_of_steps(model: Any, validates: bool) -> set[str]:
    means = [metric for metric in model.metrics if isinstance(metric, TermMeans)]
    names = {name for metric in means for name in metric.names}
    return names | ({f"val_{name}" for name in names} if validates else set())


def _logs_as_we_do(model: Any) -> bool:
    known = ("kerasgan.", "keras.")
    others = [kind for kind in type(model).__mro__ if not kind.__module__.startswith(known)]
    return not any(name in vars(kind) for kind in others for name in LOGGING)


def _needs_of(callback: Any) -> dict[str, str]:
    """The names of the values that a callback goes by, each with the argument that names it."""
    keras_own = isinstance(callback, SEEKERS) and _is_of_keras(callback)
    if not keras_own and not type(callback).__module__.startswith("kerasgan."):
        return {}
    needs = {}
    if isinstance(callback, keras.callbacks.ModelCheckpoint):
        fields = {name for _, name, *_ in Formatter().parse(callback.filepath) if name}
        needs = dict.fromkeys(fields - {"epoch", "batch"}, "filepath")
    monitor = getattr(callback, "monitor", None)
    if monitor is not None and getattr(callback, "save_best_only", True):
        needs[monitor] = "monitor"
    return needs


def _check_mode(callback: Any) -> None:
    if not (isinstance(callback, SEEKERS) and _is_of_keras(callback)):
        return
    if callback.mode == "auto" and callback.monitor.removeprefix("val_") != "loss":
        raise ValueError(
            f"`{type(callback).__name__}` must be told which values are better: pass `mode='min'` "
            "where less is, as of losses and distances, else `mode='max'`. "
            f"Received: monitor={callback.monitor!r} with mode='auto'"
        )


def _no_such_name(seeker: _Seeker, name: str, comes_later: bool) -> str:
    if comes_later:
        remedy = "It is added by a callback that stands after: give that one first."
    elif name.startswith("val_") and not any(known.startswith("val_") for known in seeker.names):
        remedy = "Names that begin with `val_` need `validation_data`."
    else:
        remedy = "Those of measures come with `Evaluate` and `TrainingMonitor`, given before."
    argument = seeker.needs[name]
    value = getattr(seeker.callback, argument)
    return (
        f"`{type(seeker.callback).__name__}` goes by a value that will not be in the logs. "
        f"{remedy} Names are {sorted(seeker.names)}. Received: {argument}={value!r}"
    )


def _warn_of_sums(model: Any, seekers: list[_Seeker]) -> None:
    sums = [(s, name) for s in seekers for name in SUMS if s.needs.get(name) == "monitor"]
    players = [player.name for player in model.players()]
    if sums and len(players) > 1:
        owners = dict.fromkeys(f"`{type(seeker.callback).__name__}`" for seeker, _ in sums)
        warnings.warn(
            f"{' and '.join(owners)} will go by `{sums[0][1]}`, the sum of the losses of "
            f"{', '.join(players)}. They pull against each other: the sum is no measure of "
            "quality, and may be least where the samples are worst. Go by a measure: give "
            "`kerasgan.callbacks.Evaluate(data)` before, and `monitor='fid', mode='min'`.",
            stacklevel=8,  # The line that calls `fit`.
        )


def _where_measured(
    seeker: _Seeker, act: Callable[..., None], epoch: int, logs: dict | None = None
) -> None:
    if seeker.needs.keys() <= (logs or {}).keys():
        act(epoch, logs=logs)
    elif isinstance(seeker.callback, RATE):  # It also logs the rate.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*which is not available", UserWarning)
            act(epoch, logs=logs)


def _is_of_keras(callback: Any) -> bool:
    return type(callback).__module__.startswith("keras.")


def _is_default(callback: Any, hook: str) -> bool:
    own = getattr(getattr(callback, hook), "__func__", None)
    return own is getattr(keras.callbacks.Callback, hook)
