from html.parser import HTMLParser

import numpy as np
import pytest

from skrnn.data import Fused, Ragged, as_ragged
from skrnn.data.showing import lengths_in_words, show_part, table_of_rows


class Cells(HTMLParser):
    """Reads a table, and checks that every tag is closed."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.open = [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def test_a_ragged_shows_its_first_rows():
    X = as_ragged([np.full((n, 2), 1 / 3) for n in (1, 2, 9, 4, 4, 4, 5)])
    html = X._repr_html_()
    assert "<p>Ragged of 7 sequences, 1 to 9 steps (median 4), 2 features, float64</p>" in html
    rows = Cells(html).rows
    assert rows[0] == ["", "steps", "first"]
    assert rows[1] == ["0", "1", "[0.3333, 0.3333]"]
    assert rows[3] == ["2", "9", ", ".join(["[0.3333, 0.3333]"] * 3) + ", …"]
    assert rows[-1] == ["…", "…", "…"] and len(rows) == 7


def test_of_ids_and_of_one_feature():
    html = as_ragged([[3, 1], list(range(1, 30))], ids=True)._repr_html_()
    assert "ids, int64" in html
    rows = Cells(html).rows
    assert rows[1] == ["0", "2", "3, 1"] and len(rows) == 3
    assert rows[2][2] == "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …"
    html = as_ragged([[0.5, 1.5], [1e9, 2.0]])._repr_html_()
    assert "2 steps each, 1 feature, float64" in html
    assert Cells(html).rows[2][2] == "1e+09, 2"


@pytest.mark.parametrize("n_features", [1, 3])
def test_of_nothing(n_features):
    html = Ragged(np.empty((0, n_features)), [])._repr_html_()
    assert "Ragged of 0 sequences, no steps" in html and len(Cells(html).rows) == 1
    rows = Cells(Ragged(np.empty((0, n_features)), [0])._repr_html_()).rows
    assert rows[1] == ["0", "0", ""]


def test_wide_steps_are_cut():
    row = Cells(as_ragged([np.arange(12.0)[None]])._repr_html_()).rows[1]
    assert row[2] == "[0, 1, 2, 3, …]"


def test_a_fused_shows_all_parts():
    X = Fused({"<i>&": as_ragged([[1.0, 2.0], [3.0]]), "age": np.array([31.0, 47.5])})
    html = X._repr_html_()
    assert "<i>" not in html and "Fused of 2 rows" in html
    rows = Cells(html).rows
    assert rows[0] == ["", "<i>& (1 feature, 1 to 2 steps (median 1.5))", "age (1 static)"]
    assert rows[1:] == [["0", "1, 2", "31"], ["1", "3", "47.5"]]


def test_parts():
    assert lengths_in_words(np.array([], dtype=int)) == "no steps"
    assert lengths_in_words(np.array([1, 1])) == "1 step each"
    assert show_part(np.array([True, False])) == "True, False"
    assert "<td>&lt;b&gt;</td>" in table_of_rows("t", {"x": lambda i: "<b>"}, 1)


def test_showing_a_large_ragged_is_quick_and_small():
    X = Ragged(np.zeros((10**6, 50)), [10] * 10**5)
    assert len(X._repr_html_()) < 2000
