"""Networks that judge likeness, and their weights; losses and metrics may use them."""
