"""Generators after training: written so that they run anywhere, and loaded again."""

from kerasgan.inference.evaluate_generator import evaluate_generator as evaluate_generator
from kerasgan.inference.export_generator import export_generator as export_generator
from kerasgan.inference.export_onnx import export_onnx as export_onnx
from kerasgan.inference.load_generator import load_generator as load_generator
from kerasgan.inference.loaded_generator import LoadedGenerator as LoadedGenerator
