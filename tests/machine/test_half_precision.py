"""Half precision where the processor has to emulate it."""

import warnings

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.machine import half_precision, processor

NEWER, OLDER = frozenset({"avx2", "avx512_bf16"}), frozenset({"avx2"})


@pytest.fixture
def on(monkeypatch):
    """Pretends to be on a processor, or where there is a GPU."""

    def pretend(found, cpu=True):
        monkeypatch.setattr(processor, "features", lambda: found)
        monkeypatch.setattr(half_precision, "on_cpu", lambda: cpu)
        monkeypatch.setattr(half_precision, "_said", set())

    return pretend


def model(policy):
    gan = kerasgan.models.VanillaGAN((2,), 2, 4, 3, dtype=policy)
    gan.compile(run_eagerly=keras.backend.backend() == "tensorflow")
    return gan


def fit(gan):
    gan.fit(np.zeros((4, 2), "float32"), batch_size=4, verbose=0)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_training_is_warned_of_once(policy, on):
    on(OLDER)
    gan = model(policy)
    with pytest.warns(UserWarning, match=f"does not compute in {policy[6:]}.*float32") as caught:
        fit(gan)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gan.generate(2, seed=0)


def test_making_samples_is_warned_of(on):
    on(OLDER)
    with pytest.warns(UserWarning, match="does not compute in bfloat16"):
        model("mixed_bfloat16").generate(2, seed=0)


@pytest.mark.parametrize(
    ("policy", "found", "cpu"),
    [
        ("float32", OLDER, True),
        ("mixed_bfloat16", NEWER, True),
        ("mixed_bfloat16", frozenset(), True),
        ("mixed_float16", OLDER, False),
    ],
)
def test_nothing_is_said(policy, found, cpu, on):
    on(found, cpu)
    gan = model(policy)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "This processor")
        gan.generate(2, seed=0)


@pytest.mark.parametrize(
    ("found", "cpu", "policy"),
    [
        (OLDER, True, None),
        (NEWER, True, "mixed_bfloat16"),
        (frozenset(), True, None),
        (OLDER, False, "mixed_float16"),
    ],
)
def test_what_examples_choose(found, cpu, policy, on):
    on(found, cpu)
    assert half_precision.mixed_policy() == policy


def test_bfloat16_is_named_where_it_is_computed_in(on):
    on(NEWER)
    with pytest.warns(UserWarning, match='does compute in bfloat16: `dtype="mixed_bfloat16"`'):
        fit(model("mixed_float16"))
