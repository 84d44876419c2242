"""Adam by a kernel of the backend's own."""
