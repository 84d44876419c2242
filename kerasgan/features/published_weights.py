"""Weights that others published as PyTorch files: downloaded, checked, converted, loaded."""

from __future__ import annotations

import importlib.util
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from kerasgan.files import new_file, sha256, user_path
from kerasgan.model_files import ModelFileError, clip, inspect_weights, reported


@dataclass(frozen=True)
class PublishedWeights:
    """Where the weights of a network come from, and the words for what may be wrong.

    Args:
        network: String, such as `"the Inception of 2015-12-05"`.
        converted: String, the name of the converted file in Keras's cache.
        converter: String, the function that makes such a file.
        where_from: String, what a user without the files may do.
        instead: String, what does without a download.
    """

    network: str
    converted: str
    converter: str
    where_from: str
    instead: str

    def cached(self) -> Path:
        """Where the converted file is kept."""
        folder = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "kerasgan"
        return folder / self.converted

    def require_pytorch(self) -> None:
        """Raises an ImportError before anything is downloaded in vain."""
        if importlib.util.find_spec("torch") is None:
            raise ImportError(
                f"The weights of {self.network} are published for PyTorch, which is needed once, "
                "to read them: `pip install kerasgan[torch]`. Or convert them on another machine "
                f"by `{self.converter}`, and pass that file as `weights`. "
                "Received: no module torch"
            )

    def download(self, url: str, digest: str) -> Path:
        """The published file in Keras's cache, after its bytes were checked."""
        folder = self.cached().parent
        where = {"cache_dir": str(folder.parent), "cache_subdir": folder.name}
        try:
            name = url.rsplit("/", 1)[-1]
            return Path(keras.utils.get_file(name, url, file_hash=digest, **where))
        except Exception as error:  # Keras raises it bare when there is no network.
            raise ConnectionError(
                f"The weights of {self.network} could not be downloaded. {self.where_from} "
                f"{self.instead} Received: {clip(error)}"
            ) from error

    def read(self, path: Path, url: str, digest: str) -> dict[str, Any]:
        """The published file's arrays, after its bytes were checked."""
        self.require_file(path)
        self.require_pytorch()
        found = sha256(path)
        if found != digest:
            raise ModelFileError(
                f"This is not the file that is published at {url}, or not the whole of it, and its "
                f"numbers would compare with no other. {self.where_from} Received: "
                f"{str(path)!r} of SHA-256 {found}"
            )
        import torch

        with reported("The file of weights cannot be read", path):
            state = torch.load(path, map_location="cpu", weights_only=True)
            return {name: value.numpy() for name, value in state.items()}

    def require_file(self, path: Path) -> None:
        """Raises a FileNotFoundError that says where the file is to be had."""
        if not path.is_file():
            raise FileNotFoundError(
                f"There is no file of weights. {self.where_from} Received: weights={str(path)!r}"
            )

    def load_converted(self, network: keras.Model, path: Path) -> keras.Model:
        """The network, with the weights of a converted file."""
        self.require_file(path)
        with path.open("rb") as file:
            stored = inspect_weights(file, path.stat().st_size, path)
        shapes = [tuple(variable.shape) for variable in network.weights]
        needed = Counter(shape for shape in shapes if len(shape) > 1)
        if stored.count != len(shapes) or stored.shapes != needed:
            raise ModelFileError(
                f"The file holds weights of another network than {self.network}. Convert the "
                f"published ones by `{self.converter}`. Received: {stored.count} arrays instead "
                f"of {len(shapes)} in {str(path)!r}"
            )
        with reported("The weights cannot be loaded into the network", path):
            network.load_weights(path)
        return network

    def unlike(self, why: str, received: str) -> ModelFileError:
        """The error for arrays that do not fit the network."""
        return ModelFileError(
            f"The weights are of another network than {self.network}{why}. {self.where_from} "
            f"Received: {received}"
        )


def checked_target(target: str | os.PathLike) -> Path:
    """The path of a converted file, or a ValueError."""
    target = user_path(target)
    if not target.name.endswith(".weights.h5"):
        raise ValueError(f"`target` must end in '.weights.h5'. Received: target={str(target)!r}")
    return target


def save(network: keras.Model, path: Path) -> None:
    """Writes a file of weights that is there complete or not at all."""
    with new_file(path) as temporary:
        network.save_weights(temporary)
