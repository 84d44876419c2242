"""Networks that turn images into features, by which generated images are judged."""

from kerasgan.features.extractors.convert_inception_weights import (
    convert_inception_weights as convert_inception_weights,
)
from kerasgan.features.extractors.feature_extractor import FeatureExtractor as FeatureExtractor
from kerasgan.features.extractors.get_extractor import get_extractor as get_extractor
from kerasgan.features.extractors.resizing import resize_images as resize_images
