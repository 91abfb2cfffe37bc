# %% [markdown]
# # 13 · Networks in frequency
#
# **You will compute a trained network without sliding a single kernel, melt three of its layers into one, and say to the
# pixel where that goes wrong.**
#
# | | |
# |---|---|
# | Time | quick: under 1 minute to run · lesson: about 90 minutes to work through · full: the same |
# | Needs | lessons 01 and 03 |
# | Data | MNIST, digits 1 and 7 with noise; CIFAR-10 in grey; offline, real digits and synthetic images |
# | Memory | 1 to 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - say why a network without activations is worth taking apart;
# - state the convolution theorem, and check it against Keras;
# - compute a trained network in frequency, and combine its layers;
# - predict how many rings of pixels the merged networks get wrong;
# - read from a kernel's spectrum which kind of change it answers to.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("13_fourier_networks", keras=True)

# %% [markdown]
# ## 1 · Why take a linear network apart?
#
# What a kernel of a third layer means is hard to say, because it works on maps of maps, bent by ReLU twice. Without the ReLUs
# three layers can do no more than one, but for the border (section 5). Then each map is one kernel on the image itself.

# %% [markdown]
# The network comes from the web site *Explainable Artificial Intelligence (XAI)*, here *xai*. It tells noisy ones from sevens:
# three convolutions without bias, activation or pooling, then two dense layers.

# %%
mnist = ck.data.load("mnist")
digits = ck.data.add_noise(ck.data.select_classes(mnist, ("1", "7")), highest=0.3)
images, labels = digits.test.arrays(limit=lesson.limit(quick=100, lesson=200, full=500))
ck.plot.images(images[:8], columns=8)
ck.plot.show(
    alt="Eight images of handwritten digits, ones and sevens, white on black. "
    "The black is covered with fine grey noise."
)
narrow = ck.training.trained("fourier_mnist_narrow")
for layer in narrow.layers:
    shape = " × ".join(map(str, layer.output.shape[1:]))
    print(f"{type(layer).__name__:8} {shape:12} {layer.count_params():>8,} parameters")

# %% [markdown]
# That is our **narrow** copy. The large network, with 32, 64 and 128 kernels, has 25,783,330 parameters and does not ship.
# Both were trained on the real digits. From which epoch on does each get more than 99 % of its training digits right?

# %%
names = {"large": "fourier_mnist", "narrow": "fourier_mnist_narrow"}
runs = {name: ck.training.load_run(recipe) for name, recipe in names.items()}
histories = {name: run.history for name, run in runs.items()}
axes = ck.plot.learning_panels(histories, log=["loss"])
for ax in axes:
    ax.lines[1].set(linestyle="--", marker="s")  # not by colour alone
    ax.legend(frameon=False)
axes[0].set_yticks([0.003, 0.01, 0.03], ["0.003", "0.01", "0.03"])
axes[0].minorticks_off()
ck.plot.show(
    alt="Loss and accuracy in training, epoch by epoch, of the large network, a full line, and "
    "of the narrow one, a dashed line. Both are above 99 % from the second epoch on; the losses still fall."
)
for name, run in runs.items():
    low, high = run.test["accuracy_low"], run.test["accuracy_high"]
    print(
        f"{name:6} loss {run.history['loss'][-1]:.1e} in training, {run.test['loss']:.1e} on "
        f"{run.test['images']:,} test digits; test accuracy {run.test['accuracy']:.4f} ({low:.4f} to {high:.4f})"
    )

# %% [markdown]
# From the second epoch on, which agrees with *xai*'s "fewer than 20".

# %% [markdown]
# ## 2 · What is a convolution in frequency?
#
# Every image is a sum of waves: slow ones for large shapes, fast ones for fine detail. The **Fourier transform** $\mathcal F$ says
# how much of each is in it: the image's *spectrum*. The **convolution theorem** says: sliding a kernel $k$ over an image $f$ is the same
# as *multiplying* their spectra (exercise 1 says what happens at the border).
#
# $$\mathcal F\{f * k\} = \mathcal F\{f\} \cdot \mathcal F\{k\}$$

# %%
photo = ck.data.load_image("cat", size=96, grey=True)
edges = ck.kernels.get("sobel vertical edges")
ck.plot.convolution_theorem(photo, edges)
ck.plot.show(
    alt="Above: a cat, a small kernel that finds vertical edges, and the cat's vertical edges. "
    "Below their spectra: bright in the middle; two bright lobes left and right of a dark "
    "column; and the product, in which the dark column has cut the middle out of the cat's."
)

# %% [markdown]
# Upper row: sliding. (The kernel is turned by 180 degrees first; section 3 says why.) The stripes at the left and right border
# are edges, too: outside of the image all is black. Lower row: multiplying. The spectra are drawn as logarithms, because the
# middle is far stronger than the rest.

# %% [markdown]
# How to read a spectrum: the middle is the mean grey, waves along a row lie left and right, and fast ones lie further out. The kernel is
# dark in the middle column, so whatever does not change along a row is gone. **Play** with app 2:
# `ck.widgets.explore_convolution_theorem()`.

# %%
import numpy as np


def product(image, kernel, shape):
    """Multiply the spectra of an image and a kernel; return to space."""
    spectrum = np.fft.rfft2(image, shape) * np.fft.rfft2(kernel, shape)
    return np.fft.irfft2(spectrum, shape)


# %% [markdown]
# `rfft2(image, shape)` pads with zeros up to `shape`, because the FFT lives on a *circle*: what a kernel carries over the right
# border comes in again on the left.
#
# ### Exercise 1 (warm-up): room enough
#
# A kernel may slide over the border as long as one of its pixels still lies on the image. How many places has it along one side?


# %% exercise="padded_side"
def padded_side(side, kernel_side):
    """Return the length of a side at which nothing comes round."""
    ### BEGIN SOLUTION
    return side + kernel_side - 1
    ### END SOLUTION


# %% check="padded_side" points=1
ck.check.fourier.padded_side(padded_side)

# %% [markdown]
# ## 3 · Does Keras agree?
#
# *Convolution* turns the kernel by 180 degrees; Keras *correlates*, without turning. So we turn the kernel first, and pad.
# **Predict**: where will the error be if we forget one of the two?

# %%
import keras

kernel = np.random.default_rng(lesson.seed).normal(size=(5, 5)).astype("float32")
turned = kernel[::-1, ::-1]
reference = np.asarray(
    keras.ops.conv(  # (batch, height, width, channels), (rows, columns, in, out)
        photo[None, :, :, None], kernel[:, :, None, None], padding="same"
    )
)[0, :, :, 0]

# %%
import matplotlib.pyplot as plt

half, padded = 5 // 2, 96 + 5 - 1  # "same" keeps what begins half a kernel inside
kept = np.s_[half : half + 96, half : half + 96]
circle = product(photo, turned, (96, 96))
answers = {
    "turned and padded": product(photo, turned, (padded, padded))[kept],
    "kernel not turned": product(photo, kernel, (padded, padded))[kept],
    "no zeros": np.roll(circle, (-half, -half), axis=(0, 1)),
}
_, axes = plt.subplots(1, 3, figsize=(10.5, 3.2), layout="constrained")
for ax, (name, answer) in zip(axes, answers.items(), strict=True):
    error = np.abs(answer - reference) / np.abs(reference).max()
    largest = "below 1e−5" if error.max() < 1e-5 else f"{error.max():.2f}"
    shared = axes if ax is axes[-1] else ()  # one colour bar for all three
    ck.plot.border_error(error, title=f"{name}: {largest}", ax=ax, bar=shared)
ck.plot.show(
    alt="Three maps of errors on a logarithmic scale. Turned and padded: dark everywhere. Kernel "
    "not turned: bright nearly everywhere. No zeros: dark inside, bright in the two outermost rings."
)

# %% [markdown]
# The errors are shares of the largest value. Without zeros only two rings are wrong, half a kernel of 5×5, and a check of the middle
# never finds them.
#
# ### Exercise 2 (core): a layer of Keras, by the FFT
#
# Write it for images and kernels of any size, square or not. Where does the part begin that "same" keeps?


# %% exercise="correlate_in_frequency"
def correlate_in_frequency(image, kernel):
    """Return what a layer with padding "same" makes of an image."""
    ### BEGIN SOLUTION
    (height, width), (rows, columns) = image.shape, kernel.shape
    shape = (height + rows - 1, width + columns - 1)
    turned = np.fft.rfft2(kernel[::-1, ::-1], shape)
    whole = np.fft.irfft2(np.fft.rfft2(image, shape) * turned, shape)
    top, left = rows // 2, columns // 2
    return whole[top : top + height, left : left + width]
    ### END SOLUTION


# %% check="correlate_in_frequency" points=1
ck.check.fourier.correlate_in_frequency(correlate_in_frequency)

# %% [markdown]
# With many channels the product becomes a small **matrix product** at each frequency.
#
# ## 4 · Three Fourier networks
#
# K1 to K3 are the spectra of the layers' kernels. Rounded boxes lie in frequency.

# %%
ck.plot.fourier_nets()
ck.plot.show(
    alt="Three rows of boxes. Net 1 goes to frequency and back for each of three layers. Net 2 goes "
    "there once, multiplies by K1, K2 and K3, and comes back once. Net 3 multiplies once, by the "
    "product of all three."
)

# %% [markdown]
# **Net 1** goes back to space after each layer, so even ReLU and pooling may stand between, as in lesson 03's convnet:

# %%
convnet = ck.training.trained("mnist_convnet")
some = mnist.test.arrays(limit=50)[0]
ours = ck.fourier.FourierNet1(convnet).predict(some)
theirs = convnet.predict(some, verbose=0)
print("largest difference below 1e-5:", np.abs(ours - theirs).max() < 1e-5)

# %% [markdown]
# **Net 2** stays in frequency. **Net 3** multiplies the *kernels* first, because convolution is associative:
#
# $$(f * k_1) * k_2 = f * (k_1 * k_2)$$
#
# ### Exercise 3 (core): two kernels, one kernel
#
# To correlate with the first and then with the second is to correlate with *one*: each weight of the second places a copy of the
# first. Write it for any two shapes.


# %% exercise="combine"
def combine(first, second):
    """Return the one kernel that does what two do one after the other."""
    ### BEGIN SOLUTION
    rows, columns = first.shape
    height, width = second.shape
    combined = np.zeros((rows + height - 1, columns + width - 1))
    for m in range(height):
        for n in range(width):
            combined[m : m + rows, n : n + columns] += first * second[m, n]
    return combined
    ### END SOLUTION


# %% check="combine" points=1
ck.check.fourier.combine(combine)

# %% [markdown]
# Below are eight kernels of each layer (of layers 2 and 3 the part for the first map below), and eight combined ones. Only the first
# and the last row look at the image itself.

# %%
kernels = [layer.get_weights()[0] for layer in narrow.layers[:3]]
combined = ck.fourier.combine(kernels)
rows = {
    "layer 1": kernels[0],
    "layer 2": kernels[1],
    "layer 3": kernels[2],
    "all as one": combined,
}
_, axes = plt.subplots(4, 8, figsize=(9.6, 5.2), layout="constrained")
for line, (name, each) in zip(axes, rows.items(), strict=True):
    for i, ax in enumerate(line):
        ck.plot.image(each[:, :, 0, i], "", "signed", ax=ax)
    line[0].set_ylabel(name)
ck.plot.show(
    alt="Four rows of eight kernels, red above zero and blue below: three rows of 3 by 3 weights "
    "without a visible pattern, and a row of 7 by 7 in which patches of red lie beside patches of blue."
)

# %% [markdown]
# In the upper rows we see no pattern. In the last row patches of red often lie beside patches of blue: such a kernel compares
# one side with the other. And there are far fewer of them:

# %%
from itertools import pairwise

shapes = {"narrow": (1, 8, 16, 32), "large": (1, 32, 64, 128)}
for name, counts in shapes.items():
    before = sum(a * b for a, b in pairwise(counts))
    print(
        f"{name:6} {before:6,} kernels of 3×3 become {counts[-1]:3} of 7×7: "
        f"{9 * before:,} weights become {49 * counts[-1]:,}"
    )

# %% [markdown]
# We recorded whether that is quicker: milliseconds for the maps of 100 digits (narrow network, one thread, 15 runs).

# %%
recorded = ck.fourier.measured("speed")["nets"]
for way, (low, middle, high) in recorded["milliseconds"].items():
    print(f"{way:6} {middle:6.1f}   (half of the runs: {low:.1f} to {high:.1f})")

# %% [markdown]
# Net 2 saves the ways there and back, net 3 many products as well. Keras is quicker still at 3×3. (Net 3's fair rival, Keras with *one*
# layer of 7×7, was not measured.)
#
# ## 5 · Are they the network?
#
# *xai* says that net 3 gives the same output as the original. Everywhere?

# %%
ck.predict(
    "rings",
    "In how many rings of pixels, from the border inwards, do the maps of net 3 differ from those of Keras?",
    lowest=0,
    highest=14,
)

# %%
net3 = ck.fourier.FourierNet3(narrow)
third_maps = net3.maps(images)
second_maps = ck.fourier.FourierNet2(narrow).maps(images)
print("net 2 = net 3:", np.allclose(second_maps, third_maps, atol=1e-5))
reference = keras.Model(narrow.inputs, narrow.layers[2].output).predict(
    images, verbose=0
)
error = ck.fourier.border_error(third_maps, reference)
largest = ck.fourier.ring_maxima(error)
for ring, one in enumerate(largest[:4], start=1):
    print(f"ring {ring}: {'below 1e-5' if one < 1e-5 else f'{one:.2f}'}")
ck.reveal("rings", int(np.sum(np.array(largest) > 1e-5)))

# %% [markdown]
# Padding "same" cuts the maps after *each* layer and throws away what went over the border. The merged networks cut once, at
# the end.
#
# ### Exercise 4 (core): how many rings?
#
# Return how many rings are wrong once that many layers are merged.


# %% exercise="error_rings"
def error_rings(layers, kernel_side):
    """Return how many rings of pixels differ once the layers are merged."""
    ### BEGIN SOLUTION
    return (layers - 1) * (kernel_side // 2)
    ### END SOLUTION


# %% check="error_rings" points=1
ck.check.fourier.error_rings(error_rings)

# %% [markdown]
# Does the border matter to the *logits*, too? Three trained networks see images with a noisy border, images that fill their frame,
# and the same in a black frame:

# %%
cifar = ck.data.grey(ck.data.load("cifar10"))
sets = {
    "digit": ("fourier_mnist_narrow", digits),
    "full frame": ("fourier_cifar10_grey_narrow", cifar),
    "black frame": ("fourier_cifar10_padded_narrow", ck.data.padded(cifar, rings=5)),
}

# %%
_, axes = plt.subplots(2, 3, figsize=(9, 6), layout="constrained")
shares_bar = {"digit": (), "full frame": (), "black frame": axes[1]}  # one for all
for column, (name, (recipe, data)) in zip(axes.T, sets.items(), strict=True):
    shown, truth = data.test.arrays(limit=50)
    model = ck.training.trained(recipe)
    merged, layered = ck.fourier.FourierNet3(model), ck.fourier.FourierNet1(model)
    error = ck.fourier.border_error(merged.maps(shown), layered.maps(shown))
    brightest = shown.mean(axis=(1, 2, 3)).argmax()
    ck.plot.image(shown[brightest], name, "image", ax=column[0])
    title = f"{ck.fourier.rings_above(error)} rings"
    ck.plot.border_error(error, 2, title, column[1], bar=shares_bar[name])
    logits, ours = layered.logits(shown), merged.logits(shown)
    moved = np.abs(ours - logits).mean() / np.abs(logits).mean()
    same, right = (np.sum(logits.argmax(1) == of) for of in (ours.argmax(1), truth))
    print(f"{name}: {right} of {len(shown)} right; logits move by {moved:.1%},")
    print(f"    same answer {ck.metrics.proportion_interval(int(same), len(shown))}")
ck.plot.show(
    alt="Above a noisy digit, a grey image, and one in a black frame. Below, on one scale, the error "
    "maps: bright in the two outermost rings for the first two, dark everywhere for the third."
)

# %% [markdown]
# First look at how many are right. In the stored run the last two networks, trained on photographs, read few of these synthetic
# images: 12 and 8 of 50. So this tells what merging changes here, not how it would be on photographs.

# %% [markdown]
# The white lines mark two rings. A digit has only noise there, the full-frame images have something to lose: that fits that merging
# moves their logits most (but the networks differ, too). Where as many rings are black as exercise 4 counts, the merged network *is*
# the network.

# %% [markdown]
# ## 6 · What does a kernel answer to?
#
# Where a spectrum is bright, that wave passes. Begin with two kernels that we know:

# %%
known = np.stack(
    [ck.kernels.get("sobel vertical edges"), ck.kernels.get("sobel horizontal edges")],
    axis=-1,
)
spectra = ck.fourier.magnitude(known[:, :, None])
ck.plot.kernel_spectra(
    np.moveaxis(known, -1, 0),
    np.moveaxis(spectra[:, :, 0], -1, 0),
    ["vertical edges", "horizontal edges"],
)
ck.plot.show(
    alt="Two kernels of 3×3 above their spectra. The one with a negative left and a positive right "
    "column has bright lobes left and right of the middle; the other has them above and below."
)

# %% [markdown]
# A *vertical* edge is change along a row: **horizontal** change, lobes left and right. A horizontal edge is **vertical** change,
# lobes above and below.
#
# ### Exercise 5 (stretch): vertical or horizontal change?
#
# Fast waves are much change, so weigh the **power** $P$, the squared magnitude, with the squared frequency. `rows` holds the
# vertical frequencies $v$, `columns` the horizontal ones $h$. Return the vertical share
# $\sum v^2 P \,/\, (\sum v^2 P + \sum h^2 P)$.


# %% exercise="vertical_share"
def vertical_share(power, rows, columns):
    """Return the share of vertical change, from 0 to 1."""
    ### BEGIN SOLUTION
    down = (rows[:, None] ** 2 * power).sum()
    across = (columns**2 * power).sum()
    return down / (down + across)
    ### END SOLUTION


# %% check="vertical_share" points=1
ck.check.fourier.vertical_share(vertical_share)

# %% [markdown]
# Here are six trained kernels, from the least vertical share to the most. Does each number fit what you see? (App 1 shows more:
# `ck.widgets.explore_spectra()`.)

# %%
share = ck.fourier.vertical_share(combined)[0]
order = np.argsort(share)
chosen = [order[i] for i in (0, 1, 16, 17, -2, -1)]
spectra = ck.fourier.magnitude(combined)
ck.plot.kernel_spectra(
    np.moveaxis(combined[:, :, 0], -1, 0)[chosen],
    np.moveaxis(spectra[:, :, 0], -1, 0)[chosen],
    [f"{share[i]:.0%} vertical" for i in chosen],
)
ck.plot.show(
    alt="Six trained kernels of 7×7 above their spectra, with their share of vertical change above "
    "them. Most have two bright lobes, above and below the middle or slanted."
)

# %% [markdown]
# The first does not: its bright lobes lie above and below the middle, and yet its share is below one half. Leave out the fast waves, above ¼
# cycle per pixel:

# %%
frequencies = np.fft.fftshift(np.fft.fftfreq(32))
slow = np.abs(frequencies) <= 1 / 4
power = spectra[:, :, 0, chosen[0]][np.ix_(slow, slow)] ** 2
down = (frequencies[slow][:, None] ** 2 * power).sum()
across = (frequencies[slow] ** 2 * power).sum()
print(f"the first kernel: {share[chosen[0]]:.0%} vertical with all waves,")
print(f"    {down / (down + across):.0%} with the slow ones only")

# %% [markdown]
# So the fast waves did it, and among them those at the left and right rim must weigh more, because the share rises without them.

# %% [markdown]
# Did the kernels *learn* to answer to vertical change, because a seven has a horizontal bar? We show each of them a horizontal and an
# upright stroke. 200 **untrained** networks are the control.

# %%
ck.predict(
    "learned",
    "Will the trained kernels' median lie outside of what 95 % of the untrained networks reach?",
    choices=["yes", "no"],
)

# %%
upright = np.zeros((28, 28), "float32")
upright[5:23, 13:15] = 1
strokes = np.stack([upright, upright.T])[..., None]


def stroke_ratios(kernels):
    """Return how much more each kernel answers to an upright than to a horizontal stroke."""
    answers = ck.fourier.correlate(strokes, kernels)[:, 10:18, 10:18]
    strength = np.sqrt((answers**2).mean(axis=(1, 2)))
    return strength[0] / strength[1]


def untrained(seed):
    """Return combined kernels as a network has them before its first epoch."""
    layers = []
    for layer, each in enumerate(kernels):
        draw = keras.initializers.GlorotUniform(seed=3 * seed + layer)
        layers.append(np.asarray(draw(each.shape)))
    centred = layers[0] - layers[0].mean(axis=(0, 1))  # as our network began, too
    return ck.fourier.combine([centred, *layers[1:]])


# %% [markdown]
# Below 1 the horizontal stroke is answered more:

# %%
ratios = stroke_ratios(combined)
controls = [
    np.median(stroke_ratios(untrained(seed))) for seed in range(lesson.repeats(200))
]
low, middle, high = np.percentile(controls, (2.5, 50, 97.5))
print(f"median ratio, trained   {np.median(ratios):.2f}")
print(
    f"untrained, {len(controls)} seeds    {middle:.2f}  (95 % of them: {low:.2f} to {high:.2f})"
)
ck.reveal("learned", "no" if low < np.median(ratios) < high else "yes")

# %% [markdown]
# The trained median, 0.65, lies *inside*, so this network cannot show that training did it.

# %% [markdown]
# ## 7 · Is it faster when kernels grow?
#
# With kernels of $k \times k$ a direct convolution costs $k^2$ products per pixel. An FFT of $n$ pixels costs about $\log n$ per
# pixel: there a kernel counts only by the room that it needs. The layers have 8, 16 and 32 filters. *Direct* is NumPy's sum of
# products, and *Keras* the model itself.

# %%
ck.predict(
    "fastest",
    "Three layers with kernels of 31×31, one image of 64×64. Which way is the fastest?",
    choices=["direct", "Keras", "an FFT, per layer or combined"],
)

# %%
table = ck.fourier.measured("speed")["kernels"]
sizes, seconds = table["sizes"], table["seconds"]
crossings = {
    f"FFT per layer passes {slow}": ck.fourier.speed.crossover(
        sizes, seconds[slow], seconds["FFT per layer"]
    )
    for slow in ("direct", "Keras")
}
ax = ck.plot.ways_compared(sizes, seconds, crossings, "One image of 64×64")
ax.set_xlabel("side of the kernels")
ck.plot.show(
    alt="Four curves on logarithmic scales. As kernels grow from 3 to 31, direct and Keras rise "
    "steeply, the combined FFT less and the FFT per layer least. A dotted and a dashed line mark "
    "where the FFT per layer passes another way."
)
print("milliseconds   " + "".join(f"{f'{side}×{side}':>7}" for side in sizes))
for way, values in seconds.items():
    print(f"{way:15}" + "".join(f"{1000 * value:7.1f}" for value in values))
fastest = min(seconds, key=lambda way: seconds[way][-1])
ck.reveal("fastest", "an FFT, per layer or combined" if "FFT" in fastest else fastest)

# %% [markdown]
# Direct and Keras pay for each weight. At the dotted and the dashed line the FFT per layer becomes quicker than the direct sum (from
# about 5×5 on) and than Keras (about 7×7), in these runs. The combined FFT is lowest at every size. But is its answer right? Exercise 4 tells:

# %%
wrong = (3 - 1) * (31 // 2)  # three layers of 31×31
right = 64 - 2 * wrong
print(f"merged: {wrong} rings are wrong, so only the middle {right}×{right} is right")

# %% [markdown]
# Of 64×64 pixels the combined FFT gets only these right: it is fast at another task.
#
# In section 4 Keras was ahead at 3×3. There each call had 100 digits, and here it has one image: probably a call has a fixed
# cost. Each time is the fastest of 7 runs on one thread, and no spread was recorded. So do not rank what lies close, such as the two FFTs at 31×31.

# %% [markdown]
# ### Challenge: one kernel for two digits
#
# Choose one kernel, 7×7 at most. Each digit's score is the mean of its map after ReLU; yours is the area under the ROC curve, sevens
# against ones. Sobel gets 0.97; reach 0.993.

# %%
ck.check.fourier.one_kernel(ck.kernels.get("sobel horizontal edges"))

# %% [markdown]
# ## Spot the bug
#
# This function is to do what a layer of Keras does. Its author tests it with a blur, and the test passes.

# %%
by_keras = keras.layers.Conv2D(1, 3, padding="same", use_bias=False)
by_keras.build((None, 96, 96, 1))


def hasty_layer(image, kernel):
    """Return what a layer of Keras makes of an image. Or does it?"""
    side = len(image) + len(kernel) - 1
    whole, half = product(image, kernel, (side, side)), len(kernel) // 2
    return whole[half : half + len(image), half : half + len(image)]


def both(kernel):
    """Return what the function and what Keras make of the cat."""
    by_keras.set_weights([kernel.reshape(3, 3, 1, 1)])
    expected = by_keras(photo[None, :, :, None]).numpy()[0, :, :, 0]
    return hasty_layer(photo, kernel), expected


made, expected = both(np.full((3, 3), 1 / 9))
print("blur: largest difference below 1e-5:", np.abs(made - expected).max() < 1e-5)

# %%
ck.predict(
    "hasty",
    "The function has a bug. Which?",
    choices=["too few zeros", "the kernel is not turned", "it cuts the wrong part"],
)

# %% [markdown]
# Here is another kernel:

# %%
made, expected = both(edges)
print(f"Sobel: largest difference {np.abs(made - expected).max():.2f}")
print("Sobel: the sum is below 1e-5:", np.abs(made + expected).max() < 1e-5)
ck.reveal(
    "hasty",
    "the kernel is not turned",
    because="A blur looks the same when it is turned by 180 degrees.",
)

# %% [markdown]
# A turned Sobel kernel is the kernel with the opposite sign, so every edge comes out with the wrong sign. Test with a kernel that has no symmetry, as exercise 2 does.
#
# ### Exercise 6 (stretch): count the parameters
#
# Take section 1's network with any three numbers of filters: kernels of 3×3 without bias on grey images of 28×28, then two dense layers
# *with* bias, of `hidden` units and of 2.


# %% exercise="parameter_count"
def parameter_count(filters, hidden):
    """Return how many numbers the network learns."""
    ### BEGIN SOLUTION
    before = [1, *filters]
    kernels = sum(9 * a * b for a, b in pairwise(before))
    first = (28 * 28 * filters[-1] + 1) * hidden
    return kernels + first + (hidden + 1) * 2
    ### END SOLUTION


# %% check="parameter_count" points=1
ck.check.fourier.parameter_count(parameter_count)

# %% [markdown]
# ### A misprint hunt (may be skipped)
#
# *xai* trains three such networks: on digits of 28×28, on CIFAR-10 of 32×32, and on CIFAR-10 in a black frame, 42×42. Its table of
# layer sizes holds three strange numbers.

# %%
strange = ck.sources("xai.fourier_layers").figures["strange"]
print("strange:", *strange)
ck.predict("places", "A map has 42×42 places. How many is that?", lowest=0)

# %%
for side in (28, 32, 42):
    print(f"{side}×{side} = {side**2:5,}")
ck.reveal("places", 42**2)

# %% [markdown]
# Look at the strange numbers again: 1762, and not 1764. You have probably caught the first misprint, and you needed nothing but a product.
#
# Now the other two. A layer's size may also be its side, its number of maps (32, 64 or 128) or units, or places × maps. **Which
# number cannot be a square, which no multiple of 32, which no side?**

# %%
for number in strange:
    print(f"{number:5}: square root {number**0.5:.2f}, by 32 {number / 32:.2f}")

# %% [markdown]
# None is a square or a multiple of 32, so none counts the places of a map or places × maps. And 23 is odd, while all sides and
# all numbers of maps and units are even. So no layer has such a size. Meant were probably 784 = 28², and 32 or 28: only the author
# knows.

# %% [markdown]
# ## Recap
#
# - Without activation and pooling, three layers are one, but for the border: 10,272 kernels become 128, each on the image itself.
# - Convolution is a product in frequency; turn the kernel for Keras, and pad.
# - Merged networks cut once, so they differ from Keras at the border.
# - A spectrum shows which waves pass; a control kept us from a claim about training.
# - A test with a symmetric kernel tests little, and a size in a table can be checked with pencil and paper.
#
# ## What comes next
#
# Lesson 14 asks this network *why* it answers as it does.
#
# ## Sources
#
# - *Explainable Artificial Intelligence (XAI)*, a web site with a Python course: the networks and the three ways.
# - M. Mathieu, M. Henaff and Y. LeCun, [Fast training of convolutional networks through
#   FFTs](https://arxiv.org/abs/1312.5851), 2014.
# - N. Vasilache and others, [Fast convolutional nets with fbfft](https://arxiv.org/abs/1412.7580), 2015.
# - Y. LeCun, C. Cortes and C. Burges, [The MNIST database](http://yann.lecun.com/exdb/mnist/).
# - Chelsea the cat: Stéfan van der Walt, CC0, in
#   [scikit-image](https://scikit-image.org/docs/stable/api/skimage.data.html).
