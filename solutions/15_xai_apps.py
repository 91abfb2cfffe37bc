# %% [markdown]
# # 15 · Four apps, and your own images
#
# **You will look into any trained network with four apps, explain what it says about your own images, and say with
# figures how far the explanation can be trusted.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 60 minutes to work through · full: the same |
# | Needs | lessons 01, 08 and 12; 13 and 14 for the two apps on frequencies and the one on relevance |
# | Data | Photographs that ship with scikit-image and scikit-learn, and your own images. All networks are installed with the course |
# | Memory | 1 to 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - read any network's layers: shapes, parameters, products, receptive fields, kernels and maps;
# - tell from a kernel's weights which frequencies it lets pass;
# - prepare images of your own for a network;
# - share an answer out among the pixels, and draw the shares without losing their signs;
# - choose between explanations by a score, and write down what the score does not say.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("15_xai_apps", keras=True)

# %% [markdown]
# ## 1 · The gallery
#
# Every explorer of the course also stands alone, without a lesson around it. In a terminal, `coursekit apps` opens a page
# with one link each. It is served by your own machine, to your own machine, behind a token. In JupyterLab the same pages are
# the notebooks in `notebooks/apps/`.

# %% tags=["nbval-ignore-output"]
from coursekit.gallery.exhibits import EXHIBITS

for exhibit in EXHIBITS:
    print(f"{exhibit.kind:9} lesson {exhibit.lesson}   {exhibit.title}")

# %% [markdown]
# All of them obey the same few rules:
#
# | you want to … | do this |
# |---|---|
# | reach a control | Tab and Shift+Tab |
# | move a window, a unit, a cursor, a slider | arrow keys; Home and End go to the ends |
# | choose from a list | arrow keys, or type the first letters |
# | press a button, tick a box | Enter or Space |
# | hear what is to be seen | the line below the image says it in one sentence |
# | take it with you | *Copy as code*; the apps also have *Download* |

# %% [markdown]
# ## 2 · App 1: a network, layer by layer
#
# The **model browser** opens any Keras model: those of the course, or yours, by `ck.widgets.browse_model(model)`. It lists all
# layers or some of them, and shows what goes in, the kernel, and what comes out.
#
# **Predict** first: which layer of the network below has the most parameters, and which one computes the most products?

# %%
browser = ck.widgets.browse_model()
browser

# %% [markdown]
# Look at the table: parameters and products do not go together. A convolution uses each of its few weights at every place;
# a dense layer has many weights and uses each one once.

# %% [markdown]
# In the list of networks you find `efficientnet_lite0`, too: the one with 1,000 classes that your own images will meet in section 6.
#
# ### Exercise 1: count the products
#
# A convolution's output has `height` × `width` places and `channels_out` channels; its kernels have `rows` × `columns` weights
# for each of `channels_in` channels. How many products does it compute for one image?


# %% exercise="products"
def products(height, width, rows, columns, channels_in, channels_out):
    """Return how many products the layer computes for one image."""
    ### BEGIN SOLUTION
    return height * width * rows * columns * channels_in * channels_out
    ### END SOLUTION


# %% check="products" points=1
ck.check.apps.products(products)

# %% [markdown]
# The browser's own numbers are there for code, too: `browser.layer` is the layer that is shown, `browser.input` and
# `browser.output` are what it takes and gives, all channels of it.

# %%
model = ck.training.trained("mnist_convnet")
own_browser = ck.widgets.browse_model(model)
own_browser.layer_name.index = 2
layer = own_browser.layer
print(
    layer.kind,
    layer.gives,
    f"{layer.parameters:,} parameters, {layer.products:,} products",
)
print("a unit sees", layer.field.size, "pixels; output", own_browser.output.shape)

# %% [markdown]
# The layer has 64 kernels on 32 channels. Its 18,496 parameters are used at 121 places: more than two million products, though
# a dense layer with twice as many parameters needs only 36,864.
#
# ## 3 · App 2: kernels in space and in frequency
#
# A kernel is a small image. Its **spectrum** tells how strongly it answers to stripes: the middle is an even grey, further
# out lie finer stripes. *New kernels* draws others; the seed is shown, so a finding can be found again.

# %%
spectra = ck.widgets.explore_spectra(model)
spectra

# %% [markdown]
# Bright in the middle: a blur, slow changes pass. Dark in the middle: an edge finder, even grey gives nothing. Most trained
# kernels are neither one nor the other.
#
# ### Exercise 2: how much grey passes?
#
# Put a number on it: the strength of the answer at frequency 0, as a share of the strongest one. `size` is the height and width
# of the spectrum.


# %% exercise="share_of_grey"
def share_of_grey(kernel, size):
    """Return the strength of frequency 0 as a share of the strongest frequency."""
    ### BEGIN SOLUTION
    import numpy as np

    strength = np.abs(np.fft.fft2(kernel, (size, size)))
    return strength[0, 0] / strength.max()
    ### END SOLUTION


# %% check="share_of_grey" points=1
ck.check.apps.share_of_grey(share_of_grey)

# %% [markdown]
# Now for whole layers. Do trained kernels let grey pass? The app draws kernels at random; here are all of the first layer, and
# as many of the second.

# %%
import numpy as np

for name in ("first", "second"):
    kernels = model.layers[0 if name == "first" else 2].get_weights()[0]
    flat = kernels.reshape(*kernels.shape[:2], -1)
    strength = np.abs(np.fft.fft2(flat, (32, 32), axes=(0, 1)))
    share = strength[0, 0] / strength.max(axis=(0, 1))
    print(
        f"{name} layer: {len(share):,} kernels; {np.mean(share > 0.5):.0%} let half of grey pass or more"
    )

# %% [markdown]
# On pixels few kernels let grey pass, because the first layer looks for edges. On the maps of the second layer half of the kernels
# do: they collect what was found.

# %% [markdown]
# ## 4 · App 3: one kernel, one image, both ways
#
# Sums of products in space; one product a frequency. The **convolution-theorem app** does both and shows by how much they
# differ. Try the border *no zeros: the circle* and look at the difference: where does it lie, and how wide is it?

# %%
theorem = ck.widgets.explore_convolution_theorem("coins")
theorem

# %% [markdown]
# With zeros around the image both ways agree to the last digits of floating-point numbers. Without them the far edge comes
# round: wrong in a frame half a kernel wide, right inside. Which of your networks' kernels are large enough for the way by
# frequency to be the shorter one? Lesson 13 measures it.

# %%
print(f"kernel {theorem.layer.value}")
for border in ("same", "circle"):
    theorem.border.value = border
    difference = theorem.view.theorem.difference
    print(
        f"{border:7} largest difference {difference.max():.4f}, inside {difference[1:-1, 1:-1].max():.4f}"
    )

# %% [markdown]
# ## 5 · App 4: which pixels does an answer rest on?
#
# Lesson 14's decomposition, on any network: *relevance = gradient × (image − root point)*. The root point is an image for
# which the answer ought to be gone. **Predict**: what will change if you take a sharpened root point in place of a blurred one?
#
# The list of networks holds two that read eyes: `small_eyes`, trained on drawn ones, and, once MobileNetV2's weights are on your
# computer (lessons 05 to 10 fetch them), `retina_averaged` with five grades.

# %%
relevance_map = ck.widgets.explore_relevance()
relevance_map

# %% [markdown]
# A sharpened image lies on the other side of the image than a blurred one: *image − root* changes its sign everywhere, and
# where the gradient stays as it is, so does the relevance. Same network, same answer, another story. The line below the
# image tells how much of the difference the map shares out; the rest is what a straight line misses.
#
# ### Exercise 3: share it out
#
# Return the relevance of every pixel. A pixel has several channels, and one relevance.


# %% exercise="relevance"
def relevance(gradient, image, root):
    """Return the relevance of each pixel, (height, width)."""
    ### BEGIN SOLUTION
    return (gradient * (image - root)).sum(axis=-1)
    ### END SOLUTION


# %% check="relevance" points=1
ck.check.apps.relevance(relevance)

# %% [markdown]
# How much does the root point decide? The same image and class, three root points, by code:

# %%
for root in ("blur", "sharpen", "nearest"):
    relevance_map.root_name.value = root
    found = relevance_map.view.relevance
    missed = abs(found.remainder) / abs(found.answers[0] - found.answers[1])
    positive = (found.heatmap > 0).sum() / (found.heatmap != 0).sum()
    print(
        f"{root:8} {positive:.0%} of the pixels speak for the class; missed: {missed:.0%}"
    )

# %% [markdown]
# Three maps, three stories. Only the last root point is an image that a person would call a different digit, and there the
# straight line has the longest way to go. Never show such a map without its root point.
#
# ## Spot the bug
#
# Weak relevance is hard to see, so it is drawn with a *gamma*: each number is raised to a power below 1. This is how
# published code does it:


# %%
def gamma_as_published(heatmap, gamma):
    """Return a heatmap in which weak relevance shows. Or does it?"""
    return np.power(heatmap, gamma)


with np.errstate(invalid="ignore"):
    print(gamma_as_published(np.array([0.25, -0.25, 1.0]), 0.5))

# %% [markdown]
# Half of the explanation is gone, and no error was raised: a plot leaves those pixels blank, as if they did not matter.
#
# ### Exercise 4: mend it
#
# Raise the sizes to the power and keep the signs.


# %% exercise="with_gamma"
def with_gamma(heatmap, gamma):
    """Return a heatmap whose sizes are raised to a power and whose signs are kept."""
    ### BEGIN SOLUTION
    import numpy as np

    return np.sign(heatmap) * np.abs(heatmap) ** gamma
    ### END SOLUTION


# %% check="with_gamma" points=1
ck.check.apps.with_gamma(with_gamma)

# %% [markdown]
# ## 6 · Capstone: your images
#
# From here on the images are yours. The questions are those of the whole course: what does the network say, why, and who
# says that the reason is true?
#
# ### Exercise 5: prepare a photograph
#
# Networks want squares with values from 0 to 1; a camera gives rectangles from 0 to 255. Cut the largest square out of the
# middle (of an odd pixel too many, the larger half goes at the end), then scale the values.


# %% exercise="prepared"
def prepared(image):
    """Return the largest square in the middle, with values from 0 to 1."""
    ### BEGIN SOLUTION
    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    return image[top : top + side, left : left + side] / 255
    ### END SOLUTION


# %% check="prepared" points=1
ck.check.apps.prepared(prepared)

# %% [markdown]
# Put images (JPEG, PNG or WebP) into a folder `my_images` beside this notebook: of anything, because EfficientNet-Lite0 knows the
# 1,000 classes of ImageNet (lesson 11). `read_image` turns photographs upright and refuses what could hurt.

# %%
from pathlib import Path

from coursekit.widgets.sources.uploads import read_image

SIDE = 224
classifier = ck.networks.efficientnet_lite0(image_size=SIDE)
files = sorted(Path("my_images").glob("*.*"))[:8]
print(f"{len(files)} files; the network has {classifier.output_shape[1]:,} classes")

# %% [markdown]
# The last step scales the squares to the 224 pixels that the network takes.

# %%
import keras


def square(path):
    """Return a file as a square of the network's size, with values from 0 to 1."""
    image = 255 * read_image(
        path.read_bytes(), path.name, longest_side=1000, grey=False
    )
    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    cut = image[top : top + side, left : left + side] / 255
    return np.asarray(keras.ops.image.resize(cut, (SIDE, SIDE), antialias=True))


# %% [markdown]
# Your files, or else four photographs of the course:

# %%
if files:
    titles, images = [path.stem for path in files], np.stack([square(p) for p in files])
else:
    titles = ["coffee", "cat", "flower", "astronaut"]
    images = np.stack([ck.data.load_image(title, size=SIDE) for title in titles])
print(f"{len(images)} images of {SIDE} × {SIDE} pixels")

# %% [markdown]
# ### What does it say?
#
# First the answer, before any explanation: an explanation of a wrong answer explains the mistake.

# %% tags=["nbval-ignore-output"]
answers = ck.networks.decode(classifier.predict(images, verbose=0), top=3)
for title, answer in zip(titles, answers, strict=True):
    print(f"{title:12}", ", ".join(f"{what} {sure:.2f}" for what, sure in answer))

# %% [markdown]
# With the photographs of the course: the coffee is an espresso, with 0.93. Three breeds of cats share the second answer. The dahlia
# becomes a daisy with 0.24 only, because ImageNet has no dahlia, and for an astronaut there is no class at all. Which of these answers
# is worth an explanation?

# %% [markdown]
# ### Why? Four candidates
#
# Four methods of the course, one call each, and two that know nothing: random heatmaps, and a blob in the middle. A method that
# cannot beat those has explained nothing.

# %%
explain = ck.explain
methods = {
    "gradients": explain.gradients,
    "integrated gradients": explain.integrated_gradients,
    "Grad-CAM": explain.grad_cam,
    "LRP composite": explain.lrp,
    "random": explain.evaluate.random_heatmaps,
    "blob in the middle": explain.evaluate.centre_blob,
}
heatmaps = {name: method(classifier, images) for name, method in methods.items()}
print(heatmaps["Grad-CAM"].shape)

# %% [markdown]
# Look before you measure. Maps with a sign are red where pixels speak for the class and blue where they speak against it; the others go
# from dark to bright. Which one would you believe?

# %%
import matplotlib.pyplot as plt

shown = {name: found[0] for name, found in heatmaps.items()}
ck.plot.explanation_sheet(images[0], shown, columns=4, size=2.1)
ck.plot.show(
    alt="The first image, and beside it its heatmaps by four methods, of random numbers and "
    "of a blob in the middle. Grad-CAM and the blob are smooth, integrated gradients are "
    "red and blue grains, LRP follows lines, the random map shows nothing."
)

# %% [markdown]
# ### Exercise 6: let the network judge
#
# **Deletion**: blank the hottest pixels first and watch the probability of the class. The faster it falls, the smaller the
# area under the curve, and the better the heatmap has found what the network uses. `ck.explain.evaluate.deletion(model,
# images, heatmaps)` returns a curve for each image, with its `.area`. Return the name of the best method.


# %% exercise="best_method"
def best_method(model, images, methods):
    """Return the name of the method with the smallest mean area under the deletion curve."""
    ### BEGIN SOLUTION
    areas = {}
    for name, method in methods.items():
        curve = ck.explain.evaluate.deletion(model, images, method(model, images))
        areas[name] = curve.area.mean()
    return min(areas, key=areas.get)
    ### END SOLUTION


# %% check="best_method" points=1
ck.check.apps.best_method(best_method)

# %% [markdown]
# The same for all six, with **insertion** beside it: there pixels are revealed, hottest first, and a *large* area is good. Both
# replace pixels by the images' mean, because black patches are objects of their own.

# %% tags=["nbval-ignore-output"]
points = lesson.choose(quick=6, lesson=11, full=21)
grey = float(images.mean())
areas = {}
print(f"{'method':22} deletion  insertion")
for name, found in heatmaps.items():
    out = explain.evaluate.deletion(
        classifier, images, found, points=points, baseline=grey
    ).area.mean()
    back = explain.evaluate.insertion(
        classifier, images, found, points=points, baseline=grey
    ).area.mean()
    areas[name] = (out, back)
    print(f"{name:22} {out:8.3f}  {back:9.3f}")

# %% [markdown]
# Do both scores name the same winner? Often they do not: deletion rewards finding *one* thing that the network needs,
# insertion finding *enough* for it. And where the blob does well, look at your images: is the object always in the middle? Four
# images are few, so a small lead is no lead.

# %%
figure, ax = plt.subplots(figsize=(6, 4), layout="constrained")
for marker, (name, (out, back)) in zip("osD^x+", areas.items(), strict=True):
    ax.plot(out, back, marker, markersize=9, linestyle="none", label=name)
ax.set(
    xlabel="area under deletion (small is good)",
    ylabel="area under insertion (large is good)",
)
ax.set_title("Good explanations would stand at the top left")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
ck.plot.show(
    alt="One mark for each method: the area under deletion to the right, the area under "
    "insertion upwards. Good explanations stand at the top left."
)

# %% [markdown]
# Does any method stand at the top left? None of ours does. Grad-CAM is best at insertion and worst at deletion, and the blob, which knows
# nothing, stands right beside it, because people put what they photograph in the middle. Random numbers are as good at deletion as gradients are:
# speckles are something that the network never saw (lesson 12).

# %% [markdown]
# ### Does it explain the network, or draw the image?
#
# This test needs no pixel to be changed: give the network new random weights, in its last layer or in all of them. A heatmap that stays
# the same never depended on what was learned (lesson 12).

# %% tags=["nbval-ignore-output"]
from scipy import stats

few, target = images[:2], explain.explained_classes(classifier, images[:2])
every = len(explain.evaluate.layers_with_weights(classifier))
asked = {name: methods[name] for name in ("gradients", "Grad-CAM", "LRP composite")}
print("rank correlation with the trained network's map")
for count in (1, every):
    other = explain.evaluate.randomised(classifier, few, count)
    for name, method in asked.items():
        pairs = zip(heatmaps[name][:2], method(other, few, target), strict=True)
        alike = [
            stats.spearmanr(abs(a).ravel(), abs(b).ravel()).statistic for a, b in pairs
        ]
        print(f"{count:3} random: {name:15} {np.mean(alike):5.2f}")

# %% [markdown]
# Near 0 would be good: nothing left of the map when nothing is left of the training. In our run gradients came down to 0.1 and Grad-CAM
# to 0.3 when all layers were random, while half of LRP's map stayed: that half is drawn by the image. And with only the *last* layer
# random, Grad-CAM and LRP stayed above 0.8. They show where something is rather than why it is an espresso and not a cup.

# %% [markdown]
# ### Change the image, and ask again
#
# A heatmap raises a suspicion; an experiment tests it. Take the box around the hottest half of the Grad-CAM map, cover it with the
# image's mean colour, and ask the network again. For comparison, cover a box of the same size in the corner that is farthest away.

# %% tags=["nbval-ignore-output"]
before = classifier.predict(images, verbose=0)
changed = {"the hottest part": images.copy(), "a corner": images.copy()}
for index, heat in enumerate(heatmaps["Grad-CAM"]):
    row, column, height, width = ck.plot.heatmap_box(heat, share=0.5)
    far_row = 0 if row + height / 2 > SIDE / 2 else SIDE - height
    far_column = 0 if column + width / 2 > SIDE / 2 else SIDE - width
    for image, (top, left) in zip(
        (changed["the hottest part"][index], changed["a corner"][index]),
        ((row, column), (far_row, far_column)),
        strict=True,
    ):
        image[top : top + height, left : left + width] = image.mean(axis=(0, 1))
after = {what: classifier.predict(shown, verbose=0) for what, shown in changed.items()}

# %%
for index, (title, label) in enumerate(zip(titles, before.argmax(axis=1), strict=True)):
    sure = ", ".join(
        f"{found[index, label]:.2f} without {what}" for what, found in after.items()
    )
    print(f"{title:12} {before[index, label]:.2f} before, {sure}")
ck.plot.images(
    [*changed["the hottest part"], *changed["a corner"]], columns=len(images)
)
ck.plot.show(
    alt="The images twice: above with a grey box over the part that Grad-CAM marks as the "
    "hottest, below with a box of the same size in the opposite corner."
)

# %% [markdown]
# The coffee passes the test: 0.93 before, 0.03 without the hottest part, 0.89 without a corner of the same size. The cat fails it: with most
# of her face covered she is *more* of an Egyptian cat than before. For the flower and the astronaut both boxes take the answer away,
# so this experiment says nothing about the place. Four images, and one clear case.

# %% [markdown]
# ### Write it down
#
# | | your words |
# |---|---|
# | the network, and what it was trained on | |
# | my images, and how they differ from that | |
# | what it says, and how often it is right | |
# | the method, and what it takes for granted (layer, root point, baseline) | |
# | its scores, beside those of random heatmaps and of the blob | |
# | what I would still not claim | |

# %% [markdown]
# The last row is the most important one. A heatmap shows *where*, never *what*: it cannot tell the coffee from its colour, nor a habit
# from a reason. An experiment can, because it changes one thing and leaves the others.

# %% [markdown]
# ## Recap
#
# - Parameters and products do not go together; the browser shows both, for any model (exercise 1).
# - A spectrum tells what a kernel lets pass (exercise 2); with zeros around the image both ways agree.
# - Own images need the network's own preparation (exercise 5).
# - A relevance map rests on its root point; its negative half counts as much as the other one (exercises 3 and 4).
# - Explanations compete: with each other, with random numbers and with a blob (exercise 6). Say what the score leaves out, and
#   change the image before you claim a reason.

# %% [markdown]
# ## What comes next
#
# Your own network. `ck.widgets.browse_model(model)`, `ck.widgets.explore_relevance(model, images)` and `ck.explain` take any
# Keras classifier. Begin with a question that somebody has, not with a method.
#
# ## Sources
#
# - V. Petsiuk, A. Das and K. Saenko, [RISE](https://arxiv.org/abs/1806.07421), 2018: deletion and insertion.
# - S. Bach et al., [On pixel-wise explanations](https://doi.org/10.1371/journal.pone.0130140), 2015: LRP.
# - J. Adebayo et al., [Sanity checks for saliency maps](https://arxiv.org/abs/1810.03292), 2018: random weights.
# - G. Montavon et al., [Deep Taylor decomposition](https://arxiv.org/abs/1512.02479), 2017: root points.
# - L. Sixt and T. Landgraf, [A rigorous study of the deep Taylor decomposition](https://arxiv.org/abs/2211.08425), 2022: the
#   root point decides.
# - M. Mathieu, M. Henaff and Y. LeCun, [Fast training through FFTs](https://arxiv.org/abs/1312.5851), 2014.
# - [Voilà](https://voila.readthedocs.io), which serves the gallery.
