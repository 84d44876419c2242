"""What goes wrong in adversarial training: how it is recognised, and what to say of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kerasgan.callbacks.monitoring import training_advice as advice
from kerasgan.callbacks.monitoring.training_advice import Values


@dataclass(frozen=True)
class Limits:
    """From where on a value is a bad sign; see `TrainingMonitor`, which documents them."""

    collapse_below: float
    accuracy_above: float
    distance_above: float
    explode_above: float
    vanish_below: float


# Limits that no one should need to move.
DEAD = 1e-4  # Spread of a generator that pays no heed to its latents.
SATURATED = 0.5  # Excess of values at the ends of the range.
FEW = 0.25  # Coverage of a generator that misses most of the data.
GUESSING = 0.6  # Accuracy of a discriminator that hardly tells real from generated.


@dataclass(frozen=True)
class Trouble:
    """A way for training to go wrong.

    Args:
        shows: Callable from values and limits: whether a probe shows its signs.
        words: Callable from values to what is said of it: seen, meaning, remedies.
        hope: A value that would be improving if training were on its way out of it, or `None`.
        sign: `1` where a greater value of `hope` is better, else `-1`. Defaults to `-1`.
    """

    shows: Callable[[Values, Limits], bool]
    words: Callable[[Values], str]
    hope: str | None = None
    sign: int = -1


def _is_dead(v: Values, limits: Limits) -> bool:
    return v.get("spread", 1.0) < DEAD or v.get("saturation", 0.0) > SATURATED


def _is_collapsed(v: Values, limits: Limits) -> bool:
    return v.get("spread", 1.0) < limits.collapse_below and not _is_dead(v, limits)


def _is_stuck(v: Values, limits: Limits) -> bool:
    return _is_dead(v, limits) or _is_collapsed(v, limits)


def _is_apart(v: Values, limits: Limits) -> bool:
    return v.get("distance", 0.0) > limits.distance_above


def _is_overpowered(v: Values, limits: Limits) -> bool:
    sure = v.get("discriminator_accuracy", 0.0) >= limits.accuracy_above
    return sure and _is_apart(v, limits) and not _is_stuck(v, limits)


def _is_blind(v: Values, limits: Limits) -> bool:
    guesses = v.get("discriminator_accuracy", 1.0) <= GUESSING
    return guesses and _is_apart(v, limits) and not _is_stuck(v, limits)


def _misses_modes(v: Values, limits: Limits) -> bool:
    explained = (_is_stuck, _is_overpowered, _is_blind)
    misses = v.get("coverage", 1.0) < FEW and _is_apart(v, limits)
    return misses and not any(other(v, limits) for other in explained)


def _explodes(player: str) -> Callable[[Values, Limits], bool]:
    # Also what is no number.
    return lambda v, limits: not v[f"{player}_gradient_growth"] <= limits.explode_above


def _vanishes(player: str) -> Callable[[Values, Limits], bool]:
    def shows(v: Values, limits: Limits) -> bool:
        # Near the goal small gradients are as they should be.
        close = "distance" in v and not _is_apart(v, limits)
        return v[f"{player}_gradient_growth"] < limits.vanish_below and not close

    return shows


TROUBLES = {
    "dead_generator": Trouble(_is_dead, advice.dead, "spread", 1),
    "mode_collapse": Trouble(_is_collapsed, advice.collapse, "spread", 1),
    "missing_modes": Trouble(_misses_modes, advice.missing, "distance"),
    "discriminator_too_strong": Trouble(_is_overpowered, advice.overpowered, "distance"),
    "discriminator_too_weak": Trouble(_is_blind, advice.blind, "distance"),
}


class Diagnosis:
    """Tells from the values of probe after probe what goes wrong.

    A trouble is found when `patience` probes in a row have shown it, none of them the best so far
    in what would improve if training were on its way out of it. It is over after as many probes in
    a row without it, and only then it can be reported again.

    Args:
        players: The names of the players.
        patience: Int, see above.
        limits: From where on a value is a bad sign.
    """

    def __init__(self, players: Sequence[str], patience: int, limits: Limits) -> None:
        self.players = list(players)
        self.patience = patience
        self.limits = limits
        self.troubles = dict(TROUBLES)
        for player in players:
            self.troubles[f"exploding_{player}"] = Trouble(
                _explodes(player), advice.explosion(player)
            )
            self.troubles[f"vanishing_{player}"] = Trouble(
                _vanishes(player), advice.vanishing(player)
            )
        self.found: set[str] = set()
        self._streaks = dict.fromkeys(self.troubles, 0)
        self._history: list[Values] = []

    def update(self, values: Values) -> list[str]:
        """What is new after one more probe, in words: empty if all is well, or known.

        Args:
            values: `spread`, `<player>_gradient_norm` and so on, by name.
        """
        values = {**values, **self._growth(values)}
        self._history.append(values)
        return [
            trouble.words(values)
            for kind, trouble in self.troubles.items()
            if self._is_new(kind, trouble, trouble.shows(values, self.limits))
        ]

    def _is_new(self, kind: str, trouble: Trouble, shown: bool) -> bool:
        """Counts a probe, and tells whether the trouble is to be reported now."""
        streak = self._streaks[kind]  # Probes in a row with it, or, negative, without it.
        streak = max(streak, 0) + 1 if shown else min(streak, 0) - 1
        self._streaks[kind] = streak
        if streak == -self.patience:
            self.found.discard(kind)
        new = streak >= self.patience and kind not in self.found and not self._improves(trouble)
        if new:
            self.found.add(kind)
        return new

    def _growth(self, values: Values) -> dict[str, float]:
        """Each player's gradient norm in units of its median in the first probes."""
        growth = {}
        for player in self.players:
            name = f"{player}_gradient_norm"
            first = [earlier[name] for earlier in self._history[: self.patience]]
            base = float(np.median(first)) if len(first) == self.patience else values[name]
            growth[f"{player}_gradient_growth"] = values[name] / base if base else 1.0
        return growth

    def _improves(self, trouble: Trouble) -> bool:
        if trouble.hope is None:
            return False
        course = [trouble.sign * values[trouble.hope] for values in self._history]
        return int(np.argmax(course)) >= len(course) - self.patience
