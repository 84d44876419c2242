"""How different two images look."""

from kerasgan.metrics.perceptual.convert_lpips_weights import (
    convert_lpips_weights as convert_lpips_weights,
)
from kerasgan.metrics.perceptual.get_perceptual_distance import (
    get_perceptual_distance as get_perceptual_distance,
)
from kerasgan.metrics.perceptual.perceptual_distance import (
    PerceptualDistance as PerceptualDistance,
)
