"""Whether a network judges each sample by itself."""

import keras


def treats_samples_independently(network: keras.Model) -> bool:
    """Whether a sample's output in training does not depend on the rest of its batch.

    Real and generated samples may then share a pass. A layer from elsewhere says so itself, by an
    attribute `mixes_samples = False`; without one it is taken to mix them.

    Args:
        network: A Keras model.
    """
    return not any(_mixes(layer) for layer in network._flatten_layers())


def _mixes(layer: keras.layers.Layer) -> bool:
    if isinstance(layer, keras.layers.BatchNormalization):
        return True
    known = type(layer).__module__.split(".")[0] in ("keras", "kerasgan")
    return getattr(layer, "mixes_samples", not known)
