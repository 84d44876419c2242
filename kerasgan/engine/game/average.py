"""How a moving average follows what it averages."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from numbers import Real
from typing import Any

from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.integers import is_integer
from kerasgan.types import Tensor

# What each number must fulfil, and the words for those that do not.
_RANGES: dict[str, tuple[Callable[[float], bool], str]] = {
    "decay": (
        lambda decay: 0.0 < decay < 1.0,
        "The decay of a moving average must lie in (0, 1), such as 0.999; `generator_ema=0` keeps "
        "no average.",
    ),
    "half_life": (
        lambda samples: samples > 0.0,
        "`half_life` is a number of samples: it must be above 0, such as 10_000.",
    ),
    "ramp": (
        lambda share: 0.0 < share <= 1.0,
        "`ramp` is a share of the samples so far: it must lie in (0, 1], such as 0.05.",
    ),
}


@kerasgan_export
@dataclass(frozen=True)
class Average:
    """How a moving average follows the generator, for `generator_ema` of `compile` and `Recipe`.

    With each move of the weights the average becomes `d · average + (1 - d) · weights`. A decay is
    the `d` itself; a half-life says in how many samples what the average holds counts half, so that
    it is the same for all batch sizes:

    - `decay`: `d = decay`, and with `warmup` `d = min(decay, (1 + n) / (10 + n))` after `n` moves,
      so that the random weights of the beginning do not hold it back.
    - `half_life`: `d = 0.5 ** (b / h)`, where `b` is the number of samples since its last move, the
      batch of the step in all replicas, and `h = half_life`. With `ramp`
      `h = min(half_life, ramp · s)` after `s` samples: short in the beginning.
    - `start`: in the moves before this one, counted from 1, `d = 0`: the average is a copy of the
      weights. A warm-up begins with it; the samples of a ramp are counted from the first move.

    A number in the place of an `Average` is its `decay`.

    Args:
        decay: Float in (0, 1). Either this or `half_life` is given. Defaults to `None`.
        start: Int, the first move that averages. Defaults to `0`.
        warmup: Bool, whether the decay grows with the moves. Defaults to `True` with `decay`; a
            half-life has `ramp`.
        half_life: Float above 0, in samples. Defaults to `None`.
        ramp: Float in (0, 1], the largest share of the samples so far that the half-life may be, or
            `None` for no limit. Defaults to `None`.

    Raises:
        ValueError: If an argument is out of range, or two contradict each other.

    Example:

    ```python
    kerasgan.Average(0.999)  # As `generator_ema=0.999`.
    kerasgan.Average(0.9999, start=20_000, warmup=False)  # BigGAN.
    kerasgan.Average(half_life=10_000, ramp=0.05)  # StyleGAN2 and 3, in batches of 32.
    ```

    References:
        [Brock et al., 2019](https://arxiv.org/abs/1809.11096), with the class `ema` of their code
        (`utils.py` of BigGAN-PyTorch), for `start`;
        [Karras et al., 2020](https://arxiv.org/abs/2006.06676), with `training_loop.py` of their
        code (`ema_kimg`, `ema_rampup`), for `half_life` and `ramp`;
        `tf.train.ExponentialMovingAverage(num_updates=...)` for `warmup`.
    """

    decay: float | None = None
    start: int = 0
    warmup: bool | None = None
    half_life: float | None = None
    ramp: float | None = None

    def __post_init__(self) -> None:
        self._check_contradictions()
        for name, (fits, words) in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not (_is_number(value) and fits(value)):
                raise ValueError(f"{words} Received: {name}={value!r}")
            object.__setattr__(self, name, None if value is None else float(value))
        if not is_integer(self.start) or self.start < 0:
            raise ValueError(
                "`start` is a move, counted from 1: it must be an integer from 0 up. "
                f"Received: start={self.start!r}"
            )
        object.__setattr__(self, "start", int(self.start))
        if self.warmup is None:
            object.__setattr__(self, "warmup", self.half_life is None)

    def _check_contradictions(self) -> None:
        if (self.decay is None) == (self.half_life is None):
            raise ValueError(
                "An average has a decay or a half-life: pass one of `decay` and `half_life`. "
                f"Received: decay={self.decay!r}, half_life={self.half_life!r}"
            )
        if self.warmup not in (None, True, False) or (self.half_life is not None and self.warmup):
            raise ValueError(
                "`warmup` is `True` or `False` with a decay; a half-life grows by `ramp`, such as "
                f"0.05. Received: warmup={self.warmup!r}, half_life={self.half_life!r}"
            )
        if self.half_life is None and self.ramp is not None:
            raise ValueError(
                "`ramp` is of a half-life; a decay grows by `warmup`: leave `ramp` out, or pass "
                f"`half_life`. Received: ramp={self.ramp!r}, decay={self.decay!r}"
            )

    @classmethod
    def of(cls, given: float | Average | None) -> Average | None:
        """What `generator_ema` asks for; `None` for 0, which keeps no average.

        Raises:
            ValueError: If it is neither a decay in [0, 1) nor an `Average`.
        """
        if isinstance(given, Average):
            return given
        if given is not None and not _is_number(given):
            raise ValueError(
                "`generator_ema` must be a decay in [0, 1), such as 0.999, or a "
                f"`kerasgan.Average`. Received: generator_ema={given!r}"
            )
        return cls(given) if given else None

    @property
    def copies(self) -> bool:
        """Whether there may be moves in which the average becomes a copy of the weights."""
        return self.start > 1 or self.ramp is not None

    def pace(self, moves: Tensor, samples: Tensor, seen: Tensor) -> Tensor:
        """How far the average goes towards the weights in a move: `1 - d`.

        Args:
            moves: Int scalar, the moves before.
            samples: Int scalar, the samples since the last of them, those of this step included.
            seen: Int scalar, the samples before these.

        Returns:
            A float32 scalar in (0, 1].
        """
        if self.half_life is None:
            pace = 1.0 - self._decay_after(moves)
        else:
            half_life = self.half_life
            if self.ramp is not None:
                half_life = ops.minimum(half_life, self.ramp * ops.cast(seen, "float32"))
            halvings = ops.cast(samples, "float32") / ops.maximum(half_life, 1e-8)
            # 1 - 0.5 ** halvings, which float32 could not tell from 0 where halvings are few.
            pace = -ops.expm1(-math.log(2.0) * halvings)
        return ops.where(moves + 1 < self.start, 1.0, pace) if self.start > 1 else pace

    def _decay_after(self, moves: Tensor) -> Tensor:
        if not self.warmup:
            return self.decay
        count = ops.cast(moves - max(self.start - 1, 0), "float32")
        return ops.minimum(self.decay, (1.0 + count) / (10.0 + count))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Average:
        """Makes what `get_config` described."""
        return cls(**config)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
