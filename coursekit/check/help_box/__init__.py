"""The box below a check that is not right yet: a hint at a time, and the solution for those who ask twice."""
