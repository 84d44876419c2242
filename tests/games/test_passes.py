"""What readers ask of passes is what the page on them says."""

import re
from pathlib import Path

import pytest

import kerasgan
from kerasgan.callbacks.monitoring.probe import make_probe
from kerasgan.penalties import R1
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, mlp_gan

PAGE = (Path(__file__).parents[2] / "docs" / "passes.md").read_text(encoding="utf-8")
NAMES = set(re.findall(r"^\| `(\w+)` \|", PAGE.split("## What they may know")[0], re.M))


class Watched:
    """Passes that note what they are asked for."""

    def __init__(self, passes, asked):
        self.passes, self.asked = passes, asked

    def __getattr__(self, name):
        self.asked.add(name)
        return getattr(self.passes, name)


class OnGenerators(R1):
    """R1 of what is made of latents."""

    name, role = "on_generators", "maker"


@pytest.mark.parametrize("loss", ["hinge", "relativistic"])
def test_the_page_has_what_is_asked_for(loss):
    gan, asked = mlp_gan(), set()
    passes = gan.passes
    gan.passes = lambda batch, turn: Watched(passes(batch, turn), asked)
    gan.compile(loss=loss, penalties=[R1(), OnGenerators()], run_eagerly=EAGER)
    gan.fit(POINTS, batch_size=4, verbose=0)
    assert asked == NAMES - {"real", "judgements"}  # Of which the first is for terms of one's own.
    make_probe(gan)((POINTS,))
    assert asked == NAMES - {"real"}


def test_passes_offer_it():
    gan = mlp_gan()
    gan.compile()
    passes = gan.passes(gan.unpack(POINTS), gan.turn(False))
    assert all(hasattr(passes, name) for name in NAMES)


def test_a_game_may_have_none():
    class Bare(kerasgan.AdversarialModel):
        pass

    batch = object()
    assert kerasgan.AdversarialModel.passes(Bare, batch, None) is batch
