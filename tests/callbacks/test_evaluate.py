"""Quality during training, and of saved generators."""

import json

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


def train(callbacks, epochs=4, ema=0.0, rate=2e-4):
    keras.utils.set_random_seed(0)
    gan = VanillaGAN((4, 4, 1), latent_dim=3, generator_units=8, discriminator_units=4, seed=1)
    adam = keras.optimizers.Adam(rate)
    gan.compile(generator_optimizer=adam, run_eagerly=EAGER, generator_ema=ema)
    history = gan.fit(
        IMAGES, batch_size=8, epochs=epochs, shuffle=False, verbose=0, callbacks=callbacks
    )
    return gan, history.history


def test_values_reach_the_history_and_training_is_not_disturbed():
    evaluate = Evaluate(IMAGES, [gap], every=2, samples=10, extractor=pixels)
    watched, history = train([evaluate], ema=0.5)
    plain, _ = train([], ema=0.5)
    assert_equal(state(watched), state(plain))
    assert len(history["gap"]) == 2  # Of the second and the fourth epoch.
    made = watched.generate(10, seed=0)
    assert history["gap"][-1] == pytest.approx(gap(pixels(IMAGES), pixels(made)), rel=1e-5)


@once
def test_other_callbacks_may_go_by_the_values(tmp_path):
    worse = {"monitor": "gap", "mode": "max"}  # Values that training lowers seldom improve.
    plateau = keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=1, min_delta=0.0, **worse)
    stop = keras.callbacks.EarlyStopping(patience=3, baseline=1e6, **worse)
    files = {"monitor": "gap", "mode": "min"}
    callbacks = [
        Evaluate(IMAGES, [gap], samples=10, extractor=pixels),
        keras.callbacks.ModelCheckpoint(tmp_path / "best.keras", save_best_only=True, **files),
        kerasgan.callbacks.Checkpoint(tmp_path / "own", keep=1, **files),
        keras.callbacks.TensorBoard(tmp_path / "board"),
        kerasgan.callbacks.ForPlayer("generator", plateau),
        stop,
        kerasgan.callbacks.RunDirectory(tmp_path / "run", False, False, False),
    ]
    gan, history = train(callbacks, epochs=5, rate=0.05)
    # Nothing reaches the baseline, so that it stops three epochs after the first, ...
    values = history["gap"]
    assert len(values) == 4
    # ... of which those that are not the largest so far halve the learning rate.
    smaller = sum(value <= max(values[:i]) for i, value in enumerate(values) if i)
    rate = keras.ops.convert_to_numpy(gan.optimizer.players["generator"].learning_rate)
    assert rate == pytest.approx(0.05 / 2**smaller) and smaller
    assert min(abs(a - b) for a in values for b in values if a != b) > 1e-3
    assert shown(tmp_path / "board" / "train", "epoch_gap") == pytest.approx(values, rel=1e-6)
    (start,) = json.loads((tmp_path / "run" / "run.json").read_text())["starts"]
    assert start["evaluations"] == [callbacks[0].description]
    (own,) = (tmp_path / "own").glob("best_*.keras")
    for path in (tmp_path / "best.keras", own):
        loaded = keras.saving.load_model(path)
        found = gap(pixels(IMAGES), pixels(loaded.generate(10, seed=0)))
        assert found == pytest.approx(min(values), rel=1e-5)


def shown(folder, tag):
    """The values of a tag in TensorBoard's files."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    accumulator = EventAccumulator(str(folder))
    accumulator.Reload()
    return [float(keras.ops.convert_to_numpy(_value(e))) for e in accumulator.Tensors(tag)]


def _value(event):
    import tensorflow as tf

    return tf.make_ndarray(event.tensor_proto)


@once
def test_what_the_values_are_of_is_said_when_training_begins(capsys):
    evaluate = Evaluate(IMAGES, ["precision_recall", "kid"], 2, 10, pixels, seed=0)
    expected = {
        "extractor": "pixels",
        "weights": None,
        "resize": None,
        "real_samples": 24,
        "samples": 10,
        "settings": {
            "precision_recall": {"k": 3},
            "kid": {"subsets": 100, "subset_size": 10, "seed": 2020},
        },
        "seed": 0,
    }
    assert evaluate.description == expected
    evaluate.set_model(VanillaGAN((4, 4, 1), 3, 8, 4))
    evaluate.set_params({"verbose": 1})
    evaluate.on_train_begin()
    said = capsys.readouterr().out
    assert "every 2 epochs: extractor pixels, real_samples 24, samples 10, settings" in said
    assert "seed 0." in said
    evaluate.set_params({"verbose": 0})
    evaluate.on_train_begin()
    assert capsys.readouterr().out == ""


@once
def test_points_are_measured_by_a_function():
    points = np.random.default_rng(0).normal(5.0, 1.0, (40, 2)).astype("float32")
    gan = VanillaGAN((2,), latent_dim=3, generator_units=8, discriminator_units=4, seed=1)
    gan.compile(run_eagerly=EAGER)
    evaluate = Evaluate(points, [gap], samples=10, extractor=np.asarray)
    history = gan.fit(points, batch_size=20, verbose=0, callbacks=[evaluate]).history
    assert history["gap"] == [pytest.approx(gap(points, gan.generate(10, seed=0)), rel=1e-5)]
    with pytest.raises(ValueError, match=r"take a function as extractor. Received: .*\(40, 2\)"):
        Evaluate(points, extractor="digits")


@once
def test_a_model_by_class_is_asked_for_each():
    images, labels = kerasgan.data.load_digits(return_labels=True)
    gan = ConditionalGAN(10, (8, 8, 1), 3, 6, 5, seed=0)
    gan.compile(run_eagerly=EAGER)
    evaluate = Evaluate(images[:60], [gap], samples=40, extractor="digits")
    history = gan.fit(images[:32], labels[:32], batch_size=16, verbose=0, callbacks=[evaluate])
    asked = np.arange(40) % 10
    told = metrics.get_extractor("digits").probabilities(gan.generate(40, seed=0, labels=asked))
    accuracy = np.mean(told.argmax(axis=1) == asked)
    assert history.history["conditional_accuracy"] == [pytest.approx(accuracy)]


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
    assert found["settings"] == {"inception_score": {"splits": 10, "seed": 2020}}
    assert found["resize"] == "clean" and len(found["weights"]) == 16
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
    with pytest.raises(ValueError, match="by `column`, one of .*'y_to_x'.*Received: column=None"):
        evaluate.on_train_begin()
    evaluate.set_model(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))
    with pytest.raises(TypeError, match="generate samples from latents.*Received: Sequential"):
        evaluate.on_train_begin()
