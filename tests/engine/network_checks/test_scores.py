"""Discriminators whose scores cannot become what their loss reads."""

import math

import keras
import pytest
from keras import layers, ops

from kerasgan import losses
from kerasgan.layers import SpectralNormalization
from tests.engine.network_checks.networks import SHAPE, compiled, critic, silent


def in_the_graph():
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, ops.sigmoid(layers.Dense(1)(layers.Flatten()(inputs))))


ENDS = {
    "unit": (lambda: critic(end=layers.Dense(1, "sigmoid", name="last")), r"'last'.*'sigmoid'"),
    "layer": (
        lambda: critic(layers.Flatten(), layers.Dense(1), end=layers.Activation("sigmoid")),
        r"\(Activation\), activation 'sigmoid'",
    ),
    "operation": (in_the_graph, r"\(Sigmoid\)"),
    "wrapped": (
        lambda: critic(end=SpectralNormalization(layers.Dense(1, "sigmoid"))),
        "activation 'sigmoid'",
    ),
    "reshaped": (
        lambda: critic(layers.Flatten(), layers.Dense(1, "tanh"), end=layers.Reshape((1, 1))),
        "'tanh'",
    ),
    "relu": (lambda: critic(layers.Flatten(), layers.Dense(1), end=layers.ReLU()), r"\(ReLU\)"),
}


@pytest.mark.parametrize("name", ENDS)
def test_bounded_scores_for_logits_are_told(name):
    make, words = ENDS[name]
    with pytest.warns(UserWarning, match=f"{words}.*logits.*Received: loss=NonSaturating"):
        compiled(make())


def end(activation):
    return critic(end=layers.Dense(1, activation))


@pytest.mark.parametrize(
    ("loss", "fits", "does_not"),
    [
        ("minimax", "leaky_relu", "sigmoid"),
        ("relativistic", "linear", "tanh"),
        ("wasserstein", None, "relu"),
        ("kliep", "leaky_relu", "softplus"),
        ("hinge", "tanh", "sigmoid"),
        ("least_squares", "sigmoid", None),
        (losses.LeastSquares(-1.0, 1.0, 0.0), "tanh", "sigmoid"),
        (losses.FDivergence("kl"), "linear", "sigmoid"),
        ("energy_margin", lambda x: -ops.softplus(x), "relu"),
        ("maximum_mean_discrepancy", "sigmoid", None),
        ("lsdd", "tanh", None),
    ],
)
def test_each_loss_says_which_scores_it_reads(loss, fits, does_not):
    silent(end(fits), loss=loss)
    if does_not:
        with pytest.warns(UserWarning, match="its gradient fades"):
            compiled(end(does_not), loss=loss)


def test_every_loss_by_name_is_decided():
    for name in losses.registry._BY_NAME:
        loss = losses.get(name)
        assert loss.takes_features or loss.score_range is not None
    assert losses.get("hinge").score_range == (-1.0, 1.0)
    assert losses.FDivergence("gan").score_range == (-math.inf, math.inf)


def test_a_loss_of_ones_own_says_nothing_by_itself():
    class Own(losses.AdversarialLoss):
        pass

    silent(end("sigmoid"), loss=Own())


@pytest.mark.parametrize("units", [2, 3])
def test_several_scores_where_one_is_meant_are_told(units):
    with pytest.warns(UserWarning, match=rf"gives {units} scores.*shape \(None, {units}\)"):
        compiled(critic(end=layers.Dense(units)))
    compiled(critic(end=layers.Dense(units)), loss="lsdd")
