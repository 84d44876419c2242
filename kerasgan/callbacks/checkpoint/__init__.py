"""A training that cannot be lost."""
