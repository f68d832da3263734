"""Splitters print as the call that made them."""

from skrnn.model_selection import LeakageCheck, WindowSplit
from skrnn.model_selection.showing import shown


def test_the_text_makes_the_splitter_again():
    cv = WindowSplit(4, window=24, gap="horizon", test_size=7)
    again = eval(shown(cv), {"WindowSplit": WindowSplit})
    assert vars(again) == vars(cv)
    assert shown(LeakageCheck(cv)).startswith("LeakageCheck(cv=WindowSplit(n_splits=4, window=24,")
