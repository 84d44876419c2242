"""What holds for every loss: its paper's value and gradient, its file, its name, and training."""

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan import losses
from kerasgan.ops.gradients import input_gradients
from tests.conformance.catalogue import EAGER
from tests.engine.games import fit, tiny_gan
from tests.losses.oracles import GAMES, SCORES, paired

OBJECTS = {
    f"{type(loss).__name__}-{'-'.join(str(v) for v in loss.get_config().values())}": loss
    for loss, *_ in GAMES
}
every_game = pytest.mark.parametrize("game", GAMES, ids=list(OBJECTS))
every_loss = pytest.mark.parametrize("loss", OBJECTS.values(), ids=list(OBJECTS))


def number(tensor) -> float:
    return float(ops.convert_to_numpy(tensor))


def generator_loss(loss, fake, real):
    return loss.generator_loss(fake, real) if loss.compares else loss.generator_loss(fake)


def slopes(function, point, step=1e-5):
    """Central differences in float64."""
    result = np.zeros_like(point)
    for index in np.ndindex(*point.shape):
        ahead, behind = point.copy(), point.copy()
        ahead[index] += step
        behind[index] -= step
        result[index] = (function(ahead) - function(behind)) / (2 * step)
    return result


def gradient(function, point):
    point = ops.convert_to_tensor(point.astype("float32"))
    return ops.convert_to_numpy(input_gradients(function, point))


@every_game
def test_value(game):
    loss, discriminator, generator, (real, fake) = game
    tensors = [array.astype("float32") for array in (real, fake)]
    expected = discriminator(real, fake)
    assert number(loss.discriminator_loss(*tensors)) == pytest.approx(expected, rel=2e-5, abs=2e-6)
    expected = generator(fake, real)
    value = generator_loss(loss, tensors[1], tensors[0])
    assert number(value) == pytest.approx(expected, rel=2e-5, abs=2e-6)


@every_game
def test_gradient(game):
    loss, discriminator, generator, (real, fake) = game
    real_32, fake_32 = (array.astype("float32") for array in (real, fake))
    close = {"rtol": 1e-4, "atol": 1e-5}
    np.testing.assert_allclose(
        gradient(lambda x: loss.discriminator_loss(x, fake_32), real),
        slopes(lambda x: discriminator(x, fake), real),
        **close,
    )
    np.testing.assert_allclose(
        gradient(lambda x: loss.discriminator_loss(real_32, x), fake),
        slopes(lambda x: discriminator(real, x), fake),
        **close,
    )
    np.testing.assert_allclose(
        gradient(lambda x: generator_loss(loss, x, real_32), fake),
        slopes(lambda x: generator(x, real), fake),
        **close,
    )


OVERFLOWING = {"kl", "reverse_kl", "neyman", "squared_hellinger"}


@every_loss
def test_large_scores_stay_finite(loss):
    if getattr(loss, "divergence", None) in OVERFLOWING:
        pytest.skip("the formula itself is beyond float32")
    scores = np.array([[-1e4], [1e4]], "float32")
    other = np.array([[1e4], [-1e4]], "float32")
    for real, fake in ((scores, other), (scores, scores)):
        assert np.isfinite(number(loss.discriminator_loss(real, fake)))
        assert np.isfinite(number(generator_loss(loss, fake, real)))
        for function in (
            lambda x, fake=fake: loss.discriminator_loss(x, fake),
            lambda x, real=real: loss.discriminator_loss(real, x),
            lambda x, real=real: generator_loss(loss, x, real),
        ):
            assert np.all(np.isfinite(gradient(function, scores)))


@every_loss
def test_serialisation(loss):
    again = losses.get(keras.saving.serialize_keras_object(loss))
    assert type(again) is type(loss) and again.get_config() == loss.get_config()
    real, fake = (array.astype("float32") for array in SCORES)
    left, right = (number(x.discriminator_loss(real, fake)) for x in (loss, again))
    assert left == right


@pytest.mark.parametrize("name", sorted(losses.registry._BY_NAME))
def test_names_stand_for_the_defaults_and_train(name):
    loss = losses.get(name)
    assert type(loss).__name__.lower() == name.replace("_", "")
    logs = fit(tiny_gan(loss=name))
    assert np.all(np.isfinite(list(logs.values())))


def test_every_loss_is_tried():
    public = {
        value
        for value in vars(losses).values()
        if isinstance(value, type) and value.__name__ not in ("AdversarialLoss", "DensityRatio")
    }
    elsewhere = {losses.Minimax, losses.NonSaturating, losses.Wasserstein}
    assert public - elsewhere == {type(loss) for loss in OBJECTS.values()}


@pytest.mark.parametrize("loss", [losses.Relativistic("average"), losses.FDivergence("kl")])
def test_simultaneous_updates_train(loss):
    gan = tiny_gan(loss=loss, update="simultaneous")
    before = gan.generator.get_weights()
    assert np.all(np.isfinite(list(fit(gan).values())))
    assert any(np.any(a != b) for a, b in zip(before, gan.generator.get_weights(), strict=True))


def test_cycle_gan_compares_each_domain():
    gan = kerasgan.models.CycleGAN(
        (24, 24, 1), base_filters=1, residual_blocks=1, identity_weight=0, pool_size=0, seed=0
    )
    gan.compile(loss="relativistic", run_eagerly=EAGER)
    x, y = np.random.default_rng(0).uniform(-1, 1, (2, 2, 24, 24, 1)).astype("float32")
    judgements = gan.passes(gan.unpack((x, y)), gan.turn(False)).judgements
    scores = [[ops.convert_to_numpy(each) for each in pair[2:]] for pair in judgements]
    before = gan.x_to_y.get_weights()
    # All players move from one pass, so that the step's losses are those of the start.
    logs = gan.fit(x, y, batch_size=2, verbose=0).history
    expected = sum(paired(fake, real) for real, fake in scores)
    assert logs["generator_adversarial"][0] == pytest.approx(expected, rel=1e-4)
    assert any(np.any(a != b) for a, b in zip(before, gan.x_to_y.get_weights(), strict=True))


@pytest.mark.parametrize("name", ["relativistic", "maximum_mean_discrepancy", "lsdd"])
def test_a_comparison_needs_real_scores(name):
    with pytest.raises(ValueError, match=r"`generator_loss\(fake_scores, real_scores\)`.*None"):
        losses.get(name).generator_loss(SCORES[1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: losses.EnergyMargin(0.0), r"above zero. Received: margin=0.0"),
        (lambda: losses.Relativistic("single"), r"'paired' or 'average'. Received: pairing='sin"),
        (lambda: losses.FDivergence("js"), r"one of \['gan', 'jensen.*divergence='js'"),
        (lambda: losses.LeastSquares(1.0, 1.0), r"must differ.* fake_target=1.0, real_target=1.0"),
        (lambda: losses.LSDD(0.0), r"`bandwidth` must be above zero. Received: bandwidth=0.0"),
        (lambda: losses.LSDD(1.0, -1), r"`regularization` must be above zero.*regularization=-1"),
        (lambda: losses.MaximumMeanDiscrepancy("linear"), r"one of \['gauss.*kernel='linear'"),
        (lambda: losses.MaximumMeanDiscrepancy(scales=[]), r"one at least. Received: scales=\[\]"),
        (lambda: losses.MaximumMeanDiscrepancy(scales=[0]), r"above zero.*scales=\[0\]"),
        (lambda: losses.MaximumMeanDiscrepancy(linear=-1), r"not be below zero.*linear=-1"),
        (lambda: losses.MaximumMeanDiscrepancy(root=True), r"unbiased=False. Received: root=True"),
        (lambda: losses.LeastSquares(label_flipping=0.5), r"\[0, 0.5\).*label_flipping=0.5"),
        (lambda: losses.Minimax(label_flipping=-0.1), r"\[0, 0.5\).*label_flipping=-0.1"),
    ],
)
def test_arguments_out_of_range(make, message):
    with pytest.raises(ValueError, match=message):
        make()
