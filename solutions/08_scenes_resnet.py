# %% [markdown]
# # 08 · Scenes and a true ResNet
#
# **You will find out why very deep networks needed shortcuts, catch a network under a wrong name, and see what a classifier
# of landscapes looks at.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 105 minutes to work through, 2 of them training · full: half an hour |
# | Needs | lessons 03, 04 and 07 |
# | Data | Scenes: 17,034 photographs in six classes; offline, 1,200 synthetic images |
# | Memory | about 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - say what is different when a class is a place and not a thing;
# - tell degradation from overfitting and from vanishing gradients, by measuring;
# - write the block of a ResNet, and count what the number in its name counts;
# - say when the running means of batch normalisation mislead you, and test it;
# - compute Grad-CAM in eight steps, and test by an experiment what a heatmap only suggests.
#
# We follow an article by avatarbtd, *Scene Classification with ResNet-18 and Grad-CAM Visualization* (`ck.sources("scenes")`):
# its data, its network and its eight steps. It prints its whole training log, so we can solve a riddle with it; thank you
# for that.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("08_scenes_resnet", keras=True)

# %% [markdown]
# ## 1 · What is a scene?
#
# A thing has an outline, a **scene** has none. It is a place: ground, sky, light, and many things at once. The images below
# are of six kinds of places. Without Kaggle you get fewer photographs from a mirror, or synthetic images; the text says which.

# %%
scenes = ck.data.load("scenes")
print(scenes.describe())

# %%
ck.plot.sample_grid(scenes.train, classes=scenes.classes)
ck.plot.show(
    alt="Five images of each of the six classes: buildings, forest, glacier, mountain, "
    "sea and street. Mountains also stand behind glaciers and seas, and houses along "
    "the streets."
)

# %% [markdown]
# Look for images that could belong to two classes: a street *has* buildings, a glacier *has* mountains. So expect two troubles:
# classes that overlap, and a network that answers for the wrong reason. (A nearly black image is not broken: it is night there.)
#
# Is any class rare? Compare avatarbtd's numbers with what you have:

# %%
import matplotlib.pyplot as plt
import numpy as np

reported = np.array(ck.sources("scenes.counts").figures["per_class"])
here = np.bincount(scenes.train.labels)
print(f"{'':10} avatarbtd   here")
for name, theirs, ours in zip(scenes.classes, reported, here, strict=True):
    print(f"{name:10} {theirs:9,} {ours:6,}")
print(f"{'to train':10} {reported.sum():9,} {here.sum():6,}")
print(f"{'to test':10} {3000:9,} {len(scenes.test):6,}")
theirs, ours = (counts.max() / counts.min() for counts in (reported, here))
print(f"largest class / smallest class: {theirs:.2f} and {ours:.2f}")

# %% [markdown]
# The classes are well balanced, so accuracy is an honest figure here. If you always answer "mountain", you are right in 18 % of
# avatarbtd's images.

# %% [markdown]
# ### Exercise 1 (warm-up): why 2,102?
#
# 15 % are set aside to validate. Of 14,034 images that would be 2,105, but avatarbtd has 11,932 and 2,102. The tool took its
# share *class by class* and rounded down. Return what each class gives.


# %% exercise="validation_sizes"
def validation_sizes(counts, share):
    """Return how many images of each class are set aside."""
    ### BEGIN SOLUTION
    return [int(share * count) for count in counts]
    ### END SOLUTION


# %% check="validation_sizes" points=1
ck.check.scenes.validation_sizes(validation_sizes)

# %% [markdown]
# We set 15 % of ours aside, too.

# %%
training, validation = ck.data.hold_out(scenes.train, share=0.15)
test = scenes.test.limited(lesson.limit(quick=240, lesson=600, full=1_500))
print(f"{len(training):,} to train, {len(validation):,} to validate")

# %% [markdown]
# ## 2 · Is deeper better?
#
# A deeper network can do all that a shallow one can, because its additional layers could simply hand on what they get. So on the
# images that it is *trained on*, it should never be worse. We compare 20 and 56 layers on CIFAR-10, all with the same recipe,
# without and with **shortcuts**: those paths of lesson 07 that lead around two layers.

# %%
ck.predict(
    "slowest",
    "After 8 epochs on 5,000 images, which network has by far the lowest training accuracy?",
    choices=[
        "20 layers, plain",
        "56 layers, plain",
        "20 layers, shortcuts",
        "56 layers, shortcuts",
    ],
)

# %% [markdown]
# These are recorded runs on real CIFAR-10, with the same recipe for all four (`coursekit train plain_20`, and so on). Networks
# of equal depth have equally many parameters, because these shortcuts only add. In brackets: a 95 % interval over the 10,000
# test images.

# %%
names = ["plain_20", "plain_56", "residual_20", "residual_56"]
stacks = {name: ck.training.load_run(name) for name in names}
ends = {name: run.history["accuracy"][-1] for name, run in stacks.items()}
for name, run in stacks.items():
    score, low, high = (run.test[f"accuracy{end}"] for end in ("", "_low", "_high"))
    print(
        f"{name:12} {run.parameters:8,} parameters  training {ends[name]:.3f}  "
        f"test {score:.3f} ({low:.3f} to {high:.3f})"
    )
print(run.note)

# %% [markdown]
# Look at the full lines, the training accuracies. Names stand at their ends; the topmost, with triangles, is residual_56. The
# dashed lines with the same marks, but hollow, are validation.

# %%
histories = {name: run.history for name, run in stacks.items()}
_, ax = plt.subplots(figsize=(7.2, 3.9))
height = 0
for number, name in enumerate(sorted(ends, key=ends.get)):
    one, color = histories[name], f"C{number}"
    epochs = range(1, len(one["accuracy"]) + 1)
    mark = {"color": color, "marker": "osD^"[number]}
    ax.plot(epochs, one["accuracy"], "-", **mark)
    ax.plot(epochs, one["val_accuracy"], "--", markerfacecolor="none", **mark)
    height = max(ends[name], height + 0.035)  # so that no name lies on another
    end = (epochs[-1], height)
    ax.annotate(name, end, (9, 0), textcoords="offset points", va="center")
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 0.6), xticks=epochs)
ax.set_title("Which network learns its own images most slowly?")
ck.plot.show(alt=ck.plot.learning_sentence(histories, "accuracy"))

# %% [markdown]
# And you?

# %%
kind, depth = min(ends, key=ends.get).split("_")
ck.reveal(
    "slowest",
    f"{depth} layers, {'plain' if kind == 'plain' else 'shortcuts'}",
    because="It is behind on its own training images, so this is no overfitting.",
)

# %% [markdown]
# One training each. The gap of the plain pair, 0.22 on 10,000 test images, is far wider than the intervals. That of the
# residual pair, 0.009, is smaller than one interval is wide, and another training may turn it round, so do not rank these two.
# All four training curves still rise. They show that 56 plain layers learn *more slowly*, and not which network would end
# better.

# %% [markdown]
# He et al. (2016) trained such networks for 64,000 steps on CIFAR-10. Their deep plain network stayed worse to the end, on its
# own training images too. They call it **degradation**: a good solution exists, and training does not find it. On ImageNet they
# measured these errors, on validation images:
#
# | | 18 layers | 34 layers | |
# |---|---|---|---|
# | plain | 27.94 % | 28.54 % | 0.6 worse |
# | residual | 27.88 % | 25.03 % | 2.8 better |

# %% [markdown]
# ## 3 · Is it the vanishing gradient?
#
# That is the usual answer. Let us not believe it but measure: the size of the loss's gradient in each of 56 layers, before any
# training. One function builds all our networks; three switches tell them apart.

# %%
import keras
from keras import layers


def deep(start, normalise, shortcuts):
    """Return 56 layers: a convolution, 27 pairs of convolutions, a dense layer."""

    def convolved(maps):
        maps = layers.Conv2D(8, 3, padding="same", kernel_initializer=start)(maps)
        return layers.BatchNormalization()(maps) if normalise else maps

    images = keras.Input((32, 32, 3))
    maps = layers.ReLU()(convolved(images))
    for _ in range(lesson.repeats(27)):
        inner = convolved(layers.ReLU()(convolved(maps)))
        maps = layers.ReLU()(layers.Add()([inner, maps]) if shortcuts else inner)
    pooled = layers.GlobalAveragePooling2D()(maps)
    return keras.Model(images, layers.Dense(6, activation="softmax")(pooled))


# %% [markdown]
# There are two ways to choose the first weights. The default of Keras is Glorot's. He's spread here √2 times as far (in standard
# deviation), to make up for what ReLU cuts off. Five networks will differ in three switches: start, normalisation, shortcuts.

# %%
ck.predict(
    "smallest_gradient",
    "Whose gradient is the smallest in the first of 56 layers?",
    choices=[
        "plain, default start",
        "plain, He's start",
        "plain, He's start, normalised",
        "shortcuts, default start",
        "shortcuts, He's start, normalised",
    ],
)

# %% [markdown]
# Now build the five, and ask each for its gradient. (We also check the default start. Glorot's weights lie evenly between −L and
# L = √(6 / (inputs + outputs)). Inputs and outputs are 9 · 8 each here, so L = √(6 / 144) = 0.204.)

# %%
batch = scenes.train.arrays(limit=48, size=32)
switches = {
    "plain, default start": ("glorot_uniform", False, False),
    "plain, He's start": ("he_normal", False, False),
    "plain, He's start, normalised": ("he_normal", True, False),
    "shortcuts, default start": ("glorot_uniform", False, True),
    "shortcuts, He's start, normalised": ("he_normal", True, True),
}
norms = {}
for name, chosen in switches.items():
    keras.utils.set_random_seed(lesson.seed)
    norms[name] = ck.training.gradient_norms(deep(*chosen), *batch)
layer = deep("glorot_uniform", False, False).layers[3]
print(f"largest first weight {np.abs(layer.kernel.numpy()).max():.3f}, just below L")

# %% tags=["nbval-ignore-output"]
_, ax = plt.subplots(figsize=(7.2, 4.2))
ck.plot.gradient_norms(norms, ax)
ax.set_title("The gradient before any training: 56 layers each")
handles, labels = ax.get_legend_handles_labels()
labels = [label.removesuffix(", 56 layers") for label in labels]
ax.legend(handles, labels, fontsize=8.5, loc="lower right", bbox_to_anchor=(1, 0.1))
ck.plot.show(alt=ck.plot.gradient_sentence(norms))

# %% [markdown]
# Whose line is the lowest at the left end?

# %%
ck.reveal(
    "smallest_gradient",
    min(norms, key=lambda name: next(iter(norms[name].values()))),
    because="Signals shrink on the way forward and errors on the way back, and a kernel's gradient is their product.",
)

# %% [markdown]
# There is one seed each, so read the powers of ten, and not more.
#
# - **Default start**: the gradient has vanished in *every* layer.
# - **He's start**: it is more than ten million times larger, and still small.
# - **Batch normalisation**: nothing vanishes. But the gradient grows more than a thousandfold from the last convolutions to the first.
# - **Shortcuts**: nothing vanishes either, even without the rest. Normalised as well, the line is nearly level up to the last convolution.

# %% [markdown]
# So "ResNets cure vanishing gradients" is too simple, because a good start and normalisation had done that before. He et al. say
# so themselves: their plain networks had healthy gradients and still got worse with depth.

# %% [markdown]
# One candidate is left in the figure. Normalised but without shortcuts, the first layers get a gradient more than a thousand
# times that of the last convolutions, so no single rate seems to suit both. A gradient before training is no proof, so this
# stays a guess.

# %% [markdown]
# ## 4 · What is in the network under the name?
#
# avatarbtd builds a "ResNet-18" for scenes (`scenes.network`). Here is one of its blocks:


# %%
def bottleneck(maps, filters, shrink=False):
    """Return maps with four times the filters; `shrink` halves height and width."""
    inner = layers.Conv2D(filters, 1)(maps)
    if shrink:
        inner = layers.MaxPooling2D(2)(inner)
        maps = layers.Conv2D(4 * filters, 1)(maps)
        maps = layers.MaxPooling2D(2)(maps)
        maps = layers.BatchNormalization()(maps)
    inner = layers.BatchNormalization()(inner)
    inner = layers.ReLU()(inner)
    inner = layers.Conv2D(filters, 3, padding="same")(inner)
    inner = layers.BatchNormalization()(inner)
    inner = layers.ReLU()(inner)
    inner = layers.Conv2D(4 * filters, 1)(inner)
    inner = layers.BatchNormalization()(inner)
    return layers.ReLU()(layers.Add()([inner, maps]))


# %% [markdown]
# This is a **bottleneck**: a cheap 1×1 convolution makes the maps few, a 3×3 convolution works on these few, and another 1×1
# makes them many again. Three such blocks are a stage; four stages, with 64, 128, 256 and 512 filters, are the network. Before
# them stands a 7×7 convolution, and behind them a dense layer.

# %%
source = ck.networks.scene_resnet()
counts = ck.networks.parameter_counts(source)
print(f"{counts.total:,} parameters, {counts.trainable:,} of them trained")
ck.plot.architecture(source)
ck.plot.show(
    alt="The network as a row of blocks: zero padding, a convolution, pooling, then four "
    "stages, each with one block that halves the maps and two equal ones, average "
    "pooling and a dense layer. Most parameters are in the last stage."
)

# %% [markdown]
# ### Exercise 2 (core): what does the 18 count?
#
# The number in the name of a ResNet counts the layers with weights that lie *one behind the other*: the first convolution, those
# in the blocks, the dense layer. Write the formula. Take care: `blocks` lists the blocks of each stage.


# %% exercise="network_depth"
def network_depth(blocks, convolutions):
    """Return the number in the name, for blocks per stage and convolutions per block."""
    ### BEGIN SOLUTION
    return 1 + sum(blocks) * convolutions + 1
    ### END SOLUTION


# %% check="network_depth" points=1
ck.check.scenes.network_depth(network_depth)

# %% [markdown]
# Now put avatarbtd's network into your formula: four stages of three blocks, three convolutions each. Is it a ResNet-18?
# Keras counts all convolutions, also those on the short paths. Each of those lies *beside* another convolution: both read the
# same maps.

# %%
convolutions = [layer for layer in source.layers if isinstance(layer, layers.Conv2D)]
# Two that read the same maps count once.
chain = len({id(layer.input) for layer in convolutions})
print(f"{len(convolutions)} convolutions, {chain} one behind the other")
print(f"with the dense layer: {chain + 1} layers")
true = ck.networks.resnet18(size=256)
print(f"the true ResNet-18, which comes next: {true.count_params():,} parameters")

# %% [markdown]
# The name has a **bug**: there are 37 convolutions in a row, not 17. It is a ResNet-38 of bottleneck blocks, more like a
# ResNet-50. So if you compare it with the ResNet-18 of a paper, you compare two different networks.

# %% [markdown]
# ### Exercise 3 (stretch): the true block
#
# ResNet-18 has *basic* blocks: 3×3 convolution with the stride, normalisation, ReLU, 3×3 convolution, normalisation; add; ReLU.
# If the stride is not 1, the short path is a 1×1 convolution with that stride, and a normalisation. Padding "same", no biases.


# %% exercise="basic_block"
def basic_block(maps, filters, stride):
    """Return the output of a block of ResNet-18."""
    ### BEGIN SOLUTION
    inner = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(
        maps
    )
    inner = layers.BatchNormalization()(inner)
    inner = layers.ReLU()(inner)
    inner = layers.Conv2D(filters, 3, padding="same", use_bias=False)(inner)
    inner = layers.BatchNormalization()(inner)
    if stride != 1:
        maps = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(maps)
        maps = layers.BatchNormalization()(maps)
    return layers.ReLU()(layers.Add()([inner, maps]))
    ### END SOLUTION


# %% check="basic_block" points=1
ck.check.scenes.basic_block(basic_block)

# %% [markdown]
# Two such blocks per stage, and stride 2 at the beginning of the last three stages: that is the true ResNet-18,
# `ck.networks.resnet18`. It has fewer parameters than avatarbtd's network, 11,189,190 for six classes, and a heatmap of its last
# layer is finer: at 256×256 pixels theirs ends in 3×3 places, ResNet-18 in 8×8.

# %% [markdown]
# ## 5 · A riddle in a training log
#
# avatarbtd's validation accuracy swings while training accuracy rises. This is the log, and what the weights of epoch 3 reached
# when they were *evaluated* afterwards:

# %%
log = ck.sources("scenes.log").figures
print(f"{'epoch':15}", "     ".join("12345"))
for name, values in log.items():
    print(f"{name:15}", "  ".join(f"{value:.2f}" for value in values))
print(ck.sources("scenes.evaluated").says)

# %%
ck.predict(
    "suspect",
    "Epoch 3, training images: the log says 0.79, the evaluation 0.70. What explains that?",
    choices=["overfitting", "dropout", "batch normalisation"],
)

# %% [markdown]
# Who is it?

# %%
ck.reveal(
    "suspect",
    "batch normalisation",
    because="Overfitting would leave the training images high, and dropout is not in the network.",
)

# %% [markdown]
# In epoch 3 the log counts 79 % of the *training* images right; evaluated, the same images give 70 %, about as few as of the
# test images. (The 79 % is a mean over the epoch. The network still improved meanwhile, so the true gap is rather larger.)

# %% [markdown]
# Of the layers in this network only batch normalisation computes something else in the two modes. So it is the suspect, if the
# images were loaded in the same way both times. You have met it: in lesson 07 only the running values were renewed, and the
# accuracy changed.

# %% [markdown]
# In training, **batch normalisation** takes mean and variance of the *batch*. In validation it takes **running
# means**, gathered in training: after each batch 99 % of the old and 1 % of the new. The mean begins at 0, the variance at 1.
#
# ### Exercise 4 (core): the running mean
#
# Return the running mean after all batches. `momentum` is the share of the old that is kept.


# %% exercise="running_mean"
def running_mean(batch_means, momentum):
    """Return the running mean after all batches; it begins at 0."""
    ### BEGIN SOLUTION
    mean = 0.0
    for batch_mean in batch_means:
        mean = momentum * mean + (1 - momentum) * batch_mean
    return mean
    ### END SOLUTION


# %% check="running_mean" points=1
ck.check.scenes.running_mean(running_mean)

# %% [markdown]
# With few steps the running means lag far behind the weights, which change fast in the first epochs. To see whether that
# matters, we validate a small ResNet-18 twice after each epoch: as usual, and with the means of the validation images
# themselves. A call with `training=True` *moves* the running means, so we put them back.


# %%
def answers_with_batch_means(model, images):
    """Return the answers with the statistics of these images; change nothing."""
    kept = model.get_weights()
    found = model(images, training=True)
    model.set_weights(kept)
    return np.argmax(found, axis=1)


# %%
size = lesson.choose(quick=64, lesson=64, full=128)
width = lesson.choose(quick=8, lesson=16, full=32)
epochs = lesson.epochs(quick=5, lesson=8, full=20)
few, few_labels = training.arrays(lesson.limit(640, 1_600, 4_000), size)
unseen, unseen_labels = validation.arrays(lesson.limit(144, 300, 600), size)
keras.utils.set_random_seed(lesson.seed)
small = ck.networks.resnet18(size=size, width=width)
small.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-3),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# %% [markdown]
# How much of the value at the beginning will still be in the running means? That depends on the number of steps; the second row
# is avatarbtd's training:

# %%
import math

for images, passes in ((len(few), epochs), (11_932, 5)):
    steps = math.ceil(images / 32)
    print(
        f"{images:6,} images, {steps:3} steps per epoch: {0.99**steps:.0%} left after one epoch,"
        f" {0.99 ** (steps * passes):.0%} after {passes}"
    )

# %% [markdown]
# Same network, same weights, same images: the only difference is where mean and variance come from.

# %% tags=["nbval-ignore-output"]
with_batch_means = []


def note(epoch, logs):
    """Validate with the means of the validation images."""
    found = answers_with_batch_means(small, unseen)
    with_batch_means.append(ck.metrics.accuracy(unseen_labels, found))


history = small.fit(
    few,
    few_labels,
    validation_data=(unseen, unseen_labels),
    epochs=epochs,
    verbose=0,
    callbacks=[
        ck.training.ProgressBar(),
        keras.callbacks.LambdaCallback(on_epoch_end=note),
    ],
).history

# %% [markdown]
# Compare the two validation lines first: do they tell the same story?

# %% tags=["nbval-ignore-output"]
curves = {
    "training": (history["accuracy"], "o-"),
    "validation, means of the batch": (with_batch_means, "^:"),
    "validation, running means": (history["val_accuracy"], "s--"),
}
_, ax = plt.subplots(figsize=(7.2, 3.6))
for name, (values, style) in curves.items():
    ax.plot(range(1, epochs + 1), values, style, label=name)
ax.axhline(1 / 6, color="gray", linewidth=1)
ax.text(1, 0.15, "guessing", va="top", color="dimgray")
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1), xticks=range(1, epochs + 1))
ax.set_title("The same weights, validated in two ways")
ax.legend(fontsize=9)
last = ", ".join(f"{name} {values[-1]:.2f}" for name, (values, _) in curves.items())
ck.plot.show(alt=f"Accuracy over {epochs} epochs, three lines. In the last: {last}.")

# %% [markdown]
# There are two gaps. Between the two *validation* lines only means and variances differ. The running ones lag: a
# part of their first values is still left, and probably the weights have moved on since. (You printed how much is left. In our
# stored run, whose outputs are in `solutions/08_scenes_resnet.ipynb`, it is 37 % after 100 steps.) The gap from there up to the training line
# looks like overfitting, because the images are few.

# %% [markdown]
# In our stored run a swing like avatarbtd's does not show in so few steps. What shows is the *lag* that we suspect behind it.
#
# The figure of section 2 may show such a lag, too: plain_20 (hollow squares) validates at guessing
# up to epoch 3, while training already climbs.
#
# The cure is cheap: take the statistics anew, from training images, all at once.

# %% tags=["nbval-ignore-output"]
answers = {
    "running means": small.predict(unseen, verbose=0).argmax(axis=1),
    "means of the batch": answers_with_batch_means(small, unseen),
}
normalisations = [
    layer for layer in small.layers if isinstance(layer, layers.BatchNormalization)
]
for layer in normalisations:
    layer.momentum = 0.0
small(few[:512], training=True)
for layer in normalisations:
    layer.momentum = 0.99  # as it was, for later trainings
answers["taken anew"] = small.predict(unseen, verbose=0).argmax(axis=1)
for name in ("means of the batch", "taken anew"):
    gain = ck.metrics.difference_interval(
        ck.metrics.accuracy, unseen_labels, answers[name], answers["running means"]
    )
    print(f"{name:18} minus running means: {gain} on {len(unseen)} images")

# %% [markdown]
# No weight was changed, and in our stored run both intervals lie above 0. In avatarbtd's training 373 steps per epoch leave
# only 2 % of the first values. But running means always lag some hundred steps behind, and weights move fast in the first
# epochs. That would fit the log; only avatarbtd's weights could prove it. In a training of few steps, use a smaller momentum from
# the beginning, such as 0.9.

# %% [markdown]
# ### Challenge: follow a moving mean
#
# The mean of the batches drifts during training. From the batch means so far, say where it is now. The score is the mean error over 40
# hidden trainings; a running mean with momentum 0.9 gets 0.63. Beat 0.25.


# %%
def follow(batch_means):
    """Return where the mean is behind the last batch."""
    mean = 0.0
    for batch_mean in batch_means:
        mean = 0.9 * mean + 0.1 * batch_mean
    return mean


ck.check.scenes.follow_the_mean(follow)

# %% [markdown]
# ## 6 · What if we do not start from nothing?
#
# Lesson 05 showed the way: a backbone that has seen a million photographs, and a new head. Its features never change, so they
# are computed once, and the head trains in seconds. Batch size and optimiser are those of our recorded run on photographs.

# %%
classifier = ck.networks.classifier("auto", classes=6, size=128, hidden=0, dropout=0.2)
backbone, head = ck.networks.split_head(classifier)
limit = lesson.limit(quick=480, lesson=None, full=None)
features, feature_labels = ck.training.features(backbone, training, 128, limit)
unseen_features = ck.training.features(backbone, validation, 128, limit)
print(f"{features.shape[1]:,} numbers for each image")

# %% tags=["nbval-ignore-output"]
recipe = ck.training.recipe("scenes_mobilenet")
keras.utils.set_random_seed(lesson.seed)
head.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-3),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
head.fit(
    features,
    feature_labels,
    batch_size=recipe.batch_size,
    epochs=lesson.epochs(quick=30, lesson=30, full=30),
    validation_data=unseen_features,
    callbacks=[keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)],
    verbose=0,
)
print(ck.training.beside_record(recipe.name, head, len(features), 30, 128))

# %% [markdown]
# Now the test images, once:

# %% tags=["nbval-ignore-output"]
test_images, test_labels = test.arrays(size=128)
probabilities = classifier.predict(test_images, verbose=0)
predictions = probabilities.argmax(axis=1)
correct = np.count_nonzero(predictions == test_labels)
print("test accuracy", ck.metrics.proportion_interval(correct, len(test_labels)))

# %% [markdown]
# If your scenes are synthetic, they are easy for a network that has seen a million photographs. Here are our recorded runs on photographs, the
# last on MobileNetV2, beside the better of avatarbtd's two figures.

# %%
better = ck.sources("scenes.evaluated").figures["test_again"]
interval = ck.metrics.proportion_interval(round(better * 3000), 3000)
print(f"avatarbtd         11,932 images   5 epochs   3,000 tested   {interval}")
for name in ("scenes_source", "scenes_resnet18", "scenes_mobilenet"):
    run = ck.training.load_run(name)
    score, low, high = (run.test[f"accuracy{end}"] for end in ("", "_low", "_high"))
    print(
        f"{name:17} {run.images:6,} images  {run.epochs:2} epochs   {run.test['images']:,} tested   "
        f"{score:.3f} (95% interval {low:.3f} to {high:.3f})"
    )

# %% [markdown]
# Look at how many images each was given, and for how long. The rows differ in network, images and epochs at once, so the table
# compares whole recipes and does not say what each part is worth. `scenes_source` is avatarbtd's network after 3 epochs on a
# fifth of the images; that is no repetition of their training.

# %% [markdown]
# Why is its 0.218 so near to guessing, 1/6? Its 3 epochs are 240 steps, so 9 % of the first running means are left (0.99^240).
# That may be the reason; we did not evaluate it with the means taken anew.

# %% [markdown]
# ## 7 · What does it confuse?
#
# avatarbtd's network knows forest best and glacier worst: it takes glaciers for mountains, and seas for both
# (`scenes.per_class`). Which pairs do you expect here?

# %% tags=["nbval-ignore-output"]
ck.plot.confusion_matrix(test_labels, predictions, scenes.classes)
ck.plot.show(
    alt=ck.plot.confusion_sentence(test_labels, predictions, scenes.classes),
)
ck.plot.report_table(test_labels, predictions, scenes.classes)

# %% [markdown]
# In our stored run five of 240 are wrong, one of each kind: too few for a pattern. So look at the images. Three things to try:
#
# 1. The browser opens with the wrong answers, the surest first. What misled the network?
# 2. Choose "only right" and "least confident first". Which class nearly won? Click an image to see.
# 3. Suppose the network may say "I do not know". Choose "only wrong", and raise "Confidence ≥" until no image is left. Then choose
#    "only right": what share of all images passes?

# %% tags=["nbval-ignore-output"]
ck.widgets.browse_predictions(test_images, test_labels, probabilities, scenes.classes)

# %% [markdown]
# <details><summary>In our stored run</summary>(1) A sea at night is taken for a glacier; a street and a house, both behind
# trees, are taken for forest. (2) The bars beside the large image tell; expect glacier, mountain and sea, as in avatarbtd's mistakes. (3) The surest mistake
# has 0.82. Above that, no wrong answer is left, and you pay with right answers that are less sure. But these images chose the limit, so they
# cannot judge it (lesson 07).</details>

# %% [markdown]
# ## 8 · Where does it look?
#
# In lesson 06 the course computed **Grad-CAM** (Selvaraju et al. 2017); now you do. It asks which feature maps speak for a class, and
# where. If the class's score would rise with a map, this map counts, and so do the places where it is large.
#
# ### Exercise 5 (core): from gradients to a heatmap
#
# The weight of a map is the *mean* of its gradient over all places. Add up the maps, each times its weight. What is negative
# speaks against the class: set it to 0.


# %% exercise="grad_cam_map"
def grad_cam_map(maps, gradients):
    """Return (height, width) from maps and gradients of (height, width, maps)."""
    ### BEGIN SOLUTION
    weights = gradients.mean(axis=(0, 1))
    return np.maximum((maps * weights).sum(axis=-1), 0)
    ### END SOLUTION


# %% check="grad_cam_map" points=1
ck.check.scenes.grad_cam_map(grad_cam_map)

# %% [markdown]
# Now the whole of it, in eight steps. **1** Choose an image and a class: here the mountain that the network is surest of.
# **2** Find the last layer with maps. **3** Build a first sub-model, from the image to these maps.

# %%
label = scenes.classes.index("mountain")
place = np.argmax(probabilities[:, label] * (test_labels == label))
image = test_images[place : place + 1]

last = classifier.get_layer(ck.explain.last_spatial_layer(classifier, image))
to_maps = keras.Model(classifier.input, last.output)
print(f"layer {last.name}: maps of {last.output.shape[1:]}")

# %% [markdown]
# **4** Build a second one, from the maps to the **scores**: all layers that follow, but the last without its softmax. A softmax
# is flat where the network is sure, and a flat function has no gradient to tell us anything.

# %%
maps = keras.Input(last.output.shape[1:])
pooled = maps
following = classifier.layers[classifier.layers.index(last) + 1 :]
for layer in following[:-1]:
    pooled = layer(pooled)
scorer = layers.Dense(len(scenes.classes))
to_scores = keras.Model(maps, scorer(pooled))
scorer.set_weights(following[-1].get_weights())

# %% [markdown]
# **5** Run both, and watch the maps. **6** Take the gradient of the class's score with respect to them. **7** Its mean is the
# weight of each map. **8** Add up, drop the negative.

# %%
import tensorflow as tf

with tf.GradientTape() as tape:
    values = to_maps(image)
    tape.watch(values)
    score = to_scores(values)[:, label]
gradients = tape.gradient(score, values)[0]
weights = tf.reduce_mean(gradients, axis=(0, 1))
heatmap = tf.nn.relu(tf.reduce_sum(values[0] * weights, axis=-1)).numpy()

# %% [markdown]
# The helper does the same for any network, layer and number of images. Do both agree?

# %%
same = ck.explain.grad_cam(classifier, image, label, upsample=False)[0]
np.testing.assert_allclose(heatmap, same, atol=1e-4 * same.max())
print(f"both maps have shape {same.shape} and agree")

# %%
ck.plot.explanation_row(
    image[0], heatmap, (f"true: {scenes.classes[label]}", "Grad-CAM", "both")
)
ck.plot.show(
    alt="The mountain that the network is surest of, its Grad-CAM heatmap with a colour "
    f"bar, {same.shape[0]} by {same.shape[1]} places, and the heatmap stretched over the image."
)

# %% [markdown]
# The colour bar has the units of the score. The map is much coarser than the image and is stretched over it, so do not read
# fine edges out of it. And look twice: how much of the heat lies on the mountain?
#
# <details><summary>In our stored run</summary>The hottest place is the notch between two peaks, and much heat lies on the
# sky.</details>

# %% [markdown]
# ## 9 · Six images, one by one
#
# For each class we take the image that the network doubts most. We ask what speaks for its own class, and what for the strongest
# other one. For the glacier we ask for sea, because avatarbtd shows a glacier that is taken for sea (`scenes.glacier_as_sea`).
#
# Each heatmap is stretched to its *own* largest value, so its brightness does not say *how much* speaks: read the probabilities first.

# %% tags=["nbval-ignore-output"]
own = probabilities[np.arange(len(test_labels)), test_labels]
doubted = [
    int(np.flatnonzero(test_labels == each)[np.argmin(own[test_labels == each])])
    for each in range(6)
]
others = probabilities[doubted].copy()
others[np.arange(6), np.arange(6)] = 0
rivals = others.argmax(axis=1)
rivals[scenes.classes.index("glacier")] = scenes.classes.index("sea")  # avatarbtd's
heat = {
    "own": ck.explain.grad_cam(classifier, test_images[doubted], np.arange(6)),
    "rival": ck.explain.grad_cam(classifier, test_images[doubted], rivals),
}

# %% [markdown]
# How sure is it of both classes, and does their heat lie high or low in the image?

# %% tags=["nbval-ignore-output"]
for column, (place, rival) in enumerate(zip(doubted, rivals, strict=True)):
    sure = probabilities[place]
    mine, other = scenes.classes[column], scenes.classes[rival]
    upper = [
        f"{one[column][:64].sum() / max(one[column].sum(), 1e-9):.0%}"
        for one in heat.values()
    ]
    print(
        f"{column + 1} {mine:10} {sure[column]:.2f}, {other:10} {sure[rival]:.2f}:",
        f"heat in the upper half {upper[0]} and {upper[1]}",
    )

# %% tags=["nbval-ignore-output"]
_, axes = plt.subplots(3, 6, figsize=(9.5, 5), layout="constrained")
for column, (place, rival) in enumerate(zip(doubted, rivals, strict=True)):
    mine, other = scenes.classes[column], scenes.classes[rival]
    image, (top, middle, bottom) = test_images[place], axes[:, column]
    ck.plot.image(image, f"{column + 1} {mine}", ax=top)
    ck.plot.overlay(image, heat["own"][column], 0.6, f"for {mine}", ax=middle)
    ck.plot.overlay(image, heat["rival"][column], 0.6, f"for {other}", ax=bottom)
ck.plot.show(
    alt="Six images, one per class, each the one that its class is doubted in most. Below "
    "each the heat for its own class, and the heat for the strongest other class; for the "
    "glacier the other class is sea."
)

# %% [markdown]
# Read your own columns one by one: does the heat lie on the thing, beside it, or on nothing?
#
# <details><summary>In our stored run (figure in solutions/08_scenes_resnet.ipynb), images 1 to 3</summary>In image 1 the heat
# for buildings lies on the right façade and the sky above it, that for forest at the foot of the tree. In image 2 the heat for
# forest lies on the sky above the trees. In image 3 that for glacier lies on the snow.</details>

# %% [markdown]
# <details><summary>Images 4 to 6</summary>In image 4 the heat for mountain lies beside the peak, and that for glacier on the
# boulders at the lower edge, although boulders lie in front of mountains and seas too. Image 5, the grey sea, is taken for
# glacier, and that heat lies on the shore. Foam or sand? A map of 4×4 places cannot say. In image 6 the heat for forest lies on
# the trees: perhaps they make this street a forest.</details>

# %% [markdown]
# Look at the glacier again, where we asked for sea. Each heatmap is stretched, so something shines even where next to nothing
# speaks. (In our stored run a patch of empty sky, at a probability of 0.01.)

# %% [markdown]
# Other methods answer other questions, and lesson 12 compares them. **Activation**: where are the maps large at all?
# **Gradient**: which pixel changes the score most? **Occlusion**: what falls if a patch is covered?

# %% [markdown]
# ## 10 · Is it right for the right reason?
#
# Does the network know the *layout* of a scene, or only its surfaces? Surfaces alone would be a shortcut in the word's other
# sense, a shortcut in *reasoning*: right here, wrong elsewhere. A heatmap raises such a suspicion. To test it, change the images
# and count the answers.

# %%
ck.predict(
    "costliest",
    "Which change of the test images costs the most right answers?",
    choices=["without colour", "upside down", "blurred"],
)

# %% tags=["nbval-ignore-output"]
blurred = keras.ops.image.resize(test_images, (32, 32), antialias=True)
changes = {
    "without colour": np.repeat(test_images.mean(-1, keepdims=True), 3, -1),
    "upside down": test_images[:, ::-1],
    "blurred": np.asarray(keras.ops.image.resize(blurred, (128, 128))),
}
lost = {}
for name, images in changes.items():
    found = classifier.predict(images, verbose=0).argmax(axis=1)
    lost[name] = ck.metrics.difference_interval(
        ck.metrics.accuracy, test_labels, predictions, found
    )
    print(f"{name:15} lost {lost[name]} of {len(found)} images")

# %% [markdown]
# Is it the one that you named?

# %% tags=["nbval-ignore-output"]
ck.reveal("costliest", max(lost, key=lambda name: lost[name].value))

# %% [markdown]
# The interval says what other *images* could change; another *training* could change more.
#
# In our stored run, on 240 images, it holds zero without colour, and it begins at zero upside down. So if it counts what is
# above and what below, it counts for little here. The blur costs about a tenth of the answers, so fine detail counts. But changed images
# are also strange ones, and a part of each loss may be only that.

# %% [markdown]
# Know such habits before you send in images from another country, or another season.

# %% [markdown]
# ## Spot the bug
#
# A word may say one thing and the code another. avatarbtd prints 0.95 and 0.93 for forest, under labels that mix precision and
# recall up, so nobody can say which is which. Here is a function with the same trouble, and a small matrix. What does it compute?


# %%
def precision(matrix):
    """Return the precision of each class. Or does it?"""
    return np.diag(matrix) / matrix.sum(axis=1)


small_matrix = np.array([[8, 2], [4, 6]])  # a row for each true class
print("it says that the precision is", precision(small_matrix))

# %% [markdown]
# ### Exercise 6 (warm-up): mend it
#
# Rows are true classes, columns the answers. Precision asks about the images that were *called* forest, recall about those
# that *are*. So 0.8 above is the recall of the first class, 8 of its 10 images, under the name of precision.


# %% exercise="precision_per_class"
def precision_per_class(matrix):
    """Return the precision of each class from a confusion matrix."""
    ### BEGIN SOLUTION
    return np.diag(matrix) / matrix.sum(axis=0)
    ### END SOLUTION


# %% check="precision_per_class" points=1
ck.check.scenes.precision_per_class(precision_per_class)

# %% [markdown]
# Every text has slips like this, ours too. Here are five more statements of the article (they may be skipped). What is wrong with
# each? Decide before you read on.

# %%
for name in ("image_size", "network", "pool_by_seven", "patience", "evaluated"):
    print(f"- {ck.sources(f'scenes.{name}').says}")

# %% [markdown]
# Text and code disagree about the size and colour of the images, and about the number of blocks. The mean of 7 × 7 values divides
# by 49. A patience of 15 epochs never stops a training of 5. And one model has two accuracies on one test set, so something differed
# between the two evaluations, most likely how the images were loaded.

# %% [markdown]
# ## Recap
#
# - A scene has no outline; its classes overlap, and its surroundings are the evidence (sections 1 and 7).
# - A deep plain network learns slowly, and after long training stays worse: degradation. A good start and normalisation cure
#   vanishing gradients, and shortcuts cure degradation (sections 2 and 3).
# - The number in a name counts layers one behind the other: a network of 37 convolutions is no ResNet-18 (exercises 2 and 3).
# - Running means lag behind, so evaluate the *training* images too before you call a gap overfitting (exercise 4).
# - Grad-CAM takes two sub-models and eight steps. A heatmap raises a suspicion; an experiment tests it (exercise 5, section 10).

# %% [markdown]
# ## What comes next
#
# Lesson 09 leaves images for spectra, and asks what a learning rate does. Lesson 12 sets all explanations side by side.
#
# ## Sources
#
# - avatarbtd, *Explainable AI: Scene Classification with ResNet-18 and Grad-CAM Visualization*: data, network, eight steps.
# - K. He, X. Zhang, S. Ren and J. Sun, [Deep residual learning](https://arxiv.org/abs/1512.03385), 2016: degradation, ResNet-18
#   and the errors of section 2.
# - G. Yang et al., [A mean field theory of batch normalization](https://arxiv.org/abs/1902.08129), 2019: why gradients grow.
# - Y. Wu and J. Johnson, [Rethinking "batch" in BatchNorm](https://arxiv.org/abs/2105.07576), 2021: statistics taken anew.
# - R. R. Selvaraju et al., [Grad-CAM](https://arxiv.org/abs/1610.02391), 2017.
# - [Intel image classification](https://www.kaggle.com/datasets/puneet6060/intel-image-classification): the photographs.
