"""Distributions on the line and in the plane whose truth is known: float32 points."""

from kerasgan.data.toy.curves import sine as sine
from kerasgan.data.toy.curves import swiss_roll as swiss_roll
from kerasgan.data.toy.curves import two_moons as two_moons
from kerasgan.data.toy.mixture import Mixture as Mixture
from kerasgan.data.toy.mixtures import gaussian as gaussian
from kerasgan.data.toy.mixtures import grid as grid
from kerasgan.data.toy.mixtures import mixture as mixture
from kerasgan.data.toy.mixtures import ring as ring
