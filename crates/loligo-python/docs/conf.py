"""The site of the package: `sphinx-build -W docs FOLDER`, with the package installed. Pages are executed."""

import loligo

project = "Loligo"
author = "The authors of Loligo"
version = release = loligo.__version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.mathjax", "numpydoc", "myst_nb"]
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "Compartmental neuron simulation with NEURON's numbers", "page_width": "1100px"}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
# A word in single backquotes is code.
default_role = "code"
autodoc_member_order = "groupwise"
autodoc_typehints = "none"
numpydoc_show_class_members = False
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120  # s
nb_execution_in_temp = True
myst_heading_anchors = 3
