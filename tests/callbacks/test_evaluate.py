"""Quality during training, and of saved generators."""

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan import metrics
from kerasgan.callbacks import Evaluate
from kerasgan.models import ConditionalGAN, VanillaGAN
from tests.conformance.catalogue import EAGER
from tests.engine.games import assert_equal, state

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")
IMAGES = np.random.default_rng(0).uniform(-1, 1, (24, 4, 4, 1)).astype("float32")


def pixels(images):
    return np.asarray(images).reshape(len(images), -1)


def gap(real, fake):
    return np.abs(real.mean(axis=0) - fake.mean(axis=0)).max()


def train(callbacks, epochs=4, ema=0.0):
    keras.utils.set_random_seed(0)
    gan = VanillaGAN((4, 4, 1), latent_dim=3, generator_units=8, discriminator_units=4, seed=1)
    gan.compile(run_eagerly=EAGER, generator_ema=ema)
    history = gan.fit(
        IMAGES, batch_size=8, epochs=epochs, shuffle=False, verbose=0, callbacks=callbacks
    )
    return gan, history.history


def test_values_reach_the_history_and_training_is_not_disturbed():
    evaluate = Evaluate(IMAGES, [gap], every=2, samples=10, extractor=pixels)
    watched, history = train([evaluate], ema=0.5)
    plain, _ = train([], ema=0.5)
    assert_equal(state(watched), state(plain))
    # The first epoch has none yet; that of the second is repeated.
    assert len(history["gap"]) == 3 and history["gap"][0] == history["gap"][1]
    made = watched.generate(10, seed=0)
    assert history["gap"][-1] == pytest.approx(gap(pixels(IMAGES), pixels(made)), rel=1e-5)


@once
def test_other_callbacks_may_go_by_the_values(tmp_path):
    best = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.keras", monitor="gap", mode="min", save_best_only=True
    )
    _, history = train([Evaluate(IMAGES, [gap], samples=10, extractor=pixels), best])
    loaded = keras.saving.load_model(tmp_path / "best.keras")
    found = gap(pixels(IMAGES), pixels(loaded.generate(10, seed=0)))
    assert found == pytest.approx(min(history["gap"]), rel=1e-5)


@once
def test_named_metrics_are_those_of_the_functions():
    fake = np.clip(IMAGES[:, ::-1] * 0.8 + 0.1, -1, 1)
    with pytest.warns(UserWarning, match="2,?048"):
        values = metrics.SampleEvaluation(
            IMAGES, ["fid", "kid", "precision_recall", "density_coverage"], extractor=pixels
        )(fake)
        expected = metrics.frechet_distance(pixels(IMAGES), pixels(fake))
    assert values["fid"] == pytest.approx(expected)
    near = metrics.precision_recall(pixels(IMAGES), pixels(fake))
    assert (values["precision"], values["recall"]) == (near.precision, near.recall)
    assert set(values) == {
        *("fid", "kid", "kid_std", "precision", "recall", "density", "coverage"),
    }


@once
def test_a_saved_generator_and_its_classes(tmp_path):
    gan = ConditionalGAN(10, (8, 8, 1), 3, 6, 5, seed=0)
    path = kerasgan.export_generator(gan, tmp_path / "saved")
    images = kerasgan.data.load_digits()[:60]
    with pytest.warns(UserWarning, match="inception score of 40 samples"):
        found = kerasgan.evaluate_generator(
            path, images, [gap, "inception_score"], samples=40, extractor="digits"
        )
    assert found["extractor"] == "digits" and found["real_samples"] == 60
    assert found["samples"] == 40 and found["seed"] == 0
    labels = np.arange(40) % 10
    made = kerasgan.load_generator(path)(40, 0, labels=labels)
    told = metrics.get_extractor("digits").probabilities(made).argmax(axis=1)
    assert found["conditional_accuracy"] == pytest.approx(np.mean(told == labels))
    assert 1.0 <= found["inception_score"] <= 10.0


@once
def test_what_cannot_be_measured():
    with pytest.raises(ValueError, match="must be of .*'fid'.*Received: 'fit'"):
        Evaluate(IMAGES, ["fit"], extractor=pixels)
    with pytest.raises(ValueError, match="take the extractor 'inception' or 'digits'"):
        Evaluate(IMAGES, ["inception_score"], extractor=pixels)
    with pytest.raises(ValueError, match="`every` must be a positive integer.*every=0"):
        Evaluate(IMAGES, [gap], every=0, extractor=pixels)
    translator = kerasgan.models.CycleGAN((24, 24, 1), base_filters=2, residual_blocks=1)
    evaluate = Evaluate(IMAGES, [gap], extractor=pixels)
    evaluate.set_model(translator)
    with pytest.raises(TypeError, match="generate samples from latents.*CycleGAN"):
        evaluate.on_train_begin()
