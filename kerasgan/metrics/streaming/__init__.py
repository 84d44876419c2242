"""Metrics that add up batch after batch on the device, and keep no samples.

A metric streams where sums over samples are enough. A kernel distance draws its subsets from all
samples, and those of neighbours (precision and recall, density and coverage, memorisation) compare
every sample with every other one: they need all the features at once.
"""

from kerasgan.metrics.streaming.streaming_conditional_accuracy import (
    StreamingConditionalAccuracy as StreamingConditionalAccuracy,
)
from kerasgan.metrics.streaming.streaming_frechet_distance import (
    StreamingFrechetDistance as StreamingFrechetDistance,
)
from kerasgan.metrics.streaming.streaming_inception_score import (
    StreamingInceptionScore as StreamingInceptionScore,
)
