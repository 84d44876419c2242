"""Callbacks for `fit`, beside those of Keras, which all work."""

from kerasgan.callbacks.checkpoint.checkpoint import Checkpoint as Checkpoint
from kerasgan.callbacks.evaluate import Evaluate as Evaluate
from kerasgan.callbacks.for_player import ForPlayer as ForPlayer
from kerasgan.callbacks.growth import Growth as Growth
from kerasgan.callbacks.monitoring.training_monitor import TrainingMonitor as TrainingMonitor
from kerasgan.callbacks.run_directory.run_directory import RunDirectory as RunDirectory
from kerasgan.callbacks.series.density_plot import DensityPlot as DensityPlot
from kerasgan.callbacks.series.image_grid import ImageGrid as ImageGrid
