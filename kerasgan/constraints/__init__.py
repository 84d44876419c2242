"""Constraints on weights, which Keras's optimisers apply after each update."""

from kerasgan.constraints.weight_clipping import WeightClipping as WeightClipping
