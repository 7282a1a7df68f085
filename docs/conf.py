"""How the documentation is built: MyST pages whose examples are executed, so that a broken example breaks the build."""

import kaldor

project = "Kaldor"
author = "The Kaldor team"
copyright = "The Kaldor team, Apache-2.0"  # noqa: A001
version = release = kaldor.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc"]
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_in_temp = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = "Kaldor"
html_static_path = ["_static"]
exclude_patterns = ["_build", "jupyter_execute"]
suppress_warnings = ["mystnb.unknown_mime_type"]
