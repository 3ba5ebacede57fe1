"""Outside text as part of an HTML document: shown as it is, and never more than text."""

import re

from hotpapers.documents.characters import CONTROL

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""Everything that some reader of Markdown or HTML takes for the end of a line.

A raw line break must not survive: an empty line would end the HTML block in Markdown.
"""


def html_text(text: str, line_break: str = " ") -> str:
    """The text on one line, safe as text and as a quoted attribute."""
    return CONTROL.sub("", LINE_BREAK.sub(line_break, text.translate(ESCAPES)))
