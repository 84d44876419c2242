"""How different two images look."""

from kerasgan.features.perceptual.convert_lpips_weights import (
    convert_lpips_weights as convert_lpips_weights,
)
from kerasgan.features.perceptual.get_perceptual_distance import (
    get_perceptual_distance as get_perceptual_distance,
)
from kerasgan.features.perceptual.perceptual_distance import (
    PerceptualDistance as PerceptualDistance,
)
