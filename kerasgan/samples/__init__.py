"""What samples, labels and latents are: their shapes, ranges and draws, and the checks of them."""
