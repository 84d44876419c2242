"""Judges: several of them, at several scales, with conditions and features."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan import games
from kerasgan.games.judge import Judge
from kerasgan.games.judgement import as_judgement, check_outputs
from kerasgan.penalties import R1
from tests.engine.games import POINTS, assert_equal, fit, state

X, Z = keras.Input((2,)), keras.Input((3,))


def array(tensor):
    return ops.convert_to_numpy(tensor)


def scales(features=True):
    """A discriminator of two scales, which offers its hidden layers."""
    first = layers.Dense(3, "tanh", name="first")(X)
    second = layers.Dense(3, "tanh", name="second")(first)
    outputs = {"scores": [layers.Dense(1)(first), layers.Dense(1)(second)]}
    if features:
        outputs["features"] = [first, second]
    return keras.Model(X, outputs)


@keras.saving.register_keras_serializable("kerasgan_tests")
class TwoScales(kerasgan.GenerativeModel):
    """A generator against a discriminator of two scales, with feature matching."""

    matching = True

    def __init__(self, seed=1, name=None, dtype=None):
        super().__init__(3, seed=seed, name=name, dtype=dtype)
        keras.utils.set_random_seed(0)
        with self.network_scope():
            self.generator = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
            self.discriminator = scales(self.matching)

    reads_features = True

    @property
    def auxiliary(self):
        return {"generator": ("matching",)}

    def auxiliary_terms(self, player, passes):
        if player == "discriminator":
            return {}
        return {"matching": games.feature_matching(passes.judges)}

    def recipe(self):
        return kerasgan.Recipe.with_adam(1e-2, 0.5, loss="hinge")


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
@pytest.mark.parametrize("loss", ["hinge", "least_squares", "relativistic"])
def test_scores_of_all_scales_are_learnt_from(update, loss):
    gan = TwoScales()
    gan.compile(loss=loss, penalties=[R1(2.0)], update=update)
    passes = gan.passes(gan.unpack(ops.array(POINTS)), gan.turn(False))
    terms = {player.name: player.loss(passes) for player in gan.players()}
    real, fake = (gan.discriminator(x) for x in (passes.real, passes.fake))
    objective = kerasgan.losses.get(loss)
    pairs = list(zip(real["scores"], fake["scores"], strict=True))
    judged = sum(float(array(objective.discriminator_loss(r, f))) for r, f in pairs)
    assert float(array(terms["discriminator"]["adversarial"])) == pytest.approx(judged, rel=1e-5)
    made = [
        objective.generator_loss(f, r) if objective.compares else objective.generator_loss(f)
        for r, f in pairs
    ]
    made = sum(float(array(value)) for value in made)
    assert float(array(terms["generator"]["adversarial"])) == pytest.approx(made, rel=1e-5)
    matching = sum(
        np.abs(array(r) - array(f)).mean()
        for r, f in zip(real["features"], fake["features"], strict=True)
    )
    assert float(array(terms["generator"]["matching"])) == pytest.approx(matching, rel=1e-5)
    # The penalty is on the gradient of the sum of all scores.
    step = 1e-3
    value = lambda x: sum(array(s).sum(1) for s in gan.discriminator(x)["scores"])  # noqa: E731
    slopes = [
        (value(POINTS + move) - value(POINTS - move)) / (2 * step)
        for move in (step * np.eye(2)).astype("float32")
    ]
    penalty = 2.0 / 2 * np.mean(np.sum(np.square(slopes), axis=0))
    assert float(array(terms["discriminator"]["r1"])) == pytest.approx(penalty, rel=1e-2)
    logs = fit(gan, epochs=2)
    assert all(np.isfinite(list(logs.values())).ravel())


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_it_trains_as_any_other(policy, tmp_path):
    gan = TwoScales(dtype=policy)
    gan.compile()
    fit(gan)
    gan.save(tmp_path / "it.keras")
    again = keras.saving.load_model(tmp_path / "it.keras")
    fit(gan), fit(again)
    assert_equal(state(gan), state(again))


def test_features_are_a_target_for_the_generator_alone():
    gan = TwoScales()
    gan.compile()
    passes = gan.passes(gan.unpack(ops.array(POINTS)), gan.turn(True))
    judge = passes.judges[0]
    assert len(judge.fake_judgement.features) == 2
    assert all(f.dtype == judge.fake.dtype for f in judge.fake_judgement.features)


def test_one_pass_is_as_two():
    gan = TwoScales()
    gan.compile()
    turn, real, fake = gan.turn(False), ops.array(POINTS), ops.array(POINTS[::-1].copy())
    both = [
        Judge(gan.discriminator, turn, lambda: real, lambda: fake, one_pass=one).judgement
        for one in (True, False)
    ]
    for left, right in zip(keras.tree.flatten(both[0]), keras.tree.flatten(both[1]), strict=True):
        np.testing.assert_allclose(array(left), array(right), rtol=1e-5, atol=1e-6)


def test_the_condition_goes_with_each_copy():
    place, label = keras.Input((2,)), keras.Input((1,))
    joint = layers.Concatenate()([X, place, label])
    network = keras.Model([X, place, label], layers.Dense(1)(joint))
    gan = TwoScales()
    gan.compile()
    conditions = {"a": ops.array(POINTS), "b": ops.array(POINTS[:, :1])}
    real, fake = ops.array(POINTS), ops.array(POINTS[::-1].copy())
    for one_pass in (True, False):
        judge = Judge(
            network, gan.turn(False), lambda: real, lambda: fake, conditions, one_pass=one_pass
        )
        for samples, judgement in zip((real, fake), judge.judgement, strict=True):
            expected = network([samples, conditions["a"], conditions["b"]])
            np.testing.assert_allclose(array(judgement.scores[0]), array(expected), rtol=1e-5)


def test_shown_samples_teach_the_discriminator_and_not_the_generator():
    gan = TwoScales()
    gan.compile()
    network = keras.Sequential([keras.Input((2,)), layers.Dense(1, kernel_initializer="ones")])
    real, fake, shown = (ops.full((4, 2), value) for value in (1.0, 2.0, 3.0))
    judge = Judge(network, gan.turn(True), lambda: real, lambda: fake, shown=lambda: shown)
    assert [float(array(j.scores[0])[0, 0]) for j in judge.judgement] == [2.0, 6.0]
    assert [float(array(j.scores[0])[0, 0]) for j in judge.comparison] == [2.0, 4.0]
    assert float(array(judge.fake_judgement.scores[0])[0, 0]) == 4.0


def two_heads():
    return keras.Model(X, [layers.Dense(1)(X), layers.Dense(1)(X)])


@pytest.mark.parametrize(
    ("network", "told", "features", "message"),
    [
        (two_heads, (), False, r"reads of .* scores, and would leave.*outputs \[\(None, 1\), \(N"),
        (scales, (), False, r"dictionary's `'scores'`.*outputs \['features', 'scores'\]"),
        (two_heads, ("classes", "codes"), False, r"reads of .* scores, classes and codes"),
        (lambda: keras.Model(X, {"scores": layers.Dense(1)(X)}), ("codes",), False, r"codes"),
    ],
)
def test_outputs_that_nobody_reads_are_refused(network, told, features, message):
    with pytest.raises(ValueError, match=message):
        check_outputs("Game", network(), told, features)


def test_a_gan_reads_scores_alone():
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    for network in (two_heads(), scales()):
        gan = kerasgan.models.GAN(generator, network, latent_dim=3)
        with pytest.raises(ValueError, match="GAN reads of .* scores, and would leave other out"):
            gan.compile()
    gan = kerasgan.models.GAN(generator, scales(features=False), latent_dim=3)
    gan.compile(loss="hinge")
    assert np.isfinite(fit(gan)["loss"]).all()


def test_judgements_by_name():
    one, two = np.ones((2, 1), "float32"), np.full((2, 3), 2.0, "float32")
    assert as_judgement(one).told == {} and len(as_judgement(one).scores) == 1
    assert array(as_judgement([one, two], ["codes"]).told["codes"]).tolist() == two.tolist()
    named = as_judgement({"scores": one, "codes": two, "features": [one, two]}, ["codes"])
    assert (len(named.scores), len(named.features), list(named.told)) == (1, 2, ["codes"])
