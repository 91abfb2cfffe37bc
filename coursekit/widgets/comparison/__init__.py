"""The comparison explorer: explainers of one answer side by side."""
