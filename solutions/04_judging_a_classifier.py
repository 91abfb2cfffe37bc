# %% [markdown]
# # 04 · Judging a classifier
#
# **You will find out what "98.9 % accurate" hides, work out every common metric from four counts, and know how sure you
# can be of a figure.**
#
# | | |
# |---|---|
# | Time | quick, lesson and full: 1 to 3 minutes to run · about 110 minutes to work through, in two halves |
# | Needs | lessons 00 and 03 |
# | Data | handwritten digits, and breast tumours that come with scikit-learn |
# | Memory | about 1 GB |

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

lesson = ck.start("04_judging_a_classifier", keras=True)

# %% [markdown]
# The lesson has two halves, and an evening between them does no harm. Part A is about metrics: what does a figure say? Part B is
# about doubt: how sure is the figure?
#
# ## 1 · Which digits does your network get wrong?
#
# We train the network of lesson 03 once more, on a few thousand digits, and look at its mistakes.

# %% tags=["nbval-ignore-output"]
import numpy as np

mnist = ck.data.load("mnist")
count = lesson.limit(quick=4000, lesson=12000, full=None)
train_images, train_digits = mnist.train.arrays(limit=count)
test_images, test_digits = mnist.test.arrays(limit=1000)

network = ck.networks.mnist_convnet()
network.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
epochs = lesson.epochs(quick=5, lesson=3, full=2)
network.fit(train_images, train_digits, epochs=epochs, batch_size=64, verbose=0)
probabilities = network.predict(test_images, verbose=0)
right = probabilities.argmax(axis=1) == test_digits
print(f"accuracy {right.mean():.3f} on {len(right)} new digits")

# %% [markdown]
# Now the mistakes that it is surest of. What would you have said?

# %% tags=["nbval-ignore-output"]
numerals = [str(digit) for digit in range(10)]
ck.plot.most_confident_mistakes(
    test_images, test_digits, probabilities, numerals, count=10
)
ck.plot.show(
    alt=ck.plot.mistakes_sentence(test_digits, probabilities, numerals, count=10)
)

# %% [markdown]
# Some are clear, and the network should have known. Others are strange, and a label may itself be wrong. So one figure, the
# accuracy, hides three questions: *which* mistakes, how *bad* is each, and how *sure* is the figure?

# %% [markdown]
# ## Part A: what does a figure say?
#
# ## 2 · What can happen?
#
# A test looks for one thing: a tumour, a spam mail, a cat. It is there or not, and the answer is yes or no:
#
# | | answer: positive | answer: negative |
# |---|---|---|
# | **truly positive** | true positive (TP): found | false negative (FN): missed |
# | **truly negative** | false positive (FP): false alarm | true negative (TN): left alone |
#
# *True* and *false* say whether the answer is right, *positive* and *negative* what it was.

# %% [markdown]
# **Case 1**: 180 samples, 80 of them positive. We write them down one by one, as a data set would hold them, and count.

# %%
labels = np.repeat([1, 1, 0, 0], [70, 10, 50, 50])
predictions = np.repeat([1, 0, 1, 0], [70, 10, 50, 50])

tp = np.sum((labels == 1) & (predictions == 1))
fn = np.sum((labels == 1) & (predictions == 0))
fp = np.sum((labels == 0) & (predictions == 1))
tn = np.sum((labels == 0) & (predictions == 0))
print(f"TP {tp}, FN {fn}, FP {fp}, TN {tn}")

# %% [markdown]
# `ck.metrics.counts` does the same. Below, full areas are right answers and hatched ones mistakes.

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
# ### Exercise 1 (warm-up): back to the counts
#
# A paper gives rates, and you want people: return TP, FN, FP and TN. Try it on paper with case 1 first; its **prevalence**, the
# share of positives, is 80 / 180.


# %% exercise="counts_from_rates"
def counts_from_rates(samples, prevalence, sensitivity, specificity):
    """Return [TP, FN, FP, TN]; they need not be whole numbers."""
    ### BEGIN SOLUTION
    positives = samples * prevalence
    negatives = samples - positives
    tp, tn = positives * sensitivity, negatives * specificity
    return [tp, positives - tp, negatives - tn, tn]
    ### END SOLUTION


# %% check="counts_from_rates" points=1
ck.check.judging.counts_from_rates(counts_from_rates)

# %% [markdown]
# scikit-learn computes the same from labels and predictions.

# %%
from sklearn import metrics as theirs

print(f"sensitivity {theirs.recall_score(labels, predictions):.3f}")
print(f"specificity {theirs.recall_score(labels, predictions, pos_label=0):.3f}")
print(f"precision   {theirs.precision_score(labels, predictions):.3f}")

# %% [markdown]
# Note how it gets the specificity: that is the recall of class 0. Swap the classes, and the two change places.
#
# ## 3 · Is 98.9 % accuracy good?
#
# **Case 2**: 1,000 samples, and only 10 of them positive. It is right on 989.

# %%
ck.predict(
    "found_of_ten",
    "The accuracy is 98.9 %. How many of the 10 positives do you expect the test to find?",
    lowest=0,
    highest=10,
    unit="of 10",
)

# %% [markdown]
# Eleven mistakes in all. Here are the counts.

# %%
case_2 = ck.metrics.Counts(
    true_positives=1, false_negatives=9, false_positives=2, true_negatives=988
)
print(f"accuracy    {case_2.accuracy:.3f}")
print(f"sensitivity {case_2.sensitivity:.3f}")
print(f"specificity {case_2.specificity:.3f}")
ck.reveal(
    "found_of_ten",
    1,
    unit="of 10",
    because="The test makes 11 mistakes: 9 are missed positives, 2 are false alarms.",
)

# %%
ck.plot.dots(case_2, "Case 2: 989 of 1,000 right, and 9 of 10 missed")
ck.plot.show(
    alt="1,000 marks in 20 rows. In the first row stand one full circle, found, nine "
    "black triangles, missed, and two crosses, false alarms. All others are open squares."
)

# %% [markdown]
# The accuracy does not notice, because the positives are 1 % of all. A test that always says no would even reach 0.990.
#
# **Balanced accuracy** asks each class by itself and takes the mean: (sensitivity + specificity) / 2.

# %%
always_no = ck.metrics.Counts(0, 10, 0, 990)
for name, counts in {"1": case_1, "2": case_2, "always no": always_no}.items():
    print(f"case {name}: accuracy {counts.accuracy:.3f}, ", end="")
    print(f"balanced accuracy {counts.balanced_accuracy:.4f}")

# %% [markdown]
# The order turns round: 0.6875 for case 1, only 0.549 for case 2. Answering without looking gives 0.5.
#
# A metric can be **undefined**. "Always no" raises no alarm, so which share of its alarms is true? 0 of 0. The course returns
# `nan` ("not a number") there. F1 is 0 here, and undefined only where TP, FP and FN are all 0.

# %%
print(f"precision {always_no.precision}, F1 {always_no.f1}")

# %% [markdown]
# ### Exercise 2 (core): balanced accuracy for any labels
#
# With more classes nothing changes: it is the mean of the recalls of all classes that occur in the labels. If you guess, you
# get 1 / classes. Write it for any labels and predictions.


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
# precision 1 and sensitivity 0.1?

# %%
ck.widgets.explore_metrics()

# %% [markdown]
# ## 4 · And with ten classes?
#
# scikit-learn ships 1,797 real handwritten digits of 8×8 pixels. We make the eights rare, in training and test alike:
# 20 are left.

# %%
import matplotlib.pyplot as plt
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
# The report has one row per class, each against all others. Of the averages below, the **macro average** counts every class once:
# that of the recalls *is* the balanced accuracy. The **weighted average** counts every class by its samples, so rare classes vanish
# in it.

# %%
print(ck.metrics.report(new_digits, answers, classes))

# %% [markdown]
# The eights have the lowest recall. Ten of them among 822 digits hardly move the accuracy; the macro average shows them.

# %%
recalls = ck.metrics.recall_per_class(new_digits, answers)
print(f"macro    {recalls.mean():.3f}")
print(f"weighted {np.average(recalls, weights=np.bincount(new_digits)):.3f}")
print(f"accuracy {np.mean(answers == new_digits):.3f}")

# %% [markdown]
# ## 5 · Where is the line between yes and no?
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
# The line at 0.5 is a choice. Move it left: more tumours are found, and more healthy women are frightened. Every **threshold** has
# its own four counts, so no single one of them judges the scores.

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
# Move the line with the mouse, the arrow keys or the slider. Where is the balanced accuracy highest?

# %%
ck.widgets.explore_metrics(test_labels, scores)

# %% [markdown]
# ### Exercise 3 (core): find enough of them
#
# A doctor says: find at least 95 % of the tumours, with as few alarms as that allows. Return the highest threshold that does so;
# `scores >= threshold` means positive.


# %% exercise="threshold_for_sensitivity"
def threshold_for_sensitivity(labels, scores, wanted):
    """Return the highest threshold that finds at least the wanted share of the positives."""
    ### BEGIN SOLUTION
    positives = np.sort(scores[labels == 1])[::-1]
    needed = int(np.ceil(wanted * len(positives) - 1e-9))
    return positives[needed - 1]
    ### END SOLUTION


# %% check="threshold_for_sensitivity" points=1
ck.check.judging.threshold_for_sensitivity(threshold_for_sensitivity)

# %% [markdown]
# ## 6 · What if positives are rare?
#
# In this data set 37 % are malignant. Among women who are merely screened it is far less. We copy every benign tumour 20 times:
# same model, same scores, rarer positives.

# %%
ck.predict(
    "rarer",
    "Which of the two curves changes when positives become rarer?",
    ("the ROC curve", "the precision-recall curve", "both", "neither"),
)

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
left.set_title("ROC")
right.set_title("Precision-recall")
ck.plot.show(
    alt="Left, two ROC curves that lie exactly on each other. Right, two "
    "precision-recall curves: with 37 % positives it falls from 1 to 0.4, with 3 % "
    "it lies near 0.1 for most recalls."
)

# %% [markdown]
# One of the figures has two curves that lie on each other.

# %%
ck.reveal(
    "rarer",
    "the precision-recall curve",
    because="Sensitivity and specificity each look inside one class. Precision mixes "
    "both: 20 times more negatives raise 20 times more false alarms.",
)

# %% [markdown]
# So where positives are rare, look at the precision-recall curve. Now an example of Gigerenzer and others (2007), a mammography:
# prevalence 1 %, sensitivity 90 %, specificity 91 %. The alarm goes off.

# %%
ck.predict(
    "alarm",
    "The alarm goes off. How probable is a cancer?",
    lowest=0,
    highest=100,
    unit="%",
)

# %% [markdown]
# ### Exercise 4 (core): the positive predictive value
#
# The precision of such a test is also called **positive predictive value**. Think of 1,000 women; then write it for any numbers.


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
# Ten of 1,000 women are ill, 9 of them found. Of the 990 healthy, 89 get a false alarm.

# %%
screening = ck.metrics.Counts(9, 1, 89, 901)
ck.plot.dots(screening, "1,000 women: nine alarms are true, 89 are false")
ck.plot.show(
    alt="The 1,000 women as marks: nine full circles, found, one black triangle, missed, "
    "then 89 crosses, false alarms, and 901 open squares, left alone."
)
ck.reveal(
    "alarm",
    100 * screening.precision,
    within=5,
    unit="%",
    because="9 of 98 alarms are true.",
)

# %% [markdown]
# Nine per cent, not ninety. In the survey of Gigerenzer and others, most gynaecologists answered far too high. Where positives are
# rarer, the precision falls, although nothing about the classifier has changed.

# %% [markdown]
# ## 7 · Which threshold is cheapest?
#
# Say that a missed tumour is as bad as 5 false alarms. Then each threshold has a price:
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
ax.set_title("Where misses cost more, the line moves left of 0.5")
ax.legend(loc="upper left")
ck.plot.show(
    alt="The cost of every threshold: it falls a little from 0 to its lowest point "
    "near 0.18 and then rises. At 0.5, the dotted line, it is twice the lowest."
)

# %% [markdown]
# If scores are honest probabilities, theory says where: at 1 / (1 + 5) = 0.167, because an alarm pays as soon as one in six is true.

# %% [markdown]
# A threshold that was chosen on the test set looks cheaper than it is. Choose it on other data than you judge it on:

# %%
chosen_on = ck.metrics.threshold_curve(test_labels[:143], scores[:143])
price = 5 * chosen_on.false_negatives + chosen_on.false_positives
threshold = chosen_on.thresholds[price.argmin()]
judged = ck.metrics.threshold_curve(test_labels[143:], scores[143:]).at(threshold)
cost = 5 * judged.false_negatives + judged.false_positives
print(f"chosen on 143 tumours: cost {price.min() / 143:.2f} each")
print(f"judged on 142 others:  cost {cost / 142:.2f} each")

# %% [markdown]
# ## Challenge: the cheapest screening
#
# Train on half of the tumours and answer for the others: a missed tumour costs 5, a false alarm 1. Choose the measurements, the model
# and the threshold. The score is the mean cost per 100 women over five random halves; the first answer pays 99. Beat 10.


# %%
def screen(cells, malignant, new_cells):
    """Return True for each of the new tumours that is taken for malignant."""
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(cells[:, [1, 8]], malignant)
    return model.predict_proba(new_cells[:, [1, 8]])[:, 1] >= 0.5


ck.check.judging.screening_cost(screen)

# %% [markdown]
# ## Part B: how sure is the figure?
#
# ## 8 · Does a probability keep its promise?
#
# *You may skip this section.* A weather forecast of 80 % rain is good if it rains on 80 of 100 such days. It is then **calibrated**. A classifier can be
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
# answers. The legend gives the **expected calibration error**, the mean distance from the diagonal.

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
# Naive Bayes counts neighbouring pixels as independent, though they say nearly the same, so it is too sure of itself. Deep networks
# often are, too (Guo and others, 2017).
#
# ## 9 · How far may the figure be off?
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
ax.set_title("The middle 95 % of the draws: from 0.77 to 0.83")
ck.plot.show(
    alt="Histogram of 1,000 accuracies, a bell around 0.80. Two dashed lines near 0.77 "
    "and 0.83 hold the middle 95 %."
)

# %% [markdown]
# ### Exercise 5 (core): the bootstrap
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
# `ck.metrics.bootstrap_interval` does it for any metric. How well do we know the two accuracies of section 4, with its ten
# eights?

# %%
for metric in (ck.metrics.accuracy, ck.metrics.balanced_accuracy):
    interval = ck.metrics.bootstrap_interval(metric, new_digits, answers)
    print(f"{metric.__name__:18} {interval}")

# %% [markdown]
# The balanced accuracy is less certain, because a tenth of it rests on ten images. Where *all* answers are right the bootstrap
# fails, because each draw is all right, too. **Wilson's interval** for shares still leaves room for doubt.

# %%
all_right = np.ones(50, int)
drawn = ck.metrics.bootstrap_interval(ck.metrics.accuracy, all_right, all_right)
print("bootstrap:", drawn)
print("Wilson:   ", ck.metrics.proportion_interval(50, 50))

# %% [markdown]
# ### Is 0.82 better than 0.80?
#
# Two networks, the same 600 images: 492 right, 480 right. Their intervals overlap widely.

# %%
for name, count in {"first": 492, "second": 480}.items():
    print(f"{name:6} {ck.metrics.proportion_interval(count, 600)}")

# %% [markdown]
# But overlap is no proof, because both judged the *same* images, and some images are hard for both. The **paired bootstrap** draws
# images and computes the lead of the first network on each draw. Per image the difference is 1 (only the first is right), −1 (only
# the second) or 0.
#
# ### Exercise 6 (stretch): the interval of a lead
#
# Return the middle 95 % of the leads of the draws. `first` and `second` hold 1 where a network is right on an image.


# %% exercise="paired_interval"
def paired_interval(first, second, repeats):
    """Return (low, high) of the mean difference, drawing images with replacement."""
    ### BEGIN SOLUTION
    generator = np.random.default_rng()
    difference = first - second
    leads = [generator.choice(difference, len(first)).mean() for _ in range(repeats)]
    return np.quantile(leads, [0.025, 0.975])
    ### END SOLUTION


# %% check="paired_interval" points=1
ck.check.judging.paired_interval(paired_interval)

# %% [markdown]
# Say that both are right on 450 images, only the first on 42, only the second on 30. Do we know which is better? And with ten
# times as many images and the same shares?

# %%
first = np.repeat([1, 1, 0, 0], [450, 42, 30, 78])
second = np.repeat([1, 0, 1, 0], [450, 42, 30, 78])
generator = np.random.default_rng(0)
for times in (1, 10):
    difference = np.repeat(first - second, times)
    leads = [generator.choice(difference, len(difference)).mean() for _ in range(1000)]
    low, high = np.quantile(leads, [0.025, 0.975])
    print(
        f"{len(difference):,} images: {np.mean(difference):.3f} ({low:+.3f} to {high:+.3f})"
    )

# %% [markdown]
# With 600 images the interval holds 0, so we cannot tell. With 6,000 and the same shares we could. But another random start of the
# *training* moves the accuracy, too, and no bootstrap of one run knows by how much.

# %% [markdown]
# ## 10 · Why may the test set be used only once?
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
# The best coin looks skilled. It is only lucky, and on new images it tosses on. If you try networks, epochs or thresholds and report
# the best **test** figure, you do the same. So train on one part, choose on a second (the **validation set**), and judge on the
# third (the **test set**), once, at the end.

# %% [markdown]
# ## Spot the bug: a share of what?
#
# The XAI course prints case 2 (TP 1, FN 9, FP 2, TN 988) with a balanced accuracy of 0.544. You found 0.549. Its sensitivity is right:
# 1 / 10. So the true negatives were divided by a wrong number. By which?
#
# ### Exercise 7 (stretch): find the cause
#
# Return the number by which the true negatives were divided.


# %% exercise="denominator_behind"
def denominator_behind(tp, fn, tn, printed):
    """Return by what TN was divided, if this is the printed balanced accuracy."""
    ### BEGIN SOLUTION
    share = 2 * printed - tp / (tp + fn)
    return tn / share
    ### END SOLUTION


# %% check="denominator_behind" points=1
ck.check.judging.denominator_behind(denominator_behind)

# %% [markdown]
# With your function, or by hand: what do 0.544 and 0.549 say?

# %%
for printed in (0.544, 0.549):
    share = 2 * printed - 0.1
    print(f"{printed}: 988 / {share:.3f} = {988 / share:.0f}")

# %% [markdown]
# The true negatives were divided by all 1,000 samples, not by the 990 negatives. With rare positives that is a small slip; in case 1 it
# would turn 0.6875 into 0.576. Always ask a share: *of what?*
#
# ## Recap
#
# - Four counts give every metric; each is a share *of something* (exercises 1 and 7).
# - Accuracy hides rare classes; balanced accuracy counts every class once (exercise 2, section 4).
# - Curves show all thresholds; choose one by what you must find, or by what mistakes cost (exercise 3, section 7).
# - Where positives are rare, most alarms are false (exercise 4).
# - Accurate is not calibrated: compare what was promised with what was kept (section 8).
# - A figure needs an interval, a comparison a paired one (exercises 5 and 6), and the test set is used once (section 10).
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
