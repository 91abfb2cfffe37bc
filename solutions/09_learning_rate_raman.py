# %% [markdown]
# # 09 · Learning rates, on Raman spectra
#
# **You will leave images for curves, find out what a learning rate does to a training, and learn to distrust a result that a
# mouse could explain.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 50 minutes to work through, 2 of them training · full: about 10 minutes to run |
# | Needs | lessons 03, 04 and 07 |
# | Data | 753 Raman spectra of tissue of 144 mice; without a network, 600 drawn spectra of 60 |
# | Memory | 1 GB |

# %% [markdown]
# ## You will be able to …
#
# - normalise spectra, and say why a learning rate depends on it;
# - read from a training curve whether the learning rate is too large, too small, or about right;
# - split data so that no animal, patient or day stands on both sides, and measure what happens otherwise;
# - compare a network with an old method, fairly;
# - ask a one-dimensional network which wavenumbers it uses.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("09_learning_rate_raman", keras=True)

# %% [markdown]
# ## 1 · What is a Raman spectrum?
#
# Light of one colour falls on tissue. A tiny part of it comes back in other colours, because molecules took a little energy
# to vibrate. How much energy is the **wavenumber**, in 1/cm. Each kind of molecule has peaks, **bands**, at places of its
# own.

# %%
mice = ck.data.load("raman_mice")
print(mice.describe())

# %% [markdown]
# Normal tissue, hyperplasia (*Hp*: too many cells), adenoma (a benign tumour) and carcinoma (a malignant one). Let us look at the
# mean of each class, with one standard deviation around it.

# %%
table = mice.table
ck.plot.spectra_by_class(
    table.spectra, table.labels, table.wavenumbers, table.classes
).set_title("As measured, classes differ less than spectra of one class do")
ck.plot.show(
    alt="Four mean spectra, one above the other, each in a wide band of one standard "
    "deviation. All have the same peaks, and the bands are widest there."
)

# %% [markdown]
# The wide bands are mostly *brightness*: how much light came back depends on focus and roughness, not on disease. That is what a
# normalisation takes away.
#
# ### Exercise 1: standard normal variate
#
# The most common one treats each spectrum by itself: subtract its mean, divide by its standard deviation. One spectrum is a
# row.


# %% exercise="standard_normal_variate"
def standard_normal_variate(spectra):
    """Return each row with mean 0 and standard deviation 1."""
    ### BEGIN SOLUTION
    mean = spectra.mean(axis=1, keepdims=True)
    return (spectra - mean) / spectra.std(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="standard_normal_variate" points=1
ck.check.raman.standard_normal_variate(standard_normal_variate)

# %% [markdown]
# Two others divide only: by the length of the spectrum as a vector, or by the area of one band that all tissue has, amide I of
# proteins. What is left of the spread, and how large are the numbers that a network will get?

# %%
import numpy as np

normalised = {
    "raw": table.spectra,
    "unit length": ck.spectra.unit_length(table.spectra),
    "standard normal variate": ck.spectra.standard_normal_variate(table.spectra),
    "amide I": ck.spectra.unit_band(table.spectra, table.wavenumbers),
}
for name, values in normalised.items():
    spread = values.std(axis=0).mean() / np.ptp(values.mean(axis=0))
    print(f"{name:24} typical value {np.abs(values).mean():9.4f}   spread {spread:.3f}")

# %% [markdown]
# *Spread* is the mean standard deviation as a share of the height of the mean spectrum. All three take about half of it away or more. But the
# numbers differ by a factor of many thousand: remember that when we come to learning rates.

# %%
spectra = normalised["standard normal variate"]
ck.plot.spectra_by_class(
    spectra, table.labels, table.wavenumbers, table.classes
).set_title("Normalised, the bands of the classes become narrow")
ck.plot.show(
    alt="The four mean spectra after the standard normal variate, in much narrower bands. "
    "The highest peak lies near 1448; the classes still look very much alike."
)

# %% [markdown]
# ## 2 · Who is in which part?
#
# 70 % to train, 15 % to validate, 15 % to test. Each mouse has several spectra, and the spectra of one mouse are alike. So a
# random split would put nearly every mouse on both sides.
#
# ### Exercise 2: count them
#
# `train` and `test` are positions, `mouse` has a name for each spectrum. How many mice stand in both parts?


# %% exercise="shared_mice"
def shared_mice(mouse, train, test):
    """Return how many mice have spectra in both parts."""
    ### BEGIN SOLUTION
    return len(np.intersect1d(mouse[train], mouse[test]))
    ### END SOLUTION


# %% check="shared_mice" points=1
ck.check.raman.shared_mice(shared_mice)

# %% [markdown]
# The course's splitter keeps groups together and still gives each part its share of each class. If every spectrum is its own group,
# it is a random split.

# %%
one_each = np.arange(len(table))
parts = ("train", "validation", "test")
by_mouse = ck.data.split_by_group(table.mouse, table.labels, seed=0)
at_random = ck.data.split_by_group(one_each, table.labels, seed=0)
for name, split in (("at random", at_random), ("by mouse", by_mouse)):
    both = np.intersect1d(table.mouse[split[0]], table.mouse[split[2]])
    sizes = ", ".join(str(len(part)) for part in split)
    print(f"{name:10} {sizes} spectra; mice in training and test: {len(both)}")

# %%
ck.plot.class_histogram(
    {name: table.labels[part] for name, part in zip(parts, by_mouse, strict=True)},
    table.classes,
).set_title("Half of all spectra are normal, few are carcinomas")
ck.plot.show(
    alt="Bars for each class and part. About half of the spectra are normal; carcinoma has "
    "the fewest, in the test part only a handful."
)

# %% [markdown]
# ### Exercise 3: the lazy network
#
# Many of the curves below begin at the same accuracy. It belongs to a network that always answers the most frequent class. Return
# its accuracy and its balanced accuracy, for any labels.


# %% exercise="majority"
def majority(labels):
    """Return accuracy and balanced accuracy of always the most frequent class."""
    ### BEGIN SOLUTION
    counts = np.bincount(labels)
    return counts.max() / counts.sum(), 1 / len(counts)
    ### END SOLUTION


# %% check="majority" points=1
ck.check.raman.majority(majority)

# %%
counts = np.array([397, 97, 196, 63])  # the real table
shares = counts / counts.sum()
print(f"accuracy {shares.max():.3f}, balanced accuracy {1 / len(shares):.2f}")
print(f"loss of who answers these shares: {-(shares * np.log(shares)).sum():.2f}")

# %% [markdown]
# So an accuracy of 0.52 after the first epoch is *not* half a success: it is nothing at all. **Balanced accuracy** says so, 0.25. Keep
# the loss in mind, too: who knows nothing but the shares has 1.16.
#
# ## 3 · Two networks in one dimension
#
# A `Conv1D` slides along the wavenumbers as a `Conv2D` slides over an image. Net 1 of our source pads and never pools; net 2 does
# not pad, halves after each convolution, and drops out.

# %%
import keras
from keras import layers


def net_2(points, width=32):
    """Three convolutions, each with pooling, and a dense layer."""
    model = keras.Sequential([keras.Input((points, 1))])
    for filters in (width, 2 * width, 4 * width):
        model.add(layers.Conv1D(filters, 5, activation="relu"))
        model.add(layers.MaxPooling1D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(256, activation="relu"))
    model.add(layers.Dropout(0.2))
    model.add(layers.Dense(4, activation="softmax"))
    return model


print(f"net 1: {ck.networks.raman_convnet().count_params():,} parameters")
print(f"net 2: {net_2(696).count_params():,} parameters")

# %% [markdown]
# ### Exercise 4: why eight times fewer?
#
# Nearly all parameters are in the dense layer behind the flattening, and that depends on how many points are left. Net 1 keeps all
# 696. How many does net 2 have left?


# %% exercise="points_left"
def points_left(points, width):
    """Return the points after three times convolution (no padding) and pooling by 2."""
    ### BEGIN SOLUTION
    for _ in range(3):
        points = (points - width + 1) // 2
    return points
    ### END SOLUTION


# %% check="points_left" points=1
ck.check.raman.points_left(points_left)

# %% [markdown]
# ## 4 · Which rates could work at all?
#
# The **range test** of lesson 07 tries them all in one short training. **Predict**: raw spectra have values in the hundreds,
# normalised ones around 1. For which does the loss explode at a smaller rate?

# %% tags=["nbval-ignore-output"]
import matplotlib.pyplot as plt

train, validation, test = by_mouse
_, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
for ax, name in zip(axes, ("raw", "standard normal variate"), strict=True):
    keras.utils.set_random_seed(lesson.seed)
    model = net_2(696, width=8)
    model.compile(keras.optimizers.Adam(), "sparse_categorical_crossentropy")
    values = normalised[name][train][..., np.newaxis]
    tried = ck.training.learning_rate_range_test(
        model, values, table.labels[train], lowest=1e-6, steps=60
    )
    ck.plot.range_test(tried.rates, tried.losses, ax=ax).set_title(name)
    print(
        f"{name}: loss {tried.losses[0]:.2f} at first, lowest {tried.losses.min():.2f}"
    )
ck.plot.show(
    alt="Two range tests. Raw spectra begin with a loss above ten that falls up to the "
    "largest rates; normalised ones begin near 1.3, are lowest in the middle, and rise."
)

# %% [markdown]
# Look at the *first* loss. Large inputs make large outputs, and with random weights that means wrong answers, given with great
# certainty. So much is to be mended that even huge rates still help, while normalised spectra have long had enough: the
# right rate belongs to a scale. Our source found 0.1 large for raw spectra, and 0.001 already large for normalised ones.

# %% [markdown]
# ## 5 · Train one
#
# Net 2, with a quarter of its filters so that your computer keeps up. Balanced accuracy is measured while it trains: over all
# batches together, for the mean of the batches' values would be wrong.

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(lesson.seed)
model = net_2(696, width=8)
model.compile(
    optimizer=keras.optimizers.Adam(1e-3),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy", ck.training.BalancedAccuracy(classes=4)],
)
inputs = spectra[..., np.newaxis].astype(np.float32)
history = model.fit(
    inputs[train],
    table.labels[train],
    batch_size=32,
    epochs=lesson.epochs(quick=8, lesson=20, full=60),
    validation_data=(inputs[validation], table.labels[validation]),
    verbose=0,
    callbacks=[ck.training.ProgressBar()],
)

# %% tags=["nbval-ignore-output"]
ck.plot.learning_panels({"net 2": history.history}, ["loss", "balanced_accuracy"])
ck.plot.show(
    alt=ck.plot.learning_sentence({"net 2": history.history}, "balanced_accuracy")
)

# %% [markdown]
# On real spectra the training line climbs towards 1 and the validation line stays at 0.35 to 0.4, while the validation *loss* turns and
# rises: the network learns its mice by heart. Find the epoch in which the two lines part here.

# %% [markdown]
# ## 6 · What does a learning rate do?
#
# Now every rate and schedule of our source, with its networks, on the real spectra, split by mouse. It trained for 150 to 500 epochs; we
# stop as soon as the training spectra are known by heart. **Predict** the curve for 1e-2, and for 1e-6, before you look. The image shows 40
# epochs, with losses cut off at 4.

# %%
names = ck.training.recorded_runs("raman")
runs = {name: ck.training.load_run(name) for name in names}
rates = {name: runs[f"raman_rate_{name}"] for name in ("1e-2", "1e-3", "1e-4", "1e-6")}
print(rates["1e-3"].note)
begin = {
    name: {
        metric: np.minimum(values[:40], 4).tolist()  # 40 epochs, losses cut off at 4
        for metric, values in run.history.items()
    }
    for name, run in rates.items()
}
ck.plot.learning_panels(begin, ["loss", "balanced_accuracy"])
ck.plot.show(
    alt="Loss and balanced accuracy over 40 epochs for four learning rates: 1e-6 stays "
    "where it begins, 1e-2 begins with a huge loss, 1e-4 climbs slowly, 1e-3 fast."
)

# %% [markdown]
# - **1e-2, too large**: the first steps throw the loss to 33. It comes back to 1.2 at once. You know that number: for two epochs the network
#   answers the shares of the classes, whatever it sees. Then it learns after all, but in jumps.
# - **1e-6, too small**: nothing is wrong, and hardly anything happens.
# - **1e-4**: slower, smoother. **1e-3**: fast, then shaky.
#
# "Stuck" and "slow" look alike at first. Only patience, or the range test, tells them apart.

# %% [markdown]
# A **schedule** changes the rate on the way: *step decay* multiplies it by 0.9 every 20 epochs; the *exponential* one keeps it for 10
# epochs and then multiplies it by e^-0.01 each epoch.
#
# ### Exercise 5: the exponential schedule


# %% exercise="exponential_rate"
def exponential_rate(epoch, rate):
    """Return the learning rate: constant for 10 epochs, then times e^-0.01 an epoch."""
    ### BEGIN SOLUTION
    return rate * np.exp(-0.01 * max(0, epoch - 10))
    ### END SOLUTION


# %% check="exponential_rate" points=1
ck.check.raman.exponential_rate(exponential_rate)

# %% [markdown]
# The three of 1e-3 side by side, with the rate itself on the right, dotted. They start from the same weights and see the same batches:
# as long as their rates agree, so do their curves.

# %%
schedules = {
    "constant": runs["raman_rate_1e-3"],
    "exponential": runs["raman_exponential"],
    "step decay": runs["raman_step_decay"],
}
ck.plot.learning_curves(
    {name: run.history for name, run in schedules.items()},
    "loss",
    learning_rates={
        name: run.history["learning_rate"] for name, run in schedules.items()
    },
)
ck.plot.show(
    alt="Loss of three schedules over the epochs, with their learning rates dotted on a "
    "second axis. Training losses fall together, validation losses rise together."
)

# %%
for name, run in schedules.items():
    rate = run.history["learning_rate"]
    known = next(
        (e for e, loss in enumerate(run.history["loss"], 1) if loss < 0.1), None
    )
    print(
        f"{name:12} last rate {rate[-1]:.1e}   training loss below 0.1 in epoch {known}"
    )

# %% [markdown]
# These schedules are gentle. When the exponential one has halved its rate, in epoch 80, and when step decay has, in epoch 140, the
# network has long known its training spectra by heart. They act after the interesting part.
#
# ## 7 · The reported table, and ours
#
# Epochs, loss, accuracy and balanced accuracy on the test spectra. Our epochs end when the training loss is below 0.01, or at the
# limit that the notes name; then the text says "stopped".

# %%
reported = {
    "rate_1e-3": (200, 9.819, 0.591, 0.420),
    "rate_1e-4": (500, 6.136, 0.559, 0.456),
    "exponential": (200, 3.429, 0.578, 0.419),
    "step_decay": (150, 5.017, 0.572, 0.389),
    "pooled": (300, 5.469, 0.679, 0.456),
}
print(
    "            reported: epochs   loss  accur.   bal.   ours: epochs   loss  accur.   bal."
)
for name, (epochs, loss, accuracy, balanced) in reported.items():
    run = runs[f"raman_{name}"]
    print(
        f"{name:12} {epochs:15} {loss:6.2f} {accuracy:7.3f} {balanced:6.3f}"
        f" {run.epochs:14} {run.test['loss']:6.2f}"
        f" {run.test['accuracy']:7.3f} {run.test['balanced_accuracy']:6.3f}"
    )
print("1e-3 again, 'too large':    300   8.32   0.572  0.365")

# %%
print("ours         epochs              loss   balanced (95 % interval)")
for name, run in runs.items():
    ended = "known by heart" if run.history["loss"][-1] < 0.01 else "stopped"
    print(
        f"{name.removeprefix('raman_'):12} {run.epochs:4} {ended:14} {run.test['loss']:5.2f} "
        "{balanced_accuracy:8.3f} ({balanced_accuracy_low:.2f} to {balanced_accuracy_high:.2f})".format(
            **run.test
        )
    )

# %% [markdown]
# In the reported table 1e-3 stands twice, once "too large" and once "good", with 0.572 and 0.591. How much is that? About 113 spectra are
# tested. Count, before you look for a reason:

# %%
for accuracy in (0.572, 0.591):
    right = round(accuracy * 113)
    print(right, "of 113 right:", ck.metrics.proportion_interval(right, 113))

# %% [markdown]
# Two spectra. Each figure could have been the other one, with another seed or another split; and spectra of one mouse are not even
# independent, so the true intervals are wider still. The verdict "too large" came from the *shape* of a curve, and a curve from one seed
# is an anecdote.

# %% [markdown]
# Now compare for yourself. Choose a learning rate, a schedule, a network; tick runs; choose the metric. Find a run whose validation
# *accuracy* rises while its validation *loss* does, too.

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_runs(names)

# %% [markdown]
# Accuracy counts who is right, the loss also how sure. An overfitted network stays right about as often and becomes surer of its
# mistakes. A loss of 3 or 4, in the source up to 10, where knowing nothing costs 1.16: that is what all those epochs bought.

# %% [markdown]
# ## 8 · What does a random split hide?
#
# The same method, the same number of spectra, five seeds: once split at random, once by mouse. The *gap* is what knowing the mouse is
# worth. First live, with an old method: 20 principal components, then linear discriminant analysis.

# %% tags=["nbval-ignore-output"]
gaps = []
for seed in range(lesson.choose(quick=3, lesson=5, full=5)):
    found = ck.training.leakage(
        ck.training.pca_lda, inputs, table.labels, table.mouse, seed
    )
    gaps.append(found["random_accuracy"] - found["by_mouse_accuracy"])
print(
    f"gap in accuracy: mean {np.mean(gaps):.2f}, from {min(gaps):.2f} to {max(gaps):.2f}"
)

# %% [markdown]
# And as recorded on the real spectra, with net 2 beside it:

# %%
study = ck.training.load_study("raman_leakage")
print(study["note"])
print("\n                 seeds   random    by mouse   gap: mean ± deviation")
for method in ("PCA + LDA", "net 2"):
    rows = [row for row in study["rows"] if row["method"] == method]
    for metric in ("accuracy", "balanced_accuracy"):
        chance = np.array([row[f"random_{metric}"] for row in rows])
        honest = np.array([row[f"by_mouse_{metric}"] for row in rows])
        gap = chance - honest
        print(
            f"{method:10} {metric[:8]:8} {len(rows)} {chance.mean():8.3f} {honest.mean():10.3f} "
            f"{gap.mean():9.3f} ± {gap.std(ddof=1):.3f}"
        )

# %% [markdown]
# By mouse both methods have about 0.57 in accuracy and 0.40 in balanced accuracy; a random split adds 0.10 and 0.19 to 0.26. And look at the
# deviation between seeds: which few mice are tested decides more than the method.
# So test on *all* mice, in turns.
#
# ## 9 · Does the network beat the old method?
#
# **Cross-validation by mouse**: five folds; each is tested once, by a new model that has seen none of its mice. `StratifiedGroupKFold`
# of scikit-learn does it.

# %% tags=["nbval-ignore-output"]
from sklearn.model_selection import StratifiedGroupKFold

folds = StratifiedGroupKFold(5, shuffle=True, random_state=lesson.seed)
answers = np.zeros(len(table), dtype=int)
for known, unknown in folds.split(inputs, table.labels, table.mouse):
    assert not set(table.mouse[known]) & set(table.mouse[unknown])
    answers[unknown] = ck.training.pca_lda(
        inputs[known], table.labels[known], inputs[unknown]
    )
score = ck.metrics.balanced_accuracy(table.labels, answers)
print(f"PCA + LDA, four classes, every mouse tested once: {score:.2f}")

# %% [markdown]
# The authors of the spectra published an easier task: normal tissue or tumour, preparations only, 440 spectra of 47 mice; PCA and
# LDA reach about 0.8. Here are both tasks and both methods, on the real spectra:

# %%
study = ck.training.load_study("raman_by_mouse")
print(study["note"])
for row in study["rows"]:
    print(
        f"{row['task']:16} {row['method']:10} seed {row['seed']}: accuracy "
        f"{row['accuracy']:.3f}, balanced accuracy {row['balanced_accuracy']:.3f}"
    )

# %% [markdown]
# On the published task the old method wins: 0.83 against 0.80, in seconds, with no learning rate to choose. One division into folds does
# not prove it better, but it leaves no reason for the network. With four classes by mouse, both stay near 0.4 (section 8), where
# guessing has 0.25.

# %% [markdown]
# ## 10 · Which wavenumbers does it use?
#
# All explanations of this course work in one dimension, too. **Grad-CAM** asks which feature maps speak for a class, and where;
# **integrated gradients** how much each point adds on the way from a baseline, here the mean spectrum, to this one.

# %%
label = table.classes.index("Adenom")
chosen = inputs[test][table.labels[test] == label]
mean = inputs[train].mean(axis=0)
heat = ck.explain.grad_cam(model, chosen, label)
parts_of = ck.explain.integrated_gradients(model, chosen, label, baseline=mean)
print(f"{len(chosen)} spectra of {table.classes[label]}; maps {heat.shape}")

# %% tags=["nbval-ignore-output"]
_, axes = plt.subplots(2, 1, figsize=(8.5, 6), layout="constrained")
for ax, maps, name in zip(
    axes, (heat, parts_of), ("Grad-CAM", "integrated gradients"), strict=True
):
    ck.plot.spectrum_heatmap(
        chosen.mean(axis=0)[:, 0],
        maps.mean(axis=0),
        table.wavenumbers,
        title=f"{name}, mean over the adenomas that are tested",
        ax=ax,
    )
ck.plot.show(
    alt="The mean spectrum of adenomas twice. Its line is thick and coloured where "
    "Grad-CAM, above, and integrated gradients, below, find evidence; the bands at 1002, "
    "1448 and 1658 are marked."
)

# %% [markdown]
# Grad-CAM is coarse: its last layer has a number for every eight points or so. Integrated gradients are as fine as the spectrum, have a
# sign, and add up: to the score of the spectrum minus that of the baseline. Check it, then ask how dense the heat is at three known bands.

# %% tags=["nbval-ignore-output"]
scores = ck.explain.scores(model, np.stack([*chosen, mean]), label)
error = np.abs(parts_of.sum(axis=1) - (scores[:-1] - scores[-1])).max()
print(
    f"largest error of the sums: {error:.3f} of scores up to {np.abs(scores).max():.1f}"
)
for place, name in ck.plot.BANDS.items():
    near = np.abs(table.wavenumbers - place) <= 10
    for method, maps in (("Grad-CAM", heat), ("integrated gradients", parts_of)):
        density = np.abs(maps[:, near]).mean() / np.abs(maps).mean()
        print(f"{place} ({name:13}) {method:20} {density:.1f} times the mean")

# %% [markdown]
# 1 would be as dense as everywhere. Of the drawn spectra we know the truth: an adenoma has more nucleic acid, that is, more at 1095 and 1338,
# and less collagen. In their mean, integrated gradients keep just these two, although the tallest bands are others. Grad-CAM prefers what is tall, and its peaks
# stand a little beside the bands: its few numbers are stretched over an axis of which these convolutions have lost the ends.

# %% [markdown]
# On real spectra nobody knows the truth. A dense place is *used*; that does not make it a sign of the disease. It may be a sign of the mice that
# had it: a network that does hardly better than guessing on unknown mice has little to explain.
#
# ## Spot the bug
#
# Our source gives every mouse a code and shuffles the codes before it deals them out. In its text there are 143 mice.


# %%
def source_count(names):
    """Return the number of mice. Or does it?"""
    _, code = np.unique([name.split("_")[0] for name in names], return_inverse=True)
    return code.max()


few = ["M10_R1_I_007", "M10_R1_I_008", "M2_C1_I_001", "M7_R1_I_001"]
print(few, "→", source_count(few), "mice")

# %% [markdown]
# ### Exercise 6: count the mice
#
# What stands before the first `_` is the mouse. Return how many there are. Take care: two spectra may even have the same name.


# %% exercise="count_mice"
def count_mice(names):
    """Return how many mice there are in a list of names."""
    ### BEGIN SOLUTION
    return len({name.split("_")[0] for name in names})
    ### END SOLUTION


# %% check="count_mice" points=1
ck.check.raman.count_mice(count_mice)

# %%
print(f"source {source_count(table.names)}, true {len(np.unique(table.mouse))}")

# %% [markdown]
# Codes begin at 0, so the largest is one less than their number. With the real table: 143 for 144. The last mouse is never dealt out, so
# its spectra are used for nothing. No error, no warning, a result that looks as before: such bugs live long. A count that two ways
# of counting agree on would have found it.

# %% [markdown]
# ## What holds, and what does not
#
# - *1e-2 is too large*: holds in part. It was thrown far off and answered the shares of the classes for two epochs. Then it learned, at about
#   half the speed of 1e-3, and its test figures are no worse than the others'.
# - *1e-4 is slow, 1e-6 too slow*: holds. 1e-4 needed 118 epochs, 1e-3 only 28. But slow was not bad: it has a higher balanced accuracy than
#   1e-3 in both tables.
# - *Schedules help*: not in ours. All three of 1e-3 knew the spectra by heart in 26 to 28 epochs, with balanced accuracies
#   from 0.30 to 0.32. That is a few spectra.

# %% [markdown]
# - *Net 2 is best* (0.68 accuracy): not in ours, 0.55. On raw spectra it has 0.65, but the intervals overlap all over.
# - *Hundreds of epochs are needed*: no. In 26 to 118 the spectra are known by heart, and all that learned have 0.30 to 0.38 in balanced accuracy,
#   the reported ones 0.37 to 0.46: another split, and only 111 spectra of 25 mice.
# - *A smaller loss goes with more accuracy*: no, in neither table.
# - *A network is needed*: 20 principal components reach 0.4, too.
#
# The learning rate decides whether and how fast a network learns its spectra. What it knows about the *next* mouse was decided before: by
# 144 mice.

# %% [markdown]
# ## Recap
#
# - A normalisation takes away what differs for no reason, and sets the scale that the learning rate works on (exercise 1, section 4).
# - A flat curve at the loss of the class shares is *stuck* or *slow*; a rising validation loss is overfitting, whatever the accuracy
#   does (exercises 3 and 5, section 6).
# - One mouse, one side. A random split flatters; test every mouse once, and state the spread (exercise 2, sections 8 and 9).
# - Hold a network against the method that it is to replace, on the same folds (section 9).
# - In one dimension a heatmap is a thick line; it shows what is used, not what is true (section 10).

# %% [markdown]
# ## What comes next
#
# Lesson 10 goes to the back of the eye: few images, uneven classes, and networks that begin with what they learned elsewhere.
#
# ## Sources
#
# - S. Guo, J. Popp and T. Bocklitz, [Chemometric analysis in Raman spectroscopy from experimental design to machine learning-based
#   modeling](https://doi.org/10.1038/s41596-021-00620-3), Nature Protocols 2021: the spectra and the published task.
# - [The spectra and the authors' code](https://github.com/Bocklitz-Lab/Example-Raman-spectral-analysis).
# - L. N. Smith, [Cyclical learning rates](https://arxiv.org/abs/1506.01186), 2017: the range test.
# - S. Kapoor and A. Narayanan, [Leakage and the reproducibility crisis in machine-learning-based
#   science](https://doi.org/10.1016/j.patter.2023.100804), 2023.
# - M. Sundararajan, A. Taly and Q. Yan, [Axiomatic attribution for deep networks](https://arxiv.org/abs/1703.01365), 2017.
