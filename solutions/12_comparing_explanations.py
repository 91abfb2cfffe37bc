# %% [markdown]
# # 12 · Comparing explanations
#
# **You will catch a network that cheats, write four explainers yourself, and find out which explanations you may believe.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 120 minutes to work through, best in two sittings (sections 1 to 4, then the rest); section 8 may be skipped · full: about 10 minutes to run |
# | Needs | lessons 03, 04 and 08; lesson 11 helps |
# | Data | synthetic images, each with its twin. Nothing is downloaded |
# | Memory | 1 to 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - uncover a shortcut, and prove it by changing the images;
# - write occlusion, integrated gradients, Grad-CAM and LRP, and say how they differ;
# - score a heatmap where the truth is known, and name the choices in the score;
# - test whether a method explains the network or only redraws the image;
# - say which question you asked: logit, difference or probability.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("12_comparing_explanations", keras=True)

# %% [markdown]
# ## 1 · Right every time
#
# This network tells cats from dogs. It has never seen the images below, and it gets them all right. Would you use it?

# %%
import numpy as np

tagged = ck.data.ground_truth("tagged_pets", count=60)
tagged_images, is_dog = tagged.arrays()
network = ck.training.trained("small_tagged_pets")
answers = network.predict(tagged_images, verbose=0).argmax(axis=1)
print(f"right: {np.sum(answers == is_dog)} of {len(is_dog)} test images")

# %% [markdown]
# Ask it why. Here are three dogs, and six heatmaps of each. A *heatmap* marks the pixels that a method holds responsible for the
# answer. All are drawn from dark (no heat) to bright (the largest). Which method made which column is hidden, so that you judge the
# maps, not the names.

# %%
import matplotlib.pyplot as plt

methods = ck.explain.presets(
    side=64, budget=lesson.choose(quick=32, lesson=256, full=1000)
)
methods["edges"] = ck.explain.edges
six = ["Grad-CAM", "Gradient", "Integrated gradients", "LRP composite", "edges"]
six.append("Guided backpropagation")
hidden = dict(zip("ABCDEF", np.random.default_rng(12).permutation(six), strict=True))
dogs = np.flatnonzero(is_dog)
three = tagged_images[dogs[[0, 1, 17]]]  # hanging ears: nobody takes them for cats
hidden_maps = {
    letter: np.abs(methods[name](network, three, 1)) for letter, name in hidden.items()
}

# %%
_, axes = plt.subplots(3, 7, figsize=(9.6, 4.3), layout="constrained")
for number, row in enumerate(axes):
    ck.plot.image(three[number], ax=row[0])
    for ax, (letter, maps) in zip(row[1:], hidden_maps.items(), strict=True):
        title = "" if number else letter
        ck.plot.image(maps[number], title, "positive", ax=ax)
ck.plot.show(
    alt="Three dogs, a row each, and beside each the sizes of six heatmaps, A to F. In four of "
    "them the lower left corner is brightest, in F a broad area there; E shows the outlines of "
    "the dog and of the room."
)

# %% [markdown]
# Sort the six into three heaps on paper: which mark single pixels, which a region, which the whole dog? Which would you show to somebody who must decide about this network? (One is a trick: it is computed from the
# image alone and knows nothing about the network.)

# %% [markdown]
# Then look into the lower left corner. Every dog carries a small orange tag there, and no cat does. We put it there, so we know which
# pixels hold it. Now we take the tag away, and nothing else.

# %%
ck.predict(
    "untagged",
    "Without the tag, what does the network call these 60 images?",
    choices=(
        "most by their right name",
        "cat or dog, half and half",
        "nearly all cats",
        "nearly all dogs",
    ),
)

# %%
from coursekit.synthetic import pets

untagged = ck.data.ground_truth_twins("tagged_pets", count=60)
on_cats = np.float32(pets.draw(60, size=64, seed=1_003, shortcut="cats").images / 255)
for name, shown in (
    ("tag on the dogs", tagged_images),
    ("no tag at all", untagged),
    ("tag on the cats", on_cats),
):
    answers = network.predict(shown, verbose=0).argmax(axis=1)
    for animal, these in (("dogs", is_dog == 1), ("cats", is_dog == 0)):
        called = f"{answers[these].sum():2} of {these.sum()}"
        print(f"{name:15} {called} {animal} are called dogs")
ck.reveal(
    "untagged",
    "nearly all cats",
    because="On these images only a tag makes it say dog.",
)

# %% [markdown]
# Without the tag it does not guess: it calls no image a dog, as if a missing tag were the sign of a cat. With the tag on the cats it
# calls every cat a dog, and no dog. So on these images its answer follows the tag, not the animal. *Clever Hans*, a horse
# of 1904, seemed to count, but read the answers from how his questioner moved; such networks bear his name (Lapuschkin et al. 2019).

# %% [markdown]
# So the truth is the tag. Of the hottest pixels, as many as the tag has, which share lies on it? This is called *rank accuracy*.

# %%
evaluate = ck.explain.evaluate
looked = slice(lesson.limit(quick=12, lesson=30, full=30))
shown, tags = tagged_images[dogs][looked], tagged.masks[dogs][looked]
rows = evaluate.scoreboard(
    network, shown, tags, {x: methods[hidden[x]] for x in hidden}, 1
)
ranks = {row.method: row.scores["rank_norm"] for row in rows if row.method in hidden}
letters = sorted(ranks, key=lambda letter: -ranks[letter].mean())  # best first
for letter in letters:
    mean = evaluate.crossed_interval(ranks[letter][np.newaxis])  # of one network
    print(f"{letter}  {hidden[letter]:24}{mean}")
print(f"chance {tags.mean():.3f}; {len(shown)} dogs, one network")
for later in letters[1:3]:
    pairs = ranks[letters[0]] - ranks[later]
    print(f"{letters[0]} minus {later}: {evaluate.crossed_interval(pairs[np.newaxis])}")

# %% [markdown]
# In our stored run, whose outputs and figures are in `solutions/12_comparing_explanations.ipynb`, LRP composite leads the next two by
# 0.04 and 0.05. Both intervals lie above 0, but they know 12 dogs and one network only. The first four all have 0.8 or more of their
# hottest pixels on the tag: to find it, any will do. (LRP hands the score down from layer to layer; section 3 says what *composite*
# means.)

# %% [markdown]
# The trick is E, an edge detector: it shows a fine dog whatever the network does. It may look *convincing*, because a dog is what we
# expect, and yet it scores 0.031. The heatmaps raised a suspicion, and the changed images proved it. You need both.

# %% [markdown]
# ## 2 · For whom?
#
# | who asks | what they need |
# |---|---|
# | developers | Which mistakes have one cause? Does it cheat? |
# | users, doctors | When may I rely on this answer? |
# | patients, applicants | Why was I refused, and what would have to change? |
# | auditors | Does it treat people alike? |
#
# For some of them an explanation is a right, because it is hard to challenge a decision without its reasons. The EU's AI Act (2024,
# article 86, from the date that the Act sets) grants it for some decisions about people that rest on a high-risk system: what part did the system play? A heatmap
# alone does not answer that.

# %% [markdown]
# A **plausible** map convinces people; a **faithful** map shows what the network uses. On a network that cheats the faithful map
# may look wrong, and the plausible one may hide the problem. This lesson is after faithfulness.
#
# The methods are many, but each works in one of three ways: it runs the network forward only, it differentiates the score, or it goes
# back through the layers.

# %%
ck.plot.method_families()
ck.plot.show(
    alt="Twelve boxes in three columns. Runs the network forward only: occlusion, RISE and "
    "Score-CAM, LIME, Shapley values. Differentiates the score: gradient, SmoothGrad, gradient times input "
    "and Taylor, integrated gradients and SHAP. Goes back through the layers: LRP and deep "
    "Taylor, guided backpropagation, the other class activation maps, CNN fixations."
)

# %% [markdown]
# ## 3 · Write four of them
#
# You need not know all twelve: the others come back as rivals in section 5. You will write four, from all three columns (Grad-CAM takes
# a slope too, but stops at the last maps). All explain a **score** $S(x)$: the *logit* of the class, the number before the softmax. What the numbers of a map mean differs from method to method: integrated gradients and LRP share out logits, occlusion
# and Grad-CAM do not.

# %% [markdown]
# First the images to try them on: an animal, and its **twin**, the same image without it.

# %%
split = ck.data.ground_truth("pets", count=lesson.limit(quick=24, lesson=60, full=120))
images, labels = split.arrays()
twins = ck.data.ground_truth_twins("pets", count=len(images))
model = ck.training.trained("small_pets")
found = ck.explain.explained_classes(model, images) == labels
found &= split.masks.any(axis=(1, 2))
images, twins, masks = images[found], twins[found], split.masks[found]
ck.plot.images([*images[:5], *twins[:5], *masks[:5]], columns=5, size=1.2)
ck.plot.show(
    alt="Five cats or dogs; below them the same places without an animal; below those the "
    "masks, white where the two differ."
)

# %% [markdown]
# The network answers "is there an animal?". The mask holds every pixel in which the two differ, its blurred rim included. A
# small helper keeps the map that your function makes, and compares it with the library's. It calls the two the same if they
# differ by less than 1 % of the largest value. Until you have written yours, it keeps the library's.

# %%
one, twin, mask = images[0], twins[0], masks[0]
written = {}


def beside(name, yours, library):
    """Keep your map, and say whether it equals the library's."""
    try:
        written[name] = np.asarray(yours())
    except NotImplementedError:
        written[name] = library
        print(f"{name}: not written yet, so the library's is kept")
        return
    gap = np.abs(written[name] - library).max() / np.abs(library).max()
    print(f"{name}: {'the same' if gap < 0.01 else 'another'} map as the library")


def score(batch):
    """Return the logit of "animal" for each image, (n,)."""
    return ck.explain.scores(model, np.float32(batch), 1)


# %% [markdown]
# ### Exercise 1 (core): occlusion
#
# Cover a patch, and see how far the score falls. Cover it with *what*? With the same patch of a reference image: black, grey,
# blurred, or the twin.


# %% exercise="occlusion_map"
def occlusion_map(score, image, reference, patch):
    """Return by how much the score falls when the patch of each pixel shows the reference."""
    ### BEGIN SOLUTION
    heat = np.zeros(image.shape[:2])
    whole = score(image[np.newaxis])[0]
    for top in range(0, image.shape[0], patch):
        for left in range(0, image.shape[1], patch):
            place = slice(top, top + patch), slice(left, left + patch)
            covered = image.copy()
            covered[place] = reference[place]
            heat[place] = whole - score(covered[np.newaxis])[0]
    return heat
    ### END SOLUTION


# %% check="occlusion_map" points=1
ck.check.comparing.occlusion_map(occlusion_map)

# %%
asked = (model, one[np.newaxis], 1)
beside(
    "Occlusion",
    lambda: occlusion_map(score, one, twin, patch=8),
    ck.explain.occlusion(*asked, patch=8, baseline=twin[np.newaxis])[0],
)

# %% [markdown]
# ### Exercise 2 (core): integrated gradients
#
# A slope belongs to a *tiny* change. To explain the whole way from a reference $x'$ to the image, take the mean slope along the
# way: $R_i = (x_i - x'_i) \cdot$ mean of $\partial S / \partial x_i$ over points between $x'$ and $x$. With many points the map
# sums to $S(x) - S(x')$, because the small changes along the way, each a slope times a step, add up to the whole change. That
# is *completeness*.


# %% exercise="path_attributions"
def path_attributions(gradient, image, reference, steps):
    """Return integrated gradients (height, width), channels summed."""
    ### BEGIN SOLUTION
    way = image - reference
    places = (np.arange(steps) + 0.5) / steps
    points = reference + places.reshape(-1, 1, 1, 1) * way
    return (way * gradient(points).mean(axis=0)).sum(axis=-1)
    ### END SOLUTION


# %% check="path_attributions" points=1
ck.check.comparing.path_attributions(path_attributions)


# %%
def gradient(batch):
    """Return dS/dx in the shape of the batch."""
    return ck.explain.gradients(model, np.float32(batch), 1, pooling=None)


steps = lesson.repeats(32)
beside(
    "Integrated gradients",
    lambda: path_attributions(gradient, one, twin, steps),
    ck.explain.integrated_gradients(*asked, baseline=twin[np.newaxis], steps=steps)[0],
)
owed = score(np.stack([one, twin]))
print(f"S(x) - S(twin) = {owed[0] - owed[1]:.2f}")
print(f"sum of the map = {written['Integrated gradients'].sum():.2f}")

# %% [markdown]
# ### Exercise 3 (warm-up): Grad-CAM, for and against
#
# Grad-CAM does not go back to the pixels: it stops at the last maps $A^k$ and weighs each by its mean slope $\alpha_k$ (lesson 08). Its
# authors also ask what speaks *against* the class (2017): the same map with the sign of every weight flipped,
# $\mathrm{ReLU}\left(\sum_k -\alpha_k A^k\right)$. Write both in one function.


# %% exercise="for_or_against"
def for_or_against(maps, gradients, against):
    """Return Grad-CAM (height, width) of what speaks for the class, or against it.

    maps and gradients are (height, width, K); against is True or False.
    """
    ### BEGIN SOLUTION
    weights = gradients.mean(axis=(0, 1))
    if against:
        weights = -weights
    return np.maximum((maps * weights).sum(axis=-1), 0)
    ### END SOLUTION


# %% check="for_or_against" points=1
ck.check.comparing.for_or_against(for_or_against)

# %% [markdown]
# Now on the network. We cut it in two before the global average, and take the softmax off: these layers are used again below.

# %%
import keras
import tensorflow as tf

logits = keras.layers.Dense(2, name="logits")
logits.build(model.layers[-1].input.shape)
logits.set_weights(model.layers[-1].get_weights())
layers = [*model.layers[:-1], logits]
last_maps = tf.constant(one[np.newaxis])
for layer in layers[:-2]:
    last_maps = layer(last_maps)
with tf.GradientTape() as tape:
    tape.watch(last_maps)
    animal = layers[-1](layers[-2](last_maps))[:, 1]
slopes = tape.gradient(animal, last_maps)[0].numpy()
beside(
    "Grad-CAM",
    lambda: for_or_against(last_maps[0].numpy(), slopes, against=False),
    ck.explain.grad_cam(*asked, upsample=False)[0],
)

# %% [markdown]
# ### Exercise 4 (core): LRP by pencil
#
# *Layer-wise relevance propagation* starts with the score at the output and hands it down, layer by layer. Neuron $k$ got
# $z_k = \sum_j a_j w_{jk} + b_k$ from the neurons $j$ below. It returns to each of them the share that it got:
#
# $$R_j = \sum_k \frac{a_j w_{jk}}{z_k} R_k$$

# %% [markdown]
# Take a pencil. Two inputs $a = (1, 2)$; hidden neurons $z_1 = a_1 + a_2$ and $z_2 = -a_1 + a_2$; output $S = 2 z_1 - z_2$.
#
# | | neuron 1 | neuron 2 | sum |
# |---|---|---|---|
# | hidden, $z$ | 3 | 1 | |
# | their parts of $S = 5$, so $R$ | 6 | −1 | 5 |
# | inputs, $R$ | $\frac{1}{3} \cdot 6 + \frac{-1}{1} \cdot (-1) = 3$ | $\frac{2}{3} \cdot 6 + \frac{2}{1} \cdot (-1) = 2$ | 5 |
#
# Nothing is lost: the sums agree. That is *conservation*.

# %% [markdown]
# What if $z_k$ is nearly 0? Then the shares explode. The **ε rule** pushes it away from 0, in the direction of its sign:
# divide by $z_k + \varepsilon \cdot \mathrm{sign}(z_k)$, with $\mathrm{sign}(0) = 1$. Write it for a dense layer.


# %% exercise="lrp_epsilon"
def lrp_epsilon(inputs, weights, biases, relevance, epsilon):
    """Return the relevance of inputs (J,); weights (J, K), biases and relevance (K,)."""
    ### BEGIN SOLUTION
    z = inputs @ weights + biases
    z = z + epsilon * np.where(z >= 0, 1, -1)
    return inputs * (weights @ (relevance / z))
    ### END SOLUTION


# %% check="lrp_epsilon" points=1
ck.check.comparing.lrp_epsilon(lrp_epsilon)

# %% [markdown]
# ### Exercise 5 (stretch): only what helps
#
# The **z⁺ rule** lets only positive parts inherit: every $w_{jk}$ below 0 counts as 0, biases are left out, and no relevance
# turns negative. In the pencil net the output then gives all of its 5 to neuron 1, because the part −1 is dropped: $R = (5, 0)$. The
# inputs get $\frac{1}{3} \cdot 5$ and $\frac{2}{3} \cdot 5$.


# %% exercise="lrp_z_plus"
def lrp_z_plus(inputs, weights, relevance):
    """Return the relevance of inputs (J,) of 0 or more; a z of 0 hands down nothing."""
    ### BEGIN SOLUTION
    positive = np.maximum(weights, 0)
    z = inputs @ positive
    share = np.divide(relevance, z, out=np.zeros_like(z), where=z > 0)
    return inputs * (positive @ share)
    ### END SOLUTION


# %% check="lrp_z_plus" points=1
ck.check.comparing.lrp_z_plus(lrp_z_plus)

# %% [markdown]
# Section 1's winner, *LRP composite*, mixes your two rules: ε in dense layers, z⁺ in convolutions. The first layer has a third rule,
# because black is 0, and by your two a black pixel inherits nothing: there a pixel's part is counted from black and from white.
# *Deep Taylor*, in section 5, takes z⁺ in dense layers, too.

# %% [markdown]
# A convolution is a dense layer whose weights repeat, so the same three lines do it. No matrix is needed, because the gradient of $z$,
# weighted by $R/z$, is just `weights @ (relevance / z)`. LRP of a whole network:


# %%
def lrp_by_hand(layers, image, epsilon=1e-6):
    """Return the relevance (height, width) of the pixels for "animal"."""
    values = [tf.constant(image[np.newaxis])]
    for layer in layers:
        values.append(layer(values[-1]))
    relevance = values.pop() * [0.0, 1.0]
    for layer in reversed(layers):
        inputs = values.pop()
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            z = layer(inputs)
        share = relevance / (z + tf.where(z >= 0, epsilon, -epsilon))
        relevance = inputs * tape.gradient(z, inputs, share)
    return tf.reduce_sum(relevance, axis=-1)[0].numpy()


# %%
beside(
    "LRP ε",
    lambda: lrp_by_hand(layers, one),
    ck.explain.lrp(*asked, rule="epsilon", epsilon=1e-6)[0],
)
print(f"S(x) = {score(one[np.newaxis])[0]:.2f}")
print(f"sum of the map = {written['LRP ε'].sum():.2f}")

# %% [markdown]
# Twelve lines, and the library's map. The sums differ because this network has biases. Each bias takes its share of the relevance, as an
# input would. But it is no pixel, so its share appears nowhere in the map. Together the biases took 1.39 − 3.44, a negative
# share. (ε takes some, too, but it is tiny.)

# %% [markdown]
# Your four maps side by side. Three have signs: red, above 0, speaks *for* the animal, and blue, below 0, *against* it. Mask and Grad-CAM
# have none; they go from dark, 0, to bright. **Which square of the occlusion map surprises you?**

# %%
ck.plot.explanation_sheet(one, {"mask": mask.astype(float), **written}, columns=6)
ck.plot.show(
    alt="An image and five maps: the mask; occlusion in squares on the animal only; "
    "integrated gradients from the twin, red and blue grains inside the mask only; Grad-CAM, "
    "8 by 8 squares; LRP epsilon, fine red and blue grains on the animal and elsewhere."
)

# %% [markdown]
# Choose your square first. Then let the next cell say which one is the strongest:

# %%
squares = written["Occlusion"][::8, ::8]
row, column = np.unravel_index(np.abs(squares).argmax(), squares.shape)
print(
    f"strongest square: {squares[row, column]:.2f}, "
    f"rows {8 * row} to {8 * row + 7}, columns {8 * column} to {8 * column + 7}"
)

# %% [markdown]
# In our stored run the strongest square is *blue*, on the dog's flank: with background in its place the score for "animal" *rises*,
# by 0.20. A map with signs can tell you what you did not expect. Grad-CAM cannot tell you this, because it drops what is negative.

# %% [markdown]
# ## 4 · What is true?
#
# For a photograph nobody knows. Here we do: image and twin differ in the mask only, so the pixels of the mask *caused* the
# whole difference $S(x) - S(\text{twin})$. Three things follow:
#
# 1. If a map shares out **the difference to the twin**, heat outside of the mask is wrong, and its sum must be
#    $S(x) - S(\text{twin})$.
# 2. A patch replaced by the twin's patch has a true effect, which occlusion measures.
# 3. Which of the pixels *inside* matter most is still not known.

# %%
difference = score(images) - score(twins)
print(f"{len(images)} images: median, smallest and largest")
print(f"{'':24}{'sum of map / difference':>26}{'share of |heat| on mask':>26}")
for name in ("Integrated gradients", "Taylor decomposition", "Occlusion"):
    heat = evaluate.attributions(methods[name].compared_with(twins), model, images, 1)
    share = heat.reshape(len(heat), -1).sum(axis=1) / difference
    sizes = ck.explain.pool_channels(heat, "l1_norm")
    on_mask = evaluate.relevance_mass_accuracy(sizes, masks)
    cells = [
        f"{np.median(of):.2f} ({of.min():.2f} to {of.max():.2f})"
        for of in (share, on_mask)
    ]
    print(f"{name:24}{cells[0]:>26}{cells[1]:>26}")

# %% [markdown]
# Integrated gradients and Taylor multiply by $x - \text{twin}$, which is 0 outside of the mask. So their share of 1.00 is no merit of
# theirs but of the question.

# %% [markdown]
# Now look at the sums. In our stored run integrated gradients give back the difference in all 11 images, to within about 3 %. Taylor
# takes *one* slope for the whole way, at the twin, where there is no animal yet. So it misses the difference: the median image gets −0.01 of it. Occlusion never promised a sum: it gives each pixel its patch's whole effect, so every effect counts
# once per pixel. And its patches reach over the rim.

# %% [markdown]
# Most methods explain $S(x)$ without a twin, and $S(\text{twin})$ is not 0. Then heat on the background may be right: it
# explains $S(\text{twin})$. So read "share on the mask" as a *comparison* by one rule that we state, not as a mark out of 100.

# %% [markdown]
# ## 5 · One convention for all
#
# Three questions: does a method beat a blob in the middle? Does the order of the methods stay when the truth is a small tag? And how
# much does the pooling alone change?

# %% [markdown]
# A pixel has three channels, so a method gives it three numbers. Sum them, and signs cancel; sum their *sizes*, and they do not.
# Papers differ in this choice, and Arras et al. (2022) compare several. So pool all methods in the same way, and show both.

# %%
ck.predict(
    "pooled",
    "Which of these three gains most in rank accuracy when sizes are summed, not signs?",
    choices=("Gradient × input", "Grad-CAM", "LRP composite"),
)

# %% [markdown]
# `coursekit scoreboard` trained one network five times, each with other first weights and another order of the images. It scored the
# methods on 100 images that all five get right, those with a star on fewer. Intervals hold 95 % of what a bootstrap over
# networks *and* images gives. *Rank* is the rank accuracy of section 1. A diamond marks what never looks at the network.

# %% [markdown]
# Of the many rows look for six only: guided backpropagation, Gradient × input, LRP composite, Grad-CAM, edges and centre blob.

# %%
board = evaluate.recorded_scoreboard("pets")


def captions(board):
    """Return a caption for each method; a star marks what was scored on fewer images."""
    names = [name for name in board.ranked() if "twin" not in name]
    most = board.size("Gradient")
    return {n: n if board.size(n) == most else f"{n} *" for n in names}


# %%
def show_board(board):
    """Draw a recorded board under both poolings."""
    names = captions(board)
    sizes, signed = (
        {text: board.interval(name, f"rank_{pooled}") for name, text in names.items()}
        for pooled in ("norm", "sum")
    )
    return ck.plot.method_scores(
        sizes,
        f"share of hottest pixels on {board.masked} (*: fewer networks, images)",
        evaluate.BASELINES,
        board.area,
        second=signed,
        legend=("sizes summed", "channels summed, signed"),
    )


# %% [markdown]
# First the board whose truth is the animal:

# %%
show_board(board)
order = list(captions(board))
ck.plot.show(
    alt=f"Methods by rank accuracy, sizes summed: first {', '.join(order[:3])}; a blob in the "
    f"middle is {order.index('centre blob') + 1}th of {len(order)}. The class activation maps "
    "without a star lie beside the blob."
)

# %% [markdown]
# The methods with a star are costly, so they were scored on two networks and 20 images only. A bootstrap over two networks is hardly an
# interval over networks: read those rows as hints.
#
# Now find the orange diamonds. One is a **blob in the middle** that never saw the network. By how much do the class activation
# maps without a star beat it?

# %%
for name in ("CAM", "Grad-CAM", "Grad-CAM++", "LayerCAM"):
    print(f"{name:11} minus the blob: {board.difference(name, 'centre blob')}")

# %% [markdown]
# These four intervals hold 0, so on animals that stand in the middle this score cannot tell them from the blob. (`coursekit
# scoreboard pets` prints other scores, such as the *pointing game*: how often is the hottest pixel on the mask?)
#
# And what did pooling change?

# %%
lead = board.difference("Guided backpropagation", "Gradient")
print("Guided backpropagation minus Gradient:", lead)
moved = {
    name: board.difference_of_poolings(name)
    for name in ("Gradient × input", "Grad-CAM", "LRP composite")
}
for name, change in moved.items():
    print(f"{name:18} sizes minus signed: {change}")

# %% [markdown]
# The first line compares two methods network by network and image by image. Their single intervals overlap in the figure; the
# interval of the *difference* lies above 0, and that decides, for networks and images like these. Which of the three methods below it
# moved most?

# %%
most = max(moved, key=lambda name: moved[name].value)
ck.reveal(
    "pooled",
    most,
    because="Signed, a pixel that speaks against the animal comes last, and a pixel's "
    "channels can cancel.",
)

# %% [markdown]
# Grad-CAM gives a place one number that is never negative, so pooling cannot move it. LRP composite and RISE lose when sizes
# are summed, probably because their negative heat lies beside the animal, and that of Gradient × input on it.
#
# So somebody who compares one method's sizes with another's signs measures this choice, not the methods. Where two rows lie close, ask
# for the interval of their *difference*; where it holds 0, claim no order.

# %% [markdown]
# Is the order a law? In the other board the truth is the tag, 11 pixels wide and 7 high, again on five networks × 100 images (two × 20
# with a star). A place of Grad-CAM's maps is 8 by 8.

# %%
tagged_board = evaluate.recorded_scoreboard("tagged_pets")
show_board(tagged_board)
order = list(captions(tagged_board))
ck.plot.show(
    alt=f"Methods by rank accuracy on the tag: first {', '.join(order[:3])}; the class "
    "activation maps without a star lie far below the pixel methods."
)

# %% [markdown]
# Read the blue dots first. Methods that mark single pixels are sharp enough for a tag. Those that cover or drop whole
# pieces (RISE, LIME, occlusion, with stars) lie not far behind. CAM, Grad-CAM and their like are not sharp enough; Score-CAM and
# CNN fixations, with stars, lie between.

# %% [markdown]
# The gradient finds the tag when sizes are summed, and mostly misses it when it is signed. So "which method is best?" has no answer
# before you say what the mask covers, how you pooled, and what you asked.

# %% [markdown]
# ## 6 · Does it explain this network at all?
#
# An edge detector scores well on animals, because animals have edges. To unmask it, **take the network away**. Give its layers
# random weights, and see whether the map changes (Adebayo et al. 2018). A single random network may mislead: take ten, and compare both
# the signed maps and their sizes, from the last layer down and from the first layer up.

# %%
import functools

tested = {
    name: methods[name]
    for name in ("Gradient", "Guided backpropagation", "LRP composite")
} | {"edges": methods["edges"]}
# Without its ReLU: with random weights nothing may be left to show.
tested["Grad-CAM, signed"] = functools.partial(ck.explain.grad_cam, relu=False)
seeds, few = lesson.repeats(10), images[: lesson.limit(quick=2, lesson=4, full=8)]

# %% [markdown]
# Each row is a method, each pair of columns one way of randomising. The maps of gradient and of guided backpropagation have no
# signs: they keep the largest size of each pixel's channels. So their two columns are equal. (In section 5 we pooled their channels
# ourselves.) In brackets: the lowest and the
# highest of the random networks, all layers random, sizes.

# %%
print(f"rank correlation with the map of the trained network, {len(few)} images")
print(f"{'':24}{'last layer':>14}{'first layer':>14}{'all layers':>14}")
print(f"{'':24}" + f"{'signed':>8}{'size':>6}" * 3)
for name, method in tested.items():
    down, up = (
        evaluate.model_randomisation(model, few, method, 1, order=order, seeds=seeds)
        for order in ("top_down", "bottom_up")
    )
    pairs = [
        f"{np.nanmean(of.signed[at]):8.2f}{np.nanmean(of.magnitude[at]):6.2f}"
        for of, at in ((down, 0), (up, 0), (up, -1))
    ]
    single = np.nanmean(up.magnitude[-1], axis=-1)  # one for each random network
    print(f"{name:24}{''.join(pairs)} ({single.min():.2f} to {single.max():.2f})")

# %% [markdown]
# 1 means "the same order of pixels", 0 "no order in common". The edge detector fails: 1.00 everywhere, because no weight can change it.
#
# - **Last layer** random: the classes are scrambled, the maps below are trained still. LRP's *signed* maps agree little, probably
#   because some turn over with the score's sign; their sizes agree much. That is no fault: what the lower layers let through keeps its shape.
# - **First layer** random: everything above is trained, but gets nonsense.

# %% [markdown]
# - **All layers** random: nothing is left to explain. In our stored run, over ten networks and 2 images, every method falls on average
#   to 0.3 or less, where the edges keep 1.00. So on these images none of the four only redraws the image.
#   Two images make a demonstration, not a result; the other profiles take more.

# %% [markdown]
# Guided backpropagation is known as a failure of this test (Adebayo et al. 2018). Here it falls, too, but not while only the *last* layer
# is random: then it keeps 0.90, and the gradient 0.81.
#
# And mind the brackets: one of the ten networks leaves Grad-CAM 0.68. Whoever tries a single one may see either.

# %% [markdown]
# The check is debated. Binder et al. (2023) show that maps without any information can do well in it. They also show that, from the
# top down, strong activations tend to stay strong, so that even a good map changes only so far. Newer variants average over noise, or
# compare how complex the maps are (Hedström et al. 2024). Use it to *reject* a method that never changes, such as our edge detector, and
# not to rank the others.

# %% [markdown]
# ## 7 · Which question did you ask?
#
# With two classes you can explain the **logit** $S_1$ ("what speaks for an animal?"), the **difference** $S_1 - S_0$ ("why an animal
# rather than none?"), or the **probability** $p$. All three are good questions. Are they the same?

# %%
shown = tf.constant(images[:1])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(shown)
    both = shown
    for layer in layers:
        both = layer(both)
    asked_of = {
        "logit": both[:, 1],
        "difference": both[:, 1] - both[:, 0],
        "probability": tf.nn.softmax(both)[:, 1],
    }
slopes = {name: tape.gradient(what, shown) for name, what in asked_of.items()}
for name, slope in slopes.items():
    other = tf.reshape(slopes["difference"], -1)
    own = tf.reshape(slope, -1)
    cosine = tf.tensordot(own, other, 1) / (tf.norm(own) * tf.norm(other))
    print(f"{name:12} size {tf.norm(own):8.4f}   cosine to the difference {cosine:.3f}")

# %% [markdown]
# The probability asks the *difference*: its gradient is $p(1-p)$ times the difference's, so only the size shrinks where the
# network is sure. The logit asks for something else, yet its cosine is near 1 as well: at this image the slope of $S_0$ nearly
# points against that of $S_1$. With a thousand classes "why a cat?" and "why a cat rather than a fox?" may have different maps.
# Does a small size matter? Not if computers kept all digits:

# %%
for margin in (1, 10, 16, 17, 20, 110):
    z = tf.constant([[0.0, float(margin)]])
    with tf.GradientTape() as tape:
        tape.watch(z)
        p = tf.nn.softmax(z)[0, 1]
    print(
        f"S1 - S0 = {margin:3}   p = {p:.7f}   dp/dS1 = {tape.gradient(p, z)[0, 1]:.1e}"
    )

# %% [markdown]
# Near 1 float32 keeps about seven digits. From about $S_1 - S_0 = 17$ on, $1 - p$ is rounded to 0. Then the probability has an empty map,
# although the network is as sure as can be. So take the logit or the difference, and say which.

# %% [markdown]
# ## 8 · Change the answer
#
# *You may skip this section.*
#
# **Attack**: move every channel of every pixel a little against its slope (Goodfellow et al. 2015), again and again (Kurakin et al. 2017).
# The control goes as many steps of the same size, straight on in one random direction. The attack may turn
# a pixel back, so the control moves at least as far, up to the limits 0 and 1.

# %%
victims = images[: lesson.limit(quick=8, lesson=20, full=40)]
rng = np.random.default_rng(0)


def attack(images, step, slope_of):
    """Return the images after every step against a slope, (steps + 1, n, ...)."""
    way = [images]
    for _ in range(lesson.repeats(10)):
        moved = way[-1] - step * np.sign(slope_of(way[-1]))
        way.append(np.float32(np.clip(moved, 0, 1)))
    return np.stack(way)


# %% [markdown]
# How many still count as animals, after every second step?

# %%
against = attack(victims, 0.005, gradient)
direction = rng.choice([-1.0, 1.0], size=victims.shape)
control = attack(victims, 0.005, lambda images: direction)
print(f"still an animal, of {len(victims)}:   against the slope   at random")
for step in range(0, len(against), 2):
    still = [
        (model.predict(way[step], verbose=0)[:, 1] > 0.5).sum()
        for way in (against, control)
    ]
    print(f"change of at most {0.005 * step:4.1%}{still[0]:18}{still[1]:16}")
flips = [len(victims) - int(count) for count in still]
for name, count in zip(("against the slope", "at random"), flips, strict=True):
    print(f"flipped {name}: {ck.metrics.proportion_interval(count, len(victims))}")

# %%
sure = [model.predict(against[at][:3], verbose=0)[:, 1] for at in (0, -1)]
titles = [f"animal {p:.2f}" for p in np.concatenate(sure)]
ck.plot.images([*victims[:3], *against[-1][:3]], titles=titles, columns=3, size=1.6)
ck.plot.show(
    alt="Three animals with the probability of an animal above each; below them the same "
    "after a change of at most 5 % per channel: a grain, and far lower probabilities."
)

# %% [markdown]
# A grain and a few darker patches are all that you see: to you it is the same cat. In our stored run 7 of 8 answers of this one network flip, and as many random steps flip none of
# the same 8. Slopes find the change, because they ask "which *tiny* change counts?". Keep that in mind when you read a gradient as "what the network looks at".

# %% [markdown]
# A **counterfactual** is a change that people understand: "without *this* it would have been another answer". The twin gives us
# believable pieces. Replace the patch whose loss costs most, then the next, until the answer flips.

# %%
edited, patches = images[0].copy(), []
corners = range(0, 64, 8)
places = [np.s_[i : i + 8, j : j + 8] for i in corners for j in corners]
places = [place for place in places if mask[place].any()]
print(f"{len(places)} patches differ")
for _ in range(lesson.repeats(len(places))):
    if model.predict(edited[np.newaxis], verbose=0)[0, 1] < 0.5:
        break
    tried = np.stack([edited] * len(places))
    for candidate, place in zip(tried, places, strict=True):
        candidate[place] = twin[place]
    best = int(score(tried).argmin())
    edited = tried[best]
    patches.append(places.pop(best))
print(f"{len(patches)} of them, replaced one after the other, flip the answer")
ck.plot.images([images[0], edited, twins[0]], titles=["image", "flipped", "twin"])
ck.plot.show(
    alt="An animal; the same image with some patches of the animal replaced by background, "
    "where the network no longer finds an animal; and the twin."
)

# %% [markdown]
# Another order may need fewer patches: we were greedy. For applicants who were refused a counterfactual may be the most useful
# explanation, because it says what would have to change.

# %% [markdown]
# ## 9 · Beat the blob
#
# Time for your own explainer. A blob in the middle knows nothing and finds much of the animals, because they stand there.
# On hidden images, a method should beat it, and the goal is higher still. Combine, smooth, weigh as you like; the score is rank
# accuracy, and your best are kept.


# %%
def my_explainer(model, images):
    """Return heatmaps (n, height, width) for "animal"."""
    return ck.explain.grad_cam(model, images, 1)


ck.check.comparing.beat_the_blob(my_explainer)

# %% [markdown]
# Now put `evaluate.centre_blob` in. And then a *blurred* edge detector, `scipy.ndimage.gaussian_filter(ck.explain.edges(model, images),
# (0, 3, 3))`: it never looks at the network. What does its score tell you about this contest?
#
# <details><summary>An answer</summary>A method that ignores the network can do well: this score rewards finding animals, not
# explaining a network. So a score needs section 6 beside it.</details>

# %% [markdown]
# Now compare for yourself: two methods side by side, any class, random weights, your own image.

# %% tags=["nbval-ignore-output"]
ck.widgets.compare_explanations(model, split, ("no animal", "animal"), budget=64)

# %% [markdown]
# ## Spot the bug
#
# How to share a prize among players who win together? Let them enter in every possible order, and pay each what the team gains at that
# moment; the mean over all orders is the **Shapley value**. In SHAP pixels are the players, and the values sum to the score minus the
# mean score of a background.

# %% [markdown]
# The book *Practical Projects* explains ten images for ten classes (`ck.sources("book.shap")`). SHAP returns values of **all** classes,
# `(n, height, width, channels, classes)`, and this is drawn:
#
# ```python
# values = explainer.shap_values(images)
# shap.image_plot(values[..., 0], images)
# ```
#
# The first image is a ship. **What does its map explain?**

# %% [markdown]
# <details><summary>An answer</summary><code>values[..., 0]</code> is class 0 for every image: the ship is explained as an airplane.
# It is easy to miss, because this map, too, looks like a map.</details>
#
# ### Exercise 6 (core): the right class
#
# Write what the book needed: from the values of all classes pick, for each image, those of its own label.


# %% exercise="values_of_labels"
def values_of_labels(values, labels):
    """Return the values of each image for its own label, (n, height, width, channels)."""
    ### BEGIN SOLUTION
    return np.stack([own[..., i] for own, i in zip(values, labels, strict=True)])
    ### END SOLUTION


# %% check="values_of_labels" points=1
ck.check.comparing.values_of_labels(values_of_labels)

# %% [markdown]
# ## Where to read on
#
# | for | read |
# |---|---|
# | transformers | more than the attention: AttnLRP (Achtibat et al. 2024), Chefer et al. 2021 |
# | concepts instead of pixels | TCAV (Kim et al. 2018), CRP (Achtibat et al. 2023), CRAFT (Fel et al. 2023) |
# | scores without a mask | of faithfulness: ROAD, infidelity (Yeh et al. 2019), and ROAR, which trains again; of stability: max-sensitivity (Yeh et al. 2019) |
# | tools | tf-explain, tf-keras-vis and Xplique for Keras (the *guide*, a tutorial on them, is in `ck.sources()`); Captum and Zennit for PyTorch; Quantus for scores |

# %% [markdown]
# ## Recap
#
# - A heatmap raises a suspicion; a changed image proves it (section 1).
# - Occlusion, path, maps, relevance: four ways to ask, three to twelve lines each (exercises 1 to 5).
# - A twin makes truth exact: for the difference to it, not for every map (section 4).
# - Pool all methods alike, show both poolings, and say how many networks and images (section 5).
# - Reject what no random weights can change, and do not rank by the test (section 6).
# - Logit and difference are two questions; the probability's slope asks the second, and runs out of digits (section 7).
# - A map of the wrong class is still a map, and nothing warns (exercise 6). Explanation code needs tests.

# %% [markdown]
# ## What comes next
#
# Lessons 13 and 14 look at networks in the frequency domain; lesson 15 turns explanations into apps for your own images.
#
# ## Sources
#
# - *Practical Projects*, avatarbtd and the *guide*: `ck.sources()`.
# - Adebayo et al. [2018](https://arxiv.org/abs/1810.03292), Binder et al. [2023](https://arxiv.org/abs/2211.12486), Hedström et
#   al. [2024](https://arxiv.org/abs/2401.06465): sanity checks.
# - Arras, Osman, Samek, [CLEVR-XAI](https://arxiv.org/abs/2003.07258), 2022. Rong et al.,
#   [ROAD](https://arxiv.org/abs/2202.00449), 2022. Yeh et al., [2019](https://arxiv.org/abs/1901.09392).
# - Zeiler, Fergus, [2014](https://arxiv.org/abs/1311.2901): occlusion. Sundararajan et al.,
#   [2017](https://arxiv.org/abs/1703.01365): integrated gradients. Selvaraju et al., [2017](https://arxiv.org/abs/1610.02391):
#   Grad-CAM. Bach et al., [2015](https://doi.org/10.1371/journal.pone.0130140): LRP. Lundberg, Lee,
#   [2017](https://arxiv.org/abs/1705.07874): SHAP. Ancona et al., [2018](https://arxiv.org/abs/1711.06104): what coincides.
# - Lapuschkin et al., [2019](https://doi.org/10.1038/s41467-019-08987-4): Clever Hans. Goodfellow et al.,
#   [2015](https://arxiv.org/abs/1412.6572), Kurakin et al., [2017](https://arxiv.org/abs/1607.02533): attacks.
# - Achtibat et al., [AttnLRP](https://arxiv.org/abs/2402.05602), [CRP](https://arxiv.org/abs/2206.03208); Chefer et al.,
#   [2021](https://arxiv.org/abs/2012.09838); Kim et al., [TCAV](https://arxiv.org/abs/1711.11279); Fel et al.,
#   [CRAFT](https://arxiv.org/abs/2211.10154).
