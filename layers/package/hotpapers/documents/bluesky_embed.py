"""A post of Bluesky as the HTML of Bluesky's own embed code, made without asking for it.

The form is the one of https://docs.bsky.app/docs/advanced-guides/oembed and of the page where the
code is copied (https://embed.bsky.app): a quote with the text, the author and the time, and the
script that makes the full post of it. (What the oEmbed server answers differs in what is shown
until the script has run: the author is one link, the time is ISO 8601.) None of them links the
places in the text, so neither does this. Not copied are raw line breaks, which are `<br>` here,
since an empty line would end the HTML in Markdown, and `[image or embed]` at the end: of pictures
and cards nothing is known here. The time is in UTC, not in the time zone of whoever copies.
"""

from datetime import datetime

from hotpapers.documents.html_text import html_text
from hotpapers.domain.post import Post

REFERRER = "ref_src=embed"
SCRIPT = '<script async src="https://embed.bsky.app/static/embed.js" charset="utf-8"></script>'

UNDETERMINED = "und"


def embed(post: Post) -> str:
    """The post as one line of HTML, without the script that would enliven it."""
    account = post.account
    profile = f"https://bsky.app/profile/{account.id}"
    key = post.url.rpartition("/")[2]
    language = post.language if post.language != UNDETERMINED else ""
    uri = f"at://{account.id}/app.bsky.feed.post/{key}"
    return (
        f'<blockquote class="bluesky-embed"{_attribute("data-bluesky-uri", uri)}'
        f"{_attribute('data-bluesky-cid', post.content_hash)}>"
        f"<p{_attribute('lang', language)}>{html_text(post.text, '<br>')}</p>"
        f"&mdash; {html_text(account.name or account.username)} "
        f"(<a{_address(profile)}>@{html_text(account.username)}</a>) "
        f"<a{_address(f'{profile}/post/{key}')}>{_time(post.created_at)}</a></blockquote>"
    )


def _address(page: str) -> str:
    return _attribute("href", f"{page}?{REFERRER}")


def _attribute(name: str, value: str) -> str:
    """The attribute after a space; nothing where there is no value."""
    return f' {name}="{html_text(value)}"' if value else ""


def _time(moment: datetime) -> str:
    """Oct 10, 2024 at 3:24 PM"""
    half = "AM" if moment.hour < 12 else "PM"
    day = f"{moment:%b} {moment.day}, {moment.year}"
    return f"{day} at {moment.hour % 12 or 12}:{moment:%M} {half}"
