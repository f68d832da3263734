"""Names in the manner of several languages, made of their syllables."""

from typing import NamedTuple

from sklearn.utils import check_random_state

from skrnn._sklearn import checked, interval, natural
from skrnn.datasets.drawing import draw_labels, draw_lengths


class Habits(NamedTuple):
    """How the names of a language are spelled.

    Parameters
    ----------
    onsets : tuple of str
        What a syllable begins with.
    vowels : tuple of str
        What is in its middle.
    codas : tuple of str
        What it ends with; "" for nothing.
    endings : tuple of str
        What many names end with.
    """

    onsets: tuple
    vowels: tuple
    codas: tuple
    endings: tuple


LANGUAGES = {
    "English": Habits(
        tuple("b br c d f gr h l m n r st t th w wh".split()),
        tuple("a e ea i o oo u".split()),
        ("", "l", "ll", "ck", "n", "nd", "r", "rt", "s", "ng"),
        ("son", "ton", "ley", "field", "ford", "well"),
    ),
    "Finnish": Habits(
        tuple("h j k l m n p r s t v".split()),
        tuple("a aa e i ii o u uo ai ie".split()),
        ("", "", "", "n", "r", "l", "k", "s"),
        ("nen", "la", "maki", "niemi", "salo"),
    ),
    "German": Habits(
        tuple("b d f g h k kr l m n pf r sch st w z".split()),
        tuple("a au e ei ie o u".split()),
        ("", "ch", "ck", "ff", "l", "ll", "n", "r", "tz", "ss"),
        ("mann", "er", "bach", "berg", "stein", "feld"),
    ),
    "Italian": Habits(
        tuple("b c ch d f g gi l m n p r s t v z".split()),
        tuple("a e i ia o".split()),
        ("", "", "", "", "n", "r", "l", "s", "t"),
        ("ini", "elli", "etti", "one", "ucci", "acci"),
    ),
    "Japanese": Habits(
        tuple("k s t n h m y r w g sh ch ts".split()),
        tuple("a a i u e o".split()),
        ("", "", "", "", "", "", "n"),
        ("moto", "mura", "da", "shita", "yama", "kawa"),
    ),
    "Polish": Habits(
        tuple("b c cz d g j k kr l m n p r s sz t w z".split()),
        tuple("a e i o u y".split()),
        ("", "", "k", "l", "n", "r", "rz", "sz", "w"),
        ("ski", "wicz", "czyk", "ek", "iak"),
    ),
}


@checked(
    {
        "n_samples": [natural()],
        "min_syllables": [natural()],
        "max_syllables": [natural()],
        "endings": [interval(0, 1)],
        "random_state": ["random_state"],
    }
)
def make_names(n_samples=600, *, min_syllables=1, max_syllables=3, endings=0.5, random_state=None):
    """Generate names that sound English, Finnish, German, Italian, Japanese or Polish.

    No name comes from a list: each is put together from syllables that are usual in its language,
    and many have a usual ending, such as "son", "nen" or "ski". The names are invented, the
    languages are simplified, and only the letters a to z occur, so that no accent gives a
    language away. Short names may be those of several languages. Real ones are given by
    :func:`~skrnn.datasets.fetch_surnames`.

    Parameters
    ----------
    n_samples : int, default=600
        Number of names, spread evenly over the six languages.
    min_syllables, max_syllables : int, default=1, 3
        The least and the largest number of syllables, an ending not counted.
    endings : float, default=0.5
        Probability that a name has one of the usual endings of its language. Names are hard to
        tell without, most of all short ones.
    random_state : int, RandomState instance or None, default=None
        Seed of the random numbers. An int gives the same data in every call.

    Returns
    -------
    X : list of n_samples str
        The names, with a capital letter.
    y : str array of shape (n_samples,)
        The languages.

    Raises
    ------
    ValueError
        If a parameter is not what it should be.

    Examples
    --------
    >>> from skrnn.datasets import make_names
    >>> X, y = make_names(6, random_state=0)
    >>> for name, language in zip(X, y):
    ...     print(name, language)
    Jus Finnish
    Maullnotzberg German
    Biar Italian
    Takdaek Polish
    Durtbeng English
    Kirunchi Japanese
    """
    random = check_random_state(random_state)
    counts = draw_lengths(random, n_samples, "syllables", min_syllables, max_syllables)
    y = draw_labels(random, n_samples, list(LANGUAGES))
    X = [_spell(random, LANGUAGES[name], n, endings) for name, n in zip(y, counts, strict=True)]
    return X, y


def _spell(random, habits, n_syllables, share):
    """Put a name together."""
    kinds = habits[:3]
    parts = [_choose(random, kind) for _ in range(n_syllables) for kind in kinds]
    if random.uniform() < share:
        parts.append(_choose(random, habits.endings))
    return "".join(parts).capitalize()


def _choose(random, options):
    return options[random.randint(len(options))]
