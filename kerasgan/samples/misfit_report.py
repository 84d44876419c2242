"""What to tell of a batch that is not what a game's signature declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras

from kerasgan.samples.batch_shapes import describe, remedy, static_shape
from kerasgan.samples.entry import Entry

ELSEWHERE = object()  # Stands for what cannot be found, as the data are of another structure.


@dataclass(frozen=True)
class MisfitReport:
    """The words of errors about one batch.

    Args:
        owner: String, the model's name.
        signature: What the model declares.
        x, y: What it was fed.
        parts: Each entry with what was found of it.
        advice: String, a sentence of the model's on how it is fed.
    """

    owner: str
    signature: Any
    x: Any
    y: Any
    parts: list[tuple[Entry, Any]]
    advice: str

    def of_structure(self) -> str:
        """Of data that hold other parts."""
        if isinstance(self.signature, Mapping):
            how = (
                "Pass a dictionary of arrays with these keys and no others; a data set gives such "
                "dictionaries."
            )
        else:
            how = "Pass both in this form: `fit(x, y)`, or a data set of such pairs."
        received = describe(self.x)
        if self.y is not None or isinstance(self.signature, tuple):
            received = f"x: {received}; y: {describe(self.y)}"
        return self._sentence(None, how, received)

    def of_shape(self, entry: Entry, part: Any) -> str:
        """Of a part of another shape, or a missing one."""
        if self._are_labels_of_samples(entry):
            return self._sentence(entry, _how(entry, part), f"labels that are {describe(part)}")
        if isinstance(self.signature, Entry) or self._is_labelled():
            return self._sentence(entry, _how(entry, part), describe(part))
        all_of_them = "; ".join(f"{one.name}: {describe(found)}" for one, found in self.parts)
        how = "" if part is None and self.advice else _how(entry, part)
        return self._sentence(entry, how, all_of_them)

    def of_dtype(self, entry: Entry, part: Any) -> str:
        """Of classes that are no integers."""
        dtype = keras.backend.standardize_dtype(part.dtype)
        how = f"Convert them by `{entry.name}.astype('int32')`."
        return self._sentence(entry, how, f"{entry.name} of dtype {dtype}")

    def _sentence(self, entry: Entry | None, how: str, received: str) -> str:
        told = f"{self.owner} trains on {self._wanted(entry)}."
        return " ".join(filter(None, (told, self.advice, how, f"Received: {received}")))

    def _is_labelled(self) -> bool:
        """Whether the game takes samples with their labels."""
        kinds = [entry.kind for entry, _ in self.parts]
        return isinstance(self.signature, tuple) and len(kinds) == 2 and kinds[1] == "labels"

    def _are_labels_of_samples(self, entry: Entry | None) -> bool:
        return entry is not None and self._is_labelled() and entry is self.parts[1][0]

    def _wanted(self, entry: Entry | None) -> str:
        first, *others = (one for one, _ in self.parts)
        if self._are_labels_of_samples(entry):
            return f"samples with their classes, {_classes(others[0])} of shape (batch,)"
        if isinstance(self.signature, Entry) or (self._is_labelled() and entry is first):
            return f"batches of samples of shape {first.shape}"
        form = _form(self.signature)
        if isinstance(self.signature, tuple) and len(others) == 1 and _alike(first, others[0]):
            return f"pairs {form} of batches of {first.plural} of shape {first.shape}"
        kind = "dictionaries" if isinstance(self.signature, Mapping) else "pairs"
        each = "; ".join(f"{one.name}, {_words(one)}" for one, _ in self.parts)
        return f"{kind} {form} of batches: {each}"


def _form(signature: Any) -> str:
    """How the entries are put together, such as `((a, b), c)` or `{'a', 'b'}`."""
    if isinstance(signature, Entry):
        return signature.name
    if isinstance(signature, tuple):
        return f"({', '.join(map(_form, signature))})"
    entries = (
        repr(key) if isinstance(part, Entry) else f"{key!r}: {_form(part)}"
        for key, part in signature.items()
    )
    return f"{{{', '.join(entries)}}}"


def _alike(one: Entry, other: Entry) -> bool:
    return one.kind == other.kind != "map" and one.shape == other.shape


def _words(entry: Entry) -> str:
    if entry.kind == "labels":
        return f"labels, {_classes(entry)} of shape (batch,)"
    classes = f", {_classes(entry)}" if entry.kind == "map" else ""
    return f"{entry.plural} of shape {entry.shape}{classes}"


def _classes(entry: Entry) -> str:
    return f"integers from 0 to {(entry.num_classes or 1) - 1}"


def _how(entry: Entry, part: Any) -> str:
    """What to do about a part that does not fit, in a sentence."""
    shape = static_shape(part)
    if entry.kind == "labels":
        return _how_labels(entry, part, shape)
    if part is None:
        return "Pass both: `fit(x, y)`, or a data set of pairs."
    if entry.kind == "map" and shape is not None:
        places = entry.shape[:-1] if entry.shape[-1] == 1 else entry.shape
        if shape[1:] == (*places, entry.num_classes):
            axis = ", keepdims=True" if entry.shape[-1] == 1 else ""
            return f"Pass `{entry.name}.argmax(axis=-1{axis})` for one-hot vectors."
    return remedy(part, entry.shape, entry.kind)


def _how_labels(entry: Entry, part: Any, shape: tuple[int | None, ...] | None) -> str:
    if part is None:
        return "Pass them after the samples, `fit(samples, labels)`, or in a data set of pairs."
    if shape is not None and len(shape) == 2 and shape[1] == entry.num_classes:
        return f"Pass `{entry.name}.argmax(axis=-1)` for one-hot vectors."
    return "Pass one for each sample."
