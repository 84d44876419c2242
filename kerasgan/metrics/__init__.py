"""Numbers that say how good generated samples are."""

from kerasgan.features.extractors import FeatureExtractor as FeatureExtractor
from kerasgan.features.extractors import convert_inception_weights as convert_inception_weights
from kerasgan.features.extractors import get_extractor as get_extractor
from kerasgan.features.extractors import resize_images as resize_images
from kerasgan.features.perceptual import PerceptualDistance as PerceptualDistance
from kerasgan.features.perceptual import convert_lpips_weights as convert_lpips_weights
from kerasgan.features.perceptual import get_perceptual_distance as get_perceptual_distance
from kerasgan.metrics.birthday_support import SupportEstimate as SupportEstimate
from kerasgan.metrics.birthday_support import birthday_support as birthday_support
from kerasgan.metrics.conditional_accuracy import ConditionalAccuracy as ConditionalAccuracy
from kerasgan.metrics.conditional_accuracy import conditional_accuracy as conditional_accuracy
from kerasgan.metrics.density_coverage import DensityCoverage as DensityCoverage
from kerasgan.metrics.density_coverage import density_coverage as density_coverage
from kerasgan.metrics.feature_statistics import FeatureStatistics as FeatureStatistics
from kerasgan.metrics.frechet_distance import frechet_distance as frechet_distance
from kerasgan.metrics.inception_score import InceptionScore as InceptionScore
from kerasgan.metrics.inception_score import inception_score as inception_score
from kerasgan.metrics.kernel_distance import KernelDistance as KernelDistance
from kerasgan.metrics.kernel_distance import kernel_distance as kernel_distance
from kerasgan.metrics.memorization import Memorization as Memorization
from kerasgan.metrics.memorization import memorization as memorization
from kerasgan.metrics.mode_coverage import ModeCoverage as ModeCoverage
from kerasgan.metrics.ms_ssim_diversity import MSSSIMDiversity as MSSSIMDiversity
from kerasgan.metrics.ms_ssim_diversity import ms_ssim_diversity as ms_ssim_diversity
from kerasgan.metrics.nearest_neighbors import NearestNeighbors as NearestNeighbors
from kerasgan.metrics.nearest_neighbors import nearest_neighbors as nearest_neighbors
from kerasgan.metrics.precision_recall import PrecisionRecall as PrecisionRecall
from kerasgan.metrics.precision_recall import precision_recall as precision_recall
from kerasgan.metrics.sample_evaluation import SampleEvaluation as SampleEvaluation
from kerasgan.metrics.streaming import (
    StreamingConditionalAccuracy as StreamingConditionalAccuracy,
)
from kerasgan.metrics.streaming import StreamingFrechetDistance as StreamingFrechetDistance
from kerasgan.metrics.streaming import StreamingInceptionScore as StreamingInceptionScore
