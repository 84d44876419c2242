import keras
import numpy as np
import pytest

from kerasgan.losses import Wasserstein
from kerasgan.models import CycleGAN
from kerasgan.penalties import R1
from tests.conformance.catalogue import EAGER

SHAPE = (24, 24, 3)
X, Y = (
    np.random.default_rng(seed).uniform(-1, 1, (4, *SHAPE)).astype("float32") for seed in (0, 1)
)
GENERATOR, DISCRIMINATOR = ("x_to_y", "y_to_x"), ("discriminator_x", "discriminator_y")


def tiny(**arguments):
    return CycleGAN(SHAPE, base_filters=2, residual_blocks=1, seed=0, **arguments)


def compiled(pool_size=3, rules=(), **arguments):
    gan = tiny(pool_size=pool_size, **arguments)
    gan.compile(run_eagerly=EAGER, **dict(rules))
    return gan


def evaluate(gan, x=X[:2], y=Y[:2]):
    return gan.evaluate(x, y, batch_size=2, verbose=0, return_dict=True)


def run(network, images):
    return keras.ops.convert_to_numpy(network(images))


def by_hand(gan, x, y):
    """The terms of the paper, one network at a time."""
    fake_y, fake_x = run(gan.x_to_y, x), run(gan.y_to_x, y)
    cost = (lambda d: np.mean(np.abs(d))) if gan.cycle_cost == "l1" else (lambda d: np.mean(d**2))
    cycle = cost(run(gan.y_to_x, fake_y) - x) + cost(run(gan.x_to_y, fake_x) - y)
    identity = cost(run(gan.x_to_y, y) - y) + cost(run(gan.y_to_x, x) - x)
    judges = ((gan.discriminator_x, x, fake_x), (gan.discriminator_y, y, fake_y))
    return {
        "generator_adversarial": sum(np.mean((run(d, fake) - 1) ** 2) for d, _, fake in judges),
        "generator_cycle": gan.cycle_weight * cycle,
        "generator_identity": gan.cycle_weight * gan.identity_weight * identity,
        "discriminator_adversarial": sum(
            0.5 * np.mean((run(d, real) - 1) ** 2) + 0.5 * np.mean(run(d, fake) ** 2)
            for d, real, fake in judges
        ),
    }


@pytest.mark.parametrize(
    "arguments", [{}, {"cycle_cost": "l2", "cycle_weight": 5.0, "identity_weight": 0.25}]
)
def test_the_terms_are_the_papers(arguments):
    gan = compiled(**arguments)
    assert (gan.cycle_weight, gan.identity_weight) == ((5.0, 0.25) if arguments else (10.0, 0.5))
    logs = evaluate(gan)
    expected = by_hand(gan, X[:2], Y[:2])
    for name, value in expected.items():
        assert logs[name] == pytest.approx(value, rel=1e-4), name
    generator = sum(v for name, v in expected.items() if name.startswith("generator"))
    assert logs["generator_loss"] == pytest.approx(generator, rel=1e-4)


def test_the_first_step_has_the_losses_of_the_start():
    # All players move from one pass, the pool returns what it is given until it is full.
    gan = compiled()
    expected = by_hand(gan, X[:2], Y[:2])
    logs = gan.fit(X[:2], Y[:2], batch_size=2, shuffle=False, verbose=0).history
    for name, value in expected.items():
        assert logs[name][0] == pytest.approx(value, rel=1e-4), name


def test_without_identity_neither_term_nor_passes():
    gan = compiled(identity_weight=0)
    logs = evaluate(gan)
    assert "generator_identity" not in logs
    expected = by_hand(gan, X[:2], Y[:2])
    assert logs["generator_cycle"] == pytest.approx(expected["generator_cycle"], rel=1e-4)
    passes = gan.passes((X[:2], Y[:2]), gan.turn(False))
    assert passes._into_y[0].shape[0] == 2 and passes.same_y is passes.y


def test_the_pool_serves_training_alone():
    gan = compiled(pool_size=3)
    evaluate(gan)
    gan.translate(X[:1])
    assert [int(pool.count) for pool in (gan.pool_x, gan.pool_y)] == [0, 0]
    expected = [run(gan.y_to_x, Y[:2]), run(gan.x_to_y, X[:2])]
    gan.fit(X[:2], Y[:2], batch_size=2, shuffle=False, verbose=0)
    assert [int(pool.count) for pool in (gan.pool_x, gan.pool_y)] == [2, 2]
    for pool, translated in zip((gan.pool_x, gan.pool_y), expected, strict=True):
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(pool.images)[:2], translated, atol=1e-5
        )


def test_without_a_pool():
    gan = compiled(pool_size=0)
    assert not hasattr(gan, "pool_x")
    logs = gan.fit(X[:2], Y[:2], batch_size=2, shuffle=False, verbose=0).history
    assert np.isfinite(logs["loss"][0])


def test_penalties_are_of_both_discriminators():
    gan = compiled(rules={"loss": Wasserstein(), "penalties": [R1(2.0)]})
    x, both = evaluate(gan), []
    for network in DISCRIMINATOR:  # A discriminator of zeros has no gradient.
        weights = getattr(gan, network).get_weights()
        getattr(gan, network).set_weights([0 * weight for weight in weights])
        both.append(evaluate(gan)["discriminator_r1"])
    assert x["discriminator_r1"] > both[0] > both[1] == 0.0


def test_translates_both_ways():
    gan = tiny()
    np.testing.assert_allclose(gan.translate(X), run(gan.x_to_y, X), atol=1e-5)
    np.testing.assert_allclose(
        gan.translate(Y, to="x", batch_size=3), run(gan.y_to_x, Y), atol=1e-5
    )
    np.testing.assert_allclose(run(gan, X[:1]), run(gan.x_to_y, X[:1]), atol=1e-6)
    assert np.abs(gan.translate(X) - gan.translate(X, to="x")).max() > 1e-3


def test_translates_other_sizes():
    images = np.random.default_rng(2).uniform(-1, 1, (1, 48, 36, 3))
    translated = tiny().translate(images)
    assert translated.shape == (1, 48, 36, 3) and translated.dtype == "float32"
    assert np.abs(translated).max() <= 1.0


def test_translates_by_the_moving_average():
    gan = compiled(rules={"generator_ema": 0.9})
    for name in GENERATOR:
        network = gan.average.networks[name]
        network.set_weights([0 * weight for weight in network.get_weights()])
    assert not gan.translate(X[:1], to="y").any() and not gan.translate(X[:1], to="x").any()


@pytest.mark.parametrize(
    ("images", "to", "message"),
    [
        (X, "z", "`to` must be 'x' or 'y'. Received: to='z'"),
        (X[0], "y", r"\(n, height, width, 3\); one image has n=1. Received: shape \(24, 24, 3\)"),
        (X[..., :1], "y", r"Received: shape \(4, 24, 24, 1\)"),
        (X[:0], "y", r"Received: shape \(0, 24, 24, 3\)"),
    ],
)
def test_what_cannot_be_translated(images, to, message):
    with pytest.raises(ValueError, match=message):
        tiny().translate(images, to=to)


def test_a_generator_of_images_is_no_sampler():
    assert not hasattr(tiny(), "generate")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cycle_cost": "l3"}, "`cycle_cost` must be 'l1' or 'l2'. Received: cycle_cost='l3'"),
        ({"image_shape": (26, 24, 3)}, "multiples of 4"),
        ({"image_shape": (16, 16, 3)}, "at least 24"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        CycleGAN(**{"image_shape": SHAPE, "base_filters": 2, "residual_blocks": 1, **arguments})


def test_images_of_one_domain_are_refused():
    gan = compiled(pool_size=0)
    with pytest.raises(ValueError, match=r"pairs \(x, y\).*fit\(x, y\). Received: .*None"):
        gan.fit(X, batch_size=2, verbose=0)


def test_a_pool_smaller_than_the_batch_is_refused():
    gan = compiled(pool_size=1)
    with pytest.raises(ValueError, match="pool_size"):
        gan.fit(X[:2], Y[:2], batch_size=2, shuffle=False, verbose=0)


@pytest.mark.parametrize(("layers", "sees"), [(1, 16), (2, 34), (3, 70)])
def test_the_discriminators_depth_sets_what_a_logit_sees(layers, sees):
    gan = tiny(discriminator_layers=layers)
    assert gan.get_config()["discriminator_layers"] == layers
    assert CycleGAN.from_config(gan.get_config()).discriminator_x.count_params() == (
        gan.discriminator_x.count_params()
    )
    reach = 1
    for layer in reversed(gan.discriminator_x.layers):
        if hasattr(layer, "kernel_size"):
            reach = (reach - 1) * layer.strides[0] + layer.kernel_size[0]
    assert reach == sees
