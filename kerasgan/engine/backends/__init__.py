"""What differs between the backends: the only code of the engine that does."""
