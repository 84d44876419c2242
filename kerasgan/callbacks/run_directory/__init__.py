"""A folder that records a run."""
