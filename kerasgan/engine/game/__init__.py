"""A game as it is compiled: players, rules, and the moves of a step."""
