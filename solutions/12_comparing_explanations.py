# %% [markdown]
# # 12 · Comparing explanations
#
# **You will explain one answer in twenty ways, find out which of them you may believe, and catch a network that cheats.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about an hour to work through, a few minutes of it computing · full: about 15 minutes to run |
# | Needs | lessons 03, 04 and 08; lesson 11 helps |
# | Data | synthetic images whose evidence is known, and photographs that ship with scikit-image. Nothing is downloaded |
# | Memory | 1 to 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - say why, for whom and in which sense a network is explained;
# - score a heatmap where the truth is known, and by deletion where it is not;
# - test whether a method explains the network or only draws the image;
# - check completeness as a number, and find the classic mistakes in explanation code;
# - uncover a shortcut, and prove it.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("12_comparing_explanations", keras=True)

# %% [markdown]
# ## 1 · Why explain at all?
#
# | reason | the question behind it |
# |---|---|
# | trust | Does it look at the tumour, or at the ruler beside it? |
# | fairness | Would the answer be the same for another skin, name or postcode? |
# | bias in the data | What else did all images of this class have in common? |
# | improvement | Which mistakes have the same cause? |
# | attack and defence | How little must change for another answer? |
#
# A model is **interpretable** if a person can follow it as it is: a short decision tree. A deep network is not; it is made
# **explainable** afterwards, by a method that says something simple about it, and may be wrong.

# %% [markdown]
# Two more pairs of words sort all methods. **Local**: about one answer; **global**: about the network (the filters of lesson 11).
# **Model-specific**: it looks inside, at gradients or maps; **model-agnostic**: it only asks the network for answers.
#
# All methods of this lesson are local. The last reason of the table is the quickest to show. First, images and a network.

# %% [markdown]
# ## 2 · Images of which we know the evidence
#
# Nobody knows what a network sees in a photograph. So we *draw*: a place with an animal, and its **twin**, the same place without.
# The task is "is there an animal?". Outside of the animal and its blurred rim the twins agree pixel by pixel, so the **mask** of the
# animal holds all evidence that there is.

# %%
import numpy as np

split = ck.data.ground_truth("pets", count=lesson.limit(quick=12, lesson=48, full=120))
images, labels = split.arrays()
masks, classes = split.masks, ("no animal", "animal")
ck.plot.images([*images[:8], *masks[:8]], columns=8, size=1.1)
ck.plot.show(
    alt="Four pairs of images: a drawn cat or dog in front of a wall or a field, then the "
    "same place without it. Below each the mask: the animal in white, or nothing."
)

# %% [markdown]
# A small network was trained on 800 others of them: four convolutions, an average, one dense layer. How good is it, and how much
# of its score comes from the animal? Take the twin's score away, and you know.

# %%
model = ck.training.trained("small_pets")
print(f"{model.count_params():,} parameters")
print(f"test accuracy {ck.training.load_run('small_pets').test['accuracy']:.2f}")
score = ck.explain.scores(model, images, 1)
print("with the animal:   ", score[::2][:6].round(1))
print("without, the twin: ", score[1::2][:6].round(1))

# %% [markdown]
# The differences are due to the pixels in the mask, and to nothing else. This licence to judge is what a photograph cannot give you.
#
# Now the attack. Take the sign of the score's gradient, and change every pixel by 2 % against it:

# %%
right = ck.explain.explained_classes(model, images) == labels
right &= masks.any(axis=(1, 2))  # from here on: images with an animal that is found
victim = images[right][:1]
slope = ck.explain.gradients(model, victim, 1, signed=True)[..., np.newaxis]
attacked = np.clip(victim - 0.02 * np.sign(slope), 0, 1)
for name, shown in (("before", victim), ("after", attacked)):
    print(f"{name:7} animal: {model.predict(shown, verbose=0)[0, 1]:.2f}")

# %% [markdown]
# A change that nobody sees moves the answer. Gradients find it, for they ask: *which tiny change counts?* Keep that in mind when
# you read a gradient as "what the network looks at".
#
# ## 3 · One image, every method
#
# Twenty methods, one call each, all with the same signature. Each answers its own question:

# %%
methods = ck.explain.presets(
    side=64, budget=lesson.choose(quick=32, lesson=256, full=1000)
)
for title, method in methods.items():
    print(f"{title:24} {method.idea}")

# %% [markdown]
# Here is an image whose animal the network finds. **Predict**: will the maps be alike?

# %%
import warnings

warnings.simplefilter("ignore")  # a map of zeros says so in the figure
one, target = images[right][:1], 1
maps = {title: method(model, one, target)[0] for title, method in methods.items()}
ck.plot.explanation_sheet(one[0], maps, columns=7)
ck.plot.show(
    alt="One image and twenty heatmaps of it. Gradient methods are grainy and follow "
    "outlines; class activation maps are smooth blobs; occlusion and LIME are patchy."
)

# %% [markdown]
# They are not alike. Read the scale under each title: the units differ, so each map has its own, and full colour stands for its
# 99.5th percentile. Maps with a sign are red where pixels speak *for* the class and blue where they speak *against* it; the others
# go from dark to bright.
#
# Pretty is no measure. Which one is right?
#
# ## 4 · Against the truth
#
# ### Exercise 1: heat on the evidence
#
# The simplest score: which share of the positive heat lies on the mask?


# %% exercise="energy_on_evidence"
def energy_on_evidence(heatmap, mask):
    """Return the share of the positive heat that lies on the mask."""
    ### BEGIN SOLUTION
    heat = np.maximum(heatmap, 0)
    return heat[mask].sum() / heat.sum()
    ### END SOLUTION


# %% check="energy_on_evidence" points=1
ck.check.comparing.energy_on_evidence(energy_on_evidence)

# %% [markdown]
# A score needs something to compare with. Three "methods" that do not look at the network: noise, a blob in the middle (that is where
# animals are), and an edge detector. Against them all others, on the images whose animal the network finds:

# %%
evaluate = ck.explain.evaluate
shown = slice(lesson.limit(quick=4, lesson=12, full=30))
known, truth = images[right][shown], masks[right][shown]
everyone = {**methods, "edges": ck.explain.edges}
rows = evaluate.scoreboard(model, known, truth, everyone, target, points=6)
rows.sort(key=lambda row: -row.means()["ranking"])
print(f"{'':24}{'energy':>8}{'ranking':>9}{'pointing':>10}")
for row in rows:
    mean = row.means()
    print(
        f"{row.method:24}{mean['energy']:8.2f}{mean['ranking']:9.2f}{mean['pointing']:10.2f}"
    )
print(f"chance: {truth.mean():.2f}")

# %% [markdown]
# - **energy**: exercise 1. **pointing**: does the hottest pixel lie on the evidence?
# - **ranking**: take as many of the hottest pixels as the mask has; which share lies on it? It needs no threshold and does not
#   care about the scale: our main measure.
#
# Read the table from below. What is near chance knows nothing of the evidence; what stands below the blob or the edge detector found
# less than they did without looking. An animal has edges: an edge detector is no weak opponent here.

# %% [markdown]
# These are few images and *one* network; another training gives other maps. `coursekit scoreboard` trains three and scores every
# method on each. Below is what it recorded. The bars are Student's 95 % intervals of three numbers, and wide: that is honest.

# %%
recorded = evaluate.recorded_scoreboard
boards = {name: recorded(name) for name in evaluate.recorded_scoreboards()}


def show_board(name, evidence):
    """Draw a recorded scoreboard, or say that there is none."""
    if name not in boards:
        print(
            f"no scoreboard of {name} is recorded: coursekit scoreboard {name} makes it"
        )
        return
    board = boards[name]
    scores = {method: board.interval(method) for method in board.ranked()}
    label = f"share of the hottest pixels that lie on {evidence}"
    ck.plot.method_scores(scores, label, evaluate.BASELINES, board.area)
    ck.plot.show(alt=f"Methods by score. The best are {', '.join(board.ranked()[:3])}.")
    print("lead of the first:", board.difference(*board.ranked()[:2]))


show_board("pets", evidence="the animal")

# %% [markdown]
# Is the order a law? An animal is large. The maps of the last layer have 8×8 places: a class activation map cannot be finer than its
# layer, however right it is, and methods that work on pixels can. So "which method is best?" has no answer before you say what the
# evidence looks like. In section 8 it is small.

# %% [markdown]
# And note occlusion: with black patches it scores like noise on all three networks. A black patch is no "nothing"; it is an object.

# %% [markdown]
# ## 5 · Without the truth: deletion
#
# Photographs have no mask of evidence. But we can ask the network: black out the pixels, the hottest first. The faster it loses its
# certainty, the better the map has found what it uses.
#
# ### Exercise 2: delete the hottest


# %% exercise="delete_hottest"
def delete_hottest(image, heatmap, share):
    """Return the image with this share of its pixels, the hottest, in black."""
    ### BEGIN SOLUTION
    count = round(share * heatmap.size)
    order = np.argsort(-heatmap, axis=None)
    rows, columns = np.unravel_index(order[:count], heatmap.shape)
    changed = image.copy()
    changed[rows, columns] = 0
    return changed
    ### END SOLUTION


# %% check="delete_hottest" points=1
ck.check.comparing.delete_hottest(delete_hottest)

# %% [markdown]
# The helper follows the probability while more and more pixels go. Less area under the curve is better. Beside three methods, noise:

# %%
import matplotlib.pyplot as plt

curves = {title: everyone[title] for title in ("LRP composite", "Grad-CAM", "edges")}
curves["random"] = evaluate.random_heatmaps
_, ax = plt.subplots(figsize=(6.4, 3.4))
for (title, method), style in zip(curves.items(), ("-", "--", "-.", ":"), strict=True):
    heatmaps = method(model, known, target)
    curve = evaluate.deletion(model, known, heatmaps, target, points=11)
    label = f"{title}: area {curve.area.mean():.2f}"
    ax.plot(curve.changed, curve.probability.mean(axis=0), style, label=label)
ax.set(
    xlabel="share of pixels in black", ylabel="probability of the class", ylim=(0, 1.02)
)
ax.set_title("Deleting the hottest pixels first")
ax.legend()
ck.plot.show(
    alt="Four falling curves of the probability as pixels are blacked out: LRP, Grad-CAM, "
    "edges and random order. The legend gives the area under each."
)

# %% [markdown]
# Scattered black pixels hardly move the network: speckles are images that it never saw, and it goes on calling them animals. A map
# that blackens one whole region is rewarded. Here are all methods, and look where the **centre blob** stands, which knows nothing:

# %%
for row in sorted(rows, key=lambda row: row.means()["deletion"]):
    print(f"{row.method:24} area {row.means()['deletion']:.2f}")

# %% [markdown]
# Deletion measures the map **and** the network's reaction to nonsense. Two good measures disagree, because they ask different
# things: *where is the evidence* and *whose loss moves the answer*. Always say which one you used, what "deleted" meant, and what
# noise and a blob score.

# %% [markdown]
# ## 6 · Does it explain the network at all?
#
# An edge detector draws beautiful maps and knows no network. How would we notice, if we did not know? **Take the network away**: give
# its layers random weights, one after the other from the top, and look whether the map changes (Adebayo et al. 2018).

# %%
steps = {"trained": model}
for count in (2, 5):
    steps[f"last {count} random"] = evaluate.randomised(model, one, count)
tested = ["Gradient", "Grad-CAM", "Guided backpropagation", "LRP composite"]
column = {
    title: np.concatenate([methods[title](net, one, target) for net in steps.values()])
    for title in tested
}
for title, maps in column.items():
    strongest = np.abs(maps).max(axis=(1, 2), keepdims=True)
    column[title] = maps / np.where(strongest > 0, strongest, 1)
ck.plot.explanation_grid(np.repeat(one, 3, axis=0), column, titles=list(steps))
ck.plot.show(
    alt="Four methods on a network whose layers become random from the top. With the last two "
    "random, Grad-CAM has moved and LRP changed its sign; guided backpropagation is nearly as before."
)

# %% [markdown]
# (Each map is at its own strength here: only *patterns* are compared.) Without its last two layers the network knows nothing, and
# guided backpropagation draws nearly the same map. At every ReLU it drops what is negative; hardly anything of the layers above comes
# through.
#
# ### Exercise 3: how similar?
#
# Put the eye's judgement into a number: Spearman's correlation, which compares only the order of the pixels.


# %% exercise="rank_agreement"
def rank_agreement(first, second):
    """Return Spearman's rank correlation of two heatmaps without equal values."""
    ### BEGIN SOLUTION
    ranks = [np.argsort(np.argsort(one.ravel())) for one in (first, second)]
    return np.corrcoef(*ranks)[0, 1]
    ### END SOLUTION


# %% check="rank_agreement" points=1
ck.check.comparing.rank_agreement(rank_agreement)

# %% [markdown]
# In numbers: how similar is each map to that of the trained network? 1 means that nothing changed; a method that explains the network
# goes towards 0. (A whole cascade, layer by layer, is `ck.explain.evaluate.model_randomisation`.)

# %%
from scipy import stats

print(f"{'random layers':24}{'last 2':>8}{'all':>8}")
for title in [*tested, "edges"]:
    maps = [everyone[title](net, one, target).ravel() for net in steps.values()]
    alike = [stats.spearmanr(maps[0], other).statistic for other in maps[1:]]
    print(f"{title:24}{alike[0]:8.2f}{alike[1]:8.2f}")

# %% [markdown]
# The edge detector has 1 everywhere: it never saw the network. What comes close to it tells little more than the image does. Guided backpropagation is the well-known case; methods that keep only what is positive on the way down are suspects
# too (Sixt et al. 2020). A good score in section 4 does not save them: they may hit the animal because it has edges.

# %% [markdown]
# ## 7 · Do the numbers add up?
#
# Some methods promise a sum. Integrated gradients: the map sums to $S(x) - S(x')$, the score minus that of the baseline
# (**completeness**). LRP: it sums to $S(x)$ (**conservation**). A promise that can be checked should be.
#
# ### Exercise 4: what is missing?


# %% exercise="completeness_gap"
def completeness_gap(heatmap, score, baseline_score):
    """Return by how much the map's sum misses what it owes, as a share of it."""
    ### BEGIN SOLUTION
    owed = score - baseline_score
    return (heatmap.sum() - owed) / abs(owed)
    ### END SOLUTION


# %% check="completeness_gap" points=1
ck.check.comparing.completeness_gap(completeness_gap)

# %% [markdown]
# More steps on the way from black to the image, a smaller gap. And the others?

# %%
for steps_on_the_way in (4, 16, 64):
    found = ck.explain.integrated_gradients(model, one, target, steps=steps_on_the_way)
    gap = evaluate.completeness(model, one, found, target, baseline=0)[0]
    print(f"integrated gradients, {steps_on_the_way:3} steps: {gap:+8.1%}")
owing = {
    "Gradient × input": 0,
    "LRP ε": None,
    "LRP composite": None,
    "Deep Taylor": None,
}
for title, baseline in owing.items():
    found = methods[title](model, one, target)
    gap = evaluate.completeness(model, one, found, target, baseline=baseline)[0]
    print(f"{title:32}: {gap:+8.1%}")

# %% [markdown]
# Integrated gradients keep their promise, the better the more steps. LRP ε misses by far: biases and epsilon add to or take from
# what is handed down. Rules that leave the biases out keep closer to the score. Gradient × input would add up on a network without biases: here it owes you the
# difference.
#
# Where does the sum change? Below: how much is on its way after each layer, from the score down to the pixels.

# %%
rules = {
    "LRP ε": {"rule": "epsilon", "epsilon": 0.01},
    "LRP composite": {"rule": "composite"},
}
left = {
    title: ck.explain.relevance_totals(model, one, target, **rule)
    for title, rule in rules.items()
}
print(f"{'after':28}" + "".join(f"{title:>15}" for title in left))
for layer in left["LRP ε"]:
    print(
        f"{layer:28}" + "".join(f"{totals[layer][0]:15.2f}" for totals in left.values())
    )

# %% [markdown]
# Pooling and the average only move relevance: their rows repeat the row above. Layers with biases change it (a negative bias makes it grow). So a gap has an address. A small gap proves
# that nothing got lost on the way, and *not* that the heat lies in the right place.

# %% [markdown]
# ## 8 · The clever horse
#
# Clever Hans, a horse, could "calculate": he read the answer from his questioner's face. Our third set are cats and dogs, and every
# dog carries a small orange tag. A network learns from it and gets everything right. Would you ship it?

# %%
from coursekit.synthetic import pets

hans = ck.training.trained("small_tagged_pets")
tagged = ck.data.ground_truth("tagged_pets", count=60)
swapped = pets.draw(60, size=64, seed=1_003, shortcut="cats")
plain = pets.draw(60, size=64, seed=1_003)
trials = {
    "tag on dogs": tagged.images,
    "no tag": plain.images,
    "tag on cats": swapped.images,
}
for name, shown in trials.items():
    answers = hans.predict(np.float32(shown / 255), verbose=0).argmax(axis=1)
    print(f"{name:12} right {np.mean(answers == tagged.labels):.2f}")

# %% [markdown]
# Without the tag it is lost, and with the tag on the cats it calls cats dogs. The accuracy on its own test set gave no sign of it.
# Would an explanation have told? Look at dogs through both networks.

# %%
dogs = tagged.labels == 1
dog, tag = tagged.arrays()[0][dogs][:3], tagged.masks[dogs][:3]
looked = ["Grad-CAM", "LRP composite", "Integrated gradients", "Guided backpropagation"]
both = {title: methods[title](hans, dog, 1) for title in looked}
ck.plot.explanation_grid(dog, both)
ck.plot.show(
    alt="Three tagged dogs and their heatmaps by four methods on the cheating network. "
    "Most heat lies on the orange tag in the lower left corner."
)

# %% [markdown]
# Who saw only the accuracy was content; who sees *one* of these maps asks questions. Which methods show it best? The mask is now the
# tag.

# %%
found = {**{title: methods[title] for title in looked}, "edges": ck.explain.edges}
for row in evaluate.scoreboard(hans, dog, tag, found, 1, points=2):
    mean = row.means()
    print(
        f"{row.method:24} ranking {mean['ranking']:.2f}  pointing {mean['pointing']:.2f}"
    )
print(f"chance: {tag.mean():.2f}")
show_board("tagged_pets", evidence="the tag")

# %% [markdown]
# Most methods that work on pixels show the tag sharply; class activation maps come last, and their bars reach down to chance. The tag is
# 11 pixels wide and 7 high, a place of their 8×8 maps is 8 by 8, and the heat spreads over its neighbours. To *notice* the shortcut they
# do, as the figure above shows; to measure it they do not. Blob and edge detector find nothing.

# %% [markdown]
# The heatmap raised the suspicion; the three accuracies above proved it. You need both.

# %% [markdown]
# And if the evidence is many small things? Drawn eyes, healthy or with lesions: spots of blood and fat, a few pixels each. **Predict**
# where the class activation maps stand now.

# %%
show_board("eyes", evidence="the lesions")

# %% [markdown]
# Chance is 0.04. Guided backpropagation, deep Taylor, LRP composite and the gradient find the lesions best, and are too close to one
# another to name a winner. The five class activation maps score alike: on these networks their maps correlate to 0.99, and a place of
# theirs is wider than a lesion. On large animals they kept up; here they cannot.

# %% [markdown]
# ## 9 · The price
#
# One more column decides in practice. "Passes" counts how often an image goes through the network, forwards and backwards.

# %%
print(f"{'':24}{'ranking':>8}{'deletion':>10}{'passes':>14}")
for row in rows:
    mean, cost = row.means(), f"{row.passes.forward:.0f} + {row.passes.backward:.0f}"
    print(f"{row.method:24}{mean['ranking']:8.2f}{mean['deletion']:10.2f}{cost:>14}")

# %% [markdown]
# Does any method lead both columns? A forward and a backward pass buy Grad-CAM, gradients and LRP; RISE, LIME and occlusion take hundreds
# or thousands of passes, and are noisy with fewer. Choose by your question, take two methods that fail in different ways, and run the random
# weights once for your own network.

# %% [markdown]
# ## 10 · On photographs
#
# Synthetic images told us what to expect of each method. What do the methods say where nobody knows the evidence? Take
# EfficientNet-Lite0, which names the 1,000 classes of ImageNet and is installed with the course (lesson 11), and three photographs.

# %%
network = ck.networks.efficientnet_lite0()
names = ["cat", "coffee", "astronaut"]
photographs = np.stack([ck.data.load_image(name, size=224) for name in names])
answered = ck.explain.explained_classes(network, photographs)
answers = ck.networks.decode(network.predict(photographs, verbose=0), top=1)
first_answers = [f"{what} {sure:.2f}" for ((what, sure),) in answers]
print(", ".join(first_answers))

# %% [markdown]
# Five methods of different families, and the edge detector again. **Predict**: on which of the three photographs will they agree
# most? Each row has one scale for all three photographs.

# %%
way = lesson.repeats(64)  # steps from black to the photograph
asked = (network, photographs, answered)
on_photographs = {
    "Grad-CAM": ck.explain.grad_cam(*asked),
    "Integrated gradients": ck.explain.integrated_gradients(*asked, steps=way),
    "Guided backpropagation": ck.explain.guided_backpropagation(*asked),
    "LRP composite": ck.explain.lrp(*asked),
    "Occlusion": ck.explain.occlusion(*asked, patch=224 // lesson.repeats(7)),
    "edges": ck.explain.edges(*asked),
}
ck.plot.explanation_grid(photographs, on_photographs, first_answers, size=1.7)
ck.plot.show(
    alt="Three photographs, a cat, a cup of coffee and an astronaut, and six rows of maps. "
    "Grad-CAM: large smooth areas. Integrated gradients: red and blue grains. Guided "
    "backpropagation and LRP: fine lines, on the cat's eyes, the cup and the spoon, the "
    "suit and the helmet. Occlusion: coarse squares of both signs. Edges: all outlines."
)

# %% [markdown]
# Only Grad-CAM and integrated gradients point clearly at one place, the coffee in the cup, and only on one of the three photographs. LRP and
# guided backpropagation draw the cat's eyes and nose; LRP also draws the cup, the spoon and the astronaut's outlines.
# Occlusion is blue on the cat's face: under a black square there, the score *rises*.

# %% [markdown]
# Do they agree? Grad-CAM has 7 × 7 places, so add up the positive heat of every method in the same 49 places, and compare their
# order by Spearman's correlation (exercise 3): 1 means the same order, 0 none in common. Means over the three photographs:

# %%
places = {
    title: np.maximum(found, 0).reshape(3, 7, 32, 7, 32).sum(axis=(2, 4)).reshape(3, 49)
    for title, found in on_photographs.items()
}
print(f"{'':24}" + "".join(f"{title.split()[0]:>12}" for title in places))
for title, first in places.items():
    alike = [
        np.mean(
            [
                stats.spearmanr(a, b).statistic
                for a, b in zip(first, second, strict=True)
            ]
        )
        for second in places.values()
    ]
    print(f"{title:24}" + "".join(f"{value:12.2f}" for value in alike))

# %% [markdown]
# LRP agrees with Grad-CAM and with guided backpropagation, by about 0.7. Occlusion agrees with none of them: a black
# square asks another question (section 4). And LRP shares 0.4 with the edge detector, which knows no network. So agreement is
# no proof: methods agree, too, where they make the same mistake.
#
# There is no mask here, but the promised sums can be checked as in section 7:

# %%
fewer = lesson.repeats(16)
checked = {
    f"Integrated gradients, {fewer} steps": (
        ck.explain.integrated_gradients(*asked, steps=fewer),
        0,
    ),
    f"Integrated gradients, {way} steps": (on_photographs["Integrated gradients"], 0),
    "LRP composite": (on_photographs["LRP composite"], None),
}
for title, (found, black) in checked.items():
    gaps = evaluate.completeness(network, photographs, found, answered, baseline=black)
    print(f"{title:31}", "  ".join(f"{gap:+6.0%}" for gap in gaps))

# %% [markdown]
# With 16 steps integrated gradients miss by more than the whole score on two of three photographs; with 64 steps by
# 1, 3 and 18 %. No eye would tell the two maps apart; the number does. LRP hands only a small part of the score down to the
# pixels; a test of the course finds the loss in the depthwise layers. So compare its heat within a map only.

# %% [markdown]
# And the network can be asked, because a claim "this is what counts" has a consequence: cover it, and the score must fall. Cover a
# square of 64 × 64 with the photograph's mean colour. By how much does the score fall for 16 squares, spread evenly?


# %%
def fall(corners):
    """Return by how much the score falls if the square at each corner is covered."""
    covered = photographs.copy()
    for one, (top, left) in zip(covered, corners, strict=True):
        one[top : top + 64, left : left + 64] = one.mean(axis=(0, 1))
    before, after = (
        ck.explain.scores(network, shown, answered) for shown in (photographs, covered)
    )
    return before - after


grid = [(top, left) for top in (0, 53, 106, 160) for left in (0, 53, 106, 160)]
spread = np.array([fall([corner] * 3) for corner in grid])
print(f"{'16 squares, mean':24}", spread.mean(axis=0).round(1))
print(f"{'16 squares, largest':24}", spread.max(axis=0).round(1) + 0.0)

# %% [markdown]
# And for the square that has most heat by each method?

# %%
from scipy import ndimage

for title, found in on_photographs.items():
    heat = ndimage.uniform_filter(np.maximum(found, 0), (0, 64, 64), mode="constant")
    inside = heat[:, 32:193, 32:193]  # middles of squares that lie within the image
    corners = [np.unravel_index(one.argmax(), one.shape) for one in inside]
    print(f"{title:24}", fall(corners).round(1) + 0.0)

# %% [markdown]
# For the coffee, the squares of Grad-CAM, integrated gradients and occlusion cost the score 1.1 to 1.5, four times as much as
# a square on average; the square of the edge detector costs nothing. For the cat no square of any method costs more than 0.1. Covering
# some of her even *raises* the score: she fills the photograph, and there is enough of her left.

# %% [markdown]
# So be modest on photographs: name the method and its baseline, show at least two that fail in different ways, check what they
# promise, and change the image before you claim a reason. There is no ground truth here that could do this work for you.

# %% [markdown]
# Now compare for yourself: two methods side by side, any class, random weights, "guess first", your own image. Pass any Keras
# classifier of yours as the first argument.

# %% tags=["nbval-ignore-output"]
ck.widgets.compare_explanations(model, split, classes, budget=64)

# %% [markdown]
# ## Spot the bug
#
# Each of these stands in published explanation code. **First: the softmax.** Many recipes take the gradient of the *probability*. What
# is wrong with it, where the network is sure?

# %%
import keras
import tensorflow as tf

logit_model = keras.Sequential([*model.layers[:-1], keras.layers.Dense(2)])
logit_model.build(model.input_shape)
logit_model.layers[-1].set_weights(model.layers[-1].get_weights())
sure = images[np.argmax(model.predict(images, verbose=0).max(axis=1))][np.newaxis]
sizes = {}
for name, net in (("probability", model), ("logit", logit_model)):
    with tf.GradientTape() as tape:
        batch = tf.constant(sure)
        tape.watch(batch)
        answer = tf.reduce_max(net(batch), axis=1)
    sizes[name] = float(tf.norm(tape.gradient(answer, batch)))
ratio = sizes["logit"] / sizes["probability"]
print(f"the logit's gradient is more than {10 ** int(np.log10(ratio)):,} times larger")

# %% [markdown]
# The softmax is flat where it is near 1: its gradient is hardly there, and what is left says how to make *other* classes smaller.
# Measured elsewhere, on a surer network: 6e-7 against 61. Every method of this course explains the logit.
#
# ### Exercise 5: the map that always finds something
#
# **Second: the normalisation.** This helper makes any map "nice":


# %%
def nice(heatmaps):
    """Return heatmaps from 0 to 1. Or does it?"""
    low = heatmaps.min(axis=(1, 2), keepdims=True)
    high = heatmaps.max(axis=(1, 2), keepdims=True)
    return (heatmaps - low) / (high - low + 1e-7)


strong = np.array([[0.0, 5.0], [1.0, -2.0]])
weak = strong / 1000
print(nice(np.stack([strong, weak])).round(2).tolist())

# %% [markdown]
# A thousandth of the heat looks the same, and zero, "no reason at all", is no longer zero. Write it right: one scale for all maps.


# %% exercise="one_scale"
def one_scale(heatmaps):
    """Return heatmaps (n, height, width) from -1 to 1: zero stays zero, weak stays weak."""
    ### BEGIN SOLUTION
    largest = np.abs(heatmaps).max()
    return heatmaps / largest if largest > 0 else heatmaps
    ### END SOLUTION


# %% check="one_scale" points=1
ck.check.comparing.one_scale(one_scale)

# %% [markdown]
# ### Exercise 6: Grad-CAM++ that is not
#
# **Third: a formula.** The paper weights map $k$ by $w_k = \sum_{ij} \alpha_{ij}\, \mathrm{ReLU}(g_{ij})$, with
#
# $$\alpha_{ij} = \frac{g_{ij}^2}{2 g_{ij}^2 + \left(\sum_{ab} A_{ab}\right) g_{ij}^3}.$$
#
# Here is what libraries compute. Compare it with the formula:


# %%
def published(maps, gradients):
    """Return a weight for each map (height, width, K). Or does it?"""
    third = (maps * gradients**3).sum(axis=(0, 1))
    alpha = gradients**2 / (2 * gradients**2 + third + 1e-7)
    return (alpha * np.maximum(gradients, 0)).sum(axis=(0, 1))


# %% [markdown]
# Mend it. Where the gradient is 0, alpha is 0.


# %% exercise="plus_plus_weights"
def plus_plus_weights(maps, gradients):
    """Return the weight of each map, from maps and gradients (height, width, K)."""
    ### BEGIN SOLUTION
    third = maps.sum(axis=(0, 1)) * gradients**3
    below = 2 * gradients**2 + third
    alpha = np.zeros_like(below)
    some = (gradients != 0) & (below != 0)
    alpha[some] = gradients[some] ** 2 / below[some]
    return (alpha * np.maximum(gradients, 0)).sum(axis=(0, 1))
    ### END SOLUTION


# %% check="plus_plus_weights" points=1
ck.check.comparing.plus_plus_weights(plus_plus_weights)

# %% [markdown]
# Nobody sees such a mistake in a heatmap: the wrong map looks as convincing as the right one. That is why explanation code needs tests
# against formulas, and explanations need tests against the truth.

# %% [markdown]
# ## Recap
#
# - Each method answers its own question; know which one you asked (sections 1 and 3).
# - Where the truth is known, score: against chance, a blob and an edge detector, with intervals (exercise 1).
# - Deletion needs no truth, but measures the network's reaction to nonsense too (exercise 2).
# - A map that survives random weights draws the image, not the network (exercise 3). Promised sums can be checked (exercise 4).
# - On photographs nobody knows the evidence: check the promised sums, cover the hottest place and ask again (section 10).
# - A heatmap raises a suspicion; changing the images proves it (section 8). Explain logits, on one scale, by tested code
#   (exercises 5 and 6).

# %% [markdown]
# ## What comes next
#
# Lessons 13 and 14 look at networks in the frequency domain; lesson 15 turns explanations into apps for your own images.
#
# ## Sources
#
# - J. Adebayo et al., [Sanity checks for saliency maps](https://arxiv.org/abs/1810.03292), 2018.
# - M. Sundararajan, A. Taly and Q. Yan, [Axiomatic attribution for deep networks](https://arxiv.org/abs/1703.01365), 2017:
#   integrated gradients and completeness.
# - S. Bach et al., [On pixel-wise explanations](https://doi.org/10.1371/journal.pone.0130140), 2015: LRP and conservation.
# - V. Petsiuk, A. Das and K. Saenko, [RISE](https://arxiv.org/abs/1806.07421), 2018: deletion and insertion.
# - L. Arras, A. Osman and W. Samek, [CLEVR-XAI](https://arxiv.org/abs/2003.07258), 2022: ground truth for explanations.
# - S. Lapuschkin et al., [Unmasking Clever Hans predictors](https://doi.org/10.1038/s41467-019-08987-4), 2019.
# - A. Chattopadhyay et al., [Grad-CAM++](https://arxiv.org/abs/1710.11063), 2018.
# - L. Sixt, M. Granz and T. Landgraf, [When explanations lie](https://arxiv.org/abs/1912.09818), 2020: what only-positive rules lose.
# - Z. C. Lipton, [The mythos of model interpretability](https://arxiv.org/abs/1606.03490), 2016.
