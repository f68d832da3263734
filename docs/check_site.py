"""Check the built documentation as its readers meet it.

    python -m sphinx -W -b html docs site
    python docs/check_site.py site

Every link and picture inside the site must exist, with its anchor. Then every page is opened in a
headless Chromium, where one is installed: it must load nothing from elsewhere, report no error,
typeset its equations, and fit a phone; and a search must find what it is asked for. Playwright and
a Chromium are needed for that: ``pip install -e ".[site]"``, and the browser of your system, found
on the path or named by the environment variable CHROMIUM.
"""

import argparse
import functools
import http.server
import os
import shutil
import sys
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}
SEARCHES = {"RNNClassifier": "RNNClassifier", "ragged": "ragged", "vanishing": "long_sequences"}
SMALLEST_TEXT = 13.0  # pixels
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FOUND = "#search-results ul.search li a"
ENDED = """() => document.querySelector("#search-results .search-summary")?.innerText.length > 0
    && !document.querySelector("#search-progress")?.innerText.includes("...")"""
# What a page looks like to its reader, asked in the page itself.
SEEN = """() => {
    const root = document.documentElement;
    const article = document.querySelector("article") || document.body;
    const text = article.querySelector("p, dd, li");
    const inside = (box) => {
        for (let up = box.parentElement; up && up !== article; up = up.parentElement) {
            if (["auto", "scroll", "hidden"].includes(getComputedStyle(up).overflowX)) return true;
        }
        return false;
    };
    const wide = [...article.querySelectorAll("*")].filter((box) =>
        box.getBoundingClientRect().right > root.clientWidth + 1 && !inside(box)
        && !["auto", "scroll"].includes(getComputedStyle(box).overflowX));
    return {
        title: document.title,
        words: article.innerText.trim().length,
        width: root.clientWidth,
        needed: root.scrollWidth,
        wide: wide.slice(0, 3).map((box) => box.tagName + "." + box.className),
        text: text ? parseFloat(getComputedStyle(text).fontSize) : 16,
        broken: [...document.images].filter((image) => image.complete && !image.naturalWidth)
            .map((image) => image.getAttribute("src")),
        raw: [...article.querySelectorAll(".math")]
            .filter((box) => !box.querySelector("mjx-container")).length,
    };
}"""


class Page(HTMLParser):
    """The links of a page, and the names that others may link to."""

    def __init__(self, path):
        super().__init__()
        self.names, self.links = set(), set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        """Note what a tag names and what it links to."""
        attrs = dict(attrs)
        self.names |= {attrs[key] for key in ("id", "name") if attrs.get(key)}
        self.links |= {attrs[key] for key in ("href", "src") if attrs.get(key)}


def pages_of(site):
    """List the pages of a site, but not the templates among the files of its theme."""
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


def find_broken_links(site):
    """List the links inside a site that lead nowhere.

    Parameters
    ----------
    site : Path
        The folder of the site.

    Returns
    -------
    problems : list of str
        One line for each.
    """
    pages = {path: Page(path) for path in pages_of(site)}
    problems = []
    for path, page in pages.items():
        for link in sorted(page.links):
            target, name = urldefrag(link)
            if urlsplit(link).scheme or link.startswith("//"):
                continue
            goal = path if not target else (path.parent / unquote(urlsplit(target).path)).resolve()
            if not goal.exists():
                problems.append(f"{path.relative_to(site)}: no file for {link}")
            elif name and goal in pages and unquote(name) not in pages[goal].names:
                problems.append(f"{path.relative_to(site)}: no place named in {link}")
    return problems


def serve(site):
    """Serve a folder on this machine; gives the server, whose address has its port."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def find_browser():
    """Give the path of a Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


class Reader:
    """A browser that opens the pages of a site and notes what is wrong with them.

    Parameters
    ----------
    browser : playwright Browser
        The browser.
    home : str
        The address of the site, with a slash at the end.
    shots : Path or None
        Where to put a picture of every page.
    """

    def __init__(self, browser, home, shots):
        self.home, self.shots = home, shots
        self.page = browser.new_page(viewport=DESK)
        self.problems, self.heard = [], []
        self.page.on("pageerror", lambda error: self.heard.append(f"script error: {error}"))
        self.page.on("console", self._listen)
        self.page.on("request", self._watch)
        self.page.on("response", self._judge)

    def _listen(self, message):
        if message.type == "error":
            self.heard.append(f"console: {message.text}")

    def _watch(self, request):
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.heard.append(f"loads {request.url} from elsewhere")

    def _judge(self, response):
        if response.status >= 400:
            self.heard.append(f"{response.status} for {response.url}")

    def open(self, name, viewport):
        """Open a page and wait until nothing moves."""
        self.heard.clear()
        self.page.set_viewport_size(viewport)
        self.page.goto(self.home + name, wait_until="load")
        self.page.evaluate("() => window.MathJax?.startup?.promise")

    def check(self, name):
        """Open a page on a desk and on a phone."""
        self.open(name, DESK)
        found = self.page.evaluate(SEEN)
        self._note(name, self.heard)
        self._note(name, [f"picture {source} does not show" for source in found["broken"]])
        if not found["title"] or found["words"] < 20:
            self._note(name, ["is empty"])
        if found["raw"]:
            self._note(name, [f"{found['raw']} equations are not typeset"])
        self._shoot(name, "desk")
        self.page.set_viewport_size(PHONE)
        found = self.page.evaluate(SEEN)
        if found["needed"] > found["width"] + 1:
            wide = ", ".join(found["wide"])
            self._note(
                name, [f"is {found['needed']} px wide on a phone of {PHONE['width']}: {wide}"]
            )
        if found["text"] < SMALLEST_TEXT:
            self._note(name, [f"has text of {found['text']} px on a phone"])
        self._shoot(name, "phone")

    def search(self, words, expected):
        """Ask the site's search; a page whose address holds `expected` must be among the first."""
        self.open(f"search.html?q={words}", DESK)
        self._note_search(words, expected)

    def search_by_button(self, words, expected):
        """Type into the search field of the home page, as a reader does."""
        self.open("index.html", DESK)
        self.page.locator("button.search-button__button:visible").first.click()
        field = self.page.locator("input[type=search]:visible").first
        field.fill(words)
        field.press("Enter")
        self._note_search(words, expected)

    def _note_search(self, words, expected):
        """Wait until the search has ended, and look at what it found."""
        self.page.wait_for_function(ENDED, timeout=20_000)
        links = self.page.eval_on_selector_all(FOUND, "(all) => all.map((link) => link.href)")
        if not any(expected in link for link in links[:10]):
            self._note("search.html", [f"{words!r} does not find {expected}: {links[:3]}"])

    def _note(self, name, found):
        self.problems.extend(f"{name}: {each}" for each in found)

    def _shoot(self, name, where):
        if self.shots is not None:
            file = f"{name.removesuffix('.html').replace('/', '__')}.{where}.png"
            self.page.screenshot(path=str(self.shots / file), full_page=where == "desk")


def read_in_browser(site, executable, shots, searches=SEARCHES):
    """Open every page of a site.

    Parameters
    ----------
    site : Path
        The folder of the site.
    executable : str
        The path of a Chromium.
    shots : Path or None
        Where to put a picture of every page.
    searches : dict of str to str, default=SEARCHES
        Words to search for, and what the address of a page that they should find holds.

    Returns
    -------
    problems : list of str
        One line for each.
    """
    from playwright.sync_api import sync_playwright

    server = serve(site)
    names = [str(path.relative_to(site)) for path in pages_of(site) if path.stem != "search"]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
            reader = Reader(browser, f"http://127.0.0.1:{server.server_port}/", shots)
            for name in names:
                reader.check(name)
            for words, expected in searches.items():
                reader.search(words, expected)
                reader.search_by_button(words, expected)
            browser.close()
    finally:
        server.shutdown()
        server.server_close()
    print(f"{len(names)} pages opened, {2 * len(searches)} searches")
    return reader.problems


def main():
    """Check a site; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("site", type=Path, help="the folder that sphinx wrote")
    parser.add_argument("--shots", type=Path, help="put a picture of every page into this folder")
    args = parser.parse_args()
    site = args.site.resolve()
    problems = find_broken_links(site)
    executable = find_browser()
    if executable is None:
        print("pages not opened: there is no Chromium on the path, nor in the variable CHROMIUM")
    else:
        if args.shots is not None:
            args.shots.mkdir(parents=True, exist_ok=True)
        problems += read_in_browser(site, executable, args.shots)
    print("\n".join(problems) or "no broken link")
    return min(len(problems), 1)


if __name__ == "__main__":
    sys.exit(main())
