"""A post of X as the HTML that X's own oEmbed endpoint answers with.

The form was read off 1,868 embeds of published posts: a quote with the text, the places in it as
links, the author and the date. A reader's browser turns it into the full post with X's script;
without the script it stays a readable quote.
"""

from urllib.parse import quote

from hotpapers.documents.html_text import html_text
from hotpapers.domain.post import Post
from hotpapers.domain.rich_text import Span, SpanKind

REFERRER = "ref_src=twsrc%5Etfw"
SCRIPT = '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>'

RIGHT_TO_LEFT = frozenset(["ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"])
"""The languages that X marks `dir="rtl"`, by the tags it uses for them (`iw` is its Hebrew)."""


def embed(post: Post) -> str:
    """The post as one line of HTML, without the script that would enliven it."""
    direction = "rtl" if post.language.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
    date = f"{post.created_at:%B} {post.created_at.day}, {post.created_at.year}"
    address = html_text(f"{post.url}?{REFERRER}")
    return (
        '<blockquote class="twitter-tweet">'
        f'<p lang="{html_text(post.language)}" dir="{direction}">{_body(post)}</p>'
        f"&mdash; {html_text(post.account.name)} (@{html_text(post.account.username)}) "
        f'<a href="{address}">{date}</a></blockquote>'
    )


def _body(post: Post) -> str:
    parts: list[str] = []
    position = 0
    for span in post.spans:
        parts.append(html_text(post.text[position : span.start], "<br>"))
        shown = post.text[span.start : span.end]
        address, label = html_text(_address(span, shown)), html_text(_label(span, shown))
        parts.append(f'<a href="{address}">{label}</a>')
        position = span.end
    parts.append(html_text(post.text[position:], "<br>"))
    return "".join(parts)


def _address(span: Span, shown: str) -> str:
    tag = quote(span.target, safe="")
    match span.kind:
        case SpanKind.LINK | SpanKind.PICTURE:
            return shown
        case SpanKind.MENTION:
            return f"https://twitter.com/{tag}?{REFERRER}"
        case SpanKind.HASHTAG:
            return f"https://twitter.com/hashtag/{tag}?src=hash&{REFERRER}"
        case SpanKind.CASHTAG:
            return f"https://twitter.com/search?q=%24{tag}&src=ctag&{REFERRER}"


def _label(span: Span, shown: str) -> str:
    return span.target if span.kind is SpanKind.PICTURE else shown
