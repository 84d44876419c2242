"""Penalties on gradients through operations that cannot be differentiated twice."""

import keras
import pytest
from keras import layers, ops

from kerasgan import penalties
from kerasgan.engine.network_checks.second_order import second_order_fault
from tests.engine.network_checks.networks import (
    SHAPE,
    compiled,
    convolution,
    critic,
    generator,
    silent,
)

ON_TENSORFLOW = keras.backend.backend() == "tensorflow"


class Halved(layers.Layer):
    """A layer of one's own that resizes between two convolutions."""

    def build(self, shape):
        self.before, self.behind = convolution(), convolution()
        self.before.build(shape)
        self.behind.build((*shape[:-1], 2))
        self.built = True

    def call(self, inputs):
        return self.behind(ops.image.resize(self.before(inputs), (4, 4)))


def resizing_in_the_graph(interpolation="bilinear"):
    inputs = keras.Input(SHAPE)
    x = ops.image.resize(convolution()(inputs), (5, 5), interpolation)
    return keras.Model(inputs, layers.Dense(1)(layers.Flatten()(convolution()(x))))


def enlarged(interpolation):
    up = layers.UpSampling2D(2, interpolation=interpolation, name="up")
    return critic(convolution(), up, convolution())


def nested():
    part = keras.Sequential([keras.Input(SHAPE), layers.Resizing(4, 4, name="inner")])
    return critic(part, convolution())


# What TensorFlow's kernels do: a gradient of nothing, without a word, or a `LookupError`.
REFUSED = {
    "bilinear": (lambda: enlarged("bilinear"), "'up' .*0 % of the penalty's gradient"),
    "bicubic": (lambda: enlarged("bicubic"), "'up' .*ResizeBicubicGrad"),
    "resizing": (nested, "'inner' .*0 % of the penalty's gradient"),
    "operation": (resizing_in_the_graph, "'resize.*Resize.* 0 % of the penalty's gradient"),
    "nearest operation": (
        lambda: resizing_in_the_graph("nearest"),
        "'resize.*Resize.* ResizeNearestNeighborGrad",
    ),
    "a layer of one's own": (lambda: critic(Halved(name="own")), "'own' .*% of the penalty's"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_resizing_is_refused_where_its_gradient_has_none(name):
    make, message = REFUSED[name]
    network = make()
    if not ON_TENSORFLOW:
        silent(network, penalties=penalties.R1())
        return
    with pytest.raises(ValueError, match=rf"(?s)tensorflow that goes wrong in {message}.*\['r1'\]"):
        compiled(network, penalties=penalties.R1())


@pytest.mark.parametrize("penalty", ["gradient_penalty", "dragan", "r2"])
def test_every_penalty_on_gradients_counts(penalty):
    if ON_TENSORFLOW:
        with pytest.raises(ValueError, match=rf"nearest.*Received: penalties=\['{penalty}'\]"):
            compiled(enlarged("bilinear"), penalties=[penalty])
    else:
        silent(enlarged("bilinear"), penalties=[penalty])


def test_what_is_right_stays_allowed():
    silent(enlarged("nearest"), penalties=["r1"])
    silent(enlarged("bilinear"), penalties=["consistency"])
    silent(enlarged("bilinear"))
    silent(critic(convolution()), made_by=resized_generator(), penalties=["r1"])


def resized_generator():
    made = generator()
    return keras.Model(made.inputs, layers.Resizing(8, 8)(made.outputs[0]))


def test_a_gradient_of_ones_own_is_not_taken_for_a_fault():
    """A layer that reverses its gradient, and one that stops a part of it."""

    class Partly(layers.Layer):
        def call(self, inputs):
            return inputs * ops.stop_gradient(ops.tanh(inputs)) + inputs

    silent(critic(convolution(), Partly()), penalties=["r1"])


@pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="nothing is tried there: it is right by construction"
)
def test_states_are_left_alone():
    network = critic(Halved(), layers.BatchNormalization(), layers.Dropout(0.5, seed=1))
    before = [ops.convert_to_numpy(v) for v in network.variables]
    second_order_fault(lambda x: [network(x[0], training=True)], [(SHAPE, "float32")], network)
    after = [ops.convert_to_numpy(v) for v in network.variables]
    assert all((a == b).all() for a, b in zip(before, after, strict=True))
