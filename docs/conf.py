import sys
from pathlib import Path

from sphinx_gallery.sorting import ExplicitOrder

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
    "matplotlib.sphinxext.plot_directive",
    "cell_pictures",  # ours, in _ext
    "sphinx_gallery.gen_gallery",
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

gallery_order = [
    "plot_sequence_sum.py",
    "plot_digits.py",
    "plot_sensors.py",
    "plot_sentiment.py",
    "plot_names.py",
    "plot_dna.py",
    "plot_engine_life.py",
    "plot_monthly_forecast.py",
    "plot_hourly_forecast.py",
    "plot_covariates.py",
    "plot_grid_search.py",
    "plot_compare_cells.py",
    "plot_add_cell.py",
    "plot_memory.py",
]
sphinx_gallery_conf = {
    "examples_dirs": "../examples/gallery",
    "gallery_dirs": "gallery",
    "within_subsection_order": ExplicitOrder(gallery_order),
    "abort_on_example_error": True,
    "remove_config_comments": True,
    # Pages of the API list the examples that use what they describe.
    "doc_module": "skrnn",
    "backreferences_dir": "gallery/backreferences",
    "image_srcset": ["2x"],
    # What a build took is not part of the page: the same source gives the same page.
    "min_reported_time": float("inf"),
    "write_computation_times": False,
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "parallel": False,
    "reset_modules": ("matplotlib",),
}

plot_include_source = True
plot_html_show_source_link = plot_html_show_formats = False
plot_formats = [("png", 144)]
plot_rcparams = {"figure.figsize": (6.4, 3.6), "savefig.facecolor": "white"}

html_theme = "pydata_sphinx_theme"
html_title = "skrnn"
html_favicon = "_static/logo.svg"
html_static_path = ["_static"]
html_css_files = ["site.css", "gallery.css"]
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"image_light": "_static/logo.svg", "image_dark": "_static/logo.svg", "text": "skrnn"},
    "show_prev_next": False,
    "navigation_with_keys": False,
}
html_show_sourcelink = False
# Pages without pages below them: nothing to list at the side. Examples want its room for code.
html_sidebars = {
    name: [] for name in ("index", "getting_started", "design", "changelog", "gallery/plot_*")
}
