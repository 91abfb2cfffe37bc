"""How good is a classifier? Counts, the metrics made of them, curves over thresholds, calibration and intervals.

Two rules hold everywhere. A metric that would divide 0 by 0 is *undefined* and returned as ``nan``, never as a
comforting 0 or 1: the precision of a class that was never predicted, the recall of a class that never occurs. And
averages over classes leave the undefined ones out, so `balanced_accuracy` is the mean over the classes that occur.
"""

from coursekit.metrics.agreement import quadratic_kappa
from coursekit.metrics.bootstrap import bootstrap_interval, difference_interval
from coursekit.metrics.boxes import box_overlap
from coursekit.metrics.calibration import Reliability, expected_calibration_error, reliability
from coursekit.metrics.confusion import confusion_matrix
from coursekit.metrics.counts import Counts, counts
from coursekit.metrics.grade_thresholds import grade_thresholds
from coursekit.metrics.interval import Interval
from coursekit.metrics.per_class import accuracy, balanced_accuracy, recall_per_class
from coursekit.metrics.proportion import independent_difference, proportion_interval
from coursekit.metrics.report import Report, Scores, report
from coursekit.metrics.thresholds import ThresholdCurve, area_under_roc, precision_recall, roc, threshold_curve

__all__ = [
    "Counts",
    "Interval",
    "Reliability",
    "Report",
    "Scores",
    "ThresholdCurve",
    "accuracy",
    "area_under_roc",
    "balanced_accuracy",
    "bootstrap_interval",
    "box_overlap",
    "confusion_matrix",
    "counts",
    "difference_interval",
    "expected_calibration_error",
    "grade_thresholds",
    "independent_difference",
    "precision_recall",
    "proportion_interval",
    "quadratic_kappa",
    "recall_per_class",
    "reliability",
    "report",
    "roc",
    "threshold_curve",
]
