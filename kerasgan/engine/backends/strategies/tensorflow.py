"""What training needs under a `tf.distribute` strategy, and what it refuses there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from kerasgan.ops.replicas import tensorflow as replicas
from kerasgan.types import Tensor


def check_compile(model: keras.Model, steps_per_execution: int, jit_compile: Any) -> None:
    """Refuses what fails in Keras or TensorFlow with an error that nobody understands.

    Raises:
        ValueError: If `compile` is called outside of the model's strategy, or asks for several
            steps per execution or for XLA.
    """
    strategy = model.distribute_strategy
    if strategy is not tf.distribute.get_strategy():
        raise ValueError(
            "The model was made under a strategy: compile it there as well, in the same `with "
            "strategy.scope():`, so that the optimizers' state is on all devices. "
            f"Received: compile outside of {type(strategy).__name__}"
        )
    replicas_in_sync = strategy.num_replicas_in_sync
    if replicas_in_sync > 1 and steps_per_execution != 1:
        raise ValueError(
            "Keras cannot run several steps in one execution under a strategy with more than one "
            "replica. Pass steps_per_execution=1. Received: "
            f"steps_per_execution={steps_per_execution} with {replicas_in_sync} replicas"
        )
    # On a TPU all is compiled with XLA anyway.
    if replicas_in_sync > 1 and jit_compile is True:
        raise ValueError(
            "TensorFlow cannot compile a step on several devices with XLA. Pass jit_compile=False "
            f"or 'auto'. Received: jit_compile=True with {replicas_in_sync} replicas"
        )


def check_scope(model: keras.Model) -> None:
    """Refuses to train under another strategy than the model was made in.

    Raises:
        ValueError: If it is so.
    """
    if tf.distribute.has_strategy():
        strategy = tf.distribute.get_strategy()
        if model.distribute_strategy is not strategy or model._distribute_strategy is None:
            raise ValueError(
                "The model was made outside of the strategy, and its variables are on one device. "
                "Make and compile it in `with strategy.scope():`; `fit` may be called anywhere. "
                f"Received: fit under {type(strategy).__name__}"
            )


def leave_reducing(optimizers: dict[str, keras.optimizers.Optimizer]) -> None:
    """Tells the players' optimisers that their gradients are those of the whole batch already.

    Keras adds the replicas' gradients up late: each replica would clip its own share, and decide on
    its own whether float16 has overflowed. No public argument tells it otherwise.

    Raises:
        ValueError: If one accumulates gradients, which Keras cannot do under a strategy.
    """
    for player, optimizer in optimizers.items():
        for each in (optimizer, getattr(optimizer, "inner_optimizer", optimizer)):
            if each.gradient_accumulation_steps:
                raise ValueError(
                    "Keras cannot accumulate gradients under a strategy with more than one "
                    f"replica. Make the {player}'s optimizer without it, and the batches larger. "
                    f"Received: gradient_accumulation_steps={each.gradient_accumulation_steps}"
                )
            each._all_reduce_sum_gradients = _as_they_are


def _as_they_are(gradients_and_variables: Any) -> Any:
    return gradients_and_variables


def average_statistics(variables: Iterable[keras.Variable]) -> None:
    """Averages the statistics of batch normalisation over the replicas.

    Each normalises by its own part of the batch. Their moving averages would drift apart, and files
    would hold those of the first.
    """
    averages = ("moving_mean", "moving_variance")
    own = [variable for variable in variables if variable.name in averages]
    share = replicas.part().share
    sums = replicas.sum_over([tf.cast(variable, "float32") * share for variable in own])
    for variable, value in zip(own, sums, strict=True):
        variable.assign(value)


def worker(strategy: tf.distribute.Strategy) -> tuple[int, int]:
    """This process's index among those that train together, 0 for the chief, and their number."""
    if not _has_several_workers(strategy):
        return 0, 1
    resolver = strategy.cluster_resolver
    spec = resolver.cluster_spec().as_dict()
    chiefs, workers = len(spec.get("chief", [])), len(spec.get("worker", []))
    index = 0 if resolver.task_type == "chief" else chiefs + resolver.task_id
    return index, chiefs + workers


def check_same_step(strategy: tf.distribute.Strategy, step: int, directory: str) -> None:
    """Refuses to train from a step at which other workers are not.

    Raises:
        ValueError: If it is so.
    """
    index, count = worker(strategy)
    if count == 1:
        return
    here = tf.one_hot(index, count, dtype="int64") * step
    steps = strategy.run(lambda: replicas.sum_over([here])[0])
    steps = strategy.experimental_local_results(steps)[0].numpy() * count
    steps = [int(s) // strategy.num_replicas_in_sync for s in steps]
    if len(set(steps)) > 1:
        raise ValueError(
            "The workers begin at different steps: they do not see the same checkpoints. Give all "
            f"of them one directory on a shared disk. Received: steps {steps}, here {directory!r}"
        )


@contextmanager
def needing_all_workers(strategy: tf.distribute.Strategy) -> Iterator[None]:
    """Says what is wrong where another worker is gone.

    Raises:
        ConnectionError: If it is.
    """
    try:
        yield
    except (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.InternalError) as error:
        index, count = worker(strategy)
        if count == 1:
            raise
        raise ConnectionError(
            f"One of the {count} workers has ended or cannot be reached, and none can train on "
            "without it. Start all of them again: with a `kerasgan.callbacks.Checkpoint` they go "
            f"on from the newest checkpoint. Received, at worker {index}: {error}"
        ) from error


def reducible(logs: dict[str, Tensor]) -> dict[str, Tensor]:
    """The logs of a step, so that Keras can average them over the replicas.

    Between several hosts it does so along the first axis, which scalars do not have.
    """
    if _has_several_workers(tf.distribute.get_strategy()):
        return {name: tf.reshape(value, (1,)) for name, value in logs.items()}
    return logs


def _has_several_workers(strategy: tf.distribute.Strategy) -> bool:
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return False
    return strategy.extended._in_multi_worker_mode()  # Keras asks the same private method.
