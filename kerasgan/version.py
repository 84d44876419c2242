"""The version of the package, read by packaging, cards and presets."""

__version__ = "0.1.0"
