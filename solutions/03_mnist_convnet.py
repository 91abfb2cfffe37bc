# %% [markdown]
# # 03 · A convnet for handwritten digits
#
# **You will build your first convolutional network, know each of its 93,322 numbers, see it beat a dense network, and
# find out what breaks it.**
#
# | | |
# |---|---|
# | Time | quick: under 1 minute to run · lesson: about 60 minutes to work through, 2 of them training · full: 6 minutes of training |
# | Needs | lessons 01 and 02 |
# | Data | MNIST: 70,000 handwritten digits; without a network, 5,000 of them |
# | Memory | 1 to 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - work out the shapes and the parameters of every layer of a convnet with a pencil;
# - build and train a dense network and a convnet, and compare them fairly;
# - replace `Flatten` by global average pooling, and say what that saves;
# - express an improvement as errors removed;
# - say which property of images a convnet relies on, and prove it by taking it away.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("03_mnist_convnet", keras=True)

# %% [markdown]
# ## 1 · What do the images look like?
#
# MNIST has 60,000 images for training and 10,000 for testing, 28×28 pixels, in ten classes. Without a network you get
# 5,000 of them. The line below says which you have.

# %%
digits = ck.data.load("mnist")
print(digits.describe())

# %%
images, labels = digits.train.arrays(limit=20)
ck.plot.images(images, titles=[str(label) for label in labels], columns=10, size=0.9)
ck.plot.show(
    alt="Twenty handwritten digits in two rows, white on black, each with its label "
    "above: every class twice."
)

# %% [markdown]
# Every image is a grid of numbers: 0 is black, 1 is white, after division by 255. The fourth axis counts the
# channels; grey images have one.

# %%
train_images, train_labels = digits.train.arrays(
    limit=lesson.limit(quick=4_000, lesson=20_000, full=None)
)
test_images, test_labels = digits.test.arrays(
    limit=lesson.limit(quick=1_000, lesson=None, full=None)
)
print("one image:", train_images.shape[1:], train_images.dtype)
print(f"values from {train_images.min():.0f} to {train_images.max():.0f}")

# %% [markdown]
# We train on one part and judge on the other. A network that is judged on what it has seen could simply have learnt it by
# heart.
#
# ## 2 · How far do we get without convolution?
#
# The **baseline**: flatten the image to 784 numbers, 512 units that each look at all of them, then ten outputs, one
# for each class. `softmax` turns these into probabilities.
#
# ### Exercise 1: the dense baseline
#
# Build it: input `(28, 28, 1)`, `Flatten`, `Dense` with 512 units and ReLU, `Dense` with 10 units and softmax.

# %%
import keras
from keras import layers


# %% exercise="dense_baseline"
def dense_baseline():
    """Return a Keras model: 512 hidden units, 10 probabilities."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    ### END SOLUTION


# %% check="dense_baseline" points=1
ck.check.mnist.dense_baseline(dense_baseline)

# %% [markdown]
# Now we train the course's own copy. **Loss**: how surprised the network is by the right answer (cross-entropy).
# **Optimiser**: the rule that changes the weights (RMSprop). **Epoch**: one pass over all training images.

# %% tags=["nbval-ignore-output"]
epochs = lesson.epochs(quick=5, lesson=5, full=5)
baseline = ck.networks.dense_baseline()
baseline.compile(
    optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
baseline_history = baseline.fit(
    train_images,
    train_labels,
    batch_size=128,
    epochs=epochs,
    verbose=0,
    callbacks=[ck.training.ProgressBar()],
)

# %% [markdown]
# `sparse` only means that the labels are numbers such as 7. Plain `categorical_crossentropy` is the same loss for labels
# written as ten zeros and ones. The test set is asked once, at the end:

# %% tags=["nbval-ignore-output"]
_, baseline_accuracy = baseline.evaluate(test_images, test_labels, verbose=0)
print(f"dense baseline, test accuracy {baseline_accuracy:.3f}")

# %% [markdown]
# On all 60,000 images 97.8 % is reported for this net. With fewer images, expect less: between 90 and 94 % in
# the quick profile.
#
# ## 3 · And with convolution?
#
# Three convolutional layers find features, each built from those before. Pooling halves the maps in between. Two dense
# layers decide. No padding, ReLU everywhere.

# %%
convnet = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)

# %% [markdown]
# ### Exercise 2: shapes by hand
#
# Do not ask Keras yet. A 3×3 kernel without padding takes two off each side; 2×2 pooling halves and rounds down. Return the
# output shape of all eight layers, for example `(26, 26, 32)`.


# %% exercise="output_shapes"
def output_shapes():
    """Return the output shapes of the eight layers, in order, without the batch axis."""
    ### BEGIN SOLUTION
    return [
        (26, 26, 32),
        (13, 13, 32),
        (11, 11, 64),
        (5, 5, 64),
        (3, 3, 64),
        (576,),
        (64,),
        (10,),
    ]
    ### END SOLUTION


# %% check="output_shapes" points=1
ck.check.mnist.output_shapes(output_shapes)

# %% [markdown]
# ### Exercise 3: parameters by hand
#
# Only five of the layers learn: three convolutions, two dense. Return their five numbers of parameters, in order.
# Weights and biases.


# %% exercise="parameter_counts"
def parameter_counts():
    """Return the numbers of parameters of the three convolutional and the two dense layers."""
    ### BEGIN SOLUTION
    return [
        3 * 3 * 1 * 32 + 32,
        3 * 3 * 32 * 64 + 64,
        3 * 3 * 64 * 64 + 64,
        576 * 64 + 64,
        64 * 10 + 10,
    ]
    ### END SOLUTION


# %% check="parameter_counts" points=1
ck.check.mnist.parameter_counts(parameter_counts)

# %% [markdown]
# Now let Keras count. Look where the parameters are: nearly 40 % sit in the first dense layer, not in the
# convolutions that do most of the work.

# %%
for layer in convnet.layers:
    kind, shape = type(layer).__name__, str(layer.output.shape[1:])
    print(f"{kind:14} {shape:14} {layer.count_params():>7,} parameters")
print(f"together {convnet.count_params():,}")

# %% [markdown]
# A quarter of the baseline's 407,050. **Predict**: will it be better or worse?

# %% tags=["nbval-ignore-output"]
convnet.compile(
    optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
convnet_history = convnet.fit(
    train_images,
    train_labels,
    batch_size=64,
    epochs=epochs,
    verbose=0,
    callbacks=[ck.training.ProgressBar()],
)
_, convnet_accuracy = convnet.evaluate(test_images, test_labels, verbose=0)
print(f"convnet, test accuracy {convnet_accuracy:.3f}")

# %% tags=["nbval-ignore-output"]
import matplotlib.pyplot as plt

_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
histories = {"dense": baseline_history.history, "convnet": convnet_history.history}
ck.plot.learning_curves(histories, "loss", ax=left).set_title(
    "The loss falls, epoch by epoch"
)
ck.plot.learning_curves(histories, "accuracy", ax=right).set_title(
    "… and the accuracy rises"
)
ck.plot.show(
    alt="Two plots over the epochs, each with a line for the dense net and one for "
    "the convnet: training loss, which falls, and training accuracy, which rises."
)

# %% [markdown]
# These are *training* curves. They nearly always get better; what counts is the test. Lesson 05 shows the two part.
#
# ## 4 · How much better is that?
#
# For the real 60,000 images and five epochs we have trained both nets and kept the record. Compare with what a well-known
# book reports.

# %%
reported = {"dense_baseline": 0.978, "mnist_convnet": 0.9833}
for name, figure in reported.items():
    run = ck.training.load_run(name)
    low, high = run.test["accuracy_low"], run.test["accuracy_high"]
    accuracy = run.test["accuracy"]
    print(f"{name}: reported {figure:.4f}, ours {accuracy:.4f}")
    print(f"  95 % interval {low:.4f} to {high:.4f}")

# %% [markdown]
# From 97.8 to 98.3 % sounds like nothing. Count the **errors** instead: there were 2.2 %, there are 1.67 %.
#
# ### Exercise 4: errors removed
#
# Return the fraction of the errors that the better network removes.


# %% exercise="error_reduction"
def error_reduction(accuracy_before, accuracy_after):
    """Return the fraction of errors removed: 0 is none, 1 is all."""
    ### BEGIN SOLUTION
    return (accuracy_after - accuracy_before) / (1 - accuracy_before)
    ### END SOLUTION


# %% check="error_reduction" points=1
ck.check.mnist.error_reduction(error_reduction)

# %%
before, after = 0.978, 0.9833
print(f"reported: {(after - before) / (1 - before):.0%} of the errors removed")
before, after = (ck.training.load_run(name).test["accuracy"] for name in reported)
print(f"ours:     {(after - before) / (1 - before):.0%} of the errors removed")

# %% [markdown]
# A quarter of all errors gone, as reported, and more than that in our run. The closer to 100 %, the more an error rate says
# than an accuracy.
#
# ## 5 · Do we need the big dense layer?
#
# `Flatten` hands 576 numbers to 64 units: 36,928 weights. **Global average pooling** keeps one number for each of the 64
# maps, its mean: *how much* of the feature there is, not *where*.
#
# ### Exercise 5: global average pooling
#
# Build the convnet with `GlobalAveragePooling2D` in place of `Flatten`, and all else the same.


# %% exercise="gap_convnet"
def gap_convnet():
    """Return the convnet with global average pooling instead of Flatten."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    ### END SOLUTION


# %% check="gap_convnet" points=1
ck.check.mnist.gap_convnet(gap_convnet)

# %% [markdown]
# It has 60,554 parameters, a third fewer. It can take images of any size, and it is what class activation maps are made of
# (lesson 11). What does it cost? We trained it, too, in just the same way:

# %%
for name in ["mnist_convnet", "mnist_gap_convnet"]:
    run = ck.training.load_run(name)
    low, high = run.test["accuracy_low"], run.test["accuracy_high"]
    accuracy = run.test["accuracy"]
    print(f"{name}: {accuracy:.4f} (95 % interval {low:.4f} to {high:.4f})")

# %% [markdown]
# After five epochs it is a little behind: *where* a stroke is helps to tell a 6 from a 9. The two intervals just touch, so do
# not bet on the order of two single runs.
#
# ## 6 · What does a convnet rely on?
#
# We shuffle the pixels of every image, all in the same way. No number is lost. Can you still read them?

# %%
import numpy as np

order = np.random.default_rng(0).permutation(28 * 28)


def shuffle_pixels(images):
    """Return the images with their pixels in another order, the same for all."""
    return images.reshape(-1, 28 * 28)[:, order].reshape(-1, 28, 28, 1)


# %%
both = np.concatenate([images[:5], shuffle_pixels(images[:5])])
titles = [str(label) for label in labels[:5]] * 2
ck.plot.images(both, titles, columns=5, size=1.1)
ck.plot.show(
    alt="Five digits, and below them the same five with shuffled pixels: scattered "
    "white dots, no digit to be seen."
)

# %% [markdown]
# **Predict**: which network suffers, the dense one, the convnet, both? Decide before you run the cells. They
# train both again, on shuffled images.


# %%
def accuracy_on_shuffled(network, batch_size):
    """Train on shuffled images, and return the accuracy on shuffled test images."""
    network.compile(
        optimizer="rmsprop",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    network.fit(
        shuffle_pixels(train_images),
        train_labels,
        batch_size=batch_size,
        epochs=epochs,
        verbose=0,
    )
    return network.evaluate(shuffle_pixels(test_images), test_labels, verbose=0)[1]


# %% tags=["nbval-ignore-output"]
shuffled_baseline = accuracy_on_shuffled(ck.networks.dense_baseline(), batch_size=128)
shuffled_convnet = accuracy_on_shuffled(ck.networks.mnist_convnet(), batch_size=64)
print(f"dense:   plain {baseline_accuracy:.3f}, shuffled {shuffled_baseline:.3f}")
print(f"convnet: plain {convnet_accuracy:.3f}, shuffled {shuffled_convnet:.3f}")

# %% [markdown]
# The dense net does not care: it never knew which pixels are neighbours. The convnet loses its lead and more. It counts on
# **locality**. Where neighbours mean nothing, as in a table of patient data, convolution is the wrong tool.
#
# ## 7 · What does it get wrong?
#
# From here on we use the weights from five epochs on the real 60,000 digits, which ship with the course. Always look at the
# mistakes.
#
# - **Mind**: the 5,000 sample digits are part of the real *training* set. If they are what you have, this network has seen
#   them all before, and its few mistakes here say nothing about new digits. The honest figure is the one in section 4.

# %%
model = ck.training.trained("mnist_convnet")
probabilities = model.predict(test_images, verbose=0)
predictions = probabilities.argmax(axis=1)
wrong = np.flatnonzero(predictions != test_labels)
print(f"{len(wrong)} mistakes in {len(test_labels):,} images")

# %%
worst = wrong[np.argsort(-probabilities[wrong].max(axis=1))][:10]
titles = [
    f"true {test_labels[i]}, said {predictions[i]}\nwith {probabilities[i].max():.0%}"
    for i in worst
]
ck.plot.images(test_images[worst], titles, columns=5, size=1.5)
ck.plot.show(
    alt="The mistakes that the network is surest of, at most ten, each with the true "
    "digit, the predicted one and its probability. Most are digits that a person "
    "could misread too."
)

# %% [markdown]
# Would you have read them all? Some are broken or drawn between two digits. A network that is sure *and* wrong deserves more
# attention than the average, and accuracy does not show it. Lesson 04 does.
#
# ## 8 · What has it learned?
#
# The first layer has 32 kernels of 3×3, learned, not designed. Do you recognise some of lesson 01?

# %%
kernels = model.layers[0].get_weights()[0][:, :, 0, :]
ck.plot.images(
    list(np.moveaxis(kernels, -1, 0)),
    columns=16,
    scale="signed",
    limit=np.quantile(abs(kernels), 0.98),
    size=0.55,
)
ck.plot.show(
    alt="The 32 kernels of the first layer in two rows, blue for negative and red "
    "for positive weights. Many have a positive side and a negative side: they "
    "look for edges in all directions."
)

# %% [markdown]
# Red on one side, blue on the other: edge kernels, in many directions. Nobody told the network about edges.
#
# ## 9 · Play: draw a digit
#
# Draw with the mouse, a finger or the arrow keys. The image is centred and scaled as MNIST does it, and the network
# answers at once. Below, see which feature maps light up.

# %%
ck.widgets.draw_digit(model)

# %% [markdown]
# Try to fool it: a 7 with a bar, a tiny 1 in a corner, a letter. It has no answer "none of these": the ten
# probabilities always sum to 1.
#
# ## Spot the bug
#
# After training, Keras prints a summary. Here it is in one line each. A student reports: "my convnet has 186,646
# parameters". What happened?

# %%
trainable = sum(int(np.prod(weight.shape)) for weight in convnet.trainable_weights)
optimiser = sum(
    int(np.prod(variable.shape)) for variable in convnet.optimizer.variables
)
print(f"Trainable params: {trainable:,}")
print(f"Optimizer params: {optimiser:,}")
print(f"Total params:     {trainable + optimiser:,}")

# %% [markdown]
# RMSprop remembers one number for each weight, and two of its own. They steer the training and are no part of the network:
# "Total params" in a summary depends on whether the model has been compiled and trained.
#
# Write a function that returns the right number for any model, trained or not.


# %% exercise="trainable_parameters"
def trainable_parameters(model):
    """Return how many numbers of the model are learned."""
    ### BEGIN SOLUTION
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    ### END SOLUTION


# %% check="trainable_parameters" points=1
ck.check.mnist.trainable_parameters(trainable_parameters)

# %% [markdown]
# ## Recap
#
# - Shapes and parameters follow from two rules each; you did them by hand (exercises 2 and 3).
# - The convnet beats a dense net four times its size (exercise 1, section 3).
# - Accuracy near 100 % hides differences; errors removed show them (exercise 4).
# - Global average pooling saves a third of the parameters (exercise 5).
# - A convnet relies on neighbours meaning something: shuffle the pixels and its lead is gone (section 6).
#
# ## What comes next
#
# Lesson 04 asks how good a classifier really is. Lesson 05 leaves the tidy digits for photographs of cats and dogs,
# where 2,000 images are not enough.
#
# ## Sources
#
# - F. Chollet, [Deep Learning with Python](https://www.manning.com/books/deep-learning-with-python), 2017, sections 2.1
#   and 5.1: both networks and the reported accuracies.
# - Y. LeCun, C. Cortes and C. Burges, [The MNIST database](http://yann.lecun.com/exdb/mnist/).
# - M. Lin, Q. Chen and S. Yan, [Network in network](https://arxiv.org/abs/1312.4400), 2014: global average pooling.
