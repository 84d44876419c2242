"""What of a game goes into files, and comes out of them."""
