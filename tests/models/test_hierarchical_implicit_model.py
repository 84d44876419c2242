import keras
import numpy as np
import pytest
from keras import layers, ops
from scipy.stats import norm

from kerasgan.models import HierarchicalImplicitModel
from kerasgan.penalties import R1

once = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="does not depend on the backend"
)


@keras.saving.register_keras_serializable("kerasgan_tests")
def shifted_noise(global_latents, local_latents, seed):
    """x ~ N(β, 1)."""
    return global_latents + keras.random.normal(ops.shape(global_latents), seed=seed)


@keras.saving.register_keras_serializable("kerasgan_tests")
def shifted_latents(global_latents, local_latents, seed):
    """x ~ N(β + z, 0.5²), with z ~ N(0, 1)."""
    noise = keras.random.normal(ops.shape(global_latents), seed=seed)
    return global_latents + local_latents + 0.5 * noise


def quadratic(count):
    """A network that is a quadratic function of `count` numbers, as log ratios of normals are."""
    inputs = [keras.Input((1,)) for _ in range(count)]
    pairs = [(a, b) for i, a in enumerate(inputs) for b in inputs[i:]]
    terms = layers.Concatenate()([*inputs, *(layers.Multiply()(pair) for pair in pairs)])
    return keras.Model(inputs, layers.Dense(1, kernel_initializer="zeros")(terms))


def linear_encoder():
    inputs = [keras.Input((1,)) for _ in range(3)]
    encoder = keras.Model(inputs, layers.Dense(1)(layers.Concatenate()(inputs)))
    encoder.set_weights([np.array([[0.0, 1.0, 0.0]]).T, np.zeros(1)])  # z as the prior has it.
    return encoder


def make(size=50, local=False, **arguments):
    extra = {"local_dim": 1, "encoder": linear_encoder()} if local else {}
    return HierarchicalImplicitModel(
        shifted_latents if local else shifted_noise,
        quadratic(3 if local else 2),
        1,
        size,
        **{"support": "real", "seed": 0, **extra, **arguments},
    )


def train(model, data, steps, **rates):
    def adam(rate):
        schedule = keras.optimizers.schedules.CosineDecay(rate, steps, alpha=0.02)
        return keras.optimizers.Adam(schedule, beta_1=0.5, beta_2=0.95)

    model.compile(**{f"{player}_optimizer": adam(rate) for player, rate in rates.items()})
    # Equal batches, many in an epoch: epochs cost time.
    model.fit(np.tile(data, (50, 1)), batch_size=len(data), epochs=steps // 50, verbose=0)


@once
def test_the_posterior_by_an_exact_ratio():
    """β ~ N(0, 2²), x ~ N(β, 1): the posterior is N(Σx / (N + 1/4), 1 / (N + 1/4))."""
    data = np.random.default_rng(1).normal(1.5, 1.0, (50, 1)).astype("float32")
    model = make(50, prior_scale=2.0)
    # log N(x; β, 1) = β x - β²/2 + what does not depend on β, β = 2 b; x, b, x², xb, b².
    model.discriminator.set_weights([np.array([[0.0, 0.0, -0.5, 2.0, -2.0]]).T, np.zeros(1)])
    train(model, np.tile(data, (20, 1)), 250, discriminator=0.0, posterior=0.1)
    # Over 20 seeds of data: 0.001 to 0.081 deviations off, and a scale off by 2 % at most.
    precision = 50.25
    mean, scale = data.sum() / precision, precision**-0.5
    assert model.posterior_mean()[0] == pytest.approx(mean, abs=0.2 * scale)
    samples = model.posterior_samples(4000, seed=1)
    assert samples.mean() == pytest.approx(model.posterior_mean()[0], abs=0.01)
    assert samples.std() == pytest.approx(scale, rel=0.1)


@once
def test_the_discriminator_learns_the_log_ratio():
    """Of x ~ N(β + z, 1/4), z ~ N(0, 1), to data from N(1, 0.8²) with z ~ N(0, 1) beside them."""
    data = np.random.default_rng(0).normal(1.0, 0.8, (1000, 1)).astype("float32")
    model = make(1000, local=True)
    train(model, data, 300, discriminator=0.1, posterior=0.0)
    points = np.meshgrid([0.5, 1.5], [-0.5, 0.5], [0.0, 1.0])
    x, z, b = (v.reshape(-1, 1).astype("float32") for v in points)
    ratio = ops.convert_to_numpy(model.discriminator([x, z, b]))
    expected = norm(b + z, 0.5).logpdf(x) - norm(data.mean(), data.std()).logpdf(x)
    assert expected.min() < -5.0
    # Beyond a tenth of the ratio, off by 0.03 to 0.14 at most, over 20 seeds of data and weights.
    np.testing.assert_allclose(ratio, expected, atol=0.5, rtol=0.1)


def test_the_game_finds_a_parameter():
    data = np.random.default_rng(1).normal(1.5, 1.0, (200, 1)).astype("float32")
    model = make(200)
    train(model, data, 300, discriminator=0.05, posterior=0.03)
    # Over 20 seeds: a mean off by 0.055 at most, deviations of 0.09 to 0.10, predictions by 0.032.
    assert model.posterior_mean()[0] == pytest.approx(data.mean(), abs=0.25)
    assert model.posterior_samples(1000, seed=0).std() < 0.5
    predicted = model.generate(4000, seed=0)
    assert predicted.mean() == pytest.approx(data.mean(), abs=0.25)


@once
def test_local_latents_are_inferred():
    """x ~ N(β + z, 1/4): z given x and β is N(0.8 (x - β), 0.2)."""
    rng = np.random.default_rng(1)
    latents = rng.normal(size=(500, 1))
    data = (1.5 + latents + rng.normal(0.0, 0.5, latents.shape)).astype("float32")
    model = make(500, local=True, prior_mean=1.5, prior_scale=0.05)
    train(model, data, 400, discriminator=0.1, posterior=0.005)
    drawn = model.local_samples(data, seed=0)
    slope, offset = np.polyfit(data[:, 0], drawn[:, 0], 1)
    # Over 20 seeds of data: slopes of 0.76 to 0.85, errors of 0.48 to 0.59.
    assert slope == pytest.approx(0.8, abs=0.2)
    # Nearer to the latents than the prior, whose draws are off by √2.
    assert np.sqrt(np.mean((drawn - latents) ** 2)) < 0.9


@once
def test_the_bound_is_what_the_docstring_says():
    """KL(N(m, s²) || N(m', s'²)) = log(s'/s) + (s² + (m - m')²) / (2 s'²) - 1/2, over N."""
    model = make(50, prior_mean=0.5, prior_scale=2.0)
    model.posterior.set_weights([np.array([1.5]), np.log([0.5])])
    x = np.array([[1.0], [3.0]], "float32")
    # r = 3 + 2 x, whatever β is.
    model.discriminator.set_weights([np.array([[2.0, 0, 0, 0, 0]]).T, np.array([3.0])])
    model.compile()
    passes = model.passes(ops.convert_to_tensor(x), model.turn(False))
    divergence, ratio = (float(v) for v in model._posterior_terms(passes).values())
    expected = np.log(2.0 / 0.5) + (0.25 + 1.0) / (2 * 4.0) - 0.5
    assert divergence == pytest.approx(expected / 50, rel=1e-5)
    assert ratio == pytest.approx(-7.0)


@once
def test_positive_latents_are_log_normal():
    model = make(10, support="positive", prior_mean=[np.log(2.0)], prior_scale=0.3)
    samples = model.posterior_samples(20_000, seed=0)
    mean = 2.0 * np.exp(0.045)
    assert model.posterior_mean()[0] == pytest.approx(mean, rel=1e-5)
    assert samples.min() > 0.0 and samples.mean() == pytest.approx(mean, rel=0.02)
    assert np.log(samples).std() == pytest.approx(0.3, rel=0.03)
    np.testing.assert_array_equal(samples, model.posterior_samples(20_000, seed=0))


@once
def test_global_and_local_noise_differ():
    """In the posterior predictive: with one stream for all, x would be a function of β."""
    model = make(10)
    latents, predicted = model.posterior_samples(5000, seed=3), model.generate(5000, seed=3)
    assert np.corrcoef(latents[:, 0], predicted[:, 0])[0, 1] == pytest.approx(0.5**0.5, abs=0.05)
    assert predicted.shape == (5000, 1) and predicted.dtype == "float32"


def test_a_simulator_is_saved_with_its_model(tmp_path):
    model = make(10, local=True)
    model.posterior.set_weights([np.array([0.7]), np.array([-1.0])])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.simulator is shifted_latents
    np.testing.assert_array_equal(again.generate(5, seed=1), model.generate(5, seed=1))
    latents = np.array([[1.0], [2.0]], "float32")
    assert tuple(again(latents).shape) == (2, 1)


@once
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"support": "unit"}, "'positive' or 'real'.*support='unit'"),
        ({"prior_scale": 0.0}, "must be above 0.*scale=0.0"),
        ({"prior_mean": [0.0, 1.0]}, r"or 1 of them in a list.*mean=\[0.0, 1.0\]"),
        ({"local_dim": 2}, "both a positive `local_dim` and an `encoder`.*local_dim=2"),
        ({"local": True, "local_dim": 3}, r"`discriminator` must take .*\(3,\), \(1,\)"),
        ({"local": True, "encoder": quadratic(2)}, "`encoder` must take inputs of the shapes"),
        ({"local": True, "encoder": "mlp"}, "`encoder` must be a built functional.*'mlp'"),
        ({"size": 0}, "`dataset_size` must be a positive integer.*dataset_size=0"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)


@once
def test_a_simulator_must_be_one():
    with pytest.raises(ValueError, match=r"`simulator` must be callable.*simulator=3"):
        HierarchicalImplicitModel(3, quadratic(2), 1, 10)
    model = HierarchicalImplicitModel(lambda latents, *_: latents[:, 0], quadratic(2), 1, 10)
    with pytest.raises(ValueError, match=r"of shape \(batch, 1\).*of shape \(3,\)"):
        model.generate(3)


@once
def test_what_has_no_log_ratio_is_refused():
    for arguments in ({"loss": "wasserstein"}, {"penalties": [R1()]}):
        with pytest.raises(ValueError, match="must be log ratios.*'non_saturating' or 'hinge'"):
            make().compile(**arguments)
    make().compile(loss="hinge")
    with pytest.raises(ValueError, match="has no local latents.*local_dim=0"):
        make().local_samples(np.zeros((2, 1)))
