import sys
from pathlib import Path

import skrnn

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "skrnn"
author = "skrnn developers"
copyright = "2026, skrnn developers"
release = version = skrnn.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",
    "numpydoc",
    "cell_pictures",  # ours, in _ext
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_templates"]
root_doc = "index"

autosummary_generate = True
autodoc_default_options = {
    "members": True,
    # What our own bases give, but not what scikit-learn's and torch's do.
    "inherited-members": "BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin, "
    "_SetOutputMixin, _MetadataRequester, BaseSearchCV, GridSearchCV, RandomizedSearchCV, Module",
    "exclude-members": "set_fit_request, set_partial_fit_request, set_predict_request, "
    "set_score_request",
}
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = "skrnn"
html_favicon = "_static/logo.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"image_light": "_static/logo.svg", "image_dark": "_static/logo.svg", "text": "skrnn"},
    "show_prev_next": False,
    "navigation_with_keys": False,
}
html_show_sourcelink = False
# Pages without pages below them: nothing to list at the side.
html_sidebars = {name: [] for name in ("index", "getting_started", "design", "changelog")}
