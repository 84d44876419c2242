"""One optimiser for each player, and the moving average of what they move."""
