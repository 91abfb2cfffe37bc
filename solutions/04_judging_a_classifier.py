# %% [markdown]
# # 04 · Judging a classifier
#
# **You will find out what "98.9 % accurate" hides, work out every common metric from four counts, and know how sure you
# can be of a figure.**
#
# | | |
# |---|---|
# | Time | quick, lesson and full: under 1 minute to run · about 60 minutes to work through |
# | Needs | lesson 00; NumPy and scikit-learn, no TensorFlow |
# | Data | breast tumours and small digits, which come with scikit-learn |
# | Memory | under 1 GB |

# %% [markdown]
# ## You will be able to …
#
# - compute accuracy, sensitivity, specificity, precision, F1 and balanced accuracy by hand, and say what each one asks;
# - see when accuracy misleads, for two classes and for many;
# - read ROC and precision-recall curves, and choose a threshold by what mistakes cost;
# - tell whether a probability keeps its promise;
# - say how far a figure may be off, and whether one classifier beats another.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("04_judging_a_classifier")

# %% [markdown]
# ## 1 · What can happen?
#
# A test looks for one thing: a tumour, a spam mail, a cat. It is there or not, and the answer is yes or no. That makes four
# outcomes.
#
# | | answer: positive | answer: negative |
# |---|---|---|
# | **truly positive** | true positive (TP): found | false negative (FN): missed |
# | **truly negative** | false positive (FP): false alarm | true negative (TN): left alone |
#
# *True* and *false* say whether the answer is right; *positive* and *negative* say what the answer was.

# %% [markdown]
# **Case 1**: 180 samples, 80 of them positive. We write them down one by one, as a data set would hold them, and count.

# %%
import numpy as np

labels = np.repeat([1, 1, 0, 0], [70, 10, 50, 50])
predictions = np.repeat([1, 0, 1, 0], [70, 10, 50, 50])

tp = np.sum((labels == 1) & (predictions == 1))
fn = np.sum((labels == 1) & (predictions == 0))
fp = np.sum((labels == 0) & (predictions == 1))
tn = np.sum((labels == 0) & (predictions == 0))
print(f"TP {tp}, FN {fn}, FP {fp}, TN {tn}")

# %% [markdown]
# `ck.metrics.counts` does the same. Drawn as areas, the right answers are full and the mistakes hatched. A column is as wide
# as its class is frequent.

# %%
case_1 = ck.metrics.counts(labels, predictions)
print(case_1)
ck.plot.counts(case_1, "Case 1: 120 of 180 right")
ck.plot.show(
    alt="A square cut into two columns: 80 positives, 70 found and 10 missed, and 100 "
    "negatives, 50 left alone and 50 false alarms."
)

# %% [markdown]
# Every metric divides one area by another. Four questions, four answers:
#
# | metric | question | formula |
# |---|---|---|
# | **sensitivity**, recall | of the positives, how many are found? | TP / (TP + FN) |
# | **specificity** | of the negatives, how many are left alone? | TN / (TN + FP) |
# | **precision** | of the alarms, how many are true? | TP / (TP + FP) |
# | **accuracy** | of all answers, how many are right? | (TP + TN) / all |

# %% [markdown]
# **F1** joins precision and sensitivity by their harmonic mean, 2·TP / (2·TP + FP + FN). It is high only if both are.
#
# ### Exercise 1: five metrics from four counts
#
# Return accuracy, sensitivity, specificity, precision and F1, in this order. Try it on paper with case 1 first.


# %% exercise="metrics_from_counts"
def metrics_from_counts(tp, fn, fp, tn):
    """Return [accuracy, sensitivity, specificity, precision, F1]."""
    ### BEGIN SOLUTION
    return [
        (tp + tn) / (tp + fn + fp + tn),
        tp / (tp + fn),
        tn / (tn + fp),
        tp / (tp + fp),
        2 * tp / (2 * tp + fp + fn),
    ]
    ### END SOLUTION


# %% check="metrics_from_counts" points=1
ck.check.judging.metrics_from_counts(metrics_from_counts)

# %% [markdown]
# Does scikit-learn agree? The left column is worked out from the counts, the right one from labels and predictions.

# %%
from sklearn import metrics as theirs

pairs = {
    "accuracy": (120 / 180, theirs.accuracy_score(labels, predictions)),
    "sensitivity": (70 / 80, theirs.recall_score(labels, predictions)),
    "specificity": (50 / 100, theirs.recall_score(labels, predictions, pos_label=0)),
    "precision": (70 / 120, theirs.precision_score(labels, predictions)),
    "F1": (140 / 200, theirs.f1_score(labels, predictions)),
}
for name, (by_hand, by_scikit_learn) in pairs.items():
    print(f"{name:12} {by_hand:.3f}  {by_scikit_learn:.3f}")

# %% [markdown]
# Note how scikit-learn gets the specificity: it is the recall of class 0. Swap the classes and the two change places.
#
# ## 2 · Is 98.9 % accuracy good?
#
# **Case 2**: 1,000 samples, and only 10 positives. **Predict**: with 989 right answers, is this a good test?

# %%
case_2 = ck.metrics.Counts(
    true_positives=1, false_negatives=9, false_positives=2, true_negatives=988
)
print(f"accuracy    {case_2.accuracy:.3f}")
print(f"sensitivity {case_2.sensitivity:.3f}")
print(f"specificity {case_2.specificity:.3f}")

# %%
import matplotlib.pyplot as plt

_, (left, right) = plt.subplots(1, 2, figsize=(9.2, 3.2))
ck.plot.counts(case_1, "Case 1: accuracy 0.667", ax=left)
ck.plot.counts(case_2, "Case 2: accuracy 0.989", ax=right)
ck.plot.show(
    alt="The counts of both cases as areas. In case 2 the positives are a hair's "
    "breadth at the left edge, nearly all of it hatched: 9 of 10 are missed. The full "
    "area of the negatives hides it."
)

# %% [markdown]
# Nine of ten positives are missed, and the accuracy does not notice: they are 1 % of the area. A test that always says no
# would even reach 0.990.
#
# **Balanced accuracy** asks each class by itself and takes the mean: (sensitivity + specificity) / 2. In the image: the
# mean of the two full heights, however narrow the columns.

# %%
always_no = ck.metrics.Counts(0, 10, 0, 990)
for name, counts in {"1": case_1, "2": case_2, "always no": always_no}.items():
    print(f"case {name}: accuracy {counts.accuracy:.3f}, ", end="")
    print(f"balanced accuracy {counts.balanced_accuracy:.4f}")

# %% [markdown]
# The order turns round: 0.6875 for case 1, only 0.549 for case 2. Answering without looking gives 0.5.
#
# Precision and F1 can be **undefined**: "always no" raises no alarm, so what share of its alarms is true? 0 of 0. The course
# returns `nan` ("not a number") there, not a comforting 0 or 1.

# %%
print(f"precision {always_no.precision}, sensitivity {always_no.sensitivity}")
print(f"F1 of always no: {always_no.f1}")

# %% [markdown]
# ### Exercise 2: balanced accuracy for any labels
#
# With more classes nothing changes: it is the mean of the recalls of all classes that occur in the labels. 1 is best, 0
# worst. Whoever guesses gets 1 / classes. Write it for any labels and predictions.


# %% exercise="balanced_accuracy"
def balanced_accuracy(labels, predictions):
    """Return the mean of the per-class recalls."""
    ### BEGIN SOLUTION
    recalls = [np.mean(predictions[labels == one] == one) for one in np.unique(labels)]
    return np.mean(recalls)
    ### END SOLUTION


# %% check="balanced_accuracy" points=1
ck.check.judging.balanced_accuracy(balanced_accuracy)

# %% [markdown]
# ### Play: move the counts
#
# Change the four numbers and watch every metric. Can you find counts with accuracy 0.95 and balanced accuracy 0.5? With
# precision 1 and sensitivity 0.1? Tick *Predict first* to test yourself.

# %%
ck.widgets.explore_metrics()

# %% [markdown]
# ## 3 · And with ten classes?
#
# scikit-learn ships 1,797 real handwritten digits of 8×8 pixels. We make the eights rare, in training and test alike:
# 20 are left.

# %%
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

images, digits = load_digits(return_X_y=True)
images = images / 16
keep = (digits != 8) | (np.cumsum(digits == 8) <= 20)
seen, new, seen_digits, new_digits = train_test_split(
    images[keep],
    digits[keep],
    test_size=0.5,
    random_state=0,
    stratify=digits[keep],
)
linear = LogisticRegression(max_iter=1000).fit(seen, seen_digits)
answers = linear.predict(new)

# %% [markdown]
# The **confusion matrix** counts every pair: a row is a true class, a column an answer. Two classes make the four counts
# again. What is not on the diagonal is a mistake, and you see which.

# %%
classes = [str(digit) for digit in range(10)]
_, ax = plt.subplots(figsize=(6.6, 5.6))
ck.plot.confusion_matrix(new_digits, answers, classes, normalise="true", ax=ax)
ck.plot.show(alt=ck.plot.confusion_sentence(new_digits, answers, classes))

# %% [markdown]
# The report has one row a class, each against all others. The averages below come in three kinds:
#
# - **macro**: every class counts once. The macro average of the recalls *is* the balanced accuracy.
# - **weighted**: every class counts by its samples. Rare classes vanish in it.
# - **micro**: all counts added up first. With one label a sample that is the accuracy again.

# %%
print(ck.metrics.report(new_digits, answers, classes))

# %% [markdown]
# The eights have the lowest recall, and precision 1: the model names an 8 only when it is sure. Ten eights among 822 digits
# hardly move the accuracy; the macro average shows them.

# %%
recalls = ck.metrics.recall_per_class(new_digits, answers)
print(f"macro    {recalls.mean():.3f}")
print(f"weighted {np.average(recalls, weights=np.bincount(new_digits)):.3f}")
micro = theirs.recall_score(new_digits, answers, average="micro")
print(f"micro    {micro:.3f}, accuracy {np.mean(answers == new_digits):.3f}")

# %% [markdown]
# ## 4 · Where is the line between yes and no?
#
# Most classifiers do not say yes or no: they give a **score**. Here it is the probability that a breast tumour is
# malignant. To leave something to judge, the model gets only two of thirty measurements of the cells: texture and symmetry.

# %%
from sklearn.datasets import load_breast_cancer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

cells, benign = load_breast_cancer(return_X_y=True)
malignant = 1 - benign
train, test, train_labels, test_labels = train_test_split(
    cells, malignant, test_size=0.5, random_state=0, stratify=malignant
)
two = make_pipeline(StandardScaler(), LogisticRegression())
scores = two.fit(train[:, [1, 8]], train_labels).predict_proba(test[:, [1, 8]])[:, 1]
print(f"{len(scores)} tumours, {test_labels.sum()} malignant")

# %%
ck.plot.scores_by_class(test_labels, scores, threshold=0.5)
ck.plot.show(
    alt="Histogram of the scores: malignant tumours upwards, benign ones downwards. A "
    "line at 0.5 cuts it into the four counts; both classes lie on both sides of it."
)

# %% [markdown]
# The line at 0.5 is a choice. Move it left: more tumours are found, and more healthy women frightened. No line separates the
# two groups. **Every threshold has its own four counts**, so no single metric judges the scores.

# %%
curve = ck.metrics.threshold_curve(test_labels, scores)
for threshold in (0.2, 0.5, 0.8):
    counts = curve.at(threshold)
    print(f"{threshold}: sensitivity {counts.sensitivity:.3f}, ", end="")
    print(f"specificity {counts.specificity:.3f}, precision {counts.precision:.3f}")

# %% [markdown]
# All thresholds at once make a curve. The **ROC curve** draws sensitivity against 1 − specificity, the **precision-recall
# curve** precision against sensitivity. The dot is threshold 0.5. We add the model that may see all thirty measurements.

# %%
all_thirty = make_pipeline(StandardScaler(), LogisticRegression())
better_scores = all_thirty.fit(train, train_labels).predict_proba(test)[:, 1]

_, (left, right) = plt.subplots(1, 2, figsize=(9.2, 4.2))
ck.plot.roc_curve(test_labels, scores, "two", threshold=0.5, ax=left)
ck.plot.roc_curve(test_labels, better_scores, "thirty", ax=left)
ck.plot.precision_recall_curve(test_labels, scores, "two", threshold=0.5, ax=right)
ck.plot.precision_recall_curve(test_labels, better_scores, "thirty", ax=right)
left.set_title("ROC: up and left is better")
right.set_title("Precision-recall: up and right")
ck.plot.show(
    alt="Two plots. Left, ROC curves: thirty measurements hug the upper left corner, "
    "two lie between it and the dotted diagonal of guessing. Right, precision-recall "
    "curves: thirty near the upper right corner, two falling from 1 to 0.4."
)

# %% [markdown]
# The **area under the ROC curve** has a plain meaning: take one malignant and one benign tumour at random. How often has the
# malignant one the higher score? 0.5 is guessing, 1 is perfect order. Count the pairs to see it:

# %%
positives, negatives = scores[test_labels == 1], scores[test_labels == 0]
in_order = np.mean(positives[:, None] > negatives[None, :])
print(f"pairs in order {in_order:.4f}")
print(f"area           {ck.metrics.area_under_roc(test_labels, scores):.4f}")

# %% [markdown]
# ### Play: move the threshold
#
# Move the line with the mouse, the arrow keys or the slider. Where is the balanced accuracy highest? What do you give up to
# find 95 % of the tumours?

# %%
ck.widgets.explore_metrics(test_labels, scores)

# %% [markdown]
# ## 5 · What if positives are rare?
#
# In this data set 37 % are malignant. Among women who are merely screened it is far less. We copy every benign tumour 20
# times: same model, same scores, rarer positives. **Predict**: which of the two curves changes?

# %%
copies = np.where(test_labels == 1, 1, 20)
rare_labels, rare_scores = np.repeat(test_labels, copies), np.repeat(scores, copies)
print(f"share of positives {rare_labels.mean():.3f}")

_, (left, right) = plt.subplots(1, 2, figsize=(9.2, 4.2))
for name, true, values in [
    ("37 %", test_labels, scores),
    ("3 %", rare_labels, rare_scores),
]:
    ck.plot.roc_curve(true, values, name, ax=left)
    ck.plot.precision_recall_curve(true, values, name, ax=right)
left.set_title("ROC: does not see it")
right.set_title("Precision-recall: collapses")
ck.plot.show(
    alt="Left, two ROC curves that lie exactly on each other. Right, two "
    "precision-recall curves: with 37 % positives it falls from 1 to 0.4, with 3 % "
    "it lies near 0.1 for most recalls."
)

# %% [markdown]
# Sensitivity and specificity each look inside one class, so the ROC curve stays as it is. Precision mixes both classes: 20
# times more negatives raise 20 times more false alarms. **Where positives are rare, look at the precision-recall curve.**

# %% [markdown]
# The share of positives is the **prevalence**; the precision is also called **positive predictive value**. A textbook example
# (Gigerenzer and others, 2007) of a mammography: prevalence 1 %, sensitivity 90 %, specificity 91 %. The alarm goes off.
# **Predict**: how probable is a cancer?
#
# ### Exercise 3: the positive predictive value
#
# Think of 1,000 women. Then write it for any numbers.


# %% exercise="positive_predictive_value"
def positive_predictive_value(sensitivity, specificity, prevalence):
    """Return the probability that a positive answer is right."""
    ### BEGIN SOLUTION
    found = prevalence * sensitivity
    false_alarms = (1 - prevalence) * (1 - specificity)
    return found / (found + false_alarms)
    ### END SOLUTION


# %% check="positive_predictive_value" points=1
ck.check.judging.positive_predictive_value(positive_predictive_value)

# %% [markdown]
# Ten of 1,000 women are ill, 9 of them found. Of the 990 healthy, 89 get a false alarm. So 9 of 98 alarms are true:

# %%
screening = ck.metrics.Counts(9, 1, 89, 901)
print(f"an alarm is true with probability    {screening.precision:.3f}")
print(f"no alarm is right with probability {screening.negative_predictive_value:.4f}")
ck.plot.counts(screening, "1,000 women: most alarms are false")
ck.plot.show(
    alt="The 1,000 women as areas: 10 ill ones in a narrow column, 9 found, and 990 "
    "healthy ones, of whom 89 get a false alarm: far more than the 9."
)

# %% [markdown]
# Nine per cent, not ninety. In the article's survey most gynaecologists answered far too high (reported). A precision belongs
# to the place where it was measured: take a classifier where positives are rarer, and its precision falls, although
# nothing about it has changed.

# %% [markdown]
# ## 6 · Which threshold?
#
# The one that costs least. Say that a missed tumour is as bad as 5 false alarms. Then each threshold has a price:
# 5 · FN + FP.

# %%
costs = 5 * curve.false_negatives + curve.false_positives
best = costs.argmin()
print(f"cheapest threshold {curve.thresholds[best]:.2f}, cost {costs[best]}")
_, ax = plt.subplots()
ax.step(
    curve.thresholds[1:], costs[1:], where="post", label="5 · missed + false alarms"
)
ax.axvline(0.5, color="black", linestyle=":", label="threshold 0.5")
ax.plot(curve.thresholds[best], costs[best], "o", color="C5", label="cheapest")
ax.set(xlabel="threshold", ylabel="cost")
ax.set_title("Where misses are dear, the line moves left of 0.5")
ax.legend(loc="upper left")
ck.plot.show(
    alt="The cost of every threshold: it falls a little from 0 to its lowest point "
    "near 0.18 and then rises. At 0.5, the dotted line, it is twice the lowest."
)

# %% [markdown]
# If scores are honest probabilities, theory even says where: at 1 / (1 + 5) = 0.167. An alarm pays as soon as one in
# six such alarms is true. The cheapest threshold here is close to that.

# %% [markdown]
# ### Exercise 4: choose a threshold
#
# Return the cheapest threshold for any labels, scores and cost of a miss; a false alarm costs 1. `scores >= threshold`
# means positive.


# %% exercise="cheapest_threshold"
def cheapest_threshold(labels, scores, cost_of_miss):
    """Return the threshold with the lowest cost_of_miss * FN + FP."""
    ### BEGIN SOLUTION
    curve = ck.metrics.threshold_curve(labels, scores)
    costs = cost_of_miss * curve.false_negatives + curve.false_positives
    return curve.thresholds[costs.argmin()]
    ### END SOLUTION


# %% check="cheapest_threshold" points=1
ck.check.judging.cheapest_threshold(cheapest_threshold)

# %% [markdown]
# Mind on what you choose it. A threshold fitted to the test set is *learned* from the test set, and looks cheaper than it
# is. Choose it on validation data, and judge on data that had no say. Here: one half each.

# %%
chosen_on = ck.metrics.threshold_curve(test_labels[:143], scores[:143])
price = 5 * chosen_on.false_negatives + chosen_on.false_positives
threshold = chosen_on.thresholds[price.argmin()]
judged = ck.metrics.threshold_curve(test_labels[143:], scores[143:]).at(threshold)
cost = 5 * judged.false_negatives + judged.false_positives
print(f"chosen on 143 tumours: cost {price.min() / 143:.2f} each")
print(f"judged on 142 others:  cost {cost / 142:.2f} each")

# %% [markdown]
# ## 7 · Does a probability keep its promise?
#
# A weather forecast of 80 % rain is good if it rains on 80 of 100 such days. It is then **calibrated**. A classifier can be
# accurate and not calibrated. Two models for all ten digits, and what they promise for their own answers:

# %%
from sklearn.naive_bayes import GaussianNB

train, test, train_digits, test_digits = train_test_split(
    images, digits, test_size=0.5, random_state=0, stratify=digits
)
models = {"linear": LogisticRegression(max_iter=1000), "naive Bayes": GaussianNB()}
promises = {
    name: model.fit(train, train_digits).predict_proba(test)
    for name, model in models.items()
}
for name, probabilities in promises.items():
    kept = np.mean(probabilities.argmax(axis=1) == test_digits)
    print(
        f"{name:12} promises {probabilities.max(axis=1).mean():.3f}, keeps {kept:.3f}"
    )

# %% [markdown]
# The **reliability diagram** sorts the answers into bins by their confidence and asks each bin: how many came true? On the
# diagonal the promise is kept; below it the model is too sure of itself, above it too modest. Large dots stand for many
# answers.

# %%
_, ax = plt.subplots(figsize=(4.6, 4.6))
for name, probabilities in promises.items():
    ck.plot.reliability_diagram(test_digits, probabilities, label=name, ax=ax)
ax.set_title("One too modest, one too sure")
ck.plot.show(
    alt="Reliability diagram: the linear model lies above the diagonal, naive Bayes "
    "far below it; its largest dot promises nearly 1 and comes true in 0.85."
)

# %% [markdown]
# The **expected calibration error** (ECE) is the mean distance from the diagonal, each bin counted by its answers. By hand,
# for naive Bayes:

# %%
confidence = promises["naive Bayes"].max(axis=1)
came_true = promises["naive Bayes"].argmax(axis=1) == test_digits
error = 0
for low in np.arange(10) / 10:
    inside = (confidence > low) & (confidence <= low + 0.1)
    if inside.any():
        gap = abs(confidence[inside].mean() - came_true[inside].mean())
        error += inside.mean() * gap
print(f"by hand   {error:.4f}")
ours = ck.metrics.expected_calibration_error(
    test_digits, promises["naive Bayes"], bins=10
)
print(f"coursekit {ours:.4f}")

# %% [markdown]
# Naive Bayes counts neighbouring pixels as independent witnesses, though they say nearly the same. So it believes itself too
# much. Deep networks often do too (Guo and others, 2017). The threshold of section 6 may stand on uncalibrated scores; a
# number shown to a person may not.

# %% [markdown]
# ## 8 · How sure is the figure?
#
# A test set is a sample. Another 600 images would give another accuracy. How different? The **bootstrap** asks the data:
# draw 600 of the 600 *with replacement*, compute the metric, repeat. The middle 95 % of the results are the interval.

# %%
right = np.repeat([1, 0], [480, 120])
generator = np.random.default_rng(0)
draws = [generator.choice(right, len(right)).mean() for _ in range(1000)]

_, ax = plt.subplots()
ax.hist(draws, bins=np.arange(0.7425, 0.86, 0.005), color="C4", edgecolor="white")
for end in np.quantile(draws, [0.025, 0.975]):
    ax.axvline(end, color="black", linestyle="--")
ax.set(xlabel="accuracy of a draw", ylabel="draws")
ax.set_title("0.80 of 600 could as well be 0.77 or 0.83")
ck.plot.show(
    alt="Histogram of 1,000 accuracies, a bell around 0.80. Two dashed lines near 0.77 "
    "and 0.83 hold the middle 95 %."
)

# %% [markdown]
# ### Exercise 5: the bootstrap
#
# Return the lower and the upper end of the 95 % interval of the share of right answers. `right` holds 1 for a right answer
# and 0 for a wrong one.


# %% exercise="bootstrap_interval"
def bootstrap_interval(right, repeats):
    """Return (low, high): the middle 95 % of the means of the draws."""
    ### BEGIN SOLUTION
    generator = np.random.default_rng()
    means = [generator.choice(right, len(right)).mean() for _ in range(repeats)]
    return np.quantile(means, [0.025, 0.975])
    ### END SOLUTION


# %% check="bootstrap_interval" points=1
ck.check.judging.bootstrap_interval(bootstrap_interval)

# %% [markdown]
# `ck.metrics.bootstrap_interval` does it for any metric. How well do we know the two accuracies of section 3, with its ten
# eights?

# %%
for metric in (ck.metrics.accuracy, ck.metrics.balanced_accuracy):
    interval = ck.metrics.bootstrap_interval(metric, new_digits, answers)
    print(f"{metric.__name__:18} {interval}")

# %% [markdown]
# The balanced accuracy is less certain: a tenth of it rests on ten images. Where *all* answers are right, the bootstrap
# fails: each draw is all right, too. **Wilson's interval** for shares still leaves room for doubt.

# %%
all_right = np.ones(50, int)
drawn = ck.metrics.bootstrap_interval(ck.metrics.accuracy, all_right, all_right)
print("bootstrap:", drawn)
print("Wilson:   ", ck.metrics.proportion_interval(50, 50))

# %% [markdown]
# ### Is 0.82 better than 0.80?
#
# Two networks, the same 600 images: 492 right, 480 right. **Predict**: is the first one better? Their intervals overlap
# widely.

# %%
for name, count in {"first": 492, "second": 480}.items():
    print(f"{name:6} {ck.metrics.proportion_interval(count, 600)}")

# %% [markdown]
# But overlap is no proof: both judged the *same* images, and some images are hard for both. Better: draw images, and
# compute the **difference** on each draw. Say that both are right on 450, only the first on 42, only the second on 30.

# %%
first = np.repeat([1, 1, 0, 0], [450, 42, 30, 78])
second = np.repeat([1, 0, 1, 0], [450, 42, 30, 78])


def lead(true, both):
    """Return by how much the first network's accuracy is higher."""
    return np.mean(both[:, 0] == true) - np.mean(both[:, 1] == true)


both = np.stack([first, second], axis=1)
for times in (1, 10):
    many = np.repeat(both, times, axis=0)
    interval = ck.metrics.bootstrap_interval(lead, np.ones(len(many)), many)
    print(f"{len(many):,} images: lead {interval}")

# %% [markdown]
# With 600 images the interval holds 0: we cannot tell. With 6,000 and the same shares we could. And still: another random
# start of the *training* moves the accuracy too. No bootstrap of one run knows that; only training again tells.

# %% [markdown]
# ## 9 · Why may the test set be used only once?
#
# Let us cheat. 200 "networks" that toss coins are judged on 100 images, and we keep the best. Then we ask for 100 new
# images.

# %%
generator = np.random.default_rng(1)
truth, fresh_truth = generator.integers(0, 2, (2, 100))
coins = generator.integers(0, 2, (200, 100))
accuracies = (coins == truth).mean(axis=1)
best_coin = accuracies.argmax()
fresh_answers = generator.integers(0, 2, 100)
print(f"mean of the 200     {accuracies.mean():.2f}")
print(f"best of the 200     {accuracies[best_coin]:.2f}")
print(f"the same, new data  {np.mean(fresh_answers == fresh_truth):.2f}")

# %% [markdown]
# The best coin looks skilled. It is only lucky, and on new images it tosses on. Whoever tries networks, epochs or thresholds
# and reports the best **test** figure does the same. So: train on one part, choose on a second (**validation**), judge on
# the third (**test**), once, at the end.

# %% [markdown]
# ## Spot the bug: a specificity that is none
#
# A source prints case 2 (TP 1, FN 9, FP 2, TN 988) with a balanced accuracy of **0.544**. You found 0.549. Both begin with
# sensitivity 1 / 10 = 0.1. Which second number gives 0.544, and how did it come about?
#
# Write the function as it should be.


# %% exercise="balanced_from_counts"
def balanced_from_counts(tp, fn, fp, tn):
    """Return the balanced accuracy from the four counts."""
    ### BEGIN SOLUTION
    return (tp / (tp + fn) + tn / (tn + fp)) / 2
    ### END SOLUTION


# %% check="balanced_from_counts" points=1
ck.check.judging.balanced_from_counts(balanced_from_counts)

# %%
print(
    f"divided by all samples:   (0.1 + 988 / 1000) / 2 = {(0.1 + 988 / 1000) / 2:.3f}"
)
print(f"divided by the negatives: (0.1 + 988 / 990) / 2  = {(0.1 + 988 / 990) / 2:.3f}")

# %% [markdown]
# The true negatives were divided by all 1,000 samples, not by the 990 negatives. With rare positives that is a small
# slip; in case 1 it would turn 0.6875 into 0.576. Always ask a share: **of what?**

# %% [markdown]
# ## Spot the second bug: a name that is wrong
#
# A source explains precision as "the true negative rate". Is it? Return both, from the four counts.


# %% exercise="precision_and_true_negative_rate"
def precision_and_true_negative_rate(tp, fn, fp, tn):
    """Return [precision, true negative rate]."""
    ### BEGIN SOLUTION
    return [tp / (tp + fp), tn / (tn + fp)]
    ### END SOLUTION


# %% check="precision_and_true_negative_rate" points=1
ck.check.judging.precision_and_true_negative_rate(precision_and_true_negative_rate)

# %%
for name, counts in {"1": case_1, "2": case_2, "screening": screening}.items():
    print(f"case {name}: precision {counts.precision:.3f}, ", end="")
    print(f"true negative rate {counts.specificity:.3f}")

# %% [markdown]
# The true negative rate is the **specificity**: it looks at the negatives. Precision looks at the alarms. They share only FP,
# and in a screening they are as far apart as 0.09 and 0.91. Names differ from field to field; formulas do not.
#
# ## Recap
#
# - Four counts give every metric; each is a share *of something* (exercise 1, both bugs).
# - Accuracy hides rare classes; balanced accuracy counts every class once (exercise 2, section 3).
# - Curves show all thresholds; where positives are rare, precision tells the truth (exercise 3). Costs choose the
#   threshold (exercise 4).
# - Accurate is not calibrated: compare what was promised with what was kept (section 7).
# - A figure without an interval is half a figure (exercise 5), and the test set is used once (section 9).
#
# ## What comes next
#
# Lesson 05 trains on 2,000 photographs of cats and dogs, where every figure needs an interval. From lesson 09 on, classes are
# unequal, and balanced accuracy judges.

# %% [markdown]
# ## Sources
#
# - T. Fawcett, [An introduction to ROC analysis](https://doi.org/10.1016/j.patrec.2005.10.010), 2006.
# - T. Saito and M. Rehmsmeier, [The precision-recall plot is more informative than the ROC plot when evaluating binary
#   classifiers on imbalanced datasets](https://doi.org/10.1371/journal.pone.0118432), 2015.
# - G. Gigerenzer and others, [Helping doctors and patients make sense of health
#   statistics](https://doi.org/10.1111/j.1539-6053.2008.00033.x), 2007: the mammography example.
# - C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, [On calibration of modern neural
#   networks](https://arxiv.org/abs/1706.04599), 2017.
# - B. Efron and R. J. Tibshirani, [An introduction to the bootstrap](https://doi.org/10.1201/9780429246593), 1993.
# - K. H. Brodersen and others, [The balanced accuracy and its posterior
#   distribution](https://doi.org/10.1109/ICPR.2010.764), 2010.
# - Data: [breast cancer](https://archive.ics.uci.edu/dataset/17) and
#   [digits](https://archive.ics.uci.edu/dataset/80), UCI Machine Learning Repository, CC BY 4.0.
