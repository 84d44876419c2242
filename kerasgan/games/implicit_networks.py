"""Whether what a hierarchical implicit model is made of fits together."""

from __future__ import annotations

from typing import Any

import keras


def check_networks(
    simulator: Any, discriminator: Any, encoder: Any, global_dim: int, local_dim: int
) -> None:
    """Refuses parts that do not fit each other.

    Raises:
        ValueError: With what was expected and what to do.
    """
    if not callable(simulator):
        raise ValueError(
            "`simulator` must be callable: `simulator(global_latents, local_latents, seed)`. "
            f"Received: simulator={simulator!r}"
        )
    if (encoder is None) != (local_dim == 0) or local_dim < 0:
        raise ValueError(
            "Local latents need both a positive `local_dim` and an `encoder` that draws them; "
            f"leave both out for none. Received: local_dim={local_dim}, encoder={encoder!r}"
        )
    local = [(local_dim,)] if local_dim else []
    _check_inputs("discriminator", discriminator, [None, *local, (global_dim,)], (1,))
    if encoder is not None:
        data = tuple(discriminator.inputs[0].shape[1:])
        _check_inputs("encoder", encoder, [data, (local_dim,), (global_dim,)], (local_dim,))


def _check_inputs(name: str, network: Any, wanted: list[Any], output: tuple[int, ...]) -> None:
    if not isinstance(network, keras.Model) or not network.built:
        raise ValueError(
            f"`{name}` must be a built functional keras.Model: `keras.Model([...], outputs)`. "
            f"Received: {name}={network!r}"
        )
    shapes = [tuple(tensor.shape[1:]) for tensor in network.inputs]
    fits = len(shapes) == len(wanted) and all(
        want in (None, shape) for want, shape in zip(wanted, shapes, strict=False)
    )
    if not fits or tuple(network.output_shape[1:]) != output:
        want = ", ".join("the data's shape" if w is None else str(w) for w in wanted)
        raise ValueError(
            f"`{name}` must take inputs of the shapes [{want}] and return {output} for each "
            f"sample. Received: inputs {shapes}, outputs {tuple(network.output_shape[1:])}"
        )
