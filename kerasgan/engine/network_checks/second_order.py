"""Whether penalties on gradients can be differentiated through a discriminator.

With g the gradient of w·d(x) by x, a penalty |g|² is of degree two in the number w. So w times its
derivative by w is twice the penalty, exactly, whatever the network (Euler). That derivative passes
through the derivative of each operation's gradient: where one has none, or a wrong one, the two
differ. TensorFlow's kernels for resizing are such; it says nothing, or raises a bare `LookupError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine.game.player import Player
from kerasgan.engine.network_checks.graph import (
    alone,
    is_known,
    judges,
    name_of,
    parts,
    score_indices,
    signature_of,
    whole,
)
from kerasgan.engine.network_checks.trials import (
    Function,
    Signature,
    gradient,
    leaving_no_trace,
    random_inputs,
    total,
)
from kerasgan.ops.gradients import input_gradients
from kerasgan.penalties import Penalty
from kerasgan.types import Tensor


def check_second_order(players: Sequence[Player], penalties: Sequence[Penalty]) -> None:
    """Refuses penalties on gradients that would train a discriminator wrongly.

    Raises:
        ValueError: If there are such. The message names the layers or operations.
    """
    names = [p.name for p in penalties if p.takes_gradients and p.role == "judge"]
    if not names or keras.backend.backend() == "jax":  # There it is right by construction.
        return
    for network in judges(players):
        if is_known(network) or not getattr(network, "inputs", None):
            continue
        fault = second_order_fault(_scores(network), signature_of(network), network)
        if fault:
            raise ValueError(_message(network, fault, names))


def _scores(network: keras.Model) -> Function:
    everything = whole(network)
    indices = score_indices(network)

    def scores(inputs: list[Tensor]) -> list[Tensor]:
        outputs = everything(inputs)
        return [outputs[index] for index in indices]

    return scores


def _message(network: Any, fault: str, names: Sequence[str]) -> str:
    where = [name_of(part) for part in parts(network) if _is_faulty(part)]
    return (
        f"A penalty on gradients is differentiated twice, and on {keras.backend.backend()} that "
        f"goes wrong in {', '.join(where) or 'a layer'} of {name_of(network)}: {fault}. Enlarge by "
        "`UpSampling2D(interpolation='nearest')` and make smaller by strided convolutions or "
        "pooling, whose second derivatives are right; or take JAX or PyTorch, where those of "
        "resizing are; or a penalty without gradients, such as `Consistency`, or spectral "
        f"normalisation. Received: penalties={list(names)}"
    )


def _is_faulty(part: Any) -> bool:
    called = None if isinstance(part, keras.Model) else alone(part)
    return called is not None and second_order_fault(*called, part) is not None


def second_order_fault(function: Function, signature: Signature, owner: Any) -> str | None:
    """What is wrong with the second derivatives of a function, if anything.

    Args:
        function: From tensors to tensors.
        signature: See `random_inputs`.
        owner: The network, layer or operation that computes it.
    """
    arrays = random_inputs(signature)
    if not any(array.dtype == np.float32 for array in arrays):
        return None
    values: list[Tensor] = []

    def penalty(weight: Tensor) -> Tensor:
        slopes = gradient(lambda inputs: weight * total(function, inputs), arrays)
        values.append(ops.sum(ops.square(slopes)))
        return values[-1]

    with leaving_no_trace():
        try:
            slope = input_gradients(penalty, ops.ones(()))
        except Exception as error:
            # Before there is a penalty it is no matter of second derivatives.
            return f"{type(error).__name__}: {error}" if values else None
        penalty(2.0 * ops.ones(()))
    once, twice = map(_number, values)
    return _verdict(slope, once, twice, _tolerance(owner))


def _verdict(slope: Tensor | None, once: float, twice: float, tolerance: float) -> str | None:
    if not np.isfinite(once) or once < 1e-20 or abs(twice / once - 4.0) > 4.0 * tolerance:
        return None  # Of another degree: a layer has a gradient of its own, such as a clipped one.
    through = 0.0 if slope is None else _number(slope) / (2.0 * once)
    if abs(through - 1.0) <= tolerance:
        return None
    return f"{100 * through:.0f} % of the penalty's gradient comes through, and nothing is said"


def _tolerance(owner: Any) -> float:
    halves = ("float16", "bfloat16")
    half = any(getattr(part, "compute_dtype", None) in halves for part in parts(owner))
    return 0.1 if half else 0.01


def _number(value: Tensor) -> float:
    return float(ops.convert_to_numpy(value))
