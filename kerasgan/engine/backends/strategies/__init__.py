"""Training on several devices: what a backend's strategies need and cannot do."""
