"""Networks that help a game and are never trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras

# Keras hands the mode of a call on by a global attribute, which has no public access.
from keras.src.backend.common import global_state

from kerasgan.export import kerasgan_export
from kerasgan.layers.network_sources import Source, name_of, network_from, source_of
from kerasgan.model_files import stored_text
from kerasgan.ops.weight_fingerprint import fingerprint_of_weights

_CONTEXT = "current_call_ctx"


@kerasgan_export
class Frozen(keras.layers.Layer):
    """Hold a network that is never trained, such as one whose features a loss compares.

    It always computes as in inference, and gradients flow through it to its inputs. It is never
    trainable, also where a model that holds it is thawed. As an attribute of a game, or a layer of
    one of its networks, its weights are part of the state of a training step: on JAX they would
    otherwise stand in the compiled program as constants.

    Files hold no weights of the network, only a fingerprint of them. When a model is loaded its
    constructor makes the network again, as it made it before; one of other weights is refused.

    The network is taken over: it is frozen, and its layers compute in the dtype policy of this
    layer. The network's weights keep their dtype.

    Args:
        network: What is held, one of

            - a function without arguments that makes a Keras model and fills in its weights. One
              that is registered with Keras may stand within networks, whose files name it.
            - the name of such a function, such as `"kerasgan>load_digits_classifier"`.
            - a built Keras model. A network that is passed to another model's constructor, or made
              in that of a model of which presets are to be loaded, is better made by a function.
        **kwargs: As of `keras.layers.Layer`.

    Call arguments:
        inputs: As the network takes them; so are the outputs.

    Raises:
        TypeError: If `network` is none of these.
        ValueError: If nothing is registered under a name, a model is not built, or the layer is to
            be trainable.

    Example:

    ```python
    class PerceptualGAN(kerasgan.models.GAN):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.judge = kerasgan.layers.Frozen("kerasgan>load_digits_classifier")
    ```
    """

    def __init__(self, network: Source | str, **kwargs: Any) -> None:
        if kwargs.pop("trainable", False):
            raise ValueError(
                "A frozen network is not trained: leave `trainable` out, or use the network itself "
                "as a layer. Received: trainable=True"
            )
        super().__init__(trainable=False, **kwargs)
        source = source_of(network)
        self._held = _Held(source, network_from(source))
        self._refused: str | None = None  # The fingerprint of a file that was.
        self.network.trainable = False
        for layer in self.network._flatten_layers():
            floats = keras.backend.is_float_dtype(layer.compute_dtype)
            if floats and layer.quantization_mode is None:
                layer.dtype_policy = self.dtype_policy
        self.built = True

    @property
    def network(self) -> keras.Model:
        """The network."""
        return self._held.network

    def __dir__(self) -> list[str]:
        """The attributes, without the network: Keras writes to files what it finds here."""
        return [name for name in super().__dir__() if name != "network"]

    @property
    def trainable(self) -> bool:
        """Always `False`; what is set, also by a model that holds the layer, changes nothing."""
        return False

    @trainable.setter
    def trainable(self, value: bool) -> None:
        pass

    @property
    def variables(self) -> list[keras.Variable]:
        """Those of the network."""
        return self.network.variables

    @property
    def weights(self) -> list[keras.Variable]:
        """Those of the network."""
        return self.network.weights

    @property
    def unfiled_variables(self) -> list[keras.Variable]:
        """Those of which files hold no more than a fingerprint."""
        return self.network.weights

    def call(self, inputs: Any) -> Any:
        """What the network gives in inference."""
        with _mode_of_its_own():
            return self.network(inputs, training=False)

    def fingerprint(self) -> str:
        """A word of 16 letters that changes with the network's weights."""
        return fingerprint_of_weights(self.network.weights)

    def save_own_variables(self, store: Any) -> None:
        """Saves the fingerprint."""
        store["fingerprint"] = stored_text.write(self.fingerprint())

    def load_own_variables(self, store: Any) -> None:
        """Compares the fingerprint.

        Raises:
            ValueError: If the file was written with another network, or without this layer.
        """
        # After a refusal Keras comes again, by ways that have no store.
        known = "fingerprint" in store.keys()
        saved = stored_text.read(store["fingerprint"]) if known else self._refused
        own = self.fingerprint()
        self._refused = None if saved == own else saved
        if saved != own:
            raise ValueError(
                f"The file was written with another frozen network than {self.name!r} holds, and "
                "has no weights of it. Make the layer with the network that it had in training. "
                f"Received: fingerprint {saved!r} in the file, {own!r} of {self.network.name!r}"
            )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments.

        Raises:
            ValueError: If nothing would tell a reader how to make the network again.
        """
        return {**super().get_config(), "network": name_of(self._held.source)}


@dataclass(frozen=True)
class _Held:
    """A network out of Keras's sight, which would keep it among the layers and write it to files.

    Args:
        source: What the network was, or what made it.
        network: The network.
    """

    source: Source
    network: keras.Model


@contextmanager
def _mode_of_its_own() -> Iterator[None]:
    """Keeps the mode of what is called inside from what is called afterwards.

    Keras takes `training=False` over for the next layers of a model that does not tell them.
    """
    before = global_state.get_global_attribute(_CONTEXT)
    global_state.set_global_attribute(_CONTEXT, None)
    try:
        yield
    finally:
        global_state.set_global_attribute(_CONTEXT, before)
