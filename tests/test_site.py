"""What checks the documentation finds what is wrong with it; the site itself is built elsewhere."""

import importlib.util
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
TEXT = "<p>Words enough to count as a page that says something to its reader.</p>"


@pytest.fixture(scope="module")
def check_site():
    spec = importlib.util.spec_from_file_location("check_site", DOCS / "check_site.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def write(tmp_path):
    def write(**pages):
        for name, body in pages.items():
            html = f"<title>{name}</title><article>{TEXT}{body}</article>"
            (tmp_path / f"{name}.html").write_text(html)
        return tmp_path

    return write


def test_links_that_lead_somewhere(check_site, write):
    site = write(
        one='<a href="two.html#there">x</a> <a href="#here" id="here">y</a> <a href="?q=1">z</a>',
        two='<b id="there"></b><a href="https://example.org/none">far</a> <a href="one.html?q=1">',
    )
    assert check_site.find_broken_links(site) == []


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ('<a href="none.html">', "one.html: no file for none.html"),
        ('<img src="none.png">', "one.html: no file for none.png"),
        ('<a href="#gone">', "one.html: no place named in #gone"),
        ('<a href="two.html#gone">', "one.html: no place named in two.html#gone"),
    ],
)
def test_links_that_lead_nowhere(check_site, write, link, problem):
    assert check_site.find_broken_links(write(one=link, two="")) == [problem]


def test_templates_of_the_theme_are_no_pages(check_site, write, tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "macros.html").write_text('<a href="{{ none }}">')
    assert check_site.find_broken_links(write(one="")) == []


def test_the_status_tells(check_site, write, monkeypatch, capsys):
    monkeypatch.setattr(check_site, "find_browser", lambda: None)
    monkeypatch.setattr(sys, "argv", ["check_site.py", str(write(one="", two=""))])
    assert check_site.main() == 0
    assert "there is no Chromium" in capsys.readouterr().out
    write(three='<a href="none.html">')
    assert check_site.main() == 1
    assert "three.html: no file for none.html" in capsys.readouterr().out


def test_a_browser_sees_what_readers_would(check_site, write):
    pytest.importorskip("playwright", reason="needs playwright: pip install -e '.[site]'")
    executable = check_site.find_browser()
    if executable is None:
        pytest.skip("needs a Chromium on the path, or named by the variable CHROMIUM")
    site = write(
        fine="",
        wide='<div style="width: 900px">wide</div>',
        small="<style>p { font-size: 9px }</style>",
        broken="<script>throw new Error('oh')</script>",
        picture='<img src="none.png">',
        formula='<span class="math">x^2</span>',
        far='<img src="http://localhost:1/none.png">',
    )
    (site / "empty.html").write_text("<title>empty</title><article></article>")
    found = check_site.read_in_browser(site, executable, None, searches={})
    text = "\n".join(found)
    assert "fine" not in text
    for problem in (
        "wide.html: is 908 px wide on a phone of 375: DIV.",
        "small.html: has text of 9 px on a phone",
        "broken.html: script error: oh",
        "picture.html: picture none.png does not show",
        "formula.html: 1 equations are not typeset",
        "far.html: loads http://localhost:1/none.png from elsewhere",
        "empty.html: is empty",
    ):
        assert problem in text
