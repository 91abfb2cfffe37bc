"""The metrics explorer: thresholds, ROC, and what they cost."""
