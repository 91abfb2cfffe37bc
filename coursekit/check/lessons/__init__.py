"""The exercises of the lessons: one module a lesson, one `coursekit.check.exercise.Exercise` an exercise.

Learners reach them as ``ck.check.convolution``, ``ck.check.pooling``, and so on.
"""
