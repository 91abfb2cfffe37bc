"""How Sphinx builds the site from the pages that `docs/site/build.py` has put together."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import coursekit

project = "Convnets by hand"
author = "The coursekit authors"
project_copyright = "The coursekit authors; text and figures CC BY 4.0, code BSD 3-Clause"
release = version = coursekit.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "mathml",
]
exclude_patterns = ["build"]

# Lessons are shown as they are stored: nothing is run here.
nb_execution_mode = "off"
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "text/markdown", 45)]
nb_code_prompt_show = "Show one way to do it"
nb_code_prompt_hide = "Hide it"
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "attrs_block", "attrs_inline"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

# Single back-ticks of a docstring are code.
default_role = "code"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_use_ivar = False

# Every reference inside the course must be found. Types of other packages have no page here.
nitpicky = True
# An attribute's type may be a word that names something else too: it is no link.
suppress_warnings = ["ref.python"]
# Nor have names that modules keep to themselves, such as type variables: coursekit.explain.engine.forward.Something.
nitpick_ignore_regex = [("py:.*", r"(?!coursekit).*"), ("py:class", r"coursekit(\.\w+){2,}\.\w+")]

html_theme = "pydata_sphinx_theme"
html_title = "Convnets by hand"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
html_extra_path = ["_extra"]
html_copy_source = html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {
    "logo": {"text": "Convnets by hand"},
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "show_prev_next": True,
    "show_nav_level": 1,
    "show_toc_level": 1,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "back_to_top_button": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
# Where there is nothing below a page, there is no list of it.
html_sidebars = {
    page: [] for page in ("index", "install", "gallery", "results", "glossary", "using", "contributing", "changelog")
}
