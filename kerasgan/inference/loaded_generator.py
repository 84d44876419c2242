"""A generator that was saved, ready to run."""

from __future__ import annotations

import math
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.inference.inputs import LATENTS, is_drawn_class, structured, takes_labels
from kerasgan.inference.named_arrays import named_arrays, require_all
from kerasgan.samples.class_labels import labels_for
from kerasgan.samples.counted_draws import counted_labels, counted_latents
from kerasgan.samples.entry import Entry
from kerasgan.samples.in_batches import in_batches
from kerasgan.samples.latent_distributions import parts_of
from kerasgan.samples.random_streams import seeded
from kerasgan.samples.translating import translate_images
from kerasgan.types import Tensor


class LoadedGenerator:
    """What `load_generator` returns: call it for images, or for whatever a network makes.

    Args:
        network: Function of an array: `SavedModelNetwork` or `KerasNetwork`.
        card: Dict, what is known of the generator: its shapes, ranges, recipe and data.
    """

    def __init__(self, network: Any, card: dict[str, Any]) -> None:
        self._network = network
        self.card = card

    @property
    def inputs(self) -> tuple[Entry, ...]:
        """What the network takes, an entry for each of its inputs, in their order."""
        return tuple(Entry.from_config(config) for config in self.card["inputs"])

    @property
    def latent_dim(self) -> int | None:
        """The latent dimension; `None` for what takes no latents."""
        return self.card["latent_dim"]

    @property
    def network(self) -> Any:
        """The function of arrays itself: `SavedModelNetwork` or `KerasNetwork`."""
        return self._network

    def sample_latents(self, n: int, seed: int) -> np.ndarray:
        """The latents of which a call makes images, float32 `(n, latent_dim)`."""
        self._require("generator", "Translate images with `.translate(images)`")
        parts = parts_of(self.card["latent_distribution"], self.latent_dim or 0)
        return counted_latents(parts, int(n), int(seed))

    def __call__(
        self,
        n: int | None = None,
        seed: int | None = None,
        batch_size: int = 64,
        labels: Any = None,
        **inputs: Any,
    ) -> np.ndarray:
        """Generates images, or what else the network makes.

        Args:
            n: Int, how many; needed where no inputs are given. Defaults to `None`.
            seed: Int in [0, 2**31), for which the same images come each time. Defaults to `None`:
                others each time.
            batch_size: Int, how many are generated at once. Defaults to `64`.
            labels: The classes, for a generator that knows some: an int for all, or integers
                `(n,)`. Defaults to `None`: drawn, each as likely as the others.
            **inputs: Arrays `(n, ...)` by the names of `inputs`. Latents that are left out are
                drawn.

        Returns:
            float32 array of shape `(n, *data_shape)`, images in [-1, 1].
        """
        if inputs and self.card["kind"] == "translator":
            return self._translate_named(n, batch_size, labels, inputs)
        if inputs or self._needs_more:
            return self._by_name(n, seed, batch_size, {"labels": labels, **inputs})
        self._require("generator", "Translate images with `.translate(images)`")
        if not isinstance(n, (int, np.integer)) or n < 1:
            raise ValueError(f"`n` must be a positive int. Received: n={n!r}")
        seed = _checked_seed(seed)
        self._require_memory(int(n))
        latents = self.sample_latents(n, seed)
        if self.card["classes"] is not None and labels is None:
            labels = counted_labels(int(n), self.card["classes"], int(seed))
        with self._network.seeded(int(seed)):
            return self.from_latents(latents, batch_size, labels)

    @property
    def _needs_more(self) -> bool:
        """Whether there are inputs that a call cannot draw."""
        drawn = [entry for entry in self.inputs if entry.name == LATENTS or is_drawn_class(entry)]
        return self.card["kind"] != "translator" and len(drawn) < len(self.inputs)

    def _by_name(
        self, n: int | None, seed: int | None, batch_size: int, given: dict[str, Any]
    ) -> np.ndarray:
        """The outputs of inputs that are given by name; what can be drawn is drawn."""
        seed = _checked_seed(seed)
        given = {name: array for name, array in given.items() if array is not None}
        arrays = named_arrays(self.inputs, given, n, self.card["size_multiple"])
        count = len(next(iter(arrays.values())))
        if LATENTS not in arrays and self.card["kind"] == "generator":
            arrays[LATENTS] = self.sample_latents(count, seed)
            if "labels" not in arrays and self.card["classes"] is not None:
                arrays["labels"] = counted_labels(count, self.card["classes"], seed)
        require_all(self.inputs, arrays)
        fed = [arrays[entry.name] for entry in self.inputs]
        with self._network.seeded(seed):
            return _in_batches(self._network, fed if len(fed) > 1 else fed[0], batch_size)

    def _translate_named(
        self, n: int | None, batch_size: int, labels: Any, inputs: dict[str, Any]
    ) -> np.ndarray:
        (entry,) = self.inputs
        extra = {"n": n, "labels": labels}
        strange = [name for name, value in extra.items() if value is not None]
        strange += [name for name in inputs if name != entry.name]
        if strange:
            raise ValueError(
                f"The translator takes {entry.name!r} alone. Received: {', '.join(strange)}"
            )
        return self.translate(inputs[entry.name], batch_size)

    def from_latents(self, latents: Any, batch_size: int = 64, labels: Any = None) -> np.ndarray:
        """Generates the images of given latents, of shape `(n, latent_dim)`.

        A generator that knows classes needs `labels`, as a call of it takes them.
        """
        self._require("generator", "Translate images with `.translate(images)`")
        if self._needs_more:
            raise TypeError(
                "This generator takes more than latents: call it by the names of all, "
                f"`generate(latents=latents, ...)`. Received: inputs {self._names}"
            )
        latents = ops.convert_to_numpy(latents).astype("float32")
        if latents.ndim != 2 or latents.shape[1] != self.latent_dim or len(latents) == 0:
            raise ValueError(
                f"`latents` must be of shape (n, {self.latent_dim}). "
                f"Received: shape {latents.shape}"
            )
        return _in_batches(self._network, self._with_labels(latents, labels), batch_size)

    def translate(self, images: Any, batch_size: int = 8, margin: int = 0) -> np.ndarray:
        """Translates images.

        Args:
            images: Array of shape `(n, height, width, channels)`, floating point in [-1, 1] or
                uint8, of sides larger than `card["size_multiple"]`, 4 of a `CycleGAN`. Other sides
                than multiples of it are padded by reflection and cropped back.
            batch_size: Int, how many are translated at once. Defaults to `8`.
            margin: Int, by how many pixels of its own mirror image an image is enlarged at each
                side for its translation, and cropped after: the padding within a network shows at
                the edges, up to some 16 pixels wide. Defaults to `0`.

        Returns:
            Array of the same height and width: uint8 if uint8 was given, else float32 in [-1, 1].
        """
        self._require("translator", "Generate images by a call, `generate(n, seed=0)`")
        *sides, channels = self._network.input_shape[1:]
        multiple = self.card["size_multiple"]
        return translate_images(
            self._network, images, channels, batch_size, margin, multiple, sides
        )

    def _with_labels(self, latents: np.ndarray, labels: Any) -> Any:
        """What the network takes."""
        if takes_labels(self._network) != (labels is not None):
            advice = "needs `labels`" if labels is None else "has no classes: leave `labels` out"
            raise ValueError(f"The generator {advice}. Received: labels={labels!r}")
        if labels is None:
            return latents
        return [latents, labels_for(len(latents), labels, self.card["classes"])]

    def _require_memory(self, n: int) -> None:
        values = math.prod(side or 1 for side in self.card["data_shape"])
        values += self.latent_dim or 0
        needed, memory = 4 * n * values, _memory()
        if needed > memory:
            raise ValueError(
                f"{n} samples need {needed / 2**30:.1f} GiB, and this machine has "
                f"{memory / 2**30:.1f}. Generate fewer at a time, with another seed for each part. "
                f"Received: n={n}"
            )

    def _require(self, kind: str, advice: str) -> None:
        if self.card["kind"] == "network":
            raise TypeError(
                "This network draws nothing itself, and does not translate images alone: give it "
                f"its inputs by name, `network({'=..., '.join(self._names)}=...)`. "
                f"Received: {self.card['name']!r}"
            )
        if self.card["kind"] != kind:
            raise TypeError(
                f"This is a {self.card['kind']}, not a {kind}. {advice}. "
                f"Received: {self.card['name']!r}"
            )

    @property
    def _names(self) -> list[str]:
        return [entry.name for entry in self.inputs]

    def __repr__(self) -> str:
        shape = tuple(self.card["data_shape"])
        return f"LoadedGenerator({self.card['name']!r}, {self.card['kind']} of {shape})"


class KerasNetwork:
    """A Keras network as a function of arrays, for `LoadedGenerator`.

    Args:
        network: The network.
        names: The names of its inputs, in the order in which they will be given.
    """

    def __init__(self, network: keras.Model, names: Sequence[str]) -> None:
        self.model = network
        self._names = names
        self.input_shape = network.input_shape

    def __call__(self, inputs: Any) -> np.ndarray:
        """The outputs, float32."""
        outputs = ops.convert_to_numpy(self.model.predict_on_batch(self._structured(inputs)))
        return outputs.astype("float32")

    def tensors(self, inputs: Any) -> Tensor:
        """The outputs of tensors, through which gradients flow."""
        return self.model(self._structured(inputs), training=False)

    def _structured(self, inputs: Any) -> Any:
        arrays = inputs if isinstance(inputs, list) else [inputs]
        return structured(self.model, self._names, arrays)

    @property
    def variables(self) -> list[Any]:
        """The weights, from the first layer to the last."""
        return self.model.variables

    def seeded(self, seed: int) -> AbstractContextManager:
        """Lets layers that draw begin where a seed says."""
        return seeded(self.model, seed)


def _checked_seed(seed: int | None) -> int:
    seed = secrets.randbelow(2**31) if seed is None else seed
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**31:
        raise ValueError(f"`seed` must be an int in [0, 2**31) or None. Received: seed={seed!r}")
    return int(seed)


def _memory() -> int:
    """Bytes of memory of this machine, or 64 GiB where it does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no such call.
        return 2**36


def _in_batches(function: Callable, inputs: Any, batch_size: int) -> np.ndarray:
    if batch_size < 1:
        raise ValueError(f"`batch_size` must be positive. Received: batch_size={batch_size}")
    return in_batches(function, inputs, batch_size)
