# %% [markdown]
# # 07 · CIFAR-10 and the residual block
#
# **You will build a residual network of 2,918,538 parameters, train a slim one under four schedules, and choose its epoch
# honestly.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 110 minutes to work through, 3 of them training · full: a few minutes of training on synthetic images, one to two hours on the real ones |
# | Needs | lessons 03 and 04 |
# | Data | CIFAR-10: 60,000 small photographs; offline, 3,000 synthetic images |
# | Memory | 1 to 2 GB |
#
# Short of time? Section 9, exercise 2 and the challenge may be skipped.

# %% [markdown]
# ## You will be able to …
#
# - count a residual block's parameters, and build the whole network from such blocks;
# - say why the identity is easy for it;
# - choose a learning rate by a range test, and a schedule that fits the length of the training;
# - stop early, and choose an epoch, without asking the test set;
# - find a shortcut that begins too late, and a test set that has been used up.
#
# The network, its augmentation and its schedule come from a project in *Practical Projects* (`ck.sources("book")`); we
# thank its authors for a network that can be counted by hand.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("07_cifar10_residual", keras=True)

# %% [markdown]
# ## 1 · What do 32×32 pixels show?
#
# CIFAR-10 has 50,000 images for training and 10,000 for testing, in ten classes. Offline you get 3,000 synthetic ones. The text below
# says which you have.

# %%
data = ck.data.load("cifar10")
print(data.describe())
ck.plot.sample_grid(data.train, classes=data.classes)
ck.plot.show(
    alt="Five small images of each of the ten classes, from airplane to truck, two "
    "classes per row: coarse, but most can be named at a glance."
)

# %% [markdown]
# Which class looks hardest to you? Commit yourself now; in section 10 your network answers.

# %%
ck.predict(
    "hardest",
    "Of which class will your network find the smallest share?",
    data.classes,
)

# %% [markdown]
# The images have three parts with three tasks. We **train** on one, **validate** on the second while we try things out, and
# **test** on the third, once, at the end. Where there is no validation part, we set a tenth of the training images aside.

# %%
if data.validation is None:
    training, validation = ck.data.hold_out(data.train, share=0.1)
else:
    training, validation = data.train, data.validation
training = training.limited(lesson.limit(quick=800, lesson=4_000, full=None))
validation = validation.limited(lesson.limit(quick=300, lesson=1_000, full=None))
validation_images, validation_labels = validation.arrays()
print(f"{len(training):,} to train, {len(validation):,} to validate")

# %% [markdown]
# ## 2 · What does a residual block compute?
#
# A plain stack hands `F(x)` on. A **residual block** hands on `F(x) + x`: what came in takes a **shortcut** around two
# convolutions and is added to their result. So they only have to learn what is *missing*, the residual.
#
# Where the number of channels changes, a 1×1 convolution, the **projection**, makes `x` fit.

# %%
import keras
from keras import layers


def residual_block(x, filters):
    """Return ReLU(F(x) + x), where F is two convolutions of 3 by 3."""
    shortcut = x
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    if shortcut.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1)(shortcut)
        shortcut = layers.BatchNormalization(momentum=0.9)(shortcut)
    return layers.ReLU()(layers.Add()([x, shortcut]))


# %%
maps = keras.Input((16, 16, 64))
block = keras.Model(maps, residual_block(maps, 128), name="residual_block")
ck.plot.architecture(block)
ck.plot.show(
    alt="The residual block as a row of layers: convolution, normalisation, ReLU, "
    "convolution, normalisation, addition, ReLU. A shortcut leads around the first "
    "five, through a projection and its normalisation, to the addition."
)

# %% [markdown]
# The shortcut's arrow goes into *Add*, which takes both. Add the numbers below the blocks: they make less than the title says. The rest
# lies on the shortcut, in the projection and its normalisation.

# %% [markdown]
# **Batch normalisation** brings each channel of a batch to mean 0 and standard deviation 1. It then multiplies by γ and adds β, because
# another mean and deviation may serve the next layer better; γ and β are learned. A single image has no batch, so the layer keeps a
# running mean and variance of what it has met. That makes four numbers per channel, two of them learned.

# %% [markdown]
# Each step keeps the share `momentum` of the running values. So after n steps the share momentum^n of the values at the start is left.
# One epoch of our training has so many steps:

# %%
import math

steps = math.ceil(len(training) / 32)  # batches of 32
for momentum in (0.99, 0.9):
    left = 100 * momentum**steps
    print(f"momentum {momentum:<4}: after {steps} steps {left:.0f} % is left")

# %% [markdown]
# Validation uses the running values. With the 0.99 of Keras its first figures would still depend on start values that come from no
# image. A long training does not mind, but ours is short, so we take 0.9.

# %% [markdown]
# A convolution right before a normalisation needs no bias, because the mean is taken off again. The project has them all the same, so
# we count them too.
#
# ### Exercise 1 (core): count the block
#
# Return two numbers: how many parameters the block has, and how many of them are learned. Every convolution has biases.


# %% exercise="block_parameters"
def block_parameters(channels, filters):
    """Return (all, learned) for a block with so many input channels and filters."""
    ### BEGIN SOLUTION
    total = (9 * channels + 1) * filters + (9 * filters + 1) * filters
    normalisations = 2
    if channels != filters:
        total += (channels + 1) * filters
        normalisations = 3
    learned = total + 2 * normalisations * filters
    return learned + 2 * normalisations * filters, learned
    ### END SOLUTION


# %% check="block_parameters" points=1
ck.check.cifar10.block_parameters(block_parameters)

# %% [markdown]
# ### Exercise 2 (stretch): the whole network
#
# Build the network from blocks. The block comes as an argument.
#
# 1. A 3×3 convolution of `width` filters with padding, a normalisation, a ReLU.
# 2. Three stages of two blocks, with `width`, `2 * width` and `4 * width` filters, and 2×2 max pooling *between* the stages.
# 3. Global average pooling, 512 units with ReLU, dropout of 0.5, and ten outputs with softmax.


# %% exercise="residual_network"
def residual_network(residual_block, width):
    """Return a Keras model for images of 32 by 32 by 3."""
    ### BEGIN SOLUTION
    images = keras.Input((32, 32, 3))
    maps = layers.Conv2D(width, 3, padding="same")(images)
    maps = layers.BatchNormalization(momentum=0.9)(maps)
    maps = layers.ReLU()(maps)
    for stage in range(3):
        if stage > 0:
            maps = layers.MaxPooling2D(2)(maps)
        for _ in range(2):
            maps = residual_block(maps, 2**stage * width)
    numbers = layers.GlobalAveragePooling2D()(maps)
    numbers = layers.Dense(512, activation="relu")(numbers)
    numbers = layers.Dropout(0.5)(numbers)
    return keras.Model(images, layers.Dense(10, activation="softmax")(numbers))
    ### END SOLUTION


# %% check="residual_network" points=1
ck.check.cifar10.residual_network(residual_network)

# %% [markdown]
# The course's copy is `ck.networks.residual_cifar`. At a width of 64 it is the full network; we train a slim one, since its cost grows
# roughly with the square of the width.

# %%
for width in (64, 16, 8):
    model = ck.networks.residual_cifar(width)
    counts = ck.networks.parameter_counts(model)
    print(f"width {width:2}: {counts.total:9,} numbers, {counts.trainable:9,} learned")

# %% [markdown]
# ## 3 · Why does the shortcut help?
#
# If a network works, the same network with one more block should work too, because the new block need only return what it gets. We let
# a plain and a residual block learn this *identity*: two convolutions each, no normalisation, the same start.


# %%
def two_convolutions(shortcut):
    """Return a model of two convolutions, with a shortcut around them or without."""
    maps = keras.Input((8, 8, 8))
    inner = layers.Conv2D(8, 3, padding="same", activation="relu")(maps)
    inner = layers.Conv2D(8, 3, padding="same")(inner)
    outputs = layers.Add()([inner, maps]) if shortcut else inner
    model = keras.Model(maps, outputs)
    model.compile(optimizer=keras.optimizers.Adam(1e-2), loss="mse")
    return model


# %%
ck.predict(
    "identity",
    "Which block learns faster to return what it gets?",
    ("the plain one", "the residual one", "both alike"),
)

# %% [markdown]
# Now they train, and we see their errors. Each name stands at the end of its line:

# %%
import numpy as np

signals = np.maximum(np.random.default_rng(0).normal(size=(256, 8, 8, 8)), 0)
print(f"answering always 0: error {np.mean(signals**2):.2f}")
passes = lesson.repeats(15)
histories = {}
for name in ("plain", "residual"):
    keras.utils.set_random_seed(lesson.seed)
    model = two_convolutions(shortcut=name == "residual")
    error = model.evaluate(signals, signals, verbose=0)
    print(f"{name}: error {error:.2f} at the start")
    history = model.fit(signals, signals, batch_size=32, epochs=passes, verbose=0)
    histories[name] = history.history

# %% tags=["nbval-ignore-output"]
ax = ck.plot.learning_curves(histories, "loss", log=True)
ax.set_title("The identity is easier to learn with a shortcut")
for name, one in histories.items():
    end = (passes, one["loss"][-1])
    ax.annotate(name, end, (9, 0), textcoords="offset points", va="center")
ck.plot.show(alt=ck.plot.learning_sentence(histories, "loss"))
ends = {name: one["loss"][-1] for name, one in histories.items()}
ck.reveal(
    "identity",
    f"the {min(ends, key=ends.get)} one",
    because="It returns its input as soon as F(x) is zero.",
)

# %% [markdown]
# The residual block starts nearer, and then they part. In our stored run, whose outputs and figures are in
# `solutions/07_cifar10_residual.ipynb`, the plain one ends at 0.139, the other near 0. For the residual block it is enough to shrink
# the weights of its *last* convolution, each by itself, until `F(x)` is zero. For the plain block the weights of both convolutions must
# fit each other exactly. (One run each.) On images you compare the two in lesson 08.

# %% [markdown]
# ### Exercise 3 (core): a block that does nothing
#
# Change two of the four weights of the *last* batch normalisation, so that a block returns its input (which is never
# negative). Touch nothing else.


# %% exercise="make_identity"
def make_identity(block):
    """Change a Keras model of one residual block into the identity, and return it."""
    ### BEGIN SOLUTION
    normalisations = [
        layer for layer in block.layers if isinstance(layer, layers.BatchNormalization)
    ]
    last = normalisations[-1]
    last.gamma.assign(keras.ops.zeros_like(last.gamma))
    last.beta.assign(keras.ops.zeros_like(last.beta))
    return block
    ### END SOLUTION


# %% check="make_identity" points=1
ck.check.cifar10.make_identity(make_identity)

# %% [markdown]
# Large residual networks often *begin* like this, with γ = 0 in the last normalisation of every block (Goyal et al. 2017). So
# they start as a shallow network and grow deeper as they learn.

# %% [markdown]
# ## 4 · Which changes leave the class as it is?
#
# *Practical Projects* turns by up to 15°, shifts and zooms by up to a tenth, shears, mirrors, and brightens
# (`book.augmentation`). Its shear, 0.1 of a degree, can hardly be seen, so here we shear by 5°. All of it at once, on an image of 32×32 pixels:

# %%
everything = ck.networks.augmentation(
    rotation=15, shift=0.1, shear=5, zoom=0.1, flip=True, channel_shift=0.1, seed=1
)
ck.plot.augmentation_sheet(validation_images[0], everything)
ck.plot.show(
    alt="An image and six variations of it: turned, moved, slanted, mirrored, brighter "
    "or darker. All six are softer than the original."
)

# %% [markdown]
# The variations look *soft*, because a turned pixel falls between four old ones and becomes their weighted mean. To say how much detail
# is lost, we measure the mean square of the difference between neighbouring pixels, away from the edges.


# %%
def detail(images):
    """Return the mean squared difference of neighbouring pixels, in the middle."""
    middle = np.asarray(images)[:, 8:24, 8:24]
    return sum(np.mean(np.diff(middle, axis=axis) ** 2) for axis in (1, 2))


ck.predict(
    "detail",
    "After shift, turn, zoom and slant together, which share of the detail is left?",
    lowest=0,
    highest=1,
)

# %% [markdown]
# Each line adds one more change to those above it:


# %%
print(f"{len(validation_images)} validation images")
changes = {}
for name, change in (
    ("mirror", {"flip": True}),
    ("+ shift", {"shift": 0.1}),
    ("+ turn", {"rotation": 15}),
    ("+ zoom", {"zoom": 0.1}),
    ("+ slant", {"shear": 5}),
):
    changes |= change
    augment = ck.networks.augmentation(**changes, seed=1)
    changed = augment(validation_images, training=True)
    share = detail(changed) / detail(validation_images)
    print(f"{name:8} {share:.2f} of the detail is left")
ck.reveal(
    "detail",
    share,
    within=0.1,
    because="Each layer takes weighted means of the one before, so the losses add up.",
)

# %% [markdown]
# The mirror and our shift move whole pixels, so they blur nothing; the `RandomTranslation` of lesson 05 interpolates. (Shift and zoom
# also bring other pixels into the middle, so the figures may move a little without any blur.) Each further layer interpolates once more.
# One pixel is a large part of so small an image, and the test images stay sharp. So we keep only the mirror and the shift.

# %% [markdown]
# ## 5 · Which learning rate?
#
# A **range test** (Smith 2017) trains for one batch at each of many rates, from tiny to huge, and watches the loss. The
# weights are restored afterwards. The grey line is the loss of guessing among ten classes, −log(1/10).
#
# The optimiser is that of our record: SGD, where `momentum` adds nine tenths of the last step to each new one (`nesterov` is a variant of
# that), and `weight_decay` pulls every weight a little towards zero.

# %%
width = lesson.choose(quick=8, lesson=8, full=16)
model = ck.networks.residual_cifar(width, momentum=0.9)
model.compile(
    optimizer=keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=5e-3),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# %% [markdown]
# We save the untouched network as a *checkpoint*: a file of its weights and of what the optimiser remembers, which is nothing yet. So
# later each training can begin at the same point.

# %%
import tempfile

folder = tempfile.TemporaryDirectory()
start = f"{folder.name}/start.weights.h5"
model.optimizer.build(model.trainable_variables)  # its memory, all zeros
model.save_weights(start)

# %% tags=["nbval-ignore-output"]
sweep = ck.training.learning_rate_range_test(
    model,
    *training.arrays(limit=1_000),
    lowest=1e-3,
    highest=3,
    steps=lesson.repeats(100),
)
ax = ck.plot.range_test(sweep.rates, sweep.losses)
ax.axhline(np.log(10), color="gray", linewidth=1)
ax.text(sweep.rates[0], np.log(10), "guessing", va="bottom", color="dimgray")
ax.set_title("Where does the loss fall, and where does it turn?")
ck.plot.show(
    alt="The smoothed loss over the learning rate, 1e-3 to 3 on a logarithmic axis, with a "
    "grey line at 2.30 for guessing."
)

# %% [markdown]
# Read it from the right. Where the loss clearly rises again, the steps overshoot. So the highest rate of a schedule belongs well to the left
# of that, where the loss has clearly fallen. The curve is smoothed and rough: a factor of two means little.
#
# **Your choice.** Write down a rate. The network then trains for a few epochs at a tenth of it, at it, and at ten times as much.

# %%
highest = 0.1  # your choice
epochs = lesson.epochs(quick=4, lesson=8, full=10)
augment = ck.networks.augmentation(shift=0.1, flip=True, seed=lesson.seed)


def augmented(images):
    """Return the images mirrored and shifted at random."""
    return augment(images, training=True)


# %% [markdown]
# `load_weights` brings the checkpoint back, so a training is one call. (A new network with the same seed would do as well, but Keras would
# prepare each training again, and that takes a while.)


# %%
def train(schedule):
    """Train the network from the start under a schedule, and return the history."""
    model.load_weights(start)
    return model.fit(
        training.batches(32, shuffle=True, augment=augmented),
        validation_data=(validation_images, validation_labels),
        epochs=epochs,
        shuffle=False,  # `batches` does that
        verbose=0,
        # in each step; Keras' LearningRateScheduler would change it once per epoch
        callbacks=[ck.training.ProgressBar(), ck.training.LearningRate(schedule)],
    ).history


# %% tags=["nbval-ignore-output"]
curves, ends, tried = {}, {}, {}
for rate in (highest, highest / 10, 10 * highest):
    print(f"Rate {rate:g}:")
    curves[rate] = train(ck.training.constant(rate))
    ends[rate] = model.get_weights()
    tried[rate] = model.predict(validation_images, verbose=0).argmax(axis=1)
    count = np.count_nonzero(tried[rate] == validation_labels)
    print(f"validation: {ck.metrics.proportion_interval(count, len(validation))}")
print(f"Differences on the same {len(validation)} validation images:")
for rate in (highest / 10, 10 * highest):
    gained = ck.metrics.difference_interval(
        ck.metrics.accuracy, validation_labels, tried[rate], tried[highest]
    )
    print(f"{rate:g} minus {highest:g}: {gained}")

# %% [markdown]
# Where the interval of a difference holds zero, so short a training cannot tell the two rates apart. And an interval counts the
# validation images only; another start would move the figures too. If another rate is clearly better than yours, choose again, and run
# both cells once more. (In our stored run one thing is clear: a rate of 1 is too large, because its interval lies below zero.)

# %% [markdown]
# ## 6 · How should the rate change?
#
# *Practical Projects* takes 100 epochs and lets the rate fall to a hundredth, a thousandth and half of that after epochs 25, 50 and 75
# (`book.schedule`). Beside these steep steps stand two smooth schedules: **cosine** only falls, and **one-cycle** rises first.


# %%
def schedules(rate, epochs):
    """Return three schedules for a training of so many epochs."""
    unit = epochs / 100
    book = {25 * unit: 1e-2, 50 * unit: 1e-3, 75 * unit: 5e-4}
    return {
        "steep steps": ck.training.piecewise_constant(rate, book),
        "cosine": ck.training.cosine(rate, epochs),
        "one-cycle": ck.training.one_cycle(rate, epochs),
    }


# %%
import matplotlib.pyplot as plt

epoch = np.linspace(0, 99.9, 1_000)
_, ax = plt.subplots(figsize=(7.2, 3.4))
lines = {"constant": "-.", "steep steps": "-", "cosine": "--", "one-cycle": ":"}
drawn = {"constant": ck.training.constant(highest)} | schedules(highest, 100)
for name, schedule in drawn.items():
    ax.plot(epoch, [schedule(e) for e in epoch], lines[name], label=name)
ax.set(yscale="log", ylim=(1e-5, 2 * highest), xlabel="epoch", ylabel="learning rate")
ax.set_title("A constant rate, and three ways from fast to slow")
ax.legend()
ck.plot.show(
    alt="Learning rate over 100 epochs on a logarithmic axis. The constant rate is a level line. "
    "The steep steps stay high for 25 epochs, then drop a hundredfold, and twice more. Cosine "
    "falls smoothly to zero. One-cycle rises for 30 epochs and then falls smoothly."
)

# %% [markdown]
# After the first steep drop the rate is a hundredth of what it was. Is the rest of the training lost? Not always: in He et al. (2016) the
# error fell clearly just after each drop, and one reading is that small steps settle into what large ones have found. But they divided
# by only 10, and not before half of their training.

# %% [markdown]
# Now we train with each, briefly and once. The steep drops come after one, two and three quarters of the training. The constant
# rate has had its training already, in section 5.

# %%
ck.predict(
    "schedules",
    "Which one will be last in so short a training?",
    ("constant", "steep steps", "cosine", "one-cycle"),
)

# %% [markdown]
# Now the trainings, and their curves:

# %% tags=["nbval-ignore-output"]
histories = {"constant": curves[highest]}
kept, answers = {"constant": ends[highest]}, {"constant": tried[highest]}
for name, schedule in schedules(highest, epochs).items():
    print(f"{name}:")
    histories[name] = train(schedule)
    kept[name] = model.get_weights()
    answers[name] = model.predict(validation_images, verbose=0).argmax(axis=1)
one_cycle = schedules(highest, epochs)["one-cycle"]
print(
    ck.training.beside_record(
        "cifar10_residual",
        model,
        len(training),
        epochs,
        batch_size=32,
        schedule=one_cycle,
    )
)

# %% tags=["nbval-ignore-output"]
ax = ck.plot.learning_curves(histories, "accuracy")
ax.set_title("Where does each curve gain, and where does it stop?")
height = 0
last = {name: history["val_accuracy"][-1] for name, history in histories.items()}
for name in sorted(last, key=last.get):
    height = max(last[name], height + 0.04)  # so that no name lies on another
    ax.annotate(name, (epochs, height), (9, 0), textcoords="offset points", va="center")
ck.plot.show(alt=ck.plot.learning_sentence(histories, "accuracy"))

# %% [markdown]
# Each name stands at the end of its validation line, the dashed one. Look where each curve stops gaining, and at its rate there, in the
# figure above. The steep steps have a hundredth of their rate after a quarter of the training, long before they have learned enough.
# (Validation may lie *above* training, because augmentation and dropout act in training only, and the training value is a mean over the
# whole epoch.)

# %% [markdown]
# Here is the last epoch in numbers:

# %% tags=["nbval-ignore-output"]
for name, history in histories.items():
    seen, new = history["accuracy"][-1], history["val_accuracy"][-1]
    print(f"{name:11} training {seen:.3f}, validation {new:.3f}")

# %% [markdown]
# Our stored run holds a riddle; compare with yours. On the training images the constant rate does as well as cosine, 0.363 and 0.360, yet on the
# validation images it stays far behind. Think of a reason; we come back to it. First the differences, on the same validation images:

# %% tags=["nbval-ignore-output"]
shares = {name: np.mean(said == validation_labels) for name, said in answers.items()}
first, *others = sorted(shares, key=shares.get, reverse=True)
for name in others:
    gained = ck.metrics.difference_interval(
        ck.metrics.accuracy, validation_labels, answers[first], answers[name]
    )
    print(f"{first} minus {name}, {len(validation)} images: {gained}")
ck.reveal(
    "schedules",
    others[-1],
    because="A schedule must fit the length of the training.",
)

# %% [markdown]
# Where an interval holds zero, these images cannot tell. No interval here compares the last two with each other. And these very
# images have chosen which schedule is first, so its leads are a little too large; section 8 shows why. (If the constant rate is last in
# your run, the reason given above does not explain that, because a constant rate has no length to fit. The riddle below may.)

# %% [markdown]
# An interval also knows nothing of chance in the training. There was one run each, so even a clear difference is one between two
# runs, and not yet between two schedules. The steep steps were made for 100 epochs, so this is no verdict on them either.

# %% [markdown]
# Now the riddle. At the constant rate the weights take large steps to the end. Perhaps the running values of the normalisation,
# which validation uses, cannot keep up. To test that guess, we restore these weights and show the network its training images for
# up to five more epochs (250 batches at most), without learning: `training=True` renews the running values, and no weight changes.

# %%
ck.predict(
    "renewed",
    "Only the running values are renewed. By how much does the validation accuracy change?",
    lowest=-0.5,
    highest=0.5,
)

# %% [markdown]
# Show the images, and ask again:

# %% tags=["nbval-ignore-output"]
model.set_weights(kept["constant"])
batches = training.batches(32, shuffle=True, augment=augmented)
for images, _ in batches.repeat(5).take(250):  # 250 are enough where epochs are long
    model(images, training=True)
renewed = model.predict(validation_images, verbose=0).argmax(axis=1)
print(f"renewed: {np.mean(renewed == validation_labels):.3f}")
gained = ck.metrics.difference_interval(
    ck.metrics.accuracy, validation_labels, renewed, answers["constant"]
)
print(f"renewed minus before, {len(validation)} images: {gained}")
ck.reveal(
    "renewed",
    gained.value,
    within=0.05,
    because="Validation uses the running values, and only they are new.",
)

# %% [markdown]
# In our stored run the accuracy rises by 0.200 to 0.400, and 0 lies far outside the interval. So the guess holds here, and the
# network knew more than its validation figure said. The constant rate now stands above cosine's 0.370: in this run nothing is left of
# cosine's lead. (Cosine's running values were not renewed, and in
# another training the rise may be smaller.)

# %% [markdown]
# If the rate is small at the end, the weights hardly move, and the running values catch up. This may be one reason why the gentle
# endings look so good.

# %% [markdown]
# The same may have spoiled the figures of the rates in section 5, most of all those of the larger ones. So choose a rate under the
# schedule that you will use.

# %% [markdown]
# ## 7 · How far does a longer training get?
#
# Your training was short. The course keeps the record of a longer one, on the real photographs. Choose a metric, and read its values along
# the epochs.

# %%
ck.widgets.explore_runs(["cifar10_residual"])

# %% tags=["nbval-ignore-output"]
print(ck.sources("he2016.cifar10").says)
run = ck.training.load_run("cifar10_residual")
low, high = run.test["accuracy_low"], run.test["accuracy_high"]
print(f"cifar10_residual: {run.parameters:,} parameters, {run.epochs} epochs,")
print(f"  {run.images:,} images, of the 10,000 test images")
print(f"  {run.test['accuracy']:.4f} right ({low:.4f} to {high:.4f})")
print(f"  these test images were looked at {run.test_looks} times")

# %% [markdown]
# He et al. trained for 64,000 steps, about 180 epochs. `cifar10_residual` is our network at width 24 under one-cycle, in 30
# epochs: its rate is highest at the end of epoch 9 and has nearly reached zero in the last epochs. In the explorer, follow its
# validation accuracy: while the rate is high it jumps about, and when the rate falls it calms down and climbs.

# %% [markdown]
# Its test set has been asked four times by now, so its accuracy may be a little flattered; section 8 shows about how much. The
# network of *Practical Projects* at full width, with Adam, has not been trained here: it has more than six times as many numbers, and
# would train for 100 epochs.

# %% [markdown]
# ## 8 · When to stop, and who decides?
#
# **Early stopping** ends the training when the validation loss has not got better for some epochs, the *patience*, and brings
# the best weights back.
#
# ### Exercise 4 (core): early stopping by hand
#
# Return the epoch after which the training stops, and the epoch whose weights are kept. Count from 1.


# %% exercise="stop_early"
def stop_early(losses, patience):
    """Return (stopped, best) for the validation losses of the epochs."""
    ### BEGIN SOLUTION
    lowest, best = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < lowest:
            lowest, best = loss, epoch
        if epoch - best == patience:
            return epoch, best
    return len(losses), best
    ### END SOLUTION


# %% check="stop_early" points=1
ck.check.cifar10.stop_early(stop_early)

# %% [markdown]
# Keras has it as `keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)`. Without the last argument you keep the
# last epoch, ten past the best. Under cosine or one-cycle do not stop early, because their small rates come at the end.

# %% [markdown]
# Now look at the images that decide. Suppose that 50 epochs are all *equally* good, with 80 % right, and that each is judged on
# 300 images.

# %%
ck.predict(
    "best_of_50",
    "All 50 epochs have a true accuracy of 80 %. What does the best of them seem to reach?",
    lowest=50,
    highest=100,
    unit="%",
)

# %%
rng = np.random.default_rng(0)
for images in (300, 1_000, 10_000):
    seen = rng.binomial(images, 0.8, size=(2_000, 50)) / images
    for epochs_seen in (4, 50):
        best = seen[:, :epochs_seen].max(axis=1)
        percent = f"{100 * best.mean():.1f} %"
        print(f"{images:6,} images: the best of {epochs_seen:2} seems {percent} right")
    if images == 300:
        on_300 = 100 * best.mean()
ck.reveal(
    "best_of_50",
    on_300,
    within=1,
    unit="%",
    because="The best of many noisy numbers is too good.",
)

# %% [markdown]
# Nothing was learned, and yet the best figure lies above 80 %. It rises when there are fewer images, or more epochs to choose
# from. (Four looks at 10,000 images, as in section 7, gain a few tenths of a point.)

# %% [markdown]
# So images that *choose* an epoch can no longer *judge* it. Real epochs make many of the same mistakes, so the effect may be
# smaller than here. We measure it on your own network.

# %% [markdown]
# From the last weights of the schedule that came first we train on at a small constant rate, in 16 tiny epochs of two batches. The
# network wanders about, as at the end of many trainings. Each time we note which validation images it names rightly.

# %% tags=["nbval-ignore-output"]
model.load_weights(start)  # empties the optimiser's memory
model.set_weights(kept[first])
model.optimizer.learning_rate = 0.005
batches = training.batches(32, shuffle=True).take(2)
rows = []
for _ in range(lesson.repeats(16)):
    model.fit(batches, shuffle=False, verbose=0)
    named = model.predict(validation_images, verbose=0).argmax(axis=1)
    rows.append(named == validation_labels)
is_right = np.array(rows)  # a row per epoch, a column per image
of_epoch = is_right.mean(axis=1)
print(f"{len(validation)} images, {len(rows)} epochs:")
lowest, mean, top = of_epoch.min(), of_epoch.mean(), of_epoch.max()
print(f"between {lowest:.3f} and {top:.3f}, mean {mean:.3f}")

# %% [markdown]
# Now we halve the validation images. One half chooses the best of the 16; the other half, which had no say, judges that choice. We do so
# a thousand times, with other halves of the same images:

# %% tags=["nbval-ignore-output"]
chose, judged = [], []
for _ in range(1_000):
    one, other = np.array_split(rng.permutation(len(validation_labels)), 2)
    winner = is_right[:, one].mean(axis=1).argmax()
    chose.append(is_right[winner, one].mean())
    judged.append(is_right[winner, other].mean())
print(f"the half that chose sees {np.mean(chose):.3f}")
print(f"the other half sees      {np.mean(judged):.3f}")
low, high = np.quantile(np.subtract(chose, judged), [0.025, 0.975])
print(f"the gap, in 95 % of the halvings: {low:+.3f} to {high:+.3f}")

# %% [markdown]
# The gap is the price of choosing. In a single halving it may go either way, but on average the half that chose flatters.
#
# Does choosing help at all? Compare the other half with the mean of all 16 above; but these are one training and few images, so a
# difference of a few points may be chance.

# %% [markdown]
# If you pass the *test* images as `validation_data`, stop on them and then report their accuracy, you report the first line. New
# images will give something like the second.

# %% [markdown]
# ### Exercise 5 (warm-up): the honest figure
#
# You have the accuracy of every epoch on both parts. Which number do you report?


# %% exercise="honest_accuracy"
def honest_accuracy(validation, test):
    """Return the test accuracy to report, from both accuracies of each epoch."""
    ### BEGIN SOLUTION
    return test[np.argmax(validation)]
    ### END SOLUTION


# %% check="honest_accuracy" points=1
ck.check.cifar10.honest_accuracy(honest_accuracy)

# %% [markdown]
# ## 9 · Is a second look worth it?
#
# Our networks trained on mirrored images, and a mirrored ship is a ship. So we ask twice, about the image and about its mirror image,
# and take the mean of both answers.

# %%
ck.predict(
    "two_looks",
    "On which share of the images do the two looks name the same class?",
    lowest=0,
    highest=1,
)

# %% tags=["nbval-ignore-output"]
model.set_weights(kept[first])
looks = [
    model.predict(images, verbose=0)
    for images in (validation_images, validation_images[:, :, ::-1])
]
one_look, mirrored = (look.argmax(axis=1) for look in looks)
both = np.mean(looks, axis=0).argmax(axis=1)
gained = ck.metrics.difference_interval(
    ck.metrics.accuracy, validation_labels, both, one_look
)
print(f"two looks minus one, {len(both)} validation images: {gained}")
ck.reveal(
    "two_looks",
    np.mean(one_look == mirrored),
    within=0.05,
    because="A kernel is not mirrored with the image, so the mirror image is a new question.",
)

# %% [markdown]
# Where the looks disagree, at least one is wrong, and the mean mostly sides with the surer. This is **test-time augmentation**:
# Krizhevsky et al. (2012) took the mean of ten looks. Each costs the time of a whole answer. Where the interval of the difference holds
# zero, so few images cannot tell whether it was worth it.

# %% [markdown]
# `ck.networks.flip_tta(model)` makes a network of both looks. We used it on the 10,000 test images of the recorded `cifar10_residual` too.
# The next cell prints both intervals. That they overlap a little proves nothing (lesson 04): the paired difference would tell, and the record
# does not hold it. So the second look probably helped; the record leaves it open.

# %%
recorded = ck.training.load_run("cifar10_residual").test
for name in ("accuracy", "accuracy_flip_tta"):
    low, high = recorded[f"{name}_low"], recorded[f"{name}_high"]
    print(f"{name:17} {recorded[name]:.4f} ({low:.4f} to {high:.4f})")

# %% [markdown]
# ## 10 · What does it get wrong?
#
# Validation chose among the schedules, as you saw. Now the test images, for the first and only time, with one look.

# %% tags=["nbval-ignore-output"]
model.set_weights(kept[first])
test = data.test.limited(lesson.limit(quick=300, lesson=2_000, full=None))
test_images, test_labels = test.arrays()
probabilities = model.predict(test_images, verbose=0)
predictions = probabilities.argmax(axis=1)
count = np.count_nonzero(predictions == test_labels)
share = ck.metrics.proportion_interval(count, len(test_labels))
print(f"{first}, {len(test_labels)} test images: {share}")
ck.plot.confusion_matrix(test_labels, predictions, data.classes)
ck.plot.show(alt=ck.plot.confusion_sentence(test_labels, predictions, data.classes))
recalls = ck.metrics.recall_per_class(test_labels, predictions, data.classes)
ck.reveal(
    "hardest",
    data.classes[int(np.argmin(recalls))],
    because="It has the smallest share on the framed diagonal.",
)

# %% [markdown]
# The same, class by class:

# %% tags=["nbval-ignore-output"]
ck.plot.report_table(test_labels, predictions, data.classes)

# %% [markdown]
# Where no image is called by a class, its precision is undefined, and the averages of precision leave it out: then look at its recall. In
# our stored run that is the cat: 21 of its 30 images are called dogs.

# %% [markdown]
# Read the matrix by row, and look for pairs that share shape or surroundings. Are two classes confused both ways, or does the network
# prefer one? (In our stored run no dog becomes a cat, but neither does any other image: the network lacks that class rather than
# confuses the two.) A row has few images here, so take "best" and "worst" in the table as places to look at, not as findings.

# %% [markdown]
# Browse the images behind the numbers. Set "Answers" to "only wrong" and the order to "most confident first".

# %% tags=["nbval-ignore-output"]
ck.widgets.browse_predictions(test_images, test_labels, probabilities, data.classes)

# %% [markdown]
# Where does a network look? Grad-CAM (lesson 06) gave a first answer; you will write it in lesson 08, and lesson 12 compares it with others.

# %% [markdown]
# ## Challenge: a better rule for stopping
#
# The lowest validation loss is noisy, so early stopping often keeps a lucky epoch. You see the validation accuracies of 40 epochs, each
# measured on 300 images; the truth stays hidden. Return the place of the epoch to keep. The score is how much true accuracy you lose
# against the truly best epoch, in points, over 300 made-up trainings. The first answer takes the highest figure and loses half a point.
# Lose less than 0.3.


# %%
def epoch_to_keep(accuracies):
    """Return the place (from 0) of the epoch to keep, from its noisy validation accuracies."""
    return int(np.argmax(accuracies))


ck.check.cifar10.lost_by_choice(epoch_to_keep)

# %% [markdown]
# ## Spot the bug
#
# A student writes the residual block from memory, and saves a few lines: this one needs no projection. It builds, it trains,
# nothing fails.


# %%
def student_block(x, filters):
    """Return what the student takes for ReLU(F(x) + x)."""
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.ReLU()(x)
    shortcut = x
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.ReLU()(layers.Add()([x, shortcut]))


ck.predict(
    "too_late",
    "With γ = 0 and β = 0 in its last normalisation, what does this block return?",
    ("its input", "what its first ReLU returns", "zeros"),
)

# %% [markdown]
# Exercise 3 gives the test. We switch off the last normalisation of both blocks, and compare what comes out with what went in:

# %% tags=["nbval-ignore-output"]
maps = keras.Input((8, 8, 8))
for name, build in (("ours", residual_block), ("the student's", student_block)):
    block = keras.Model(maps, build(maps, 8))
    normalisations = [
        layer for layer in block.layers if isinstance(layer, layers.BatchNormalization)
    ]
    last_gamma = normalisations[-1].gamma  # β begins at 0
    last_gamma.assign(keras.ops.zeros_like(last_gamma))
    apart = np.abs(block.predict(signals, verbose=0) - signals).mean()
    print(f"{name}: output and input differ by {apart:.2f} on average")
ck.reveal(
    "too_late",
    "what its first ReLU returns",
    because="The student saves `shortcut` after the first convolution, not before it.",
)

# %% [markdown]
# The shortcut begins one convolution too late. So the input itself never gets around: `F = 0` no longer makes the identity, and the first
# convolution has to learn it. The cure is one line: `shortcut = x` comes first.
#
# A network with such blocks raises no error; a test with a known answer finds it. Ours was: "switched off, the block must return its input."

# %% [markdown]
# ## Recap
#
# - A residual block returns F(x) + x; 2,918,538 numbers follow from three formulas: a convolution of k×k has
#   (k·k·channels + 1)·filters of them, a normalisation four per channel, a dense layer (inputs + 1)·units (exercises 1 and 2).
# - The identity is easy for a residual block, because F = 0 is enough (exercise 3).
# - A range test narrows the rate down, and three short trainings show which rate is far too large; a schedule must fit the length of
#   the training. Running values that lag can hide what a network knows.
# - Validation chooses, the test set only judges (exercises 4 and 5). Say how often it was asked.
# - A shortcut begins at the block's input; switched off, the block must return that input (Spot the bug).
#
# ## What comes next
#
# Lesson 08 takes larger images and deeper networks: why a plain network of 56 layers is hard to train, and what a ResNet-18
# really is. Lessons 11 and 12 ask where a network looks, and whether heatmaps can be trusted.

# %% [markdown]
# ## Sources
#
# - *Practical Projects*, project 9.3, Image Classification with CNNs: network, augmentation, schedule (`ck.sources("book")`).
# - A. Krizhevsky, [Learning multiple layers of features from tiny images](https://www.cs.toronto.edu/~kriz/cifar.html),
#   2009: the data.
# - A. Krizhevsky, I. Sutskever and G. E. Hinton,
#   [ImageNet classification](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks),
#   2012: the mean of ten looks (section 4.1).
# - K. He, X. Zhang, S. Ren and J. Sun, [Deep residual learning for image recognition](https://arxiv.org/abs/1512.03385),
#   2016: the block, and the accuracy in section 7 (table 6).
# - P. Goyal et al., [Accurate, large minibatch SGD](https://arxiv.org/abs/1706.02677), 2017: γ = 0 at the start.
# - L. N. Smith, [Cyclical learning rates](https://arxiv.org/abs/1506.01186), 2017: the range test; with N. Topin,
#   [Super-convergence](https://arxiv.org/abs/1708.07120), 2018: one-cycle.
# - I. Loshchilov and F. Hutter, [SGDR](https://arxiv.org/abs/1608.03983), 2017: cosine, and warm restarts.
