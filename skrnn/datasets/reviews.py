"""Short reviews in English, written by a grammar."""

from sklearn.utils import check_random_state

from skrnn._sklearn import checked, interval, natural
from skrnn.datasets.drawing import draw_labels, draw_lengths

ASPECTS = (
    "the plot",
    "the acting",
    "the music",
    "the ending",
    "the dialogue",
    "the pacing",
    "the camera work",
    "the lead actor",
)
WORDS = {
    "positive": ("good", "moving", "funny", "clever", "convincing", "memorable", "beautiful"),
    "negative": ("bad", "dull", "predictable", "clumsy", "tedious", "shallow", "ugly"),
}
OPPOSITE = {"positive": "negative", "negative": "positive"}
PLAIN = (
    "{aspect} was {word}",
    "I found {aspect} {word}",
    "{aspect} felt really {word}",
    "we all thought {aspect} was rather {word}",
)
NEGATED = (
    "{aspect} was not {word}",
    "I never found {aspect} {word}",
    "{aspect} was not really all that {word}",
    "we never thought {aspect} was anything like {word}",
)
ASIDES = (
    "I saw it on a Sunday",
    "it runs for almost two hours",
    "a friend had told me about it",
    "the cinema was half empty",
)


@checked(
    {
        "n_samples": [natural()],
        "min_opinions": [natural()],
        "max_opinions": [natural()],
        "negation": [interval(0, 1)],
        "noise": [interval(0, 1)],
        "random_state": ["random_state"],
    }
)
def make_reviews(
    n_samples=500,
    *,
    min_opinions=1,
    max_opinions=3,
    negation=0.5,
    noise=0.0,
    random_state=None,
):
    """Generate short reviews of films in English, with their sentiment.

    A review has a few sentences with an opinion, such as "The plot was clever." or "I never found
    the acting dull.", and some without. It is positive when more opinions are for the film than
    against it. "Not" turns an opinion around, so that single words do not tell the sentiment: a
    model must read what is negated.

    Parameters
    ----------
    n_samples : int, default=500
        Number of reviews, half of them positive.
    min_opinions, max_opinions : int, default=1, 3
        The least and the largest number of opinions in a review. Other sentences come between.
    negation : float, default=0.5
        Probability that an opinion is stated by negating its opposite. With 0.5, no word is more
        frequent in positive than in negative reviews.
    noise : float, default=0.0
        Probability that a label is turned around.
    random_state : int, RandomState instance or None, default=None
        Seed of the random numbers. An int gives the same data in every call.

    Returns
    -------
    X : list of n_samples str
        The reviews.
    y : str array of shape (n_samples,)
        "negative" or "positive".

    Raises
    ------
    ValueError
        If a parameter is not what it should be.

    Examples
    --------
    >>> from skrnn.datasets import make_reviews
    >>> X, y = make_reviews(4, random_state=5)
    >>> for review, label in zip(X, y):
    ...     print(f"{label}: {review}")
    negative: The pacing was not moving. I found the acting clumsy. I never found the camera work
    predictable.
    positive: The music felt really moving. A friend had told me about it. The dialogue was not bad.
    positive: The acting was ugly. I found the dialogue convincing. We never thought the dialogue
    was anything like clumsy.
    negative: We all thought the camera work was rather bad. The pacing felt really bad. I found the
    ending ugly.
    """
    random = check_random_state(random_state)
    counts = draw_lengths(random, n_samples, "opinions", min_opinions, max_opinions)
    y = draw_labels(random, n_samples, ["negative", "positive"])
    X = [_write(random, label, n, negation) for label, n in zip(y, counts, strict=True)]
    turned = random.uniform(size=n_samples) < noise
    y[turned] = [OPPOSITE[label] for label in y[turned]]
    return X, y


def _write(random, label, n_opinions, negation):
    """Write a review with `n_opinions` opinions, most of which agree with the label."""
    n_agree = random.randint(n_opinions // 2 + 1, n_opinions + 1)
    opinions = [label] * n_agree + [OPPOSITE[label]] * (n_opinions - n_agree)
    sentences = []
    for opinion in random.permutation(opinions):
        if random.uniform() < 0.3:
            sentences.append(_choose(random, ASIDES))
        sentences.append(_state(random, str(opinion), random.uniform() < negation))
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _state(random, opinion, negated):
    pattern = _choose(random, NEGATED if negated else PLAIN)
    word = _choose(random, WORDS[OPPOSITE[opinion] if negated else opinion])
    return pattern.format(aspect=_choose(random, ASPECTS), word=word)


def _choose(random, options):
    return options[random.randint(len(options))]
