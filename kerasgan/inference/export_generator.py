"""Saves a generator so that it runs without kerasgan."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import keras

from kerasgan.files import new_directory, user_path
from kerasgan.inference.card import build_card, write_card
from kerasgan.inference.saved_model import write_saved_model
from kerasgan.inference.tensorflow_process import convert_in_tensorflow


def export_generator(
    gan: keras.Model,
    path: str | os.PathLike,
    name: str | None = None,
    data: str = "",
    figures: dict[str, Any] | None = None,
    overwrite: bool = True,
) -> Path:
    """Writes a generator as a TensorFlow SavedModel, with a card.

    The moving average of the generator is written where there is one. The folder can be served by
    TensorFlow Serving, loaded with `tf.saved_model.load`, or with `kerasgan.load_generator`. Its
    endpoints are

    - of a generator: `serve(latents)`, float32 of shape `(n, latent_dim)`; and `sample(n, seed)`,
      which draws the latents itself: equal seeds give equal images.
    - of a generator that knows classes: `serve(latents, labels)`, and `sample(labels, seed)`, with
      labels int32 of shape `(n,)`.
    - of a translator: `serve(images)`, float32 in [-1, 1]; and `translate(images)`, float32 in [-1,
      1] or uint8, which comes back as uint8. Sides that are no multiple of the model's
      `size_multiple` are padded by reflection and cropped back.
    - of other networks: `serve`, of the inputs that the model declares in `generator_inputs`, by
      name; with latents among them `sample`, of all other inputs and a seed.

    `card.json` beside them tells the inputs, shapes, ranges, recipe, data and figures. On the JAX
    and PyTorch backends a fresh process with TensorFlow does the writing, which must be installed
    there.

    Args:
        gan: A kerasgan model.
        path: Folder to write; appears complete or not at all.
        name: String, which generator, a key of `gan.generators`. Needed where there are several.
        data: String, what the model was trained on, for the card. Defaults to `""`.
        figures: Dict of what was measured, for the card. Defaults to `None`.
        overwrite: Bool, whether to replace a SavedModel that stands there. Defaults to `True`.

    Returns:
        The folder, as a `pathlib.Path`.

    Example:

    ```python
    export_generator(gan, "saved_models/digits", data="scikit-learn digits")
    tf.saved_model.load("saved_models/digits").sample(16, 0)
    ```
    """
    name = resolve_name(gan, name)
    if not overwrite and user_path(path).exists():
        raise FileExistsError(
            "Something stands there already. Choose another path, or pass `overwrite=True`. "
            f"Received: {str(path)!r}"
        )
    network = gan.inference_network(name)
    card = build_card(gan, name, data, figures)
    with new_directory(path, replaces=("saved_model.pb",)) as temporary:
        if keras.backend.backend() == "tensorflow":
            write_saved_model(network, temporary, card)
        else:
            convert_in_tensorflow(network, "saved_model", temporary, card)
        write_card(temporary, card)
    return user_path(path)


def resolve_name(gan: keras.Model, name: str | None) -> str:
    """The generator meant: the one named, or the only one."""
    names = list(gan.generators)
    if name is None and len(names) == 1:
        return names[0]
    if name is None or name not in names:
        raise ValueError(
            f"`name` must be one of the generators of {type(gan).__name__}: {names}. "
            f"Received: name={name!r}"
        )
    return name
