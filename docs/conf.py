"""The site: `sphinx-build -W -n -b html docs OUT`. Nothing is fetched from the network.

The pages are Markdown that reads on a code host as it is. Only `reference.md` is generated: the Python part
from docstrings, the commands from `convac COMMAND --help`.
"""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import Any

import click
import convac
from convac.cli import cli
from docutils import nodes
from docutils.parsers.rst import Directive

project = "convac"
copyright = "the convac developers"
version = release = installed("convac")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx-mathjax-offline",
]
exclude_patterns = ["examples"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = f"convac {version}"
html_copy_source = False
html_show_sphinx = False
highlight_language = "none"  # indented blocks are no Python
smartquotes_action = "D"  # quotes stay as they are written
default_role = "py:obj"  # single backquotes of docstrings
pygments_style = "friendly"

myst_heading_anchors = 3  # the anchors of headings are those of the code host
myst_enable_extensions = ["dollarmath"]
# As on the code host: "$ convac" and "$5" are no formulas.
myst_dmath_allow_space = False
myst_dmath_allow_digits = False

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

# Type names that have no page here. Those of this package's interface are resolved in `to_public_name`.
nitpick_ignore_regex = [
    # Of Python, NumPy and FLINT, and the words of docstrings ("sequence of str", "optional"): they are not
    # looked up, since that would need inventories from the network.
    (r"py:.*", r"(?!convac\b).*"),
    # Parts of reports that are not public: reached as attributes, never made by a user.
    (r"py:class", r"convac\.(algebra|graphs|proofs)\..*"),
]


class CommandHelp(Directive):
    """``{command-help} NAME``: what ``convac NAME --help`` prints, taken from click."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """One literal block."""
        name = self.arguments[0]
        command = cli.commands[name]
        context = click.Context(command, info_name=f"convac {name}", terminal_width=88)
        text = command.get_help(context)
        return [nodes.literal_block(text, text, language="none")]


PUBLIC = {f"convac.{module}.{name}": name for name, module in convac._HOME.items()}


def to_public_name(app: Any, env: Any, node: Any, contnode: Any) -> Any:
    """Resolve the name of a class where it is defined, or alone, to its place in the interface."""
    target = node.get("reftarget", "")
    name = PUBLIC.get(target, target)
    if node.get("refdomain") != "py" or name not in convac.__all__:
        return None
    domain = env.get_domain("py")
    return domain.resolve_xref(
        env, node["refdoc"], app.builder, "obj", f"convac.{name}", node, contnode
    )


def setup(app: Any) -> None:
    """Register what is above."""
    # Glyphs as outlines: browsers do not load fonts for pages that are opened as files.
    app.config.mathjax_path = "mathjax/tex-svg.js"
    app.add_directive("command-help", CommandHelp)
    app.connect("missing-reference", to_public_name)
