"""What `compile` takes, what it falls back on and what it refuses."""

import keras
import numpy as np
import pytest

from kerasgan import losses, models
from kerasgan.layers import DiffAugment, InstanceNoise
from kerasgan.penalties import R1, GradientPenalty
from tests.conformance.catalogue import CATALOGUE, EAGER
from tests.engine.games import POINTS, assert_equal, fit, mlp_gan, tiny_gan

ROWS = {row.model.__name__: row for row in CATALOGUE}


def adam(rate, beta_1, beta_2):
    arguments = {"learning_rate": rate, "beta_1": beta_1, "beta_2": beta_2}
    return keras.optimizers.Adam, arguments


# Loss, penalties, discriminator steps, update and optimizer, as in the papers.
RECIPES = {
    "GAN": (losses.NonSaturating, [], 1, "alternating", adam(2e-4, 0.5, 0.999)),
    "VanillaGAN": (losses.NonSaturating, [], 1, "alternating", adam(2e-4, 0.5, 0.999)),
    "FGAN": (losses.FDivergence, [], 1, "alternating", adam(2e-4, 0.5, 0.999)),
    "LSGAN": (losses.LeastSquares, [], 1, "alternating", adam(1e-3, 0.5, 0.999)),
    "DCGAN": (losses.NonSaturating, [], 1, "alternating", adam(2e-4, 0.5, 0.999)),
    "WGANGP": (
        losses.Wasserstein,
        [(GradientPenalty, 10.0, 1)],
        5,
        "alternating",
        adam(1e-4, 0.0, 0.9),
    ),
    "WGAN": (
        losses.Wasserstein,
        [],
        5,
        "alternating",
        (keras.optimizers.RMSprop, {"learning_rate": 5e-5, "rho": 0.99, "epsilon": 1e-16}),
    ),
    "CycleGAN": (losses.LeastSquares, [], 1, "simultaneous", adam(2e-4, 0.5, 0.999)),
    "SNGAN": (losses.Hinge, [], 5, "alternating", adam(2e-4, 0.0, 0.9)),
    "ConditionalGAN": (losses.NonSaturating, [], 1, "alternating", adam(2e-4, 0.5, 0.999)),
    "AuxiliaryClassifierGAN": (losses.NonSaturating, [], 1, "alternating", adam(2e-4, 0.5, 0.999)),
    "InfoGAN": (
        losses.NonSaturating,
        [],
        1,
        "alternating",
        {"discriminator": adam(2e-4, 0.5, 0.999), "generator": adam(1e-3, 0.5, 0.999)},
    ),
    "BiGAN": (losses.NonSaturating, [], 1, "simultaneous", adam(2e-4, 0.5, 0.999)),
    "EnergyGAN": (losses.Wasserstein, [(R1, 0.2, 1)], 5, "alternating", adam(1e-4, 0.5, 0.9)),
    "MMDGAN": (
        losses.MaximumMeanDiscrepancy,
        [(GradientPenalty, 1.0, 1)],
        5,
        "alternating",
        adam(1e-4, 0.5, 0.9),
    ),
    "GMMN": (losses.MaximumMeanDiscrepancy, [], 1, "alternating", adam(1e-3, 0.9, 0.999)),
    "DensityNetwork": (type(None), [], 1, "alternating", adam(1e-3, 0.9, 0.999)),
    "HierarchicalImplicitModel": (
        losses.NonSaturating,
        [],
        1,
        "alternating",
        adam(1e-3, 0.9, 0.999),
    ),
    "DensityRatioEstimator": (losses.NonSaturating, [], 1, "alternating", adam(1e-3, 0.9, 0.999)),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_recipe_is_the_papers(name):
    loss, penalties, steps, update, expected = RECIPES[name]
    gan = ROWS[name].make()
    gan.compile()
    rules = gan.rules
    assert type(rules.loss) is loss
    assert [(type(p), p.weight, p.every) for p in rules.penalties] == penalties
    assert (rules.parts, rules.update) == (steps, update)
    assert rules.generator_ema == 0.0 and gan.average is None
    optimizers = gan.optimizer.players
    assert set(optimizers) == set(ROWS[name].moves)
    for player, own in optimizers.items():
        optimizer, arguments = expected[player] if isinstance(expected, dict) else expected
        assert isinstance(own, optimizer)
        assert own.get_config() | arguments == pytest.approx(own.get_config())


def test_every_part_can_be_replaced():
    gan = tiny_gan(
        loss=losses.Minimax(label_smoothing=0.1),
        penalties=[R1(2.0), GradientPenalty(1.0)],
        discriminator_steps=3,
        generator_ema=0.5,
        update="alternating",
        discriminator_optimizer=keras.optimizers.SGD(0.5),
    )
    assert gan.rules.loss.label_smoothing == 0.1
    assert (gan.rules.parts, gan.rules.generator_ema) == (3, 0.5)
    discriminator, generator = gan.optimizer.players.values()
    assert isinstance(discriminator, keras.optimizers.SGD)
    assert isinstance(generator, keras.optimizers.Adam)  # The recipe's.
    logs = fit(gan, np.tile(POINTS, (3, 1))[:12], batch_size=6)
    assert {"discriminator_adversarial", "discriminator_r1"} < set(logs)
    assert "discriminator_gradient_penalty" in logs


def test_an_empty_list_turns_the_recipes_penalties_off():
    gan = ROWS["WGANGP"].make()
    gan.compile(penalties=[], discriminator_steps=1)
    assert [player.terms for player in gan.game.players] == [["adversarial"], ["adversarial"]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss": "hinges"}, "`loss` must be .*Received: loss='hinges'"),
        ({"loss": "mse"}, "no adversarial game.*Received: loss='mse'"),
        ({"discriminator_steps": 0}, "positive integer. Received: discriminator_steps=0"),
        ({"discriminator_steps": 1.5}, "positive integer. Received: discriminator_steps=1.5"),
        ({"generator_ema": 1.0}, r"\(0, 1\).*Received: decay=1.0"),
        ({"generator_ema": -0.1}, r"\(0, 1\).*Received: decay=-0.1"),
        ({"generator_ema": "0.9"}, r"\[0, 1\).*`kerasgan.Average`.*Received: .*='0.9'"),
        ({"update": "both"}, "'alternating' or 'simultaneous'. Received: update='both'"),
        (
            {"update": "simultaneous", "discriminator_steps": 2},
            "every player moves once.*Received: discriminator_steps=2",
        ),
        ({"penalties": [R1(), R1(2.0)]}, r"one of a kind. Received: .*\['r1', 'r1'\]"),
        ({"optimizer": "adam"}, r"one optimizer for each player.*Received: \['optimizer'\]"),
        ({"metrics": ["mse"]}, r"terms of its losses.*Evaluate.*Received: metrics=\['mse'\]"),
        ({"weighted_metrics": []}, r"leave `weighted_metrics` out.*Received: weighted_metrics"),
        ({"loss_weights": [1, 2]}, r"R1\(weight=10.0\).*Received: loss_weights=\[1, 2\]"),
        ({"penalties": ["r3"]}, r"the names \['balanced_consistency'.*Received: .*'r3'"),
        ({"penalties": [R1]}, r"`penalties` must be a list of .*Received: .*R1"),
        ({"penalties": keras.regularizers.L2()}, r"`penalties` must be a list.*Received: .*L2"),
        ({"discriminator_steps": True}, "positive integer. Received: discriminator_steps=True"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        tiny_gan(**arguments)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (R1(3.0), ["r1"]),
        ("r1", ["r1"]),
        (("gradient_penalty", R1()), ["gradient_penalty", "r1"]),
        (["consistency", "dragan"], ["consistency", "dragan"]),
        ([keras.saving.serialize_keras_object(R1(7.0))], ["r1"]),
        ([], []),
    ],
)
def test_penalties_go_by_name_and_a_single_one_will_do(given, names):
    gan = tiny_gan(penalties=given)
    assert [penalty.name for penalty in gan.rules.penalties] == names
    if given == "r1":
        assert np.isfinite(fit(gan)["discriminator_r1"]).all()


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_counts_may_be_numpys(kind):
    gan = tiny_gan(discriminator_steps=kind(2), penalties=[R1(every=kind(2))])
    assert (type(gan.rules.parts), gan.rules.parts) == (int, 2)
    assert type(gan.rules.penalties[0].every) is int
    assert np.isfinite(fit(gan)["loss"]).all()


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_seeds_may_be_numpys(kind):
    gan, same = mlp_gan(seed=kind(3)), mlp_gan(seed=3)
    assert type(gan.get_config()["seed"]) is int
    for a, b in ((gan, same), (same, gan)):
        np.testing.assert_array_equal(a.generate(kind(2), seed=kind(5)), b.generate(2, seed=5))
    for layer in (DiffAugment, InstanceNoise):
        assert type(layer(seed=kind(4)).seed) is int


@pytest.mark.parametrize("seed", [1.5, "1", -1, True, np.float32(2.0)])
def test_other_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="`seed` must be an integer from 0 up.*Received: seed="):
        mlp_gan(seed=seed)


def test_compiling_again_changes_the_rules_and_keeps_the_weights():
    gan = tiny_gan()
    fit(gan)
    weights = gan.get_weights()
    gan.compile(
        loss="wasserstein",
        penalties=[GradientPenalty()],
        discriminator_steps=2,
        generator_ema=0.9,
        run_eagerly=EAGER,
    )
    assert_equal(weights, gan.get_weights()[: len(weights)])
    logs = fit(gan)
    assert "discriminator_gradient_penalty" in logs
    gan.compile(update="simultaneous", run_eagerly=EAGER)
    assert set(fit(gan)) == {
        "loss",
        "discriminator_loss",
        "discriminator_adversarial",
        "generator_loss",
        "generator_adversarial",
    }


def test_xla_is_used_where_it_helps():
    gan = models.GAN(**ROWS["GAN"].arguments())
    gan.compile()
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        assert gan.jit_compile is bool(tf.config.list_physical_devices("GPU"))
    else:
        assert gan.jit_compile is (backend == "jax")
    gan.compile(jit_compile=False)
    assert gan.jit_compile is False
    assert gan.get_compile_config()["jit_compile"] is False


def test_a_model_that_is_not_compiled():
    gan = ROWS["GAN"].make()
    assert gan.get_compile_config() is None and gan.metrics == []
    assert gan.generate(2, seed=0).shape == (2, 2)
    with pytest.raises(ValueError, match="compile"):
        gan.fit(POINTS, verbose=0)
