"""Learning-rate schedules of the papers."""

from kerasgan.schedules.linear_decay import LinearDecay as LinearDecay
