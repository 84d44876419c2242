"""What `fit` and `evaluate` are given, looked at before anything trains on it."""
