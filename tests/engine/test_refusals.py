"""What Keras's models can do and a game cannot is refused with the way that there is."""

import keras
import pytest

import kerasgan
from kerasgan.callbacks import ForPlayer
from tests.conformance.catalogue import CATALOGUE
from tests.engine.games import POINTS, fit, state, tiny_gan

Swap = keras.callbacks.SwapEMAWeights


@pytest.mark.parametrize("on_epoch", [True, False])
def test_keras_callback_for_averages(on_epoch):
    adam = keras.optimizers.Adam(use_ema=True)
    gan = tiny_gan(generator_optimizer=adam)
    before = state(gan)
    for callbacks in ([Swap(swap_on_epoch=on_epoch)], Swap(swap_on_epoch=on_epoch)):
        with pytest.raises(ValueError, match="generator_ema=0.999.*Received: .*SwapEMAWeights"):
            fit(gan, callbacks=callbacks)
    with pytest.raises(ValueError, match="generator_ema"):
        gan.evaluate(POINTS, callbacks=[Swap(swap_on_epoch=on_epoch)], verbose=0)
    assert all((a == b).all() for a, b in zip(before, state(gan), strict=True))


def test_also_within_another_callback():
    with pytest.raises(ValueError, match="generator_ema"):
        fit(tiny_gan(), callbacks=[ForPlayer("generator", Swap())])


@pytest.mark.parametrize("name", ["GAN", "CycleGAN", "GMMN"])
def test_the_export_of_a_game(name, tmp_path):
    model = next(row for row in CATALOGUE if row.model.__name__ == name).make()
    with pytest.raises(ValueError, match="kerasgan.export_generator.*Received: filepath='"):
        model.export(str(tmp_path / "exported"))
    with pytest.raises(ValueError, match="kerasgan.export_generator"):
        model.export(tmp_path / "exported", format="onnx", verbose=False)
    assert not (tmp_path / "exported").exists()


def test_the_export_of_a_game_without_generators(tmp_path):
    estimator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model = kerasgan.models.DensityRatioEstimator(estimator)
    with pytest.raises(ValueError, match="`export` of the network that you need"):
        model.export(tmp_path / "exported")
