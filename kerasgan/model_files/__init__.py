"""Reads saved models that may come from anyone: everything is checked before anything is built."""

from kerasgan.model_files.classes import check_classes as check_classes
from kerasgan.model_files.error import ModelFileError as ModelFileError
from kerasgan.model_files.json_files import read_json as read_json
from kerasgan.model_files.loading import load_folder as load_folder
from kerasgan.model_files.loading import load_keras_file as load_keras_file
from kerasgan.model_files.measuring import unmeasured as unmeasured
from kerasgan.model_files.newer_keys import without_newer_keys as without_newer_keys
from kerasgan.model_files.paths import check_links as check_links
from kerasgan.model_files.reporting import clip as clip
from kerasgan.model_files.reporting import reported as reported
from kerasgan.model_files.unfiled import unfiled as unfiled
from kerasgan.model_files.versions import check_versions as check_versions
from kerasgan.model_files.versions import newer as newer
from kerasgan.model_files.weights import inspect_weights as inspect_weights
