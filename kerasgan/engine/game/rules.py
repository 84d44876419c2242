"""What `compile` was told about the game, completed by the recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import keras

from kerasgan import losses, penalties
from kerasgan.engine.game.average import Average
from kerasgan.engine.game.player import Player
from kerasgan.integers import is_positive_int
from kerasgan.losses.adversarial_loss import describe
from kerasgan.penalties import Penalty

STEPS = "_steps"  # `discriminator_steps` counts the moves of the player `discriminator`.


@dataclass(frozen=True)
class Rules:
    """The rules by which a game is played; see `AdversarialModel.compile`.

    Args:
        loss, penalties, generator_ema, update: As in `compile`. The loss is `None` for a model that
            has no adversary.
        steps: By player its moves in one training step. Defaults to one for each.

    Raises:
        ValueError: If a rule is none, or two contradict each other.
    """

    loss: Any = None
    penalties: Sequence[Penalty] = ()
    steps: Mapping[str, int] = field(default_factory=dict)
    generator_ema: float | Average = 0.0
    update: str = "alternating"

    @classmethod
    def of(cls, **given: Any) -> Rules:
        """Rules as they are written in `compile`: moves as `<player>_steps`, `None` for defaults.

        Raises:
            TypeError: If there is no such rule.
        """
        return cls().with_given(given)

    def with_given(self, given: Mapping[str, Any]) -> Rules:
        """These rules, with those in their place that are given and not `None`."""
        given = {name: value for name, value in given.items() if value is not None}
        steps = {name: given.pop(name) for name in list(given) if name.endswith(STEPS)}
        if steps:
            own = {name.removesuffix(STEPS): count for name, count in steps.items()}
            given["steps"] = {**self.steps, **own}
        return replace(self, **given)

    def __post_init__(self) -> None:
        several: Any = self.penalties
        several = several if isinstance(several, list | tuple) else [several]
        self._set("penalties", [penalties.get(penalty) for penalty in several])
        if self.loss is not None:
            self._set("loss", losses.get(self.loss))
        self._check_penalties()
        self._check_steps()
        self._set("steps", {name: int(count) for name, count in self.steps.items()})
        Average.of(self.generator_ema)  # Refuses what is none.
        self._check_update()

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _check_penalties(self) -> None:
        names = [penalty.name for penalty in self.penalties]
        if len(set(names)) < len(names):
            raise ValueError(
                "Each penalty is logged under its name: pass one of a kind. "
                f"Received: penalties named {names}"
            )

    def _check_steps(self) -> None:
        for name, count in self.steps.items():
            if not is_positive_int(count):
                raise ValueError(
                    f"`{name}{STEPS}` must be a positive integer. Received: {name}{STEPS}={count!r}"
                )

    def _check_update(self) -> None:
        if self.update not in ("alternating", "simultaneous"):
            raise ValueError(
                "`update` must be 'alternating' or 'simultaneous'. "
                f"Received: update={self.update!r}"
            )
        if self.update == "simultaneous" and self.parts > 1:
            raise ValueError(
                "With update='simultaneous' every player moves once in a step. Pass "
                "update='alternating' to let a player move more often. "
                f"Received: {self.slowest_name}={self.parts}"
            )

    @property
    def parts(self) -> int:
        """Into how many minibatches a batch is split: the most moves of a player in a step."""
        return max(self.steps.values(), default=1)

    @property
    def slowest_name(self) -> str:
        """The argument of `compile` that says so."""
        name = max(self.steps, key=lambda player: self.steps[player], default="<player>")
        return f"{name}{STEPS}"

    def of_one_game(self) -> Rules:
        """These rules, with the state of penalties anew: it belongs to one game, on its devices."""
        own = [p.from_config(p.get_config()) if p.variables else p for p in self.penalties]
        return replace(self, penalties=own)

    def applied(self, players: Sequence[Player]) -> list[Player]:
        """The players, with as many moves in a step as the rules say."""
        return [replace(p, steps=self.steps.get(p.name, p.steps)) for p in players]

    def penalties_on(self, role: str) -> list[Penalty]:
        """The penalties on players of a role, `"judge"` or `"maker"`."""
        return [penalty for penalty in self.penalties if penalty.role == role]

    def check(self, owner: str, recipe: Rules, players: Sequence[Player]) -> None:
        """Refuses what the players of a model would not look at.

        Args:
            owner: The model's class, for messages.
            recipe: The rules of its recipe.
            players: Its players.

        Raises:
            ValueError: If there is a loss for a model without adversary, penalties for nobody who
                reads them, or moves of a player that is none.
        """
        if recipe.loss is None and self.loss is not None:
            raise ValueError(
                f"{owner} has no adversary, and a loss of its own: leave `loss` out. "
                f"Received: loss={describe(self.loss)}"
            )
        names = [player.name for player in players]
        strangers = [name for name in self.steps if name not in names]
        if strangers:
            raise ValueError(
                f"{owner} has no {strangers[0]}: its players are {names}. Leave "
                f"`{strangers[0]}{STEPS}` out. "
                f"Received: {strangers[0]}{STEPS}={self.steps[strangers[0]]}"
            )
        terms = {term for player in players for term in player.terms}
        unread = [penalty for penalty in self.penalties if penalty.name not in terms]
        if unread:
            raise ValueError(
                f"{owner} reads no penalty {unread[0].name!r}: none of its players has a term of "
                "that name. Leave `penalties` out; a game of your own adds them by "
                "`kerasgan.games.discriminator_terms`. "
                f"Received: penalties={[type(penalty).__name__ for penalty in self.penalties]}"
            )

    def get_config(self) -> dict[str, Any]:
        """The rules as arguments of `compile`, serialised."""
        serialize = keras.saving.serialize_keras_object
        config = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        config.pop("steps")
        return {
            **config,
            **{f"{name}{STEPS}": count for name, count in self.steps.items()},
            "loss": serialize(self.loss),
            "generator_ema": serialize(self.generator_ema),
            "penalties": [serialize(penalty) for penalty in self.penalties],
        }
