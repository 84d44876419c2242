"""Callbacks for `fit`, beside those of Keras, which all work."""

from kerasgan.callbacks.checkpoint import Checkpoint as Checkpoint
from kerasgan.callbacks.density_plot import DensityPlot as DensityPlot
from kerasgan.callbacks.evaluate import Evaluate as Evaluate
from kerasgan.callbacks.for_player import ForPlayer as ForPlayer
from kerasgan.callbacks.image_grid import ImageGrid as ImageGrid
from kerasgan.callbacks.run_directory import RunDirectory as RunDirectory
from kerasgan.callbacks.training_monitor import TrainingMonitor as TrainingMonitor
