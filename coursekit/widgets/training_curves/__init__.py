"""The explorer of training runs: their curves side by side."""
