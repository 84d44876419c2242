"""What losses return, against what players declare."""

from __future__ import annotations

from typing import Any

from kerasgan.engine.game.player import Player


def check_terms(player: Player, terms: Any) -> None:
    """Refuses terms that would be minimised and not logged, or logged and not there.

    It looks at names and shapes only: in a compiled step while that is traced.

    Raises:
        ValueError: If there are such.
    """
    if not isinstance(terms, dict):
        raise ValueError(
            f"The loss of the {player.name} must return a dictionary of scalar terms, such as "
            f"{dict.fromkeys(player.terms, '...')}. Received: {type(terms).__name__}"
        )
    if set(terms) != set(player.terms):
        raise ValueError(
            f"The loss of the {player.name} returns other terms than its `Player` declares. "
            "Every term is minimised and logged: name them all in `terms`, and return them all. "
            f"Received: terms={list(player.terms)}, returned {list(terms)}"
        )
    for name, value in terms.items():
        shape = tuple(getattr(value, "shape", ()))
        if shape:
            raise ValueError(
                f"A term of a loss is a scalar: take its mean, as by `ops.mean`. Received: "
                f"the term {name!r} of the {player.name} of shape {shape}"
            )
