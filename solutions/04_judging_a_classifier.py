# %% [markdown]
# # 04 · Judging a classifier
#
# **You will find out what "98.9 % accurate" hides, compute six metrics from four counts, and say how far off a measured
# accuracy may be.**
#
# | | |
# |---|---|
# | Time | quick, lesson and full: 1 to 3 minutes to run · about 115 minutes to work through, best on two days: part A 75, part B 40 |
# | Needs | lessons 00 and 03 |
# | Data | handwritten digits, and breast tumours that come with scikit-learn |
# | Memory | about 1 GB |

# %% [markdown]
# ## You will be able to …
#
# - compute accuracy, sensitivity, specificity, precision, F1 and balanced accuracy by hand, and say what each one asks;
# - see when accuracy misleads, for two classes and for many;
# - read ROC and precision-recall curves, and choose a threshold by what mistakes cost;
# - say how far off a result may be, and whether one classifier beats another.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("04_judging_a_classifier", keras=True)

# %% [markdown]
# The lesson has two parts. Part A, sections 1 to 7, asks what a number says. Part B,
# sections 8 to 10, asks how certain it is. Cases 1 and 2 follow the XAI course (`ck.sources("xai")`), with our thanks.

# %% [markdown]
# ## 1 · Which digits does your network get wrong?
#
# We train the network of lesson 03 once more. The accuracy will differ from that of lesson 03, because the number of images, and often
# of epochs, is not the same, and the network begins with other random weights.

# %% tags=["nbval-ignore-output"]
import numpy as np

mnist = ck.data.load("mnist")
limit = lesson.limit(quick=4000, lesson=12000, full=None)
train_images, train_digits = mnist.train.arrays(limit=limit)
test_images, test_digits = mnist.test.arrays(limit=1000)

network = ck.networks.mnist_convnet()
network.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy")
epochs = lesson.epochs(quick=5, lesson=3, full=2)
network.fit(train_images, train_digits, epochs=epochs, batch_size=64, verbose=0)
probabilities = network.predict(test_images, verbose=0)
correct = probabilities.argmax(axis=1) == test_digits
print(f"accuracy {correct.mean():.3f} on {len(correct):,} new digits")

# %% [markdown]
# Here are the ten mistakes that it is surest of, each with its label and the answer. What would you have said?

# %% tags=["nbval-ignore-output"]
numerals = [str(digit) for digit in range(10)]
ck.plot.most_confident_mistakes(
    test_images, test_digits, probabilities, numerals, count=10
)
ck.plot.show(
    alt=ck.plot.mistakes_sentence(test_digits, probabilities, numerals, count=10)
)

# %% [markdown]
# Some are clear. Others are so strange that the label itself may be wrong. The accuracy counts all of them alike, so it
# leaves three questions open. *Which* mistakes are made, how *bad* is each, and how *certain* is the accuracy?

# %% [markdown]
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
# **Case 1** has 180 samples, and 80 of them are positive. We write them down one by one, as a data set holds them.

# %%
labels = np.repeat([1, 1, 0, 0], [70, 10, 50, 50])
predictions = np.repeat([1, 0, 1, 0], [70, 10, 50, 50])

tp = np.sum((labels == 1) & (predictions == 1))
fn = np.sum((labels == 1) & (predictions == 0))
fp = np.sum((labels == 0) & (predictions == 1))
tn = np.sum((labels == 0) & (predictions == 0))
print(f"TP {tp}, FN {fn}, FP {fp}, TN {tn}")

# %% [markdown]
# `ck.metrics.counts` does the same. In the figure, full areas are right answers and hatched ones mistakes.

# %%
case_1 = ck.metrics.counts(labels, predictions)
print(case_1)
ck.plot.counts(case_1, "Case 1: 120 of 180 right")
ck.plot.show(
    alt="A square cut into two columns: 80 positives, 70 found and 10 missed, and 100 "
    "negatives, 50 left alone and 50 false alarms."
)

# %% [markdown]
# Each of these metrics divides one area by another. Four questions, four answers:
#
# | metric | question | formula |
# |---|---|---|
# | **sensitivity**, recall | of the positives, how many are found? | TP / (TP + FN) |
# | **specificity** | of the negatives, how many are left alone? | TN / (TN + FP) |
# | **precision** | of the alarms, how many are true? | TP / (TP + FP) |
# | **accuracy** | of all answers, how many are right? | (TP + TN) / all |
#
# Work out all four for case 1, on paper.

# %% [markdown]
# **F1** joins precision and sensitivity by their harmonic mean, 2·TP / (2·TP + FP + FN). It is high only if both are
# high. What is it for case 1?
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
# Now let scikit-learn check your five numbers. (The specificity is the recall of class 0, because the negatives are the
# positives of the opposite question.)

# %%
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

print(f"sensitivity {recall_score(labels, predictions):.3f}")
print(f"specificity {recall_score(labels, predictions, pos_label=0):.3f}")
print(f"precision   {precision_score(labels, predictions):.3f}")
print(f"accuracy    {accuracy_score(labels, predictions):.3f}")
print(f"F1          {f1_score(labels, predictions):.3f}")

# %% [markdown]
# ## 3 · Is 98.9 % accuracy good?
#
# **Case 2** has 1,000 samples, and only 10 of them are positive. The test is right on 989.

# %%
ck.predict(
    "found_of_ten",
    "The accuracy is 98.9 %. How many of the 10 positives do you expect the test to find?",
    lowest=0,
    highest=10,
    unit="of 10",
)

# %% [markdown]
# There are eleven mistakes in all. Here are the counts, and then every sample as a mark. The black marks are the
# mistakes. Of which kind are most of them?

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
# Nine are missed positives. The accuracy hardly notices them, because positives are only 1 % of all. A test that always
# says no would even reach 0.990.
#
# **Balanced accuracy** asks each class by itself and takes the mean: (sensitivity + specificity) / 2.

# %%
always_no = ck.metrics.Counts(
    true_positives=0, false_negatives=10, false_positives=0, true_negatives=990
)
tests = {"case 1": case_1, "case 2": case_2, "always no": always_no}
for name, counts in tests.items():
    accuracy, balanced = counts.accuracy, counts.balanced_accuracy
    print(f"{name:9} accuracy {accuracy:.3f}, balanced accuracy {balanced:.4f}")

# %% [markdown]
# Now the order is reversed: case 1 has 0.6875, and case 2 only 0.549. Answering without looking gives 0.5 on average.
#
# A metric can be **undefined**. "Always no" raises no alarm, so the share of true alarms would be 0 / 0. The course returns
# `nan` ("not a number") there. F1 is 0 here, and undefined only where TP, FP and FN are all 0.

# %%
print(f"precision {always_no.precision}, F1 {always_no.f1}")

# %% [markdown]
# ### Exercise 2 (core): balanced accuracy for any labels
#
# With more classes the idea stays: take the mean of the recalls of all classes that occur in the labels. Guessing gives
# 1 / (number of classes), on average. Write it for any labels and predictions.


# %% exercise="balanced_accuracy"
def balanced_accuracy(labels, predictions):
    """Return the mean of the per-class recalls."""
    ### BEGIN SOLUTION
    classes = np.unique(labels)
    recalls = [np.mean(predictions[labels == label] == label) for label in classes]
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
# scikit-learn ships nearly two thousand real handwritten digits of 8×8 pixels. We make the eights rare, in training and test alike,
# so that 20 are left. `stratify` keeps the share of every class in both halves. The model is logistic regression: a network without
# hidden layers, just one dense layer with softmax. It is a *linear* model, because a weighted sum of the pixels decides.

# %%
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

small, digits = load_digits(return_X_y=True)
small = small / 16
keep = (digits != 8) | (np.cumsum(digits == 8) <= 20)
seen, new, seen_digits, new_digits = train_test_split(
    small[keep],
    digits[keep],
    test_size=0.5,
    random_state=0,
    stratify=digits[keep],
)
linear = LogisticRegression(max_iter=1000).fit(seen, seen_digits)
answers = linear.predict(new)
print(f"{len(new)} new digits, {np.sum(new_digits == 8)} of them eights")

# %% [markdown]
# The **confusion matrix** counts every pair: a row is a true class, a column an answer. With two classes it holds the four counts
# again. What is not on the diagonal is a mistake, and you see which. Look for the palest square on the diagonal:

# %%
_, ax = plt.subplots(figsize=(6.6, 5.6))
ck.plot.confusion_matrix(new_digits, answers, numerals, normalise="true", ax=ax)
ck.plot.show(alt=ck.plot.confusion_sentence(new_digits, answers, numerals))

# %% [markdown]
# Read row 8: two of the ten eights are taken for other digits. The report has one row per class, each against all
# others. The **macro average** counts every class once, so the macro average of the recalls *is* the balanced accuracy.
# The **weighted average** counts every class by its samples, so a rare class hardly counts in it. In which column do the two
# averages differ most?

# %%
print(ck.metrics.report(new_digits, answers, numerals))

# %% [markdown]
# In the recall, because the eights have the lowest one, 8 of 10. With ten images that may be luck (section 9). But even if it is not luck,
# the accuracy hardly shows it, because only ten of the 822 digits are eights. The macro average shows it.
# (scikit-learn has all three, too: `confusion_matrix`, `classification_report` and `balanced_accuracy_score`.)

# %% [markdown]
# ## 5 · Where is the line between yes and no?
#
# Most classifiers do not say yes or no. They give a **score**, here the probability that a breast tumour is malignant.
# Our model gets only two of the thirty measurements of the cells, because with all thirty it would make too few
# mistakes to study. `StandardScaler` brings each measurement to mean 0 and spread 1, and `make_pipeline` puts it in
# front of the model.

# %%
from sklearn.datasets import load_breast_cancer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

cells, benign = load_breast_cancer(return_X_y=True, as_frame=True)
malignant = (1 - benign).to_numpy()
train, test, train_labels, test_labels = train_test_split(
    cells, malignant, test_size=0.5, random_state=0, stratify=malignant
)
columns = ["mean texture", "mean symmetry"]
two = make_pipeline(StandardScaler(), LogisticRegression())
two.fit(train[columns], train_labels)
scores = two.predict_proba(test[columns])[:, 1]
print(f"{len(scores)} tumours, {test_labels.sum()} malignant")

# %% [markdown]
# Malignant tumours point upwards, benign ones downwards. Which of them lie on the wrong side of the line?

# %%
ck.plot.scores_by_class(test_labels, scores, threshold=0.5)
ck.plot.show(
    alt="Histogram of the scores: malignant tumours upwards, benign ones downwards. A "
    "line at 0.5 cuts it into the four counts; both classes lie on both sides of it."
)

# %% [markdown]
# The line at 0.5 is a choice. If you move it to the left, more
# malignant tumours are found, but more women with a harmless one get a false alarm. Every **threshold** has its own
# four counts, so no single set of four counts can judge the scores.

# %%
curve = ck.metrics.threshold_curve(test_labels, scores)
print("threshold  sensitivity  specificity  precision")
for threshold in (0.2, 0.5, 0.8):
    counts = curve.at(threshold)
    shares = f"{counts.sensitivity:11.3f}  {counts.specificity:11.3f}"
    print(f"{threshold:9}  {shares}  {counts.precision:9.3f}")

# %% [markdown]
# All thresholds at once make a curve. The **ROC curve** draws sensitivity against 1 − specificity, the
# **precision-recall curve** draws precision against sensitivity. The dots mark threshold 0.5 of our model. For
# comparison there is a second model, which gets all thirty measurements. The legends give the area under the ROC curve
# and the *average precision*: the mean of the precision, weighted by how much each step adds to the sensitivity.

# %%
from sklearn.metrics import average_precision_score

all_thirty = make_pipeline(StandardScaler(), LogisticRegression())
better_scores = all_thirty.fit(train, train_labels).predict_proba(test)[:, 1]

# %%
_, (ax_roc, ax_pr) = plt.subplots(1, 2, figsize=(10, 5.2))
for name, values, dot in [
    ("two measurements", scores, 0.5),
    ("thirty measurements", better_scores, None),
]:
    ck.plot.roc_curve(test_labels, values, name, threshold=dot, ax=ax_roc)
    average = average_precision_score(test_labels, values)
    label = f"{name}: average {average:.3f}"
    ck.plot.precision_recall_curve(test_labels, values, label, threshold=dot, ax=ax_pr)
ax_roc.set_title("ROC: up and left is better")
ax_pr.set_title("Precision-recall: up and right is better")
ck.plot.show(
    alt="Two plots. Left, ROC curves: thirty measurements hug the upper left corner, "
    "two lie between it and the dotted diagonal of guessing. Right, precision-recall "
    "curves: thirty near the upper right corner, two falling from 1 to 0.4."
)

# %% [markdown]
# In both plots the dashed line lies on the better side: with thirty measurements the model orders the tumours better.

# %% [markdown]
# The **area under the ROC curve** has a plain meaning. Take one malignant and one benign tumour at random. How often
# does the malignant one have the higher score? Guessing gives 0.5, and a perfect order gives 1. We count the pairs to
# see it. (A tie would count one half, but here no two scores are equal.)

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
# A doctor says: find at least 95 % of the malignant tumours, with as few alarms as that allows. Return the highest threshold that does so;
# `scores >= threshold` means positive.


# %% exercise="threshold_for_sensitivity"
def threshold_for_sensitivity(labels, scores, wanted):
    """Return the highest threshold that finds at least the wanted share of the positives."""
    ### BEGIN SOLUTION
    positives = np.sort(scores[labels == 1])[::-1]
    # Without the tiny number, ceil(0.07 * 100) would be 8: the product is a little over 7.
    needed = int(np.ceil(wanted * len(positives) - 1e-9))
    return positives[needed - 1]
    ### END SOLUTION


# %% check="threshold_for_sensitivity" points=1
ck.check.judging.threshold_for_sensitivity(threshold_for_sensitivity)

# %% [markdown]
# ## 6 · What if positives are rare?
#
# In this data set 37 % of the tumours are malignant. In a screening, positives are far rarer. So we let every benign
# tumour count 20 times. The model and its scores stay the same, but positives become rarer.

# %%
ck.predict(
    "rarer",
    "Which of the two curves changes when positives become rarer?",
    choices=("the ROC curve", "the precision-recall curve", "both", "neither"),
)

# %%
copies = np.where(test_labels == 1, 1, 20)
rare_labels, rare_scores = np.repeat(test_labels, copies), np.repeat(scores, copies)
print(f"share of positives {rare_labels.mean():.3f}")

_, (ax_roc, ax_pr) = plt.subplots(1, 2, figsize=(10, 5.2))
for name, truth, values in [
    ("37 % positive", test_labels, scores),
    ("3 % positive", rare_labels, rare_scores),
]:
    ck.plot.roc_curve(truth, values, name, ax=ax_roc)
    label = f"{name}: average {average_precision_score(truth, values):.3f}"
    ck.plot.precision_recall_curve(truth, values, label, ax=ax_pr)
ax_roc.set_title("ROC")
ax_pr.set_title("Precision-recall")
ck.plot.show(
    alt="Left, two ROC curves that lie exactly on each other. Right, two "
    "precision-recall curves: with 37 % positives it falls from 1 to 0.4, with 3 % "
    "it lies near 0.1 for most recalls."
)

# %% [markdown]
# Was that your guess?

# %%
ck.reveal(
    "rarer",
    "the precision-recall curve",
    because="Sensitivity and specificity each look inside one class. Precision mixes "
    "both: 20 times as many negatives raise 20 times as many false alarms.",
)

# %% [markdown]
# So where positives are rare, look at the precision-recall curve. Now an example from Gigerenzer and others (2007):
# screening by mammography, with a prevalence of 1 %, a sensitivity of 90 % and a specificity of 91 %. The alarm goes off.

# %%
ck.predict(
    "alarm",
    "The alarm goes off. How probable is a cancer?",
    lowest=0,
    highest=100,
    unit="%",
)

# %% [markdown]
# Have you committed? Now count women instead of per cents, and compare the circles with the crosses:

# %%
screening = ck.metrics.Counts(
    true_positives=9, false_negatives=1, false_positives=89, true_negatives=901
)
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
# Take 1,000 women. Ten of them are ill, and 9 of these are found. Of the 990 healthy women, 89 get a false alarm. So
# it is nine per cent, not ninety. In the survey of Gigerenzer and others, the answers of most gynaecologists were far
# too high. So where positives are rarer, the precision falls, although nothing about the classifier has changed.
#
# ### Exercise 4 (core): the positive predictive value
#
# The precision of such a test is also called **positive predictive value**. Write it for any numbers.


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
# ## 7 · Which threshold is cheapest?
#
# Suppose that a missed malignant tumour is as bad as 5 false alarms. Then each threshold has a cost, 5 · FN + FP. Look
# for the lowest point of the curve:


# %%
def cost_of(counts):
    """Return the price of the mistakes: a missed tumour is as bad as 5 false alarms."""
    return 5 * counts.false_negatives + counts.false_positives


costs = cost_of(curve)
best = costs.argmin()
print(f"cheapest threshold {curve.thresholds[best]:.2f}, cost {costs[best]}")

# %%
_, ax = plt.subplots()
# [1:], because the first threshold is infinite: no alarm at all.
ax.step(
    curve.thresholds[1:], costs[1:], where="post", label="5 · missed + false alarms"
)
ax.axvline(0.5, color="black", linestyle=":", label="threshold 0.5")
ax.plot(curve.thresholds[best], costs[best], "o", color="C5", label="cheapest")
ax.set(xlabel="threshold", ylabel="cost")
ax.set_title("The cheapest threshold lies left of 0.5")
ax.legend(loc="upper left")
ck.plot.show(
    alt="The cost of every threshold: it falls a little from 0 to its lowest point "
    "near 0.18 and then rises. At 0.5, the dotted line, it is twice the lowest."
)

# %% [markdown]
# An alarm is worth it as soon as one alarm in six is true, because the one miss that it avoids costs as much as the
# five false alarms. So if the scores are honest probabilities, the cheapest threshold is 1 / (1 + 5), which is close to
# the 0.18 of the curve.

# %% [markdown]
# One warning. The test set has just chosen a threshold, so it can no longer judge it. So we cut the tumours into two
# random halves, 200 times. One half chooses, and the other judges. To compare, we also take 1/6, which no half chose:


# %%
def cost_at(threshold, rows):
    """Return the cost per tumour of a threshold, for some of the tumours."""
    alarms = (scores[rows] >= threshold).astype(int)
    return cost_of(ck.metrics.counts(test_labels[rows], alarms)) / len(rows)


# %%
half = len(scores) // 2
chosen, fixed = [], []
for cut in range(200):
    order = np.random.default_rng(cut).permutation(len(scores))
    one, other = order[:half], order[half:]
    choosing = ck.metrics.threshold_curve(test_labels[one], scores[one])
    cheapest = choosing.thresholds[cost_of(choosing).argmin()]
    chosen.append([cost_at(cheapest, one), cost_at(cheapest, other)])
    fixed.append([cost_at(1 / 6, one), cost_at(1 / 6, other)])

for name, pairs in {"chosen by one half": chosen, "fixed at 1/6": fixed}.items():
    here, there = np.transpose(pairs)
    print(f"threshold {name}")
    print(f"  cost per tumour {here.mean():.2f}, in the other half {there.mean():.2f}")
    print(f"  the other half pays more in {np.mean(there > here):.0%} of 200 cuts")

# %% [markdown]
# A threshold looks better on the tumours that chose it: a tumour costs 0.43 there and 0.54 in the other half, which pays more in 88 % of
# the cuts. With 1/6 it does so in 50 %, as often as not. A chosen threshold fits the tumours that chose it, and what is only chance in them, too. So choose on
# one part, and judge on another.

# %% [markdown]
# (All 200 cuts share the same 285 tumours, so the 88 % describes these tumours only. It is not a statistical test.)

# %% [markdown]
# ## Challenge: the cheapest screening
#
# Train on half of the tumours and answer for the others: a missed malignant tumour costs 5, a false alarm 1. Choose the
# measurements (their names are in `cells.columns`), the model and the threshold. The score is the mean cost per 100
# women, each with a tumour, over five random halves. The first answer costs 99. The goal is 10 or less.

# %% [markdown]
# Try as often as you like. But then the five halves *choose*, so your best score is a little too good (section 10).


# %%
def screen(cells, malignant, new_cells):
    """Return True for each of the new tumours that is taken for malignant."""
    columns = ["mean texture", "mean symmetry"]
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(cells[columns], malignant)
    return model.predict_proba(new_cells[columns])[:, 1] >= 0.5


ck.check.judging.screening_cost(screen)

# %% [markdown]
# *Here part B begins: how certain is the number?*
#
# ## 8 · Does a probability keep its promise?
#
# *You may skip this section.* A forecast of 80 % rain keeps its promise if it rains on 80 of 100 such days. Then it is
# **calibrated**. A classifier can be accurate and not calibrated. Here are two models for all ten digits. Each promises
# a probability for its own answer. How often is that answer right?

# %%
from sklearn.naive_bayes import GaussianNB

small_train, small_test, small_train_digits, small_digits = train_test_split(
    small, digits, test_size=0.5, random_state=0, stratify=digits
)
models = {"linear": LogisticRegression(max_iter=1000), "naive Bayes": GaussianNB()}
promises = {
    name: model.fit(small_train, small_train_digits).predict_proba(small_test)
    for name, model in models.items()
}
print(f"{len(small_digits)} new digits, ten classes")
for name, promised in promises.items():
    promise = promised.max(axis=1).mean()
    kept = np.mean(promised.argmax(axis=1) == small_digits)
    print(f"{name:12} promises {promise:.3f}, keeps {kept:.3f}")

# %% [markdown]
# The **reliability diagram** sorts the answers into bins by their confidence, and draws which share of each bin came
# true. Below the diagonal the model is too sure of itself, above it too modest. The smallest dots stand for only a few
# answers, so do not read anything into the zigzag. The **expected calibration error** is the mean distance of the dots
# from the diagonal, each weighted by its number of answers.

# %%
_, ax = plt.subplots(figsize=(4.6, 4.6))
for name, promised in promises.items():
    ck.plot.reliability_diagram(small_digits, promised, label=name, ax=ax)
ax.set_title("One too modest, one too sure")
ck.plot.show(
    alt="Reliability diagram: the linear model lies above the diagonal, naive Bayes "
    "far below it; its largest dot promises nearly 1 and comes true in 0.85."
)

# %% [markdown]
# Naive Bayes is too sure of itself. One likely reason: it treats neighbouring pixels as independent, although they carry nearly the
# same information. Deep networks, too, are often too sure (Guo and others, 2017). The linear model is too modest. One likely reason:
# scikit-learn keeps its weights small unless told otherwise, and small weights give cautious probabilities.

# %% [markdown]
# ## 9 · How far off may an accuracy be?
#
# Suppose that a network is right on 480 of 600 test images, which is 0.80. A test set is a sample: another 600 images
# would give another accuracy. To learn how different, the **bootstrap** draws 600 of the 600 *with replacement*,
# computes the metric, and repeats. The middle 95 % of the results, between the dashed
# lines below, are the interval.

# %%
hits = np.repeat([1, 0], [480, 120])
generator = np.random.default_rng(0)
draws = [generator.choice(hits, len(hits)).mean() for _ in range(1000)]

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
# What does 95 % mean? If many people each took a test set of their own and computed such an interval, about 95 of 100 intervals would
# hold the true accuracy, the one on all images there could be. The interval says nothing about a new training.

# %% [markdown]
# ### Exercise 5 (core): the bootstrap
#
# Return the lower and the upper end of the 95% interval of the share of right answers. `right` holds 1 for a right answer
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
print(f"recall of the 8s   {ck.metrics.proportion_interval(8, 10)}")

# %% [markdown]
# The balanced accuracy is less certain, because a tenth of it rests on ten eights. The interval of their own recall
# reaches from 0.49 to 0.94. That is **Wilson's interval** for shares. It leaves room for doubt even where *all* answers
# are right. There the bootstrap fails, because every draw holds only right answers, too.

# %%
all_right = np.ones(50, int)
drawn = ck.metrics.bootstrap_interval(ck.metrics.accuracy, all_right, all_right)
print("bootstrap:", drawn)
print("Wilson:   ", ck.metrics.proportion_interval(50, 50))

# %% [markdown]
# So take Wilson's interval for a share of single images, and the bootstrap for any other metric. And do not trust an interval of
# width 0.

# %% [markdown]
# ### Is 0.82 better than 0.80?
#
# Two networks answer for the same 600 images. One is right on 492 of them, the other on 480.

# %%
for name, count_right in {"first": 492, "second": 480}.items():
    print(f"{name:6} {ck.metrics.proportion_interval(count_right, 600)}")

# %% [markdown]
# The intervals overlap widely, but that does not prove the two equally good. Both judged the *same* images, so an image
# that is hard for both lowers both accuracies. The **paired bootstrap** therefore draws images, and for each draw it
# computes the lead of the first network. Per image the difference is 1 (only the first is right), −1 (only the second)
# or 0.

# %% [markdown]
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
# Suppose that both are right on 450 images, only the first on 42, and only the second on 30. Do we know which is
# better? And with ten times as many images and the same shares?

# %%
first_hits = np.repeat([1, 1, 0, 0], [450, 42, 30, 78])
second_hits = np.repeat([1, 0, 1, 0], [450, 42, 30, 78])
generator = np.random.default_rng(0)
for times in (1, 10):
    difference = np.repeat(first_hits - second_hits, times)
    leads = [generator.choice(difference, len(difference)).mean() for _ in range(1000)]
    low, high = np.quantile(leads, [0.025, 0.975])
    print(
        f"{len(difference):,} images: {np.mean(difference):.3f} ({low:+.3f} to {high:+.3f})"
    )

# %% [markdown]
# With 600 images the interval holds 0, so we cannot tell. With 6,000 and the same shares we could. But another random start of the
# *training* may move the accuracy, too, and no bootstrap of a single run knows by how much. To learn that, train several times.

# %% [markdown]
# ## 10 · Why may the test set be used only once?
#
# Let us cheat. We judge 200 "networks" that only toss coins on 100 images, and then let the best of them answer for 100
# new images. We do all this 300 times.

# %%
ck.predict(
    "coins",
    "Each coin is right on half of the images. How many of 100 does the best of 200 get?",
    lowest=0,
    highest=100,
    unit="of 100",
)

# %%
generator = np.random.default_rng(1)
hits_of_coins = generator.binomial(100, 0.5, (300, 200))  # right answers in 100 tosses
best_coins = hits_of_coins.max(axis=1)
on_new_images = generator.binomial(100, 0.5, 300)
print(f"all coins                    {hits_of_coins.mean():.1f} of 100 right")
print(f"the best of 200              {best_coins.mean():.1f}")
print(f"the same coin on new images  {on_new_images.mean():.1f}")
ck.reveal(
    "coins",
    best_coins.mean(),
    within=4,
    unit="of 100",
    because="Of 200 lucky and unlucky coins you keep the luckiest.",
)

# %% [markdown]
# The best coin was only lucky, and on new images its luck is gone. If you try many networks and report the best test
# result, part of its lead is such luck, too. So train on one part, choose on a second (the **validation set**), and
# judge on the third (the **test set**), once.

# %% [markdown]
# ## Spot the bug: a share of what?
#
# The XAI course prints case 2 (TP 1, FN 9, FP 2, TN 988) with a balanced accuracy of 0.544 (`xai.balanced_accuracy`). You found 0.549.
# Its sensitivity, 1 / 10, is right, so the true negatives were divided by a wrong number. By which? (Such slips happen to all of us.)
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
# The true negatives were divided by all 1,000 samples, not by the 990 negatives. With rare positives that is a small slip, because nearly
# all samples are negatives; in case 1 it would be a large one. (Rounding moves that by about one.) Always ask a share: *of what?*
#
# ## Recap
#
# - Four counts give the metrics of a yes-or-no answer; ask of each share *of what* it is one (exercises 1 and 7).
# - Accuracy hides rare classes; balanced accuracy counts every class once (exercise 2, section 4).
# - Curves show all thresholds; choose one by what you must find, or by what mistakes cost (exercise 3, section 7).
# - Where positives are rare, most alarms may be false, even those of a good test (exercise 4).
# - A result needs an interval, a comparison a paired one (exercises 5 and 6), and the test set is used once (section 10).
#
# ## What comes next
#
# Lesson 05 trains on a few photographs of cats and dogs, so every result there needs an interval. In lesson 09 the
# classes are unequal, and balanced accuracy judges.

# %% [markdown]
# ## Sources
#
# - *Explainable Artificial Intelligence (XAI)*, a web site with a Python course: cases 1 and 2 (`ck.sources("xai")`).
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
