# %% [markdown]
# # 11 · Seeing inside
#
# **You will look at what every layer of a network makes of an image, let its filters paint what they look for, and draw a
# box around what it recognised.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 60 minutes to work through · full: about 5 minutes to run |
# | Needs | lessons 02, 05 and 08 |
# | Data | Cats and dogs: 3,600 photographs; without a network, drawn images. Networks that ship with the course |
# | Memory | 1 to 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - measure how sparse the maps of a layer are and how far they tell the classes apart, and say what that means for fine-tuning;
# - make an image that excites a filter, and keep it smooth;
# - compute a class activation map on a network with global average pooling, and Grad-CAM on any other;
# - say in numbers why the colour map jet misleads;
# - turn a heatmap into a bounding box, and score it.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("11_seeing_inside", keras=True)

# %% [markdown]
# ## 1 · What does each layer make of an image?
#
# The network is that of lesson 05: four convolutions, trained on 2,000 photographs of cats and dogs with augmentation. Its
# weights ship with the course. The images are new to it.

# %%
import numpy as np

model = ck.training.trained("cats_dogs_augmented")
pets = ck.data.load("cats_dogs")
print(pets.describe())
test_images, test_labels = pets.test.arrays(
    limit=lesson.limit(quick=80, lesson=200, full=600), size=150
)
image = test_images[0]

# %% [markdown]
# A **probe** runs the network once and keeps the maps of every layer, not only the answer.

# %%
probe = ck.explain.Probe(model, image.shape)
convolutions = probe.kernels
seen = probe(image[np.newaxis])
for place, name in enumerate(probe.layers, start=1):
    height, width, count = seen.maps(name).shape[1:]
    print(f"{place}  {height:3} × {width:3}  {count:3} maps")

# %% [markdown]
# Eight layers with maps: each convolution is followed by pooling. Here are all 32 maps of the first convolution, sixteen a row,
# each in colours of its own: dark is 0, bright is the map's largest value.

# %%
import matplotlib.pyplot as plt

_, axes = plt.subplots(
    1, 2, figsize=(9.2, 1.9), width_ratios=(1, 7.6), layout="constrained"
)
ck.plot.image(image, "image", ax=axes[0])
first = seen.maps(convolutions[0])[0].transpose(2, 0, 1)
ck.plot.sheet(first, title="first convolution: 32 maps", ax=axes[1])
ck.plot.show(
    alt="The image of a pet, and beside it 32 maps of the first convolution. In most "
    "of them the animal can be recognised: by its outline, its colour or its brightness."
)

# %% [markdown]
# You still see the animal: its outline here, one of its colours there. **Predict**: what will the 128 maps of the *last*
# convolution look like?

# %%
last = seen.maps(convolutions[-1])[0].transpose(2, 0, 1)
ck.plot.sheet(last, title="fourth convolution: 128 maps")
ck.plot.show(
    alt="128 maps of the fourth convolution, 15 by 15 each, sixteen a row. Many are "
    "dark nearly everywhere, with a few bright spots; the animal cannot be recognised."
)

# %% [markdown]
# Coarse, mostly dark, a bright spot here and there. The early layers describe the *image*; the late ones hold what the network
# wants to know about it. What was thrown away on the way cannot be recovered.
#
# Go through the layers yourself. Choose a map, lay it over the image; then **edit the kernel** that made it, and watch the map and
# the answer. Your model is not touched: the other kernel is handed to it for one run.

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_feature_maps(model, test_images[:8], classes=pets.classes)

# %% [markdown]
# ## 2 · Sparse and class-specific: can we measure that?
#
# "Mostly dark" is an impression. Let us count.
#
# ### Exercise 1: sparsity
#
# Return for each map the share of its values that are exactly 0, over all images and places.


# %% exercise="sparsity"
def sparsity(maps):
    """Return (K,) from maps (n, height, width, K)."""
    ### BEGIN SOLUTION
    return (maps == 0).mean(axis=(0, 1, 2))
    ### END SOLUTION


# %% check="sparsity" points=1
ck.check.inside.sparsity(sparsity)

# %% [markdown]
# ### Exercise 2: distance of the classes
#
# Does a map care about the class? Take its mean activation on each cat and on each dog. How far are the mean over cats, a, and the mean over dogs, b, apart, compared with the
# spread within a class? Return |a − b| / s for each map, s² the mean of the two variances; 0 where s is 0.


# %% exercise="class_distance"
def class_distance(cats, dogs):
    """Return (K,) from mean activations (cats, K) and (dogs, K)."""
    ### BEGIN SOLUTION
    spread = np.sqrt((cats.var(axis=0) + dogs.var(axis=0)) / 2)
    apart = np.abs(cats.mean(axis=0) - dogs.mean(axis=0))
    return apart / np.where(spread > 0, spread, 1)
    ### END SOLUTION


# %% check="class_distance" points=1
ck.check.inside.class_distance(class_distance)

# %% [markdown]
# Now both numbers for all four convolutions, over 80 test images. A distance above ½ could be chance; so we count such maps a second time, with the labels
# **shuffled**.


# %%
def distances(means, labels):
    """Return how far the classes are apart in each map, in standard deviations."""
    cats, dogs = means[labels == 0], means[labels == 1]
    spread = np.sqrt((cats.var(axis=0) + dogs.var(axis=0)) / 2)
    apart = np.abs(cats.mean(axis=0) - dogs.mean(axis=0))
    return apart / np.where(spread > 0, spread, 1)


# %%
few = test_labels[:80]
generator = np.random.default_rng(lesson.seed)
all_maps = probe(test_images[:80])
print("layer    zero   classes more than ½ apart   with shuffled labels")
for place, name in enumerate(convolutions, start=1):
    maps = all_maps.maps(name)
    means = maps.mean(axis=(1, 2))
    apart = np.mean(distances(means, few) > 0.5)
    shuffles = [distances(means, generator.permutation(few)) > 0.5 for _ in range(20)]
    print(
        f"conv {place}  {np.mean(maps == 0):5.0%}  {apart:26.0%}"
        f"  {np.mean(shuffles):21.0%}"
    )

# %% [markdown]
# **The classes**: in the first layer no map tells them apart better than chance does; in the last two about one in eight does, where
# 2 or 3 % would be chance. **The zeros**: up to the third layer the maps get sparser, in the fourth they do not. On 60 of the
# photographs we counted 58, 72, 82 and 72 %. So "late maps are sparse" is a tendency and no law.

# %% [markdown]
# This is what decides **what to fine-tune**. Early maps know no classes and are of use for any image: keep them. Late
# maps belong to the old classes: train those anew. So lesson 05 began with the last block.

# %% [markdown]
# ## 3 · What does a filter look for?
#
# Feature maps show one image through all filters. Now the other way round: for one filter, *make* the image that it answers to
# most. Begin with grey noise, take the gradient of the map's mean with respect to the **pixels**, go uphill, repeat.
#
# This is what training does, with two differences: the weights stay and the image changes, and it goes up instead of down.

# %%
network = ck.networks.backbone("auto", size=64)
looked = ck.explain.Probe(network, (64, 64, 3))
blank = looked(np.zeros((1, 64, 64, 3)))
shapes = {name: blank.maps(name).shape[1:] for name in looked.kernels}
wide = [
    name for name, shape in shapes.items() if shape[0] >= 4 and "depthwise" not in name
]
places = np.unique(np.linspace(0, len(wide) - 1, 4).astype(int))
chosen = [wide[place] for place in places]
print(", ".join(f"{name}: {shapes[name][-1]} filters" for name in chosen))

# %% [markdown]
# The published course does this with VGG16, block1_conv1 … block4_conv1; with a network connection, `"vgg16"` in place of `"auto"`
# gives you that (58 MB). It climbs filter by filter. We take **all filters of a layer in one batch**: each image has its own
# filter, and the sum of all means has for each image just its own gradient.

# %%
import keras
import tensorflow as tf


def ascend(layer, most=None, steps=20, rate=0.05):
    """Return an image for each filter of a layer (or `most` of them), uphill from noise."""
    output = network.get_layer(layer).output
    to_maps = keras.Model(network.input, output)
    count = min(most or output.shape[-1], output.shape[-1])
    noise = np.random.default_rng(lesson.seed).standard_normal((1, 64, 64, 3))
    images = tf.constant(np.repeat(0.5 + 0.05 * noise, count, axis=0), tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(images)
            means = tf.reduce_mean(to_maps(images), axis=(1, 2))  # (images, maps)
            score = tf.linalg.trace(means)  # each image by its own map
        gradient = tape.gradient(score, images)
        size = tf.sqrt(tf.reduce_mean(gradient**2, axis=(1, 2, 3), keepdims=True))
        images = tf.clip_by_value(images + rate * gradient / (size + 1e-12), 0, 1)
    return images.numpy()


# %% [markdown]
# Why is the gradient divided by its size, the root of its mean square? Gradients differ much from layer to layer and from filter to filter.
# **Normalised**, a step of 0.05 is a step of 0.05 everywhere.

# %%
most = lesson.limit(quick=16, lesson=64, full=None)
made = {layer: ascend(layer, most) for layer in chosen}
_, axes = plt.subplots(
    1, len(chosen), figsize=(3.1 * len(chosen), 3.4), layout="constrained"
)
for ax, (layer, images) in zip(axes, made.items(), strict=True):
    ck.plot.sheet(images[:16], columns=4, title=layer, ax=ax)
ck.plot.show(
    alt="Sixteen filter images of 64 by 64 pixels for each of several layers. The "
    "first layer shows plain colours, the second fine stripes and meshes, the deepest "
    "coarser weaves of several colours."
)

# %% [markdown]
# In the course's small network: first plain colours, then fine stripes, each in a direction of its own, then weaves of both. Did the ascent succeed?
# Compare each filter's mean activation on its own image with that on the test photographs, cut to 64 × 64.

# %%
corners = test_images[:, 40:104, 40:104]
for layer, images in made.items():
    own = ck.explain.feature_maps(network, images, layer).mean(axis=(1, 2))
    best = (
        ck.explain.feature_maps(network, corners, layer).mean(axis=(1, 2)).max(axis=0)
    )
    beaten = np.mean(np.diagonal(own) > best[: len(images)])
    print(f"{layer}: {beaten:.0%} prefer their image to all {len(corners)} of pets")

# %% [markdown]
# After 20 steps nearly every filter prefers its own image to all the pets. Such an image is called **super-stimulus**:
# stronger than anything in nature, and therefore also *unlike* anything in nature.
#
# ## 4 · Can it look less like noise?
#
# The finest stripes and single pixels are what a gradient finds first, and what we care for least. Three cures:
#
# - **jitter**: shift the image by some pixels before each step. What depends on one exact place is washed out;
# - **total variation**: subtract a penalty for differences between neighbours;
# - **Fourier**: climb along waves instead of pixels, the long ones faster, as they are stronger in natural images.

# %% [markdown]
# ### Exercise 3: total variation
#
# Return the sum of the absolute differences between neighbours: each pixel and the one below, each pixel and the one to the right.


# %% exercise="total_variation"
def total_variation(image):
    """Return one number for an image (height, width) or (height, width, 3)."""
    ### BEGIN SOLUTION
    down, right = np.diff(image, axis=0), np.diff(image, axis=1)
    return np.abs(down).sum() + np.abs(right).sum()
    ### END SOLUTION


# %% check="total_variation" points=1
ck.check.inside.total_variation(total_variation)

# %% [markdown]
# The helper has all three as options of an `Ascent`. The same six filters of the deepest of these layers, four times:

# %%
ways = {
    "plain": ck.explain.Ascent(),
    "jitter 4": ck.explain.Ascent(jitter=4),
    "smoothness 0.2": ck.explain.Ascent(smoothness=0.2),
    "Fourier": ck.explain.Ascent(fourier=True),
}
better = {
    name: ck.explain.maximise_filters(network, chosen[-1], range(6), ascent=how)
    for name, how in ways.items()
}

# %%
_, axes = plt.subplots(4, 1, figsize=(7.4, 4.6), layout="constrained")
for ax, (name, images) in zip(axes, better.items(), strict=True):
    own = ck.explain.feature_maps(network, images, chosen[-1]).mean(axis=(1, 2))
    rough = np.abs(np.diff(images, axis=1)).mean()
    rough += np.abs(np.diff(images, axis=2)).mean()
    ck.plot.sheet(images, columns=6, ax=ax)
    ax.set_title(f"{name}: roughness {rough:.2f}", fontsize=9.5)
    print(f"{name:15} roughness {rough:.1f}   activation {np.diagonal(own).mean():.1f}")
ck.plot.show(
    alt="The same six filters in four rows. Plain images are full of single bright "
    "pixels; with jitter and total variation the patterns are calmer, along waves they "
    "are large and smooth."
)

# %% [markdown]
# Smoother images excite the filter less: a calm image is bought with activation. Neither is the truth. The plain one says what the filter answers to *most*,
# the others what it answers to *among images that look natural*.
#
# Try layers, filters, and how to climb; "all filters" computes a whole sheet in one batch.

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_filters(network)

# %% [markdown]
# ## 5 · Where is the class?
#
# A network that ends in global average pooling and one dense layer can be read directly. Its score for class c is Σ wₖᶜ · mean(map k), plus
# a bias. A mean is a sum over places: so leave the sum over places out, and see **what each place gives**. That is the class
# activation map, CAM (Zhou et al. 2016).
#
# ### Exercise 4: CAM
#
# Add up the maps, each times its weight for the class.


# %% exercise="class_activation_map"
def class_activation_map(maps, weights, label):
    """Return (height, width) from maps (height, width, K) and weights (K, classes)."""
    ### BEGIN SOLUTION
    return maps @ weights[:, label]
    ### END SOLUTION


# %% check="class_activation_map" points=1
ck.check.inside.class_activation_map(class_activation_map)

# %% [markdown]
# The course's small CIFAR-10 network ends that way, and takes images of any size. Does the mean of the map give the score?

# %%
small = ck.training.trained("cifar10_backbone")
names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse"]
names += ["ship", "truck"]
cat = ck.data.load_image("cat", size=(96, 144))[np.newaxis]
label = int(ck.explain.explained_classes(small, cat)[0])
cam = ck.explain.cam(small, cat, label, upsample=False)[0]
bias = small.layers[-1].get_weights()[1][label]
print(f"answer: {names[label]}; map of {cam.shape}")
print(f"mean of the map {cam.mean():.3f} + bias {bias:.3f} = {cam.mean() + bias:.3f}")
print(f"score {ck.explain.scores(small, cat, label)[0]:.3f}")

# %% [markdown]
# It does, so the map is no opinion but arithmetic: each place's share of the score. **Grad-CAM** (lesson 08) takes the mean *gradient* as weight. Here the gradient
# of the score by a map is wₖᶜ / places, everywhere: both must agree, up to that factor.

# %%
averaged = ck.explain.spatial_layers(small, cat)[-1]  # the maps before the average
options = {"layer": averaged, "relu": False, "upsample": False}
grad_cam = ck.explain.grad_cam(small, cat, label, **options)[0]
factor = cam / grad_cam
print(f"CAM / Grad-CAM: from {factor.min():.1f} to {factor.max():.1f}")
print(f"the map has {cam.size} places")
ck.plot.explanation_row(cat[0], cam, ("image", f"CAM of {names[label]}", "both"))
ck.plot.show(
    alt="Chelsea the cat, her class activation map in red and blue, and both together. "
    "Red speaks for the class, blue against it."
)

# %% [markdown]
# Most networks do not end that way. Grad-CAM needs only gradients, so it works on any. In few lines, on the cats-and-dogs network,
# which ends in flatten and two dense layers:

# %%
cat = ck.data.load_image("cat", size=150)[np.newaxis]
layer = ck.explain.last_spatial_layer(model, cat)
pixels = values = keras.Input(cat.shape[1:])
for each in model.layers:
    values = each(values)
    if each.name == layer:
        inner = values
both = keras.Model(pixels, [inner, values])
with tf.GradientTape() as tape:
    maps, answer = both(cat)
    score = -tf.math.log(answer / (1 - answer))  # before the sigmoid; minus: cat
gradient = tape.gradient(score, maps)
weights = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
by_hand = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))[0].numpy()
helper = ck.explain.grad_cam(model, cat, 0, upsample=False)[0]
largest = np.abs(by_hand - helper).max() / helper.max()
print(
    f"probability of a dog {float(answer[0, 0]):.2f}, by hand = helper: {largest < 1e-3}"
)

# %% [markdown]
# And the **other class**? Pass its index: the same image, asked "where is the dog?".

# %%
_, axes = plt.subplots(1, 2, figsize=(6.6, 3.3), layout="constrained")
for label, ax in enumerate(axes):
    heatmap = ck.explain.grad_cam(model, cat, label)[0]
    ck.plot.overlay(cat[0], heatmap, alpha=0.4, title=f"{pets.classes[label]}?", ax=ax)
ck.plot.show(
    alt="The cat image twice, under the heatmap of cat and under that of dog. The two "
    "maps are bright at different places of the same face."
)

# %% [markdown]
# A heatmap for a class that is not there is no mistake: it shows what there is *nearest* to it. It is not a claim that there is a
# dog.
#
# The published course asks VGG16 about a photograph of elephants, and reports African_elephant 0.909, tusker 0.086, Indian_elephant 0.004. We have no
# elephants, but MobileNet, where its weights can be had; and three photographs.

# %%
photographs = ["cat", "coffee", "astronaut"]
try:
    judge = ck.networks.full_network("mobilenet")
except ck.data.DataError:
    judge = None
    print(
        "MobileNet's weights are not here: the cats-and-dogs network answers instead."
    )
size = 150 if judge is None else 224
shown = np.stack([ck.data.load_image(name, size=size) for name in photographs])
answers = ck.explain.class_probabilities(judge or model, shown)
for name, row in zip(photographs, answers, strict=True):
    if judge is None:
        said = ", ".join(f"{c} {p:.2f}" for c, p in zip(pets.classes, row, strict=True))
    else:
        said = ", ".join(f"{c} {p:.3f}" for c, p in ck.networks.decode([row], 3)[0])
    print(f"{name:10} {said}")

# %% tags=["nbval-ignore-output"]
heatmaps = ck.explain.grad_cam(judge or model, shown)
_, axes = plt.subplots(1, 3, figsize=(9.2, 3.2), layout="constrained")
for ax, name, photograph, heatmap in zip(
    axes, photographs, shown, heatmaps, strict=True
):
    ck.plot.overlay(photograph, heatmap, alpha=0.4, title=name, ax=ax)
ck.plot.show(
    alt="Three photographs, a cat, a cup of coffee and an astronaut, each under the "
    "Grad-CAM heatmap of the class that the network answers."
)

# %% [markdown]
# With MobileNet we saw, for the cat, Egyptian cat 0.514, tabby 0.268, tiger cat 0.209; for the coffee, espresso 0.968; for the astronaut, crash helmet
# 0.231, football helmet 0.117, wok 0.077. Among the 1,000 classes of ImageNet there is no astronaut, and a classifier must answer
# something: read the probability before the heatmap.
#
# `ck.networks.full_network("xception")` does the same with another network: its last maps are 10 × 10, not 7 × 7. Whatever the network, the helper finds the layer.

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_class_activation(model, test_images[:8], classes=pets.classes)

# %% [markdown]
# ## 6 · Which colours are honest?
#
# Many published heatmaps are drawn in **jet**: blue, cyan, yellow, red. Here is one map in two colour maps. Which one shows edges
# that are not there?

# %% tags=["shows-why-not"]
heatmap = ck.explain.grad_cam(model, cat, 0)[0]
_, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), layout="constrained")
for ax, colours in zip(axes, ("jet", "viridis"), strict=True):
    image = ax.imshow(heatmap, cmap=colours)
    ax.set_title(colours, loc="left")
    ax.set_axis_off()
    ax.figure.colorbar(image, ax=ax, shrink=0.8)
ck.plot.show(
    alt="The same heatmap in jet and in viridis. In jet, bright rings of cyan and yellow "
    "surround the peaks, which are dark red; in viridis brighter always means more."
)

# %% [markdown]
# The eye reads shape from **lightness**, L*: 0 is black, 100 white. A colour map is honest if equal steps of the value are about equal steps of
# lightness, all in one direction. Measure it:

# %% tags=["shows-why-not"]
for colours in ("jet", "viridis"):
    light = ck.plot.lightness(colours)
    steps = np.diff(light)
    print(
        f"{colours:8} L* begins at {light[0]:.0f}, is {light.max():.0f} at most, ends at "
        f"{light[-1]:.0f}; {np.mean(steps < 0):.0%} of the steps get darker; "
        f"steps from {np.abs(steps).min():.2f} to {np.abs(steps).max():.2f}"
    )

# %% [markdown]
# In jet the largest value is nearly as dark as the smallest, the middle is brightest, and some steps are invisible while
# others jump. In viridis every step gets lighter, and all are alike. So our figures never use jet; the explorer has it, to show
# you the harm.

# %% [markdown]
# ## 7 · From heatmap to box
#
# A heatmap says *where*. Keep what is at least a fifth of the largest value, take the largest connected part, and frame it (Zhou et
# al. 2016): **localisation**, by a network that was never shown a box.
#
# ### Exercise 5: how good is a box?
#
# Return intersection over union: the area that two boxes share, divided by the area that they cover together.


# %% exercise="box_overlap"
def box_overlap(first, second):
    """Return a number from 0 to 1 for boxes (row, column, height, width)."""
    ### BEGIN SOLUTION
    (r1, c1, h1, w1), (r2, c2, h2, w2) = first, second
    height = max(0, min(r1 + h1, r2 + h2) - max(r1, r2))
    width = max(0, min(c1 + w1, c2 + w2) - max(c1, c2))
    shared = height * width
    return shared / (h1 * w1 + h2 * w2 - shared)
    ### END SOLUTION


# %% check="box_overlap" points=1
ck.check.inside.box_overlap(box_overlap)

# %% [markdown]
# Drawn images come with the true mask of their animal. So every heatmap can be scored: its box against the box around the mask.
# Two rivals need no network at all: the whole image, and the middle of it.

# %%
size = 128
if pets.test.masks is None:
    print("photographs have no masks: judge the boxes by eye, in the explorer above")
    masks, heatmaps = [], []
else:
    test = pets.test.limited(lesson.limit(quick=40, lesson=100, full=200))
    masks = test.masks
    enlarged, labels = test.arrays(size=150)
    maps = ck.explain.grad_cam(model, enlarged, labels, relu=False, upsample=False)
    maps = tf.nn.relu(maps)[..., tf.newaxis]  # what speaks for the class
    heatmaps = tf.image.resize(maps, (size, size)).numpy()[..., 0]
    print(f"{len(masks)} masks of {masks.shape[1]} × {masks.shape[2]} pixels")

# %% tags=["nbval-ignore-output"]
found = [n for n, heatmap in enumerate(heatmaps) if heatmap.max() > 0]
true = [ck.plot.heatmap_box(masks[n], share=1) for n in found]
rivals = {
    "Grad-CAM, from 20 %": [ck.plot.heatmap_box(heatmaps[n]) for n in found],
    "Grad-CAM, from 50 %": [ck.plot.heatmap_box(heatmaps[n], 0.5) for n in found],
    "the whole image": [(0, 0, size, size)] * len(found),
    "the middle": [(16, 16, 96, 96)] * len(found),
}
for name, boxes in rivals.items():
    overlaps = [ck.metrics.box_overlap(*pair) for pair in zip(boxes, true, strict=True)]
    if overlaps:
        good = np.mean(np.array(overlaps) >= 0.5)
        print(
            f"{name:20} mean overlap {np.mean(overlaps):.2f}, {good:4.0%} from 0.5 on"
        )

# %% [markdown]
# On the drawn images the box of the heatmap *loses* against the whole image and against the middle, which look at nothing. A heatmap shows where the
# **evidence** is, and that is rarely the whole animal; this network learned from photographs and judges drawings; its maps have 15 × 15 places.
# Without the rivals, would you have called 0.32 a success?
#
# Four boxes, from a fifth of the largest value on:

# %% tags=["nbval-ignore-output"]
_, axes = plt.subplots(1, 4, figsize=(9.2, 2.7), layout="constrained")
for number, ax in enumerate(axes):
    label = int(test_labels[number])
    one = test_images[number : number + 1]
    heatmap = np.maximum(ck.explain.grad_cam(model, one, label, relu=False)[0], 0)
    box = ck.plot.heatmap_box(heatmap) if heatmap.max() > 0 else None
    title = pets.classes[label]
    ck.plot.overlay(one[0], heatmap, alpha=0.4, title=title, box=box, ax=ax)
ck.plot.show(
    alt="Four pets under the heatmaps of their true class, each with the box around the "
    "largest bright part. Some boxes hold most of the animal, some only a part of it."
)

# %% [markdown]
# ## Spot the bug
#
# Back to the filters. The published course explains gradient *ascent*, and then prints this step, here as a function:


# %%
def published_step(image, gradient, rate):
    """Return the image after one step. Uphill?"""
    size = np.sqrt(np.mean(gradient**2)) + 1e-5
    return image - rate * gradient / size


# %% [markdown]
# It runs, and its images look like something, too. So let us measure instead of looking: the mean activation of one filter over 20
# steps of each kind. **Predict** both curves before you run the cell.


# %%
def climb(direction, steps=20):
    """Return the mean activation of one filter before each step and after the last."""
    output = network.get_layer(chosen[0]).output
    to_maps = keras.Model(network.input, output)
    noise = np.random.default_rng(lesson.seed).standard_normal((1, 64, 64, 3))
    image, heights = tf.constant(0.5 + 0.05 * noise, tf.float32), []
    for _ in range(steps + 1):
        with tf.GradientTape() as tape:
            tape.watch(image)
            height = tf.reduce_mean(to_maps(image)[..., 3])
        slope = tape.gradient(height, image).numpy()
        image = image + direction * 0.05 * slope / (np.sqrt(np.mean(slope**2)))
        image = tf.clip_by_value(image, 0, 1)
        heights.append(float(height))
    return heights


# %%
curves = {"+ gradient": climb(+1), "− gradient": climb(-1)}
for name, heights in curves.items():
    print(f"{name}: {heights[0]:.2f} at first, {heights[-1]:.2f} after 20 steps")

# %% [markdown]
# And all steps between:

# %%
_, ax = plt.subplots(figsize=(6, 3.2))
for (name, heights), style in zip(curves.items(), ("o-", "s--"), strict=True):
    ax.plot(heights, style, markersize=4, label=name)
ax.set(xlabel="step", ylabel="mean activation of filter 3", xticks=range(0, 21, 5))
ax.set_title("One sign decides")
ax.legend()
ck.plot.show(
    alt="Mean activation of one filter over 20 steps, two curves from the same start: "
    "with plus the gradient it rises, with minus the gradient it falls."
)

# %% [markdown]
# ### Exercise 6: mend it
#
# One sign is wrong: that is gradient **descent**, as in training, and its image is what the filter likes *least*. Return the image one normalised
# step uphill, and keep its pixels between 0 and 1.


# %% exercise="ascent_step"
def ascent_step(image, gradient, rate):
    """Return the image after one step uphill."""
    ### BEGIN SOLUTION
    size = np.sqrt(np.mean(gradient**2))
    return np.clip(image + rate * gradient / size, 0, 1)
    ### END SOLUTION


# %% check="ascent_step" points=1
ck.check.inside.ascent_step(ascent_step)

# %% [markdown]
# ## Recap
#
# - Early maps describe the image, late ones tell the classes apart; that decides what to fine-tune
#   (exercises 1 and 2).
# - A filter's favourite image is found by gradient *ascent*, all filters in one batch; jitter, total variation and waves make
#   it calmer (exercises 3 and 6).
# - CAM is arithmetic: each place's share of the score. Grad-CAM is the same on such networks, and works on all others
#   (exercise 4).
# - Jet gets darker where values rise; viridis does not (section 6).
# - A threshold turns a heatmap into a box; intersection over union, and rivals that need no network, say what it is worth
#   (exercise 5).

# %% [markdown]
# ## What comes next
#
# Lesson 12 sets all explanations side by side, on one image and on many, and asks which of them is *right*.
#
# ## Sources
#
# - F. Chollet, [Deep learning with Python](https://www.manning.com/books/deep-learning-with-python), chapter on what convnets
#   learn: maps, filters and heatmaps on VGG16.
# - D. Erhan et al.,
#   [Visualizing higher-layer features of a deep network](https://www.researchgate.net/publication/265022827), 2009.
# - C. Olah, A. Mordvintsev and L. Schubert, [Feature visualization](https://distill.pub/2017/feature-visualization/), 2017:
#   jitter, total variation, Fourier.
# - B. Zhou et al., [Learning deep features for discriminative localization](https://arxiv.org/abs/1512.04150), 2016: CAM and boxes.
# - R. R. Selvaraju et al., [Grad-CAM](https://arxiv.org/abs/1610.02391), 2017.
# - J. Yosinski et al., [How transferable are features in deep neural networks?](https://arxiv.org/abs/1411.1792), 2014: what to
#   fine-tune.
# - F. Crameri, G. E. Shephard and P. J. Heron, [The misuse of colour](https://doi.org/10.1038/s41467-020-19160-7), 2020.
