# %% [markdown]
# # 13 · Networks in frequency
#
# **You will compute a trained network without sliding a single kernel, melt three of its layers into one, and say to the
# pixel where that goes wrong.**
#
# | | |
# |---|---|
# | Time | quick: under 1 minute to run · lesson: about 60 minutes to work through · full: the same |
# | Needs | lessons 01 and 03 |
# | Data | MNIST, the digits 1 and 7, with noise; CIFAR-10 in grey. Without a network: real digits that ship with the course, and drawn images |
# | Memory | 1 GB |

# %% [markdown]
# ## You will be able to …
#
# - state the convolution theorem, and check it against Keras to five digits and more;
# - say what turning the kernel and padding with zeros are for, and recognise what happens without;
# - compute a trained network in frequency in three ways, and combine the kernels of its layers;
# - predict how many rings of pixels the merged networks get wrong;
# - read from a kernel's spectrum which kind of change it answers to.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("13_fourier_networks", keras=True)

# %% [markdown]
# ## 1 · What is a convolution in frequency?
#
# Every image is a sum of waves: slow ones for large shapes, fast ones for edges and grain. The **Fourier transform** says how
# much of each wave is in it; the fast way to compute it is the FFT. Here is the **convolution theorem** as one image. Sliding a
# kernel over the image, above, is *multiplying* the two spectra, below.

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
# In a spectrum the middle is the mean grey; the further out, the faster the wave. Left and right are waves along a row, above and
# below are waves along a column. The kernel is dark in the middle column: whatever does not change along a row, it takes away.
#
# No sliding, no nine products a pixel. Let us do that by hand:

# %%
import numpy as np


def product(image, kernel, shape):
    """Multiply the spectra of an image and a kernel; return to space."""
    spectrum = np.fft.rfft2(image, shape) * np.fft.rfft2(kernel, shape)
    return np.fft.irfft2(spectrum, shape)


# %% [markdown]
# `rfft2(image, shape)` pads with zeros up to `shape`. How large must that be? The FFT lives on a *circle*: what a kernel carries
# over the right border comes in again on the left.
#
# ### Exercise 1: room enough
#
# A kernel is slid over an image so far that at least one of its pixels lies on it. Return how many places that makes along one side.
# With so much room nothing comes round.


# %% exercise="padded_side"
def padded_side(side, kernel_side):
    """Return the length of a side at which nothing comes round."""
    ### BEGIN SOLUTION
    return side + kernel_side - 1
    ### END SOLUTION


# %% check="padded_side" points=1
ck.check.fourier.padded_side(padded_side)

# %% [markdown]
# ## 2 · Does Keras agree?
#
# A layer of Keras on one side, the product on the other. Two things must be right. The theorem is about *convolution*, which turns
# the kernel by 180 degrees; Keras *correlates*, it does not turn. So we turn first. And we pad. **Predict**: where will the error
# be if we forget the one, or the other?

# %%
import keras

rng = np.random.default_rng(lesson.seed)
kernel = rng.normal(size=(5, 5))
layer = keras.layers.Conv2D(1, 5, padding="same", use_bias=False)
layer.build((None, 96, 96, 1))
layer.set_weights([kernel[:, :, None, None]])
reference = np.asarray(layer(photo[None, :, :, None]))[0, :, :, 0]

# %%
import matplotlib.pyplot as plt

turned = kernel[::-1, ::-1]
not_padded = np.roll(product(photo, turned, (96, 96)), (-2, -2), axis=(0, 1))
answers = {
    "right": product(photo, turned, (100, 100))[2:98, 2:98],
    "kernel not turned": product(photo, kernel, (100, 100))[2:98, 2:98],
    "no zeros": not_padded,
}
_, axes = plt.subplots(1, 3, figsize=(10.5, 3.2), layout="constrained")
for ax, (name, answer) in zip(axes, answers.items(), strict=True):
    error = np.abs(answer - reference) / np.abs(reference).max()
    largest = "below 1e-5" if error.max() < 1e-5 else f"{error.max():.2f}"
    print(f"{name:18} largest error: {largest}")
    ck.plot.border_error(error, title=name, ax=ax)
ck.plot.show(
    alt="Three maps of errors on a logarithmic scale. Right: dark everywhere. Kernel not turned: "
    "bright nearly everywhere. No zeros: dark inside, bright in the two outermost rings only."
)

# %% [markdown]
# Errors as a share of the largest value. Without turning nothing is right: published course material measured an error of 1.75 for
# its own kernel. Without zeros it is wrong at the border only: half a kernel, two rings. Whoever checks the middle of an image
# never finds this mistake.
#
# ### Exercise 2: a layer of Keras, by the FFT
#
# Pad, turn, transform, multiply, return, and keep what padding "same" keeps. Kernels need not be square.


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
# ## 3 · And a layer with many channels?
#
# A layer with 32 channels in and 64 out has 2,048 kernels. In space each output map is a sum of 32 maps. In frequency that
# sum is a small **matrix product**: at each frequency, a row of 32 numbers times a matrix of 32×64. The helpers turn the kernels and
# pad. In float32, seven digits are all there are:

# %%
maps = rng.normal(size=(2, 28, 28, 32)).astype("float32")
kernels = rng.normal(size=(3, 3, 32, 64)).astype("float32")
shape = ck.fourier.padded_shape((28, 28), (3, 3))
rows = ck.fourier.transform(maps, shape)
matrices = ck.fourier.transform_kernels(kernels, shape)
print("rows    ", rows.shape)
print("matrices", matrices.shape)

result = ck.fourier.inverse(ck.fourier.multiply(rows, matrices), shape)[:, 1:29, 1:29]
expected = np.asarray(keras.ops.conv(maps, kernels, padding="same"))
error = np.abs(result - expected).max() / np.abs(expected).max()
print("equal to Keras to 1e-5:", error < 1e-5)

# %% [markdown]
# ## 4 · A whole network, layer by layer
#
# **Fourier-Net 1** is any network, with each convolution computed so: transform, multiply, return, crop. Whatever stands
# between stays as it is: activations, pooling, batch normalisation. Here it is in ten lines, for the trained digit network of
# lesson 03.


# %%
def first_network(model, maps):
    """Return what a model returns, its convolutions computed in frequency."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            weights, bias = layer.get_weights()
            maps = layer.activation(
                ck.fourier.correlate(maps, weights, layer.padding) + bias
            )
        else:
            maps = layer(maps)
    return np.asarray(maps)


mnist = ck.data.load("mnist")
images = mnist.test.arrays(limit=50)[0]
convnet = ck.training.trained("mnist_convnet")
ours, theirs = first_network(convnet, images), convnet.predict(images, verbose=0)
print("largest difference below 1e-5:", np.abs(ours - theirs).max() < 1e-5)
print(f"same answers: {np.mean(ours.argmax(1) == theirs.argmax(1)):.0%}")

# %% [markdown]
# Equal everywhere, to the last ring. `ck.fourier.FourierNet1(model)` does the same for any chain of layers, and transforms its
# kernels once.
#
# ## 5 · What if nothing stands between?
#
# Why go back between two layers at all? Because ReLU and pooling work on pixels. So the source of this lesson trains a network
# *without* them: three convolutions, no bias, no activation, no pooling, then two dense layers. Its task is simple: tell 1 from 7,
# with noise.

# %%
digits = ck.data.add_noise(ck.data.select_classes(mnist, ("1", "7")), highest=0.3)
images, labels = digits.test.arrays(limit=lesson.limit(quick=100, lesson=200, full=500))
ck.plot.images(images[:8], columns=8)
ck.plot.show(
    alt="Eight images of handwritten digits, ones and sevens, white on black. "
    "The black is covered with fine grey noise."
)
full = ck.networks.linear_fourier_net()
for layer in full.layers:
    shape = " × ".join(map(str, layer.output.shape[1:]))
    print(f"{type(layer).__name__:8} {shape:14} {layer.count_params():>10,} parameters")
print(f"{full.count_params():,} in all")

# %% [markdown]
# A harder task is CIFAR-10 in grey: ten classes, 32×32, and once more with five black rings around each image, 42×42. The weights
# of the large network do not ship; `coursekit train fourier_mnist` makes them. The three **narrow** ones do. Reported for the large one:
# accuracy 1.00 in training, 0.999 on the test digits, after 100 epochs. Ours, on the real data:

# %%
names = ["fourier_mnist", "fourier_mnist_narrow"]
names += ["fourier_cifar10_grey_narrow", "fourier_cifar10_padded_narrow"]
print(f"{'':33} parameters  epochs  training   test (95% interval)")
for name in names:
    run = ck.training.load_run(name)
    low, high = run.test["accuracy_low"], run.test["accuracy_high"]
    print(
        f"{name:33} {run.parameters:10,}  {run.epochs:6}    "
        f"{run.history['accuracy'][-1]:.4f}   "
        f"{run.test['accuracy']:.4f} ({low:.4f} to {high:.4f})"
    )

# %% [markdown]
# The large network makes 9 errors among 2,163 digits, the narrow one, trained for longer, 5; reported are about 2. On CIFAR-10 ours stay
# near 0.4; a small residual network reaches 0.87 (lesson 07).

# %% [markdown]
# Why? Three linear layers in a row are *one* linear map. What is left
# is a small dense network on the *pixels*: each hidden unit holds the image against one template. A 7 always has its bar in
# the same place. A cat sits left or right, large or small; 40 templates do not fit them all.

# %% [markdown]
# ## 6 · One transform in, one out
#
# **Fourier-Net 2** transforms the image once, multiplies by the matrices of all three layers, and returns once.

# %%
narrow = ck.training.trained("fourier_mnist_narrow")
kernels = [layer.get_weights()[0] for layer in narrow.layers[:3]]

shape = ck.fourier.padded_shape((28, 28), (3, 3), (3, 3), (3, 3))
spectra = ck.fourier.transform(images, shape)
for layer_kernels in kernels:
    matrices = ck.fourier.transform_kernels(layer_kernels, shape)
    spectra = ck.fourier.multiply(spectra, matrices)
second_maps = ck.fourier.inverse(spectra, shape)[:, 3:31, 3:31]
print(f"transformed at {shape[0]}×{shape[1]}, maps {second_maps.shape}")

# %% [markdown]
# **Fourier-Net 3** multiplies the *kernels* first. At each frequency three matrices become one: 1×8 times 8×16 times 16×32 is
# 1×32. And in space? There the three kernels become one larger kernel.
#
# ### Exercise 3: two kernels, one kernel
#
# To correlate with the first and then with the second is to correlate with *one*. Each weight of the second places a copy of the
# first. Write it, for any two shapes.


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
# With channels, each number becomes a small matrix; the sum is the same. What becomes of all the kernels of the large network? And
# do both merged networks, as `coursekit` has them, agree with each other?

# %%
combined = ck.fourier.combine(kernels)
large = [layer.get_weights()[0] for layer in full.layers[:3]]
for name, each in (("narrow", kernels), ("large", large)):
    one = ck.fourier.combine(each)
    print(
        f"{name:7} {ck.fourier.kernel_count(each):6,} kernels of 3×3 become "
        f"{ck.fourier.kernel_count([one]):4} of {one.shape[0]}×{one.shape[1]}"
    )


net2, net3 = ck.fourier.FourierNet2(narrow), ck.fourier.FourierNet3(narrow)
third_maps = net3.maps(images)
for name, others in (("by hand", second_maps), ("FourierNet2", net2.maps(images))):
    error = np.abs(third_maps - others).max() / np.abs(third_maps).max()
    print(f"FourierNet3 = {name}: {error < 1e-5}")

# %% [markdown]
# 10,272 kernels become 128: one for each map, and each looks at the *image itself*. Nobody has to ask what a kernel in the
# third layer means. That is why the next lesson explains this network and no other.
#
# ## 7 · Are they the network?
#
# **Predict**: will the maps of nets 2 and 3 equal those of Keras everywhere?

# %%
to_maps = keras.Model(narrow.inputs, narrow.layers[2].output)
reference = to_maps.predict(images, verbose=0)
error = ck.fourier.border_error(third_maps, reference)
for ring, largest in enumerate(ck.fourier.ring_maxima(error)[:5], start=1):
    print(f"ring {ring}: {'below 1e-5' if largest < 1e-5 else f'{largest:.2f}'}")

# %% [markdown]
# Not in the two outermost rings. Padding "same" cuts *each* layer's maps to the size of the image: what a kernel carried over
# the border is thrown away, and the next layer finds zeros there. The merged networks cut once, at the very end. They keep what
# Keras throws away.
#
# ### Exercise 4: how many rings?
#
# Return how many rings are wrong, for so many layers with kernels of such a side.


# %% exercise="error_rings"
def error_rings(layers, kernel_side):
    """Return how many rings of pixels differ once the layers are merged."""
    ### BEGIN SOLUTION
    return (layers - 1) * (kernel_side // 2)
    ### END SOLUTION


# %% check="error_rings" points=1
ck.check.fourier.error_rings(error_rings)

# %% [markdown]
# Does it hold? Here it is measured on untrained networks, with the photograph of the cat.


# %%
def measured(image, layers, side):
    """Return in how many rings merged layers differ from Keras."""
    convolutions = [
        keras.layers.Conv2D(4, side, padding="same", use_bias=False)
        for _ in range(layers)
    ]
    model = keras.Sequential([keras.Input((*image.shape, 1)), *convolutions])
    batch = image[None, :, :, None]
    merged = ck.fourier.FourierNet3(model).maps(batch)
    return ck.fourier.rings_above(ck.fourier.border_error(merged, model(batch)))


keras.utils.set_random_seed(lesson.seed)
small = ck.data.load_image("cat", size=32, grey=True)
for layers, side in ((1, 3), (2, 3), (4, 3), (3, 5), (4, 5), (3, 7)):
    rings = (layers - 1) * (side // 2)
    found = measured(small, layers, side)
    print(f"{layers} layers of {side}×{side}: formula {rings}, found {found}")

# %% [markdown]
# The formula holds to the ring. Now the three trained networks, each with an image of its own data; the white frame is your
# formula. **Predict**: what does a black border of five rings change? Does the border matter to the *logits*, the scores before
# the softmax?

# %%
cifar = ck.data.grey(ck.data.load("cifar10"))
rings_of_black = ck.data.padded(cifar, rings=5)
_, axes = plt.subplots(2, 3, figsize=(9.6, 5.6), layout="constrained")
shown_as = {"noisy digit": digits, "photograph": cifar, "padded": rings_of_black}
for column, name, title in zip(axes.T, names[1:], shown_as, strict=True):
    shown = shown_as[title].test.arrays(limit=50)[0]
    model = ck.training.trained(name)
    merged, keras_net = ck.fourier.FourierNet3(model), ck.fourier.FourierNet1(model)
    error = ck.fourier.border_error(merged.maps(shown), keras_net.maps(shown))
    ck.plot.image(shown[0, ..., 0], title, "image", ax=column[0])
    ck.plot.border_error(error, 2, f"{ck.fourier.rings_above(error)} rings", column[1])
    logits, ours = keras_net.logits(shown), merged.logits(shown)
    moved = np.abs(ours - logits).mean() / np.abs(logits).mean()
    same = np.mean(ours.argmax(1) == logits.argmax(1))
    print(f"{name:30} logits move by {moved:5.1%}, same answers {same:.0%}")
ck.plot.show(
    alt="Above a noisy digit, a grey photograph, and a grey photograph in a black frame. Below the "
    "error maps: bright in the two outermost rings for the first two, dark everywhere for the "
    "third."
)

# %% [markdown]
# Photographs fill their frame, so the border counts: about half of the answers change. Digits stand in the middle; only their noise
# reaches the border, and the logits move a little. Where five rings are black nothing of the image reaches it, and the merged
# network *is* the network. That is why the source also pads.

# %% [markdown]
# ## 8 · What does a kernel answer to?
#
# 32 combined kernels, 7×7, each on the image itself. Their spectra say more than their weights: *where a spectrum is bright, that
# wave passes; where it is dark, it is taken out*. First two kernels that we know.

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
# lobes above and below. Let us make a number of that.
#
# ### Exercise 5: vertical or horizontal change?
#
# Weigh the **power**, the square of the magnitude, with the square of the frequency: fast waves are much change. Sum that
# for the vertical frequencies, and for both. Return the vertical share. `rows` and `columns` hold the frequencies along the two
# sides of `power`.


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
# Now the trained kernels: the two with the least vertical share, two in the middle, the two with the most.

# %%
share = ck.fourier.vertical_share(combined)[0]
order = np.argsort(share)
chosen = [order[i] for i in (0, 1, len(order) // 2, len(order) // 2 + 1, -2, -1)]
spectra = ck.fourier.magnitude(combined)
ck.plot.kernel_spectra(
    np.moveaxis(combined[:, :, 0], -1, 0)[chosen],
    np.moveaxis(spectra[:, :, 0], -1, 0)[chosen],
    [f"{share[i]:.0%} vertical" for i in chosen],
)
ck.plot.show(
    alt="Six trained kernels of 7×7 above their spectra, with their share of vertical change above "
    "them. Nearly all have two bright lobes, above and below the middle or slanted."
)

# %% [markdown]
# All have lobes above and below the middle. In the *least* vertical one, with a share of about a half, the dim waves left and right
# are fast and so count much. Why would a network that tells 1 from 7 care for vertical change? Ask the kernels at the two ends: with
# a stroke that stands and one that lies, as in a 1 and in the bar of a 7, and then with a seven.

# %%
standing = np.zeros((28, 28), "float32")
standing[5:23, 13:15] = 1
strokes = np.stack([standing, standing.T])[..., None]
answers = ck.fourier.correlate(strokes, combined)[:, 10:18, 10:18]
strength = np.sqrt((answers**2).mean(axis=(1, 2)))
for name, which in (("least vertical", order[:4]), ("most vertical", order[-4:])):
    ratio = strength[0, which] / strength[1, which]
    print(f"{name:14} standing / lying stroke: {np.exp(np.log(ratio).mean()):.2f}")
seven = images[labels == 1][:1]
seven_maps = net3.maps(seven)[0]
_, axes = plt.subplots(1, 3, figsize=(7.2, 2.5), layout="constrained")
ck.plot.image(seven[0, ..., 0], "a seven", "image", ax=axes[0])
ck.plot.image(seven_maps[..., order[0]], "least vertical", "signed", ax=axes[1])
ck.plot.image(seven_maps[..., order[-1]], "most vertical", "signed", ax=axes[2])
ck.plot.show(
    alt="A handwritten seven and two maps of it, red above zero and blue below. In both the bar is "
    "a strong spot of one colour, and the long stroke has one colour on each side."
)

# %% [markdown]
# All answer the lying stroke more, the most vertical ones more than twice as much: it changes from row to row. And that is what
# tells 7 from 1: the bar on top. A stroke that stands, or slants, both digits have.

# %% [markdown]
# ## 9 · Is it faster?
#
# Four ways to compute three layers with 8, 16 and 32 kernels: directly in NumPy; FFT per layer (net 1); combined FFT (net 3); Keras. A
# direct convolution costs $k^2$ products a pixel. An FFT costs about $\log n$ a pixel, *whatever* the kernel. **Predict** who wins
# at 3×3, and who at 31×31. Measured once, on one thread of a processor, without the transforms of the kernels, which are
# made once:

# %%
table = ck.fourier.measured("speed")
overtaking = {
    "kernels": [("FFT per layer", "direct"), ("FFT per layer", "Keras")],
    "images": [("Keras", "FFT per layer")],
}
_, axes = plt.subplots(1, 2, figsize=(10.5, 4.2), layout="constrained")
for ax, (what, pairs) in zip(axes, overtaking.items(), strict=True):
    sizes, seconds = table[what]["sizes"], table[what]["seconds"]
    crossings = {}
    for fast, slow in pairs:
        size = ck.fourier.speed.crossover(sizes, seconds[slow], seconds[fast])
        crossings[f"{fast} passes {slow}"] = size
    ck.plot.ways_compared(sizes, seconds, crossings, f"{what} grow", ax)
axes[0].set_xlabel("side of the kernels; images of 64×64")
axes[1].set_xlabel("side of the images; kernels of 7×7")
ck.plot.show(
    alt="Two panels of four curves on logarithmic scales. As kernels grow, direct and Keras rise "
    "steeply and the two FFT ways hardly; as images grow, all four rise alike. Dotted lines "
    "mark where one way passes another."
)

# %% [markdown]
# - As **kernels** grow, the direct way pays for each weight, and so does Keras; the FFT hardly notices. It passes the one at about
#   5×5, the other at about 7×7.
# - As **images** grow, all pay by the pixel, and the curves rise side by side. Keras is slow on small images, for each call costs
#   it a millisecond or two; from about 50 pixels on it is ahead of net 1.
# - The **combined** way is cheap for another reason as well: it has 32 kernels in place of 648, at the price of the border, and of
#   ReLU. Keras computes the layers as they are.
#
# One image, small kernels, an FFT written in C against layers tuned for years: such figures belong to a machine.
# `ck.fourier.speed.measure(48, 15)` gives yours.

# %% [markdown]
# ## Spot the bug
#
# The source prints a summary with **25,783,330** parameters. The code beside it reads:
#
# ```python
# for filters in (64, 64, 64):
#     model.add(Conv2D(filters, (3, 3), padding="same", use_bias=False))
# model.add(Flatten())
# model.add(Dense(256, activation="relu"))
# model.add(Dense(2, activation="softmax"))
# ```
#
# ### Exercise 6: which network was it?
#
# Write the count for any three filters, on grey images of 28×28.


# %% exercise="parameter_count"
def parameter_count(filters, hidden):
    """Return how many numbers the network learns."""
    ### BEGIN SOLUTION
    before = [1, *filters]
    kernels = sum(9 * a * b for a, b in zip(before, filters, strict=False))
    first = (28 * 28 * filters[-1] + 1) * hidden
    return kernels + first + (hidden + 1) * 2
    ### END SOLUTION


# %% check="parameter_count" points=1
ck.check.fourier.parameter_count(parameter_count)

# %% [markdown]
# 64-64-64 makes 12,920,130 parameters, half as many; 32-64-128 makes those of the summary. The 10,272 kernels that the source
# combines are those of 32-64-128, too. A summary is what ran; trust it before the code that stands beside it.

# %% [markdown]
# ## Recap
#
# - Convolution is a product in frequency; turn the kernel for Keras, pad so that nothing comes round (exercises 1 and 2).
# - With channels it is a matrix product at each frequency; so any network can be computed, layer by layer (sections 3 and 4).
# - Without activation and pooling, all layers are one: 10,272 kernels become 128 of 7×7 (exercise 3).
# - The merged networks differ from Keras on (layers − 1) · (kernel // 2) rings, for they cut only once (exercise 4).
# - A spectrum shows what a kernel answers to: horizontal change left and right, vertical change above and below (exercise 5).
#
# ## What comes next
#
# Lesson 14 asks this network *why*: each of its maps is one kernel on the image, so relevance can be computed in closed form, in
# frequency.
#
# ## Sources
#
# - M. Mathieu, M. Henaff and Y. LeCun, [Fast training of convolutional networks through
#   FFTs](https://arxiv.org/abs/1312.5851), 2014.
# - N. Vasilache and others, [Fast convolutional nets with fbfft](https://arxiv.org/abs/1412.7580), 2015: cross-over points.
# - Y. LeCun, C. Cortes and C. Burges, [The MNIST database](http://yann.lecun.com/exdb/mnist/).
# - Chelsea the cat: Stéfan van der Walt, CC0, in
#   [scikit-image](https://scikit-image.org/docs/stable/api/skimage.data.html).
