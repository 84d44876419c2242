"""Saved models, changed by a stranger."""

import io
import json
import zipfile

import h5py


def read(path):
    """The members of a `.keras` file, its JSON as objects."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return {k: json.loads(v) if k.endswith(".json") else v for k, v in members.items()}


def write(path, members):
    """A `.keras` file of such members; `None` leaves one out."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if content is not None:
                data = content if isinstance(content, bytes | str) else json.dumps(content)
                archive.writestr(name, data)
    return path


def layer(config, class_name):
    """The description of the first layer of a class in a network's configuration."""
    return next(x for x in config["config"]["layers"] if x["class_name"] == class_name)


def weights(change, before=None):
    """An HDF5 file as bytes, after `change(file)`."""
    buffer = io.BytesIO(before or b"")
    with h5py.File(buffer, "a" if before else "w") as file:
        change(file)
    return buffer.getvalue()
