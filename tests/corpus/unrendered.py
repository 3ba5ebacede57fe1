"""From the HTML of an embed back to the text that X sent, with its entities."""

import re
from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256

from tests.corpus.published import Embed, Json

ANCHOR = re.compile(r'<a href="(?P<address>[^"]*)">(?P<label>.*?)</a>')


def unrendered(embed: Embed, papers: Sequence[str]) -> tuple[str, Json]:
    """The text as X's API gives it (`&`, `<`, `>` escaped), and the places in it.

    The published posts do not tell where a link led: the first ones lead to the papers here.
    """
    text = ""
    position = 0
    entities: defaultdict[str, list[Json]] = defaultdict(list)
    to_papers = [paper_link(paper, embed.id + number) for number, paper in enumerate(papers)]
    for anchor in ANCHOR.finditer(embed.body):
        text += plain(embed.body[position : anchor.start()])
        position = anchor.end()
        address, label = anchor["address"], anchor["label"]
        start = len(text)
        match label[0]:
            case "@":
                text += label
                own = address.removeprefix("https://twitter.com/").partition("?")[0]
                entities["mentions"].append(_place(start, label) | {"username": own})
            case "#":
                text += label
                entities["hashtags"].append(_place(start, label) | {"tag": label[1:]})
            case "$":
                text += label
                entities["cashtags"].append(_place(start, label) | {"tag": label[1:]})
            case "p":
                text += address
                page = f"https://twitter.com/{embed.username}/status/{embed.id}/photo/1"
                picture = _place(start, address) | {"url": address, "expanded_url": page}
                entities["urls"].append(picture | {"display_url": label})
            case _:
                text += address
                target = to_papers.pop(0) if to_papers else f"https://example.org/{start}"
                entities["urls"].append(link(address, target, start))
    text += plain(embed.body[position:])
    for number, target in enumerate(to_papers):
        # Without a place in the text: X has such links, of cards and of texts cut short.
        missing = link(f"https://t.co/missing{number}", target)
        entities["urls"].append(missing)
    return text, dict(entities)


def plain(html: str) -> str:
    return html.replace("<br>", "\n").replace("&quot;", '"').replace("&#39;", "'")


def _place(start: int, shown: str) -> Json:
    return {"start": start, "end": start + len(shown)}


def link(address: str, target: str, start: int | None = None) -> Json:
    place = {} if start is None else _place(start, address)
    shown = target.partition("://")[2].removeprefix("www.")
    display = shown if len(shown) < 27 else shown[:26] + "…"
    return {**place, "url": address, "expanded_url": target, "display_url": display}


LINK_FORMS = (
    "https://arxiv.org/abs/{}",
    "https://arxiv.org/abs/{}v1",
    "https://arxiv.org/pdf/{}",
    "https://arxiv.org/pdf/{}.pdf",
    "https://arxiv.org/pdf/{}v2.pdf",
    "http://arxiv.org/abs/{}",
    "https://www.arxiv.org/abs/{}",
    "https://export.arxiv.org/abs/{}?context=cs",
    "https://arxiv.org/abs/{}?utm_source=twitter&utm_medium=social#references",
    "https://arxiv.org/html/{}v1",
)


def paper_link(paper: str, number: int) -> str:
    """A link to a paper, in any of the forms that people use."""
    choice = int(sha256(str(number).encode()).hexdigest()[:8], 16)
    return LINK_FORMS[choice % len(LINK_FORMS)].format(paper)
