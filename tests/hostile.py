"""Hostile texts: bad company for every format.

They are made of everything that a title, a name or a post may not get through to YAML, Markdown,
HTML or JSON with a meaning of its own.
"""

from hypothesis import strategies as st

MARKDOWN = (
    *("# ", "## x", " #", "- ", "+ ", "* ", "> ", "1. ", "12) ", "***", "---", "===", "```", "~~~"),
    *("`", "``", "*", "_", "**", "~~", "[", "]", "](", "[a]", "[a]:", "[^1]:", "![", "(b)", "\\"),
    *("[a](https://evil.example)", "![a](https://evil.example/a.png)", "[a]: https://evil.example"),
    *("<https://evil.example>", "<7@evil.example>", "|", "| - |", "$", "$$", "\\(", "\\]", "    x"),
)
HTML = (
    *("<", ">", "&", '"', "'", "</p>", "</blockquote>", "<script>", "<!--", "-->", "<?"),
    *("<![CDATA[", "<b", "<a href='https://evil.example'>", "<img src=x onerror=alert(1)>"),
    *("&lt;", "&#60;", "&amp;amp;", "&nbsp", "javascript:alert(1)", "</script >", "<br>", "<pre>"),
    "</textarea>",
)
YAML = (
    *(": ", "- a", "---", "...", "#", '"', "\\", "\\x41", "!!str", "&a", "*a", "%YAML", "{", "}"),
    "~",
)
TEMPLATES = ("{{ 7 * 7 }}", "{% raw %}", "{# #}", "${x}", "%s", "{0}", "#{x}")
LINE_ENDS = (
    *("\n", "\r", "\r\n", "\n\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028"),
    "\u2029",
)
INVISIBLE = (
    *("\t", "\x00", "\x07", "\x1b[31m", "\x1f", "\x7f", "\x9b", "\xa0", "\xad", "\u200b", "\ufeff"),
    *("\u202e", "\u2066", "\u2069", "\u200f", "\u0301", "\U000e0041", "\ufffe", "\U0010ffff"),
)
SCRIPTS = (
    *("café", "日本語", "العربية", "עברית", "Ж", "ß", "İ", "👩‍🚀", "🏳️‍🌈", "👍🏽", "𝒳", "＃", "＠"),
    "１",
)
WORDS = ("a", "x < y", "0<x", "#AI", "@ada", "https://t.co/Ab1", "arXiv:2009.08319", "A", "7")
PIECES = MARKDOWN + HTML + YAML + TEMPLATES + LINE_ENDS + INVISIBLE + SCRIPTS + WORDS + (" ",) * 9
ENDS_OF_ADDRESSES = MARKDOWN + HTML + TEMPLATES
SURROGATES = ("\ud800", "\udc00", "\udfff")


ATTACKS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title></head><body onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "--><svg/onload=alert(1)><!--",
    "]]><script>alert(1)</script><![CDATA[",
    "<a href='javascript:alert(1)'>click</a> javascript:alert(1)",
    "[a](javascript:alert(1)) ![b](https://evil.example/a.png)",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/a.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'><base href=//evil.example/>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><form action=//evil.example/>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62; &amp;amp;",
    "{{ 7 * 7 }} {% raw %} {# x #} ${7*7} #{7*7}",
    "https://evil.example/a?b=c&d=<e>'\"f and http://evil.example/. See www.evil.example",
    "//evil.example/ https://user:password@evil.example:8443/ https://e\u202evil.example/",
    "$x^{2$ and \\frac{1}{$\\unknown{<b>}$ \\href{javascript:alert(1)}{x} $\\text{</p>}$",
    '$\\textcolor{red}{<script>}$ \\url{https://evil.example/\\"><script>} $$$ \\( \\] \\begin{a}',
    "$" + "{" * 60 + "x" + "}" * 59 + "$",
    "$\\def\\a{\\a\\a}\\a$ \\input{/etc/passwd} \\write18{id}",
    "abc \u202etxt.exe\u202c \u2066isolated\u2067 \u202dleft \u200fmark",
    "nul \x00 bell \x07 escape \x1b[31m delete \x7f c1 \x9b end \ufffe \U0001ffff",
    "lines\r\nSet-Cookie: a=b\r\n\r\n<script>\u2028\u2029\x85\x0b\x0c",
    "👩‍🚀🏳️‍🌈👍🏽 日本語 العربية עברית " + "e" + "\u0301" * 40,
    "title: x\n---\n# heading\n> quote\n```\ncode",
    "a" * 400 + " " + "W" * 200,
)
"""What is tried on readers of titles, names, abstracts and posts: whole attacks, each by itself."""


def hostile_texts(*, surrogates: bool = False, longest: int = 12) -> st.SearchStrategy[str]:
    """Texts of up to so many pieces, each of them bad company for some format.

    Halves of surrogate pairs cannot be written to a file, so they are in on demand only.
    """
    pieces = st.sampled_from(PIECES + SURROGATES if surrogates else PIECES)
    odd = st.characters(exclude_categories=["Cs"])
    return st.lists(pieces | odd, max_size=longest).map("".join)
