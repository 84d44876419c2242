"""Latents and labels that depend on a seed and on a sample's place alone.

What a backend's own generator gives for a seed depends on the backend, on how many are drawn, and
under XLA on the compiler. Here each number is a hash of the seed, the sample's place and the
variable's: the first three of 64 are the three, on every backend and in every export.

One source serves NumPy and TensorFlow's graphs, so the arithmetic is of what both write alike:
integers of 64 bits that never leave 32, and float64 until the end.

Reference: Threefry-2x32 of 20 rounds, [Salmon et al., 2011](https://doi.org/10.1145/2063384.2063405).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasgan.types import Tensor

_WORD = 2**32
_ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
_PARITY = 0x1BD11BDA
_LABELS = _WORD - 1  # The place of a sample's class, beyond those of its latent variables.


@dataclass(frozen=True)
class Library:
    """What arrays of a kind need beyond operators.

    Args:
        arange: Function of n: int64 integers from 0.
        cast: Function of an array and the name of a dtype.
        log, sqrt, cos: Functions of a float64 array.
        concatenate: Function of a list of arrays, along their last axis.
    """

    arange: Callable[[Any], Tensor]
    cast: Callable[[Tensor, str], Tensor]
    log: Callable[[Tensor], Tensor]
    sqrt: Callable[[Tensor], Tensor]
    cos: Callable[[Tensor], Tensor]
    concatenate: Callable[[list[Tensor]], Tensor]


NUMPY = Library(
    arange=lambda n: np.arange(n, dtype="int64"),
    cast=lambda x, dtype: np.asarray(x, dtype),
    log=np.log,
    sqrt=np.sqrt,
    cos=np.cos,
    concatenate=lambda arrays: np.concatenate(arrays, axis=-1),
)


def counted_latents(
    parts: Sequence[tuple[str, int]], n: Any, seed: Any, library: Library = NUMPY
) -> Tensor:
    """Latents, float32 `(n, latent_dim)`.

    Args:
        parts: From `latent_distributions.parts_of`.
        n: Int, how many, or a scalar of the library.
        seed: Int, or an int64 scalar of the library.
        library: Of NumPy's arrays, or of others. Defaults to `NUMPY`.
    """
    samples, drawn, first = library.arange(n)[:, None], [], 0
    for kind, size in parts:
        variables = library.arange(size)[None]
        if kind == "categorical":
            word, _ = _words(samples, np.full((1, 1), first), seed)
            drawn.append(library.cast(_class(word, size) == variables, "float32"))
        else:
            words = _words(samples, variables + first, seed)
            drawn.append(library.cast(_NUMBERS[kind](*words, library), "float32"))
        first += size
    return library.concatenate(drawn)


def counted_labels(n: Any, num_classes: int, seed: Any, library: Library = NUMPY) -> Tensor:
    """Classes, each as likely as the others, int32 `(n,)`; the arguments as above."""
    word, _ = _words(library.arange(n), np.full((1,), _LABELS), seed)
    return library.cast(_class(word, num_classes), "int32")


def counted_state(index: int, seed: Any) -> Tensor:
    """What the index-th seed generator of a network starts from, int64, of 31 bits."""
    word, _ = _words(np.full((1,), index), np.full((1,), _LABELS - 1), seed)
    return word[0] % 2**31


def _class(word: Tensor, size: int) -> Tensor:
    return word * size // _WORD


def _normal(a: Tensor, b: Tensor, library: Library) -> Tensor:
    """Box and Muller's."""
    radius = library.sqrt(-2.0 * library.log((library.cast(a, "float64") + 0.5) / _WORD))
    return radius * library.cos(library.cast(b, "float64") * (2.0 * math.pi / _WORD))


def _uniform(a: Tensor, b: Tensor, library: Library) -> Tensor:
    """Of [-1, 1]."""
    return (library.cast(a, "float64") + 0.5) * (2.0 / _WORD) - 1.0


_NUMBERS = {"normal": _normal, "uniform": _uniform}


def _words(samples: Tensor, places: Tensor, seed: Any) -> tuple[Tensor, Tensor]:
    """Two words of 32 bits for each pair of a sample and a place: Threefry-2x32, 20 rounds."""
    low, high = seed % _WORD, seed // _WORD % _WORD
    keys = (low, high, low ^ high ^ _PARITY)
    a, b = (samples + places * 0 + low) % _WORD, (places + samples * 0 + high) % _WORD
    for turn in range(20):
        a = (a + b) % _WORD
        bits = _ROTATIONS[turn % 8]
        b = ((b * 2**bits) % _WORD + b // 2 ** (32 - bits)) ^ a
        if turn % 4 == 3:
            step = turn // 4 + 1
            a = (a + keys[step % 3]) % _WORD
            b = (b + keys[(step + 1) % 3] + step) % _WORD
    return a, b
