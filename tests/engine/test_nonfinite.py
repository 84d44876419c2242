"""Training that makes or meets values that are no numbers stops, and says where it began."""

import json
import pickle

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan.callbacks import Checkpoint
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, Tug, assert_equal, fit, number, state, tiny_gan, tug


class From(kerasgan.penalties.penalty.Penalty):
    """A term that is 1 until a move of the discriminator, and another value from there on."""

    name = "odd"

    def __init__(self, move, value):
        super().__init__(1.0)
        self.move, self.value = move, value

    def __call__(self, discriminator, real, fake, step, seed):
        if step is None:  # In an evaluation.
            return ops.ones(())
        return ops.where(step >= self.move, self.value, 1.0)


class SteepFrom(From):
    """A term that stays finite while its gradient does not: √0."""

    def __call__(self, discriminator, real, fake, step, seed):
        inside = ops.where(step >= self.move, 0.0, 1.0)
        return ops.sqrt(inside * ops.mean(ops.square(discriminator(real))))


def caught(gan, data=POINTS, **kwargs):
    with pytest.raises(kerasgan.NonFiniteError) as error:
        fit(gan, data, **kwargs)
    return error.value


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_loss_term(value):
    error = caught(tiny_gan(penalties=[From(3, value)]), epochs=9)
    assert (error.player, error.term, error.step) == ("discriminator", "odd", 4)
    assert str(error.value) == str(value)
    message = str(error)
    assert f"In training step 4 the discriminator's loss term 'odd' became {value}" in message
    assert "keras.optimizers.Adam(1e-4, clipnorm=1.0)" in message
    assert message.endswith(f"Received: discriminator_odd={value} in step 4")


def test_a_gradient():
    error = caught(tiny_gan(penalties=[SteepFrom(2, 0.0)]), epochs=9)
    assert (error.player, error.term, error.step) == ("discriminator", None, 3)
    assert "weights of the discriminator were not finite after the step" in str(error)


def test_weights():
    error = caught(tiny_gan(generator_optimizer=keras.optimizers.SGD(np.inf)))
    assert (error.player, error.term, error.step) == ("generator", None, 1)


def test_several_moves_in_a_step():
    # Moves 0 and 1 are made in step 1; move 3 is the second of step 2.
    gan = tiny_gan(penalties=[SteepFrom(3, 0.0)], discriminator_steps=2)
    error = caught(gan, epochs=9)
    assert (error.player, error.term, error.step) == ("discriminator", None, 2)


def test_players_that_move_together():
    error = caught(tiny_gan(penalties=[From(1, np.nan)], update="simultaneous"))
    assert (error.player, error.term, error.step) == ("discriminator", "odd", 2)


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="PyTorch has no steps per execution")
def test_several_steps_in_an_execution():
    data = np.tile(POINTS, (2, 1))
    gan = tiny_gan(penalties=[From(2, np.nan)], run_eagerly=False, steps_per_execution=4)
    assert caught(gan, data).step == 3


def test_it_is_seen_within_a_long_epoch():
    gan = tiny_gan(penalties=[From(110, np.nan)], run_eagerly=False)
    assert caught(gan, np.tile(POINTS, (200, 1))).step == 111
    assert number(gan.optimizer.iterations) == 201


def test_it_is_seen_although_validation_resets_the_metrics():
    assert caught(tiny_gan(penalties=[From(1, np.nan)]), validation_data=POINTS).step == 2


def test_the_next_training_is_judged_anew():
    gan = tiny_gan(penalties=[From(1, np.nan)])
    caught(gan)
    gan = tiny_gan()
    assert fit(gan)["loss"]
    assert gan.check_finite() is None


def test_steps_that_a_loss_scale_skips_are_in_order():
    gan = tiny_gan(
        penalties=[],
        generator_optimizer=keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(0.01), initial_scale=1e38
        ),
    )
    fit(gan)
    assert float(ops.convert_to_numpy(gan.optimizer.players["generator"].dynamic_scale)) < 1e38


def test_the_error_survives_a_process_boundary():
    error = caught(tiny_gan(penalties=[From(0, np.inf)]))
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error) and copy.step == 1


class Batches(keras.utils.PyDataset):
    def __init__(self, arrays):
        super().__init__()
        self.arrays = arrays

    def __len__(self):
        return len(self.arrays)

    def __getitem__(self, index):
        return (self.arrays[index],)


def test_images_outside_the_range_within_a_data_set():
    images = np.zeros((2, 16, 16, 1), "float32")
    gan = kerasgan.models.DCGAN((16, 16, 1), base_filters=2)
    gan.compile(run_eagerly=EAGER)
    with pytest.raises(ValueError, match="x / 127.5 - 1.0.*up to 255 in the batch of step 2"):
        gan.fit(Batches([images, images + 255.0]), shuffle=False, verbose=0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_data_sets_with_values_that_are_not_finite(value):
    bad = POINTS[4:].copy()
    bad[2, 1] = value
    match = f"np.nan_to_num.*Received: {value} in the batch of step 2"
    with pytest.raises(ValueError, match=match):
        fit(tiny_gan(), Batches([POINTS[:4], bad]), batch_size=None)


def steep_tug(rate=1.5, **arguments):
    """Diverges at rates above 1 and converges below: the step multiplies an error by 1 - 2·rate."""
    game = Tug()
    game.b.trainable = False
    game.a.set_weights([np.array([[1e15]], "float32")])
    rates = {"left_optimizer": keras.optimizers.SGD(rate), "right_optimizer": "sgd"}
    game.compile(**{"run_eagerly": EAGER, **rates, **arguments})
    return game


def rolled_back(game, tmp_path, epochs=12, **kwargs):
    checkpoint = Checkpoint(tmp_path, every=3)
    return fit(game, epochs=epochs, on_nonfinite="rollback", callbacks=[checkpoint], **kwargs)


def rates(game):
    return {name: number(o.learning_rate) for name, o in game.optimizer.players.items()}


def test_rollback_goes_on_at_half_the_rates(tmp_path, capsys):
    caught(steep_tug(), epochs=12)
    game = steep_tug()
    rolled_back(game, tmp_path)
    assert rates(game) == pytest.approx({"left": 0.75, "right": 0.005})
    assert number(game.optimizer.iterations) == 24
    assert np.isfinite(game.values).all()
    assert "left's" not in capsys.readouterr().err
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["checkpoints"][-1]["rate_factor"] == 0.5


def test_rollback_lowers_schedules(tmp_path):
    def game():
        schedule = kerasgan.schedules.LinearDecay(1.5, hold_steps=1000, decay_steps=1)
        return steep_tug(left_optimizer=keras.optimizers.SGD(schedule))

    first = game()
    rolled_back(first, tmp_path)
    assert rates(first)["left"] == pytest.approx(0.75)
    # A process that resumes later goes on at the lowered rate.
    resumed = game()
    rolled_back(resumed, tmp_path, epochs=13)
    assert rates(resumed)["left"] == pytest.approx(0.75)
    assert number(resumed.optimizer.iterations) == 26


def test_rollback_gives_up(tmp_path, capsys):
    game = steep_tug(rate=1e30)
    with pytest.raises(kerasgan.NonFiniteError):
        rolled_back(game, tmp_path)
    assert capsys.readouterr().out.count("Going back to the last checkpoint") == 3


def test_rollback_repeats_the_data_and_the_draws(tmp_path):
    """With rates that change nothing, the training after a rollback is the one before it."""
    plain = tiny_gan(generator_optimizer=keras.optimizers.SGD(0.0))
    fit(plain, epochs=3)
    gan = tiny_gan(generator_optimizer=keras.optimizers.SGD(0.0))
    gan.optimizer.players["discriminator"].learning_rate = 2e-4

    class Once(keras.callbacks.Callback):
        done = False

        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1 and not self.done:
                self.done = True
                raise kerasgan.NonFiniteError("generator", None, 4, np.nan)

    class AsBefore(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.model.optimizer.players["discriminator"].learning_rate = 2e-4

    calls = [Checkpoint(tmp_path), AsBefore(), Once()]
    fit(gan, epochs=3, on_nonfinite="rollback", callbacks=calls)
    assert_equal(state(plain), state(gan))


def test_a_player_all_of_whose_weights_are_frozen():
    gan = tiny_gan()
    gan.generator.trainable = False
    gan.compile(run_eagerly=EAGER)
    assert fit(gan)["loss"]


def test_rollback_needs_a_checkpoint(tmp_path):
    calls = [Checkpoint(tmp_path), keras.callbacks.TerminateOnNaN()]
    with pytest.raises(ValueError, match="Leave it out. Received: TerminateOnNaN"):
        fit(tiny_gan(), on_nonfinite="rollback", callbacks=calls)
    with pytest.raises(ValueError, match=r"kerasgan.callbacks.Checkpoint\(.*callbacks=\['History'"):
        fit(tiny_gan(), on_nonfinite="rollback", callbacks=[keras.callbacks.History()])
    with pytest.raises(ValueError, match="must be one of.*on_nonfinite='ignore'"):
        fit(tiny_gan(), on_nonfinite="ignore")


def test_a_list_of_callbacks_may_be_used_again():
    callbacks = keras.callbacks.CallbackList([], add_history=True, model=tug())
    gan = tiny_gan(penalties=[From(0, np.nan)])
    callbacks.set_model(gan)
    for _ in range(2):
        assert caught(gan, callbacks=callbacks).step
    names = [type(callback).__name__ for callback in callbacks.callbacks]
    assert names.count("NonFiniteGuard") == 1
