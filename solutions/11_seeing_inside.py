# %% [markdown]
# # 11 · Seeing inside
#
# **You will meet a network that names a thousand things, look at what its layers make of a photograph, let its filters
# paint what they look for, and draw a box around what it recognised.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 60 minutes to work through · full: about 5 minutes to run |
# | Needs | lessons 02, 05 and 08 |
# | Data | Photographs that ship with scikit-image and scikit-learn. Cats and dogs: 3,600 photographs, or offline synthetic images. All networks are installed with the course |
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
# ## 1 · A network that names a thousand things
#
# EfficientNet-Lite0 was trained on ImageNet: 1.3 million photographs of 1,000 classes. It is installed with the course, so
# it works offline. Before you ask a network *why*, ask it *what*: show it six photographs that it has never seen.

# %%
import numpy as np


def photograph(name, size=224):
    """Return a photograph (size, size, 3); a grey one gets three equal channels."""
    image = ck.data.load_image(name, size=size)
    return image if image.ndim == 3 else np.repeat(image[..., np.newaxis], 3, axis=-1)


network = ck.networks.efficientnet_lite0()
names = ["coffee", "camera", "cat", "flower", "rocket", "astronaut"]
photographs = np.stack([photograph(name) for name in names])
answers = ck.networks.decode(network.predict(photographs, verbose=0), top=3)
for name, answer in zip(names, answers, strict=True):
    print(f"{name:10}", ", ".join(f"{what} {sure:.2f}" for what, sure in answer))

# %% [markdown]
# And the photographs with the first answer above each. Where would you have answered differently?

# %%
first_answers = [f"{what} {sure:.2f}" for ((what, sure), *_) in answers]
ck.plot.images(photographs, titles=first_answers, columns=3, size=2.1)
ck.plot.show(
    alt="Six photographs with the network's first answer above each: a cup of coffee "
    f"({first_answers[0]}), a man behind a camera on a tripod ({first_answers[1]}), a cat "
    f"({first_answers[2]}), a dahlia ({first_answers[3]}), a rocket between towers "
    f"({first_answers[4]}), an astronaut ({first_answers[5]})."
)

# %% [markdown]
# The coffee and the tripod are named with more than 0.9. For the cat three breeds share the probability, because ImageNet
# makes a difference between them. A dahlia and an astronaut are *not* among the 1,000 classes. A classifier must answer
# something all the same, so it spreads its probability over what is near. Therefore read the probability before you read
# any heatmap.

# %% [markdown]
# ## 2 · What do the layers make of an image?
#
# A **probe** runs the network once and keeps the maps of every layer, not only the answer. Let us take the cat, and follow her
# through four depths.

# %%
cat = photographs[names.index("cat")]
seen = ck.explain.Probe(network, cat.shape)(cat[np.newaxis])
depths = (
    "stem_conv_relu",
    "block_3_expand_relu",
    "block_8_expand_relu",
    "last_conv_relu",
)
for name in depths:
    height, width, count = seen.maps(name).shape[1:]
    print(f"{name:20} {count:5} maps of {height:3} × {width:3}")

# %% [markdown]
# Deeper layers have more maps, and each of them has fewer places. **Predict**: down to which depth can you still recognise
# the cat? Sixteen maps of each layer, where dark is 0 and bright the largest value of each map:

# %%
import matplotlib.pyplot as plt

_, axes = plt.subplots(2, 2, figsize=(7, 7.4), layout="constrained")
for ax, name in zip(axes.flat, depths, strict=True):
    maps = seen.maps(name)[0].transpose(2, 0, 1)
    ck.plot.sheet(maps[:16], columns=4, title=name, ax=ax)
ck.plot.show(
    alt="Sixteen maps each of four layers for the photograph of a cat. In the first layer "
    "her face is plain to see, in the second as outlines and eyes, in the third only "
    "coarse bright places are left, in the last most maps are dark with a spot or two."
)

# %% [markdown]
# Early layers describe the *image*: here a map answers to outlines, there to brightness. Late layers hold what the network
# wants to know about it: they are coarse and mostly dark, with a bright spot here and there. A map that is dark everywhere
# found nothing of its kind in this photograph, and may well be bright in the next one.

# %% [markdown]
# Go through the layers yourself. Choose a map and lay it over the image. Then **edit the kernel** that made it, and watch the
# map and the answer. Your model is not changed, because the other kernel is handed to it for one run only.

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_feature_maps(
    network, photographs, classes=ck.data.imagenet_classes()
)

# %% [markdown]
# ## 3 · Sparse and class-specific: can we measure that?
#
# "Mostly dark" is an impression, so let us count. For that we need many images of two classes, and a small network: that of
# lesson 05, four convolutions trained on 2,000 photographs of cats and dogs with augmentation. The images are new to it.

# %%
model = ck.training.trained("cats_dogs_augmented")
pets = ck.data.load("cats_dogs")
print(pets.describe())
test_images, test_labels = pets.test.arrays(
    limit=lesson.limit(quick=80, lesson=200, full=600), size=150
)
probe = ck.explain.Probe(model, test_images[0].shape)
convolutions = probe.kernels
print(convolutions)

# %% [markdown]
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
# ## 4 · What does a filter look for?
#
# Feature maps show one image through all filters. Now the other way round: for one filter, *make* the image that it answers to
# most. Begin with grey noise, take the gradient of the map's mean with respect to the **pixels**, take a step uphill, and repeat.
#
# This is what training does, with two differences: the weights stay and the image changes, and it goes up instead of down.

# %%
SIDE = 96
painter = ck.networks.efficientnet_lite0(top=False, image_size=SIDE)
depths = ["stem_conv_relu", "block_3_project_bn", "block_8_project_bn"]
for name in depths:
    print(f"{name:20} {painter.get_layer(name).output.shape[-1]:4} filters")

# %% [markdown]
# This is EfficientNet-Lite0 again, without its classes and for images of 96 × 96. The step is written out below. All images climb
# **in one batch**: each has a filter of its own, and the gradient of the sum of all means is for each image just its own gradient.

# %%
import keras
import tensorflow as tf


def uphill_in(layer, filters):
    """Return a function from images to their normalised gradients, each by its own filter."""
    to_maps = keras.Model(painter.inputs, painter.get_layer(layer).output)

    @tf.function  # traced once, then twice as fast
    def uphill(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            means = tf.reduce_mean(to_maps(images), axis=(1, 2))  # (images, maps)
            score = tf.reduce_sum(tf.gather(means, filters, batch_dims=1))
        gradient = tape.gradient(score, images)
        size = tf.sqrt(tf.reduce_mean(gradient**2, axis=(1, 2, 3), keepdims=True))
        return gradient / (size + 1e-12)

    return uphill


# %% [markdown]
# Why is the gradient divided by its size, the root of its mean square? Because gradients differ much from layer to layer and from
# filter to filter. **Normalised**, a step of 0.03 is a step of 0.03 everywhere. Now climb:


# %%
def ascend(layer, filters, steps, rate=0.03):
    """Return an image for each of these filters of a layer, uphill from grey noise."""
    uphill = uphill_in(layer, filters)
    noise = np.random.default_rng(lesson.seed).standard_normal((1, SIDE, SIDE, 3))
    images = np.repeat(0.5 + 0.05 * noise, len(filters), axis=0)
    images = tf.constant(images, tf.float32)
    for _ in range(steps):
        images = tf.clip_by_value(images + rate * uphill(images), 0, 1)
    return images.numpy()


# %%
filters = list(range(6))
steps = lesson.repeats(lesson.choose(quick=48, lesson=96, full=192))
made = {layer: ascend(layer, filters, steps) for layer in depths}
_, axes = plt.subplots(3, 1, figsize=(6.8, 4.1), layout="constrained")
for ax, (layer, images) in zip(axes, made.items(), strict=True):
    ck.plot.sheet(images, columns=6, title=layer, ax=ax)
ck.plot.show(
    alt="Six filter images for each of three layers. Most of the first layer are plain colours, "
    "two look grey at this size; the second layer shows fine stripes and weaves, each in a "
    "direction of its own; the third fine colourful noise in which arcs can be guessed."
)

# %% [markdown]
# First come plain colours, then fine stripes, each in a direction of its own; in the deepest of the three, arcs hide under noise. Did the ascent succeed?
# Compare each filter's mean activation on its own image with that on 96 pieces of photographs of the same size.

# %%
pieces = [
    p[r : r + SIDE, c : c + SIDE]
    for p in photographs
    for r in (0, 42, 85, 128)
    for c in (0, 42, 85, 128)
]
for layer, images in made.items():
    own = ck.explain.feature_maps(painter, images, layer).mean(axis=(1, 2))
    seen = ck.explain.feature_maps(painter, np.stack(pieces), layer).mean(axis=(1, 2))
    own, best = np.diagonal(own), seen.max(axis=0)[filters]
    print(
        f"{layer:20} own image {own.mean():5.1f}, best piece {best.mean():5.1f}; "
        f"{np.sum(own > best)} of {len(filters)} prefer their own image"
    )

# %% [markdown]
# Every filter prefers its own image, and by far: in block 8 the mean activation is nearly 48, where the best piece of a photograph reaches
# 6. Such an image is called **super-stimulus**: it is stronger than all that we showed, and therefore also *unlike* all that we showed.
#
# ## 5 · Can it look less like noise?
#
# The finest stripes and single pixels are what a gradient finds first, and what we care for least. Three cures:
#
# - **jitter**: shift the image by some pixels before each step, so that what depends on one exact place is washed out;
# - **total variation**: subtract a penalty for differences between neighbours;
# - **Fourier**: climb along waves instead of pixels, with larger steps along the long waves. The summit is the same, but another
#   way leads to another of its many peaks.

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
# The helper has all three as options of an `Ascent`. The same filters of the deepest of these layers, in the plain way and in three others:

# %%
same = {"steps": steps, "rate": 0.03}
ways = {
    "smoothness 0.2": ck.explain.Ascent(smoothness=0.2, **same),
    "Fourier": ck.explain.Ascent(fourier=True, **same),
    "Fourier, jitter 6": ck.explain.Ascent(fourier=True, jitter=6, **same),
}
better = {"plain": made[depths[-1]]}
for name, how in ways.items():
    better[name] = ck.explain.maximise_filters(painter, depths[-1], filters, ascent=how)

# %%
_, axes = plt.subplots(4, 1, figsize=(6.8, 5.3), layout="constrained")
for ax, (name, images) in zip(axes, better.items(), strict=True):
    own = ck.explain.feature_maps(painter, images, depths[-1]).mean(axis=(1, 2))
    rough = np.abs(np.diff(images, axis=1)).mean()
    rough += np.abs(np.diff(images, axis=2)).mean()
    ck.plot.sheet(images, columns=6, ax=ax, title=f"{name}: roughness {rough:.2f}")
    print(f"{name:18} roughness {rough:.2f}   activation {np.diagonal(own).mean():.1f}")
ck.plot.show(
    alt="The same six filters in four rows. Plain images are full of fine noise; with a penalty "
    "on total variation they are grey and fine. Along waves there are coloured patterns: "
    "arcs of scales, bricks, woven bands, overlapping discs; with jitter the colours are "
    "strongest."
)

# %% [markdown]
# Calmer images excite the filters less: nearly 48 in the plain way, 32 to 38 in the others. A calm image is bought with activation. But look down a
# column: all four show the same motif, here scales, there bricks or woven bands. So the motif belongs to the filter, and grain and colours
# belong to the way of climbing.

# %% [markdown]
# Are these the summits, or did we stop on the way? That can be tested: take twice the steps, and see what is gained.

# %%
for count in (16, 32, 64, 128):
    how = ck.explain.Ascent(
        fourier=True, jitter=6, rate=0.03, steps=lesson.repeats(count)
    )
    images = ck.explain.maximise_filters(painter, depths[-1], filters[:2], ascent=how)
    own = ck.explain.feature_maps(painter, images, depths[-1]).mean(axis=(1, 2))
    print(f"{count:4} steps: activation {np.diagonal(own).mean():.1f}")

# %% [markdown]
# Up to 64 steps every doubling gains much, the last one little: with 48 or 64 steps we are nearly there. Had we stopped after 16, we
# would have judged the filters by half-finished images.
#
# Now three depths in the best of the four ways. **Predict**: what will change from the top row to the bottom row?

# %%
way = ways["Fourier, jitter 6"]
shallow, deep = (
    ck.explain.maximise_filters(painter, layer, filters, ascent=way)
    for layer in ("block_3_project_bn", "block_11_project_bn")
)
middle = better["Fourier, jitter 6"]
rows = {"block_3": shallow, "block_8": middle, "block_11": deep}
_, axes = plt.subplots(3, 1, figsize=(6.8, 4.1), layout="constrained")
for ax, (layer, images) in zip(axes, rows.items(), strict=True):
    ck.plot.sheet(images, columns=6, title=layer, ax=ax)
ck.plot.show(
    alt="Six filter images for each of three depths, in strong colours. Block 3: stripes and "
    "meshes in one direction. Block 8: textures such as scales, bricks and woven bands. "
    "Block 11: larger shapes that curl around a middle, with spots like eyes."
)

# %% [markdown]
# Block 3 likes stripes and meshes of one or two colours. Block 8 builds textures from them: scales, bricks, woven bands, dotted
# lines. In block 11 shapes close around a middle, and some have spots like eyes. The names are *our* reading. The filter
# was asked for nothing but a large mean, and most filters answer to more than one thing.

# %% [markdown]
# An invented image shows *what* a filter answers to; a photograph shows *where* it meets that in the world. For each filter of
# block 8, look for the place in all photographs of the course at which it answers most, and cut it out.

# %%
shown = np.stack([photograph(name) for name in ck.data.PHOTOGRAPHS])
maps = ck.explain.feature_maps(network, shown, "block_8_project_bn")
patches = []
for each in filters:
    where = np.unravel_index(maps[..., each].argmax(), maps.shape[:3])
    top, left = (min(max(16 * place + 8 - 40, 0), 224 - 80) for place in where[1:])
    patches.append(shown[where[0], top : top + 80, left : left + 80])
_, axes = plt.subplots(2, 1, figsize=(8, 3.2), layout="constrained")
ck.plot.sheet(middle, columns=6, title="what", ax=axes[0])
ck.plot.sheet(np.stack(patches), columns=6, title="where", ax=axes[1])
ck.plot.show(
    alt="Above, the images made for six filters of block 8; below each of them the piece of "
    "a photograph that this filter answers to most. Filter "
    "2 finds petals, filter 4 roofs and railings, filter 5 the arches of stained tissue; "
    "the others the rim of a cup, twice, and a man's head."
)

# %% [markdown]
# Some pairs explain each other: overlapping bands and the petals of the dahlia, crossing lines and the roofs and railings of a palace, arches
# and stained tissue. Others do not, such as the first: bright scales, and the head of a man with a camera. Fifteen photographs are
# few, and for this filter there may be no good one among them.
#
# Try layers and filters yourself, and ways to climb; "all filters" computes a whole sheet in one batch.

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_filters(painter, layer="block_8_project_bn")

# %% [markdown]
# ## 6 · Where is the class?
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
# EfficientNet-Lite0 ends that way. Does the mean of the map give the score?

# %%
coffee = photographs[:1]
label = int(ck.explain.explained_classes(network, coffee)[0])
cam = ck.explain.cam(network, coffee, label, upsample=False)[0]
bias = network.layers[-1].get_weights()[1][label]
print(
    f"answer: {answers[0][0][0]}; map of {cam.shape}, from {cam.min():.1f} to {cam.max():.1f}"
)
print(f"mean of the map {cam.mean():.3f} + bias {bias:.3f} = {cam.mean() + bias:.3f}")
print(f"score {ck.explain.scores(network, coffee, label)[0]:.3f}")

# %% [markdown]
# It does, so the map is no opinion but arithmetic: each place's share of the score. Where does the network see espresso?

# %%
ck.plot.explanation_row(coffee[0], cam, ("image", "CAM of espresso", "both"))
ck.plot.show(
    alt="A cup of coffee on a red saucer, its class activation map of seven by seven places, "
    "and both together. The map is hottest on the coffee and the rim of the cup, and "
    "near zero on the table and on most of the saucer."
)

# %% [markdown]
# On the coffee, not on the saucer and not on the table. The map has 7 × 7 places only, each of them 32 pixels wide; it is drawn
# smoothly over the image, and the smooth edges are the drawing's, not the network's.
#
# Now four more photographs, each asked for the network's own first answer:

# %%
asked = ["camera", "cat", "flower", "rocket"]
places = [names.index(name) for name in asked]
maps = np.maximum(ck.explain.cam(network, photographs[places]), 0)
_, axes = plt.subplots(1, 4, figsize=(10, 2.9), layout="constrained")
for ax, place, heatmap in zip(axes, places, maps, strict=True):
    ck.plot.overlay(photographs[place], heatmap, title=first_answers[place], ax=ax)
ck.plot.show(
    alt="Four photographs under the class activation map of the first answer. Tripod: heat on "
    "the legs of the tripod. Cat: on the face. Daisy: on the flower. "
    "Missile: beside and on the upper part of the rocket."
)

# %% [markdown]
# The tripod's heat lies on its legs and not on the man, the daisy's on the flower, the cat's on her face. The missile is
# stranger: its heat lies on both sides of the rocket rather than on it. A map like this is where questions begin.

# %% [markdown]
# One photograph, **two questions**: a map belongs to a class, not to an image. The astronaut has a black helmet on her lap, and a
# model of a space shuttle stands behind her. **Predict**: where will each of the two maps be hot?

# %%
classes = ck.data.imagenet_classes()
astronaut = photographs[names.index("astronaut")][np.newaxis]
_, axes = plt.subplots(1, 3, figsize=(9, 3.2), layout="constrained")
ck.plot.image(astronaut[0], "image", ax=axes[0])
for ax, name in zip(axes[1:], ("football helmet", "space shuttle"), strict=True):
    asked_for = classes.index(name)
    heatmap = ck.explain.cam(network, astronaut, asked_for)[0]
    score = ck.explain.scores(network, astronaut, asked_for)[0]
    title = f"{name}: score {score:.1f}"
    ck.plot.overlay(astronaut[0], heatmap, title=title, ax=ax)
    print(f"{title}, map from {heatmap.min():.0f} to {heatmap.max():.0f}")
ck.plot.show(
    alt="The photograph of an astronaut, then under two class activation maps. Asked for a "
    "football helmet, red lies on the black helmet at the bottom right; asked for a space "
    "shuttle, red lies on the model of a shuttle at the top right."
)

# %% [markdown]
# The same maps of the same layer, added up with other weights: one sum finds the helmet, the other the shuttle. Red speaks for
# the class and blue against it. The network had never seen a box or an outline, only one name for each photograph.

# %% [markdown]
# Read the scores, too. The helmet's is higher by four, so its probability is about sixty times the shuttle's. A map shows where there
# is *most* for a class, even where there is not much.

# %% [markdown]
# **Grad-CAM** (lesson 08) takes the mean *gradient* as weight. On this network the gradient of the score by a map is
# wₖᶜ / places, everywhere. So both must agree, up to that factor:

# %%
averaged = ck.explain.spatial_layers(network, coffee)[-1]  # the maps before the average
options = {"layer": averaged, "relu": False, "upsample": False}
grad_cam = ck.explain.grad_cam(network, coffee, label, **options)[0]
large = np.abs(cam) > 0.1
factor = cam[large] / grad_cam[large]
print(f"CAM / Grad-CAM: from {factor.min():.1f} to {factor.max():.1f}")
print(f"the map has {cam.size} places")

# %% [markdown]
# Most networks do not end that way. Grad-CAM needs only gradients, so it can be computed for any. In few lines, on the
# cats-and-dogs network, which ends in flatten and two dense layers:

# %%
cat = ck.data.load_image("cat", size=150)[np.newaxis]
layer = ck.explain.last_spatial_layer(model, cat)
last, inner = model.layers[-1], None
pixels = values = keras.Input(cat.shape[1:])
for each in model.layers[:-1]:
    values = each(values)
    inner = values if each.name == layer else inner
both = keras.Model(pixels, [inner, values])
with tf.GradientTape() as tape:
    maps, features = both(cat)
    score = -(
        keras.ops.matmul(features, last.kernel) + last.bias
    )  # before the sigmoid; minus: cat
gradient = tape.gradient(score, maps)
weights = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
by_hand = tf.reduce_sum(weights * maps, axis=-1)[0].numpy()
helper = ck.explain.grad_cam(model, cat, 0, relu=False, upsample=False)[0]
largest = np.abs(by_hand - helper).max() / np.abs(helper).max()
dog = tf.sigmoid(-score).numpy().item()
print(f"probability of a dog {dog:.2f}; by hand = helper: {largest < 1e-3}")

# %% [markdown]
# It *can* be computed; may it be read in the same way? Behind an average the gradient is the same at every place, so its mean loses
# nothing. Behind flatten every place has weights of its own, and the mean forgets them. **HiResCAM** (Draelos and
# Carin 2020) multiplies place by place and averages nothing. Both, signed:

# %%
place_by_place = tf.reduce_sum(gradient * maps, axis=-1)[0].numpy()
_, axes = plt.subplots(1, 3, figsize=(9, 3.2), layout="constrained")
ck.plot.image(cat[0], "image", ax=axes[0])
ck.plot.image(by_hand, "Grad-CAM: mean gradient", "signed", ax=axes[1])
ck.plot.image(place_by_place, "HiResCAM: place by place", "signed", ax=axes[2])
agree = np.corrcoef(by_hand.ravel(), place_by_place.ravel())[0, 1]
print(f"correlation of the two maps: {agree:.2f}")
ck.plot.show(
    alt="The cat, and beside her two signed maps of the class cat by a network that ends in "
    "flatten: by the mean gradient, and by the gradient place by place. The two maps "
    "are coloured at different places."
)

# %% [markdown]
# The same layer and the same gradients, and yet the two maps correlate by 0.4 only. Behind flatten, trust the second. This network has one output unit, so red says "cat" and blue says "dog": the map of the other class is this one with its
# sign changed.
#
# `ck.explain` has eight such methods, and whatever the network, it finds the layer. Try class, layer and method:

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_class_activation(network, photographs, classes=classes)

# %% [markdown]
# ## 7 · Which colours are honest?
#
# Many published heatmaps are drawn in **jet**: blue, cyan, yellow, red. Here is one map in two colour maps. Which one shows edges
# that are not there?

# %% tags=["shows-why-not"]
heatmap = ck.explain.grad_cam(network, coffee)[0]
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
# ## 8 · From heatmap to box
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

# %% [markdown]
# And the network in the box, on photographs? They have no masks, so judge by eye. Four boxes, from a fifth of the largest value on:

# %%
boxed = ["coffee", "camera", "flower", "cat"]
_, axes = plt.subplots(1, 4, figsize=(10, 2.9), layout="constrained")
for ax, name in zip(axes, boxed, strict=True):
    place = names.index(name)
    one = photographs[place : place + 1]
    heatmap = np.maximum(ck.explain.cam(network, one)[0], 0)
    box = ck.plot.heatmap_box(heatmap)
    ck.plot.overlay(one[0], heatmap, title=first_answers[place], box=box, ax=ax)
    print(
        f"{name:7} box of {box[2]} × {box[3]} pixels: {box[2] * box[3] / 224**2:.0%} of the image"
    )
ck.plot.show(
    alt="Four photographs under their class activation maps, each with the box around the "
    "largest part above a fifth of the maximum. The box of "
    "the flower fits it; those of the coffee and the tripod hold much besides, and that of "
    "the cat is nearly the whole image."
)

# %% [markdown]
# The flower is framed well. The box of the coffee holds half the saucer, that of the tripod also camera and arm, and that of the cat is
# nearly the whole image. The maps have 7 × 7 places, so a box cannot be finer than 32 pixels; and a fifth of the largest value
# is a choice, not a law. Detectors that are *trained* with boxes do this far better.

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
# steps of each kind. The layer ends in batch normalisation without ReLU, so each of its filters has a gradient; take the one with the
# steepest. **Predict** both curves before you run the cell.

# %%
to_maps = keras.Model(painter.inputs, painter.get_layer("block_3_project_bn").output)
noise = np.random.default_rng(lesson.seed).standard_normal((1, SIDE, SIDE, 3))
start = tf.constant(0.5 + 0.05 * noise, tf.float32)
with tf.GradientTape() as tape:
    tape.watch(start)
    means = tf.reduce_mean(to_maps(start), axis=(1, 2))[0]
steepness = np.square(tape.jacobian(means, start)).mean(axis=(1, 2, 3, 4))
steepest = int(steepness.argmax())
print(f"filter {steepest} of {len(steepness)}")


# %%
def climb(direction, steps=20):
    """Return the mean activation of that filter before each step and after the last."""
    image, heights = start, []
    for _ in range(steps + 1):
        with tf.GradientTape() as tape:
            tape.watch(image)
            height = tf.reduce_mean(to_maps(image)[..., steepest])
        slope = tape.gradient(height, image).numpy()
        image = image + direction * 0.03 * slope / np.sqrt(np.mean(slope**2))
        image = tf.clip_by_value(image, 0, 1)
        heights.append(float(height))
    return heights


curves = {"+ gradient": climb(+1), "− gradient": climb(-1)}
for name, heights in curves.items():
    print(f"{name}: {heights[0]:.2f} at first, {heights[-1]:.2f} after 20 steps")

# %% [markdown]
# And all steps between:

# %%
_, ax = plt.subplots(figsize=(6, 3.2))
for (name, heights), style in zip(curves.items(), ("o-", "s--"), strict=True):
    ax.plot(heights, style, markersize=4, label=name)
ax.set(
    xlabel="step",
    ylabel=f"mean activation of filter {steepest}",
    xticks=range(0, 21, 5),
)
ax.set_title("One sign decides")
ax.legend()
ck.plot.show(
    alt="Mean activation of one filter over 20 steps, two curves from the same start: "
    f"with plus the gradient it rises to {curves['+ gradient'][-1]:.0f}, with minus the "
    f"gradient it falls to {curves['− gradient'][-1]:.0f}."
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
# - The image that a filter answers to most is found by gradient *ascent*, all filters in one batch. Jitter, total variation and
#   waves make it calmer; twice the steps tell whether you have arrived (exercises 3 and 6).
# - CAM is arithmetic: each place's share of the score, so a map belongs to a class and not to an image (exercise 4). Grad-CAM is
#   the same behind an average; behind flatten it may colour places that the network does not use.
# - Jet gets darker where values rise; viridis does not (section 7).
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
# - R. Liu, [Higher accuracy on vision models with EfficientNet-Lite](https://blog.tensorflow.org/2020/03/higher-accuracy-on-vision-models-with-efficientnet-lite.html),
#   2020, after M. Tan and Q. V. Le, [EfficientNet](https://arxiv.org/abs/1905.11946), 2019.
# - C. Olah, A. Mordvintsev and L. Schubert, [Feature visualization](https://distill.pub/2017/feature-visualization/), 2017:
#   jitter, total variation, Fourier.
# - B. Zhou et al., [Learning deep features for discriminative localization](https://arxiv.org/abs/1512.04150), 2016: CAM and boxes.
# - R. R. Selvaraju et al., [Grad-CAM](https://arxiv.org/abs/1610.02391), 2017.
# - R. L. Draelos and L. Carin, [Use HiResCAM instead of Grad-CAM](https://arxiv.org/abs/2011.08891), 2020.
# - J. Yosinski et al., [How transferable are features in deep neural networks?](https://arxiv.org/abs/1411.1792), 2014: what to
#   fine-tune.
# - F. Crameri, G. E. Shephard and P. J. Heron, [The misuse of colour](https://doi.org/10.1038/s41467-020-19160-7), 2020.
