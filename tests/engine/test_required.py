"""What a game, a penalty and a loss must define is said where one does not."""

import keras
import pytest
from keras import ops

import kerasgan
from kerasgan.engine.game.required import undefined
from kerasgan.games import GenerativeModel, LatentModel
from tests.conformance.catalogue import CATALOGUE, EAGER
from tests.engine.games import POINTS, Tug, fit, mlp_gan

REQUIRED = ["players", "recipe", "generators", "signature"]


class Nothing(kerasgan.AdversarialModel):
    pass


def without(name):
    """`Tug` that leaves one thing to its base class."""
    names = ("signature", "unpack") if name == "signature" else (name,)
    bare = {each: vars(kerasgan.AdversarialModel).get(each) for each in names}
    bare = {each: found or getattr(kerasgan.AdversarialModel, each) for each, found in bare.items()}
    return type(f"Without{name.title()}", (Tug,), bare)


@pytest.mark.parametrize(
    ("make", "missing"),
    [
        (Nothing, REQUIRED),
        (kerasgan.AdversarialModel, REQUIRED),
        (lambda: LatentModel(3), ["players", "recipe"]),
        (lambda: GenerativeModel(3), ["recipe"]),
        *((without(name), [name]) for name in REQUIRED),
    ],
)
def test_compile_names_all_that_is_missing(make, missing):
    model = make()
    name = type(model).__name__
    with pytest.raises(NotImplementedError) as caught:
        model.compile()
    message = str(caught.value)
    assert message.startswith(f"{name} is no whole game: define `{missing[0]}")
    assert message.endswith(f"Received: {name} without {missing}")
    assert [one for one in REQUIRED if f"`{one}" in message] == missing


@pytest.mark.parametrize("name", ["players", "recipe", "generators"])
def test_a_missing_method_says_so_itself(name):
    game = without(name)()
    received = rf"Received: {type(game).__name__} without \['{name}'\]"
    with pytest.raises(NotImplementedError, match=f"define `{name}.*{received}"):
        getattr(game, name)()


def test_a_game_that_is_not_told_what_it_is_fed():
    with pytest.raises(
        NotImplementedError, match=r"define `signature`.*or `unpack\(data\)`.*with neither"
    ):
        without("signature")().unpack(POINTS)


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.model.__name__)
def test_the_zoo_defines_everything(row):
    assert not undefined(row.model) and undefined(row.model.__mro__[1])


class ForOne(Tug):
    def recipe(self):
        return kerasgan.Recipe(loss=None, optimizers={"left": keras.optimizers.SGD(0.01)})


class ForNobody(Tug):
    def recipe(self):
        return kerasgan.Recipe(loss=None, optimizers={"generator": keras.optimizers.SGD(0.01)})


@pytest.mark.parametrize(
    ("game", "given", "missing", "received"),
    [
        (ForOne, {}, ["right"], r"players \['left', 'right'\].* for \['left'\]"),
        (ForNobody, {}, ["left", "right"], r"players \['left', 'right'\].* for \['generator'\]"),
        (ForNobody, {"left_optimizer": "sgd"}, ["right"], r"for \['generator'\]"),
    ],
)
def test_a_recipe_without_an_optimizer_for_a_player(game, given, missing, received):
    match = rf"no optimizer for \{missing}: pass `{missing[0]}_optimizer`.*Received: .*{received}"
    with pytest.raises(ValueError, match=match.replace("', '", "', '")):
        game().compile(**given)


def test_what_the_recipe_lacks_can_be_given():
    game = ForOne()
    game.compile(right_optimizer="sgd", run_eagerly=EAGER)
    fit(game)
    assert {type(one).__name__ for one in game.optimizer.players.values()} == {"SGD"}


class NoPoints(kerasgan.penalties.Penalty):
    def cost(self, gradients):
        return ops.mean(gradients)


class NoCost(kerasgan.penalties.Penalty):
    def points(self, real, fake, seed):
        return real


class NoDiscriminator(kerasgan.losses.AdversarialLoss):
    def generator_loss(self, fake_scores):
        return -ops.mean(fake_scores)


class NoGenerator(kerasgan.losses.AdversarialLoss):
    def discriminator_loss(self, real_scores, fake_scores):
        return ops.mean(fake_scores) - ops.mean(real_scores)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"penalties": [NoPoints(1.0)]}, "`cost`. Received: NoPoints without `points`"),
        ({"penalties": [NoCost(1.0)]}, "`cost`. Received: NoCost without `cost`"),
        ({"loss": NoDiscriminator()}, "scalar. Received: NoDiscriminator without `discriminator_"),
        ({"loss": NoGenerator()}, "scalar. Received: NoGenerator without `generator_loss`"),
    ],
)
def test_unfinished_penalties_and_losses(arguments, message):
    gan = mlp_gan()
    with pytest.raises(NotImplementedError, match=message):
        gan.compile(**arguments, run_eagerly=EAGER)
        fit(gan)


def test_a_penalty_that_asks_for_no_gradient_needs_no_cost():
    class Scores(NoCost):
        def value(self, discriminator, points):
            return ops.mean(ops.square(discriminator(points)))

    gan = mlp_gan()
    gan.compile(penalties=[Scores(1.0)], run_eagerly=EAGER)
    assert fit(gan)["discriminator_penalty"][0] > 0
