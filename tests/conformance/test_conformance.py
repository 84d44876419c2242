"""What holds for every model, on every backend."""

from __future__ import annotations

import inspect

import keras
import numpy as np
import pytest

import kerasgan
from tests.conformance.catalogue import BATCH, CATALOGUE, EAGER, Row
from tests.conformance.marks import BACKEND, EXEMPLARY, every_call, every_kind, every_model, of


def fit(model, row: Row, epochs: int = 1, **kwargs) -> dict[str, list[float]]:
    return model.fit(
        *row.data(), batch_size=BATCH, epochs=epochs, shuffle=False, verbose=0, **kwargs
    ).history


def state(model) -> list[np.ndarray]:
    """Everything that training changes, metrics aside."""
    variables = [*model.variables, *model.optimizer.variables]
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]


def check_logs(logs: dict[str, list[float]], model) -> None:
    logs = {name: values[-1] for name, values in logs.items()}
    assert all(np.isfinite(value) for value in logs.values()), logs
    losses = [name for name in logs if name.endswith("_loss") and not name.startswith("val_")]
    assert set(losses) == {f"{player.name}_loss" for player in model.players()}
    for loss in losses:
        player = loss.removesuffix("loss")
        terms = [v for name, v in logs.items() if name.startswith(player) and name != loss]
        assert terms and sum(terms) == pytest.approx(logs[loss], rel=1e-4, abs=1e-5)
    assert logs["loss"] == pytest.approx(sum(logs[loss] for loss in losses), rel=1e-4, abs=1e-5)


def test_every_public_model_has_a_row():
    public = {cls for _, cls in inspect.getmembers(kerasgan.models, inspect.isclass)}
    assert public == {row.model for row in CATALOGUE}


@every_kind
def test_no_variant_inherits_from_a_variant(row):
    variants = {other.model for other in CATALOGUE}
    assert variants.isdisjoint(row.model.__mro__[1:])


@every_model
def test_trains_evaluates_and_moves_what_players_own(row):
    model = row.make_compiled(run_eagerly=False)
    networks = {name for names in row.moves.values() for name in names}
    before = {name: getattr(model, name).get_weights() for name in networks}
    data = row.data()
    logs = fit(model, row, validation_data=data if len(data) > 1 else data[0])
    check_logs(logs, model)
    assert {f"val_{name}" for name in logs if not name.startswith("val_")} < set(logs)
    for name in networks:
        network = getattr(model, name)
        for old, weight in zip(before[name], network.weights, strict=True):
            if weight.trainable and "bias" not in weight.name:  # A bias before a norm may rest.
                assert np.any(old != keras.ops.convert_to_numpy(weight)), (name, weight.path)
    for player in model.players():
        owned = {id(v) for name in row.moves[player.name] for v in getattr(model, name).weights}
        assert {id(variable) for variable in player.trainable_variables} <= owned


@every_kind
def test_a_player_moves_nothing_but_its_own_networks(row):
    first, *others = row.moves
    resting = others or [first]
    rates = {player: 0.0 if player in resting else 0.1 for player in row.moves}
    optimizers = {f"{name}_optimizer": keras.optimizers.SGD(rate) for name, rate in rates.items()}
    model = row.make_compiled(**optimizers, run_eagerly=EAGER)
    still = [getattr(model, name) for player in resting for name in row.moves[player]]
    before = [[v.numpy() for v in network.trainable_variables] for network in still]
    fit(model, row)
    for network, old in zip(still, before, strict=True):
        for variable, value in zip(network.trainable_variables, old, strict=True):
            np.testing.assert_array_equal(keras.ops.convert_to_numpy(variable), value)


@every_kind
def test_config_round_trip(row):
    model = row.make()
    clone = type(model).from_config(model.get_config())
    assert clone.get_config() == model.get_config()
    assert [v.shape for v in clone.weights] == [v.shape for v in model.weights]
    arguments = set(inspect.signature(type(model)).parameters)
    assert arguments == set(model.get_config())


@every_model
def test_saving_loading_and_going_on_equals_going_on(row, tmp_path):
    model = row.make_compiled(generator_ema=0.9)
    fit(model, row)
    path = tmp_path / "model.keras"
    model.save(path)
    loaded = keras.saving.load_model(path)
    for left, right in zip(state(model), state(loaded), strict=True):
        np.testing.assert_array_equal(left, right)
    fit(model, row)
    fit(loaded, row)
    for left, right in zip(state(model), state(loaded), strict=True):
        np.testing.assert_array_equal(left, right)


@every_kind
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(row, policy):
    model = row.make_compiled(policy)
    # The first scales are too large on purpose and halve until the gradients are finite.
    scales = [o for o in model.optimizer.players.values() if hasattr(o, "dynamic_scale")]
    assert len(scales) == (len(row.moves) if policy == "mixed_float16" else 0)
    check_logs(fit(model, row), model)
    samples = row.outputs(model)
    assert samples.dtype == "float32" and np.all(np.isfinite(samples))


@every_kind
def test_several_moves_in_a_step_and_an_uneven_last_batch(row):
    moving = "discriminator" if "discriminator" in row.moves else next(iter(row.moves))
    steps = {f"{moving}_steps": 2}
    model = row.make_compiled(update="alternating", **steps, run_eagerly=EAGER)
    data = [array[: BATCH + 3] for array in row.data()]
    logs = model.fit(*data, batch_size=BATCH, verbose=0).history
    check_logs(logs, model)
    iterations = {n: int(o.iterations) for n, o in model.optimizer.players.items()}
    assert iterations == {player: 4 if player == moving else 2 for player in row.moves}
    assert int(model.optimizer.iterations) == 2


@every_kind
def test_simultaneous_updates(row):
    model = row.make_compiled(update="simultaneous", run_eagerly=EAGER)
    check_logs(fit(model, row), model)


@of(EXEMPLARY)
@pytest.mark.skipif(BACKEND == "torch", reason="Keras has no steps_per_execution on PyTorch")
def test_steps_per_execution(row):
    model = row.make_compiled(steps_per_execution=2, run_eagerly=False)
    fit(model, row)
    assert int(model.optimizer.iterations) == 2


@every_kind
def test_wrong_input_is_refused(row):
    shapes, message = row.wrong
    model = row.make_compiled(run_eagerly=True)
    with pytest.raises(ValueError, match=message):
        model.fit(*row.data(shapes=shapes), batch_size=BATCH, verbose=0)


class Batches(keras.utils.PyDataset):
    """Arrays in batches, in order: what `fit` sees of later ones it sees while it trains."""

    def __init__(self, arrays):
        super().__init__()
        self.arrays = arrays

    def __len__(self):
        return len(self.arrays[0]) // BATCH

    def __getitem__(self, index):
        return tuple(array[index * BATCH : (index + 1) * BATCH] for array in self.arrays)


@of(EXEMPLARY)
def test_values_that_are_not_finite_are_named(row):
    *_, player = row.moves
    model = row.make_compiled(
        **{f"{player}_optimizer": keras.optimizers.SGD(np.inf)}, run_eagerly=EAGER
    )
    with pytest.raises(kerasgan.NonFiniteError) as caught:
        fit(model, row)
    assert (caught.value.player, caught.value.step) == (player, 1)


@every_kind
def test_bad_values_within_a_data_set_are_named(row):
    *arrays, last = [array.copy() for array in row.data()]
    if row.num_classes is None:
        last[-1].flat[0], match = np.nan, "Received: nan in the batch of step 2"
    else:
        last[-1], match = 99, "Received: the label 99 in the batch of step 2"
    model = row.make_compiled(run_eagerly=EAGER)
    with pytest.raises(ValueError, match=match):
        model.fit(Batches([*arrays, last]), shuffle=False, verbose=0)


@every_call
def test_an_exported_generator_is_the_generator(row, tmp_path):
    model = row.make_compiled(generator_ema=0.5)
    fit(model, row)
    for name in model.generators:
        path = kerasgan.export_generator(model, tmp_path / name, name=name)
        row.check_generator(kerasgan.load_generator(path), model, name, tolerance=1e-5)
