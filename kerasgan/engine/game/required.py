"""What a game must define, and what is said of one that does not."""

from __future__ import annotations

# The abstract methods of `AdversarialModel`.
REQUIRED = {
    "players": "`players()`, the `Player`s in the order in which they move",
    "recipe": "`recipe()`, the `Recipe` that `compile` falls back on",
    "generators": "`generators`, a property: the networks to export, by name",
    "signature": "`signature`, a property: what it is fed, as `Entry`s, or else `unpack(data)`",
}


def undefined(cls: type) -> list[str]:
    """What a class leaves to its subclasses; nothing if it is a whole game."""
    missing = [name for name in REQUIRED if _is_abstract(cls, name)]
    if not _is_abstract(cls, "unpack"):
        missing = [name for name in missing if name != "signature"]
    return missing


def _is_abstract(cls: type, name: str) -> bool:
    return bool(getattr(getattr(cls, name, None), "__isabstractmethod__", False))


def error_of(cls: type, *names: str) -> NotImplementedError:
    """The error of a class that does not define what it must.

    Args:
        cls: The class.
        *names: Keys of `REQUIRED`.
    """
    wanted = "; ".join(REQUIRED[name] for name in names)
    return NotImplementedError(
        f"{cls.__name__} is no whole game: define {wanted}. `kerasgan.AdversarialModel` says what "
        f"each is for. Received: {cls.__name__} without {list(names)}"
    )


def check_defined(cls: type) -> None:
    """Refuses a class that is no whole game.

    Raises:
        NotImplementedError: With all that is missing.
    """
    missing = undefined(cls)
    if missing:
        raise error_of(cls, *missing)
