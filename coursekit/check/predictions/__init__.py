"""Predict, commit, reveal: a learner says what will come before a cell shows it, and then how near that was."""
