"""Values that samples of a kind cannot have: out of their range, or no class."""

from __future__ import annotations

from typing import Any

from kerasgan.samples.array_checks import check_array
from kerasgan.samples.class_labels import check_classes
from kerasgan.samples.entry import DRAWN, KINDS, Entry
from kerasgan.samples.signature import by_rank
from kerasgan.samples.values import Values

# Rounding may carry values a little out of their range, of which this is the part.
TOLERANCE = 0.0005


def check_images(name: str, images: Any) -> None:
    """Refuses what is no array of numbers, and images or videos outside [-1, 1].

    Args:
        name: What the user calls it.
        images: Array `(n, height, width, channels)`; of samples with other axes any numbers will
            do.
    """
    found = check_array(name, images)
    check_values(by_rank(name, found.shape[1:]), found)


def check_values(entry: Entry, found: Values) -> None:
    """Refuses an array with values that its entry does not allow."""
    if entry.num_classes is not None:
        if found.low < 0 or found.high >= entry.num_classes:
            check_classes(found.name, found.array, entry.num_classes, entry.kind)
    elif entry.range is not None and _beyond(entry.range, found.low, found.high):
        received = (
            f"{found.name} of dtype {found.array.dtype}, with values from {found.low:g} to "
            f"{found.high:g}"
        )
        raise ValueError(out_of_range(entry, "pass", found.name, received))


def check_declared(name: str, entry: Entry, dtype: str) -> None:
    """Refuses data whose values cannot be looked at, and whose type says that they must be scaled.

    Args:
        name: What the user calls them.
        entry: What they should be.
        dtype: String, the type of their numbers.
    """
    if entry.kind not in DRAWN or dtype.startswith(("float", "bfloat")):
        return
    whose = "Samples of 16 bits" if entry.kind == "audio" else "Bytes"
    raise ValueError(
        f"{entry.plural.capitalize()} must be float with values in {_interval(entry)}. {whose} are "
        f"scaled by `.map(lambda x: {_scaled(entry, 'tf.cast(x, tf.float32)')})`. "
        f"Received: {name} with {entry.plural} of dtype {dtype}"
    )


def out_of_range(entry: Entry, verb: str, name: str, received: str, more: str = "") -> str:
    """What to tell of values beyond the range of an entry.

    Args:
        entry: The entry.
        verb: String, what to do with what is scaled, such as `"pass"`.
        name: String, what is to be scaled.
        received: String.
        more: String, a sentence and a space before what was received. Defaults to `""`.
    """
    remedy = f"For values in [0, 255] {verb} `{_scaled(entry, name)}`."
    if entry.kind == "audio":
        remedy = f"For samples of 16 bits {verb} `{_scaled(entry, name)}`."
    if entry.kind not in DRAWN:
        remedy = "Scale them, or declare another `range` in the model's `signature`."
    return (
        f"{entry.plural.capitalize()} must have values in {_interval(entry)}. {remedy} "
        f"{more}Received: {received}"
    )


def slack(allowed: tuple[float, float]) -> float:
    """How far rounding may carry values out of a range."""
    return TOLERANCE * (allowed[1] - allowed[0])


def _beyond(allowed: tuple[float, float], low: float, high: float) -> bool:
    return low < allowed[0] - slack(allowed) or high > allowed[1] + slack(allowed)


def _interval(entry: Entry) -> str:
    low, high = entry.range or (0.0, 0.0)
    drawn = ", the range that generators draw in" if entry.range == KINDS[entry.kind].range else ""
    return f"[{low:g}, {high:g}]{drawn}"


def _scaled(entry: Entry, name: str) -> str:
    """The formula that brings what is usual in files into the range of an entry."""
    low, high = entry.range or (0.0, 1.0)
    if entry.kind == "audio":
        return f"{name} / {round(32768.0 / max(-low, high), 6)}"
    shift = f" {'-' if low < 0 else '+'} {abs(low)}" if low else ""
    return f"{name} / {round(255.0 / (high - low), 6)}{shift}"
