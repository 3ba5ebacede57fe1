"""The papers that free text names, and all the numbers in it that name none."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.identifiers import LONGEST_LINK, PaperId, papers_in_text, parse_paper_id
from tests.builders import paper_ids
from tests.hostile import hostile_texts
from tests.properties import examples

NEW = "2009.08319"
OTHER = "2009.08295"
OLD = "math/0309136"

FORMS = [
    # How a text writes an id of either style
    "arXiv:{}",
    "arXiv: {}",
    "arxiv:{}",
    "arxiv: {}",
    "ARXIV:{}",
    "ArXiv : {}",
    "arXiv\u00a0:\u00a0{}",
    "arXiv：{}",
    "arXiv:\n{}",
    "#arXiv:{}",
    "[arXiv:{}]",
    "(arXiv:{}v1)",
    "arXiv:{}v2 [cs.LG]",
    "arXiv:{}v2[math.GT]",
    "arXiv:{} [hep-th] 17 Sep 2020",
    "eprint:arXiv:{}",
    "10.48550/arXiv.{}",
    "10.48550/ARXIV.{}",
    "doi:10.48550/arXiv.{}",
    "DOI: 10.48550/arxiv.{}",
    "doi = {{10.48550/arXiv.{}}},",
    "doi.org/10.48550/arXiv.{}",
    "https://doi.org/10.48550/arXiv.{}",
    "arxiv.org/abs/{}",
    "arXiv.org/abs/{}v3",
    "arxiv.org:443/abs/{}",
    "www.arxiv.org/pdf/{}.pdf",
    "export.arxiv.org/abs/{}",
    "alphaxiv.org/abs/{}",
    "www.alphaxiv.org/overview/{}v1",
    "ar5iv.org/abs/{}",
    "ar5iv.labs.arxiv.org/html/{}",
    "huggingface.co/papers/{}",
    "hf.co/papers/{}",
    "scirate.com/arxiv/{}",
    "arxiv-vanity.com/papers/{}/",
    "xxx.lanl.gov/abs/{}",
    "http://arxiv.org/abs/{}",
    "https://arxiv.org/abs/{}v2",
    "HTTPS://ARXIV.ORG/abs/{}",
    "https://arxiv.org/abs/arXiv:{}",
    "https://arxiv.org/abs/{}?context=cs.LG&utm_source=a#b",
    "https://arxiv.org/pdf/{}v3.pdf#page=4",
    "https://arxiv.org/html/{}v1/x1.png",
    "https://www.alphaxiv.org/zh/overview/{}",
    "https://huggingface.co/papers/{}#community",
]

SETTINGS = [
    # What stands around it, with no paper of its own
    "{}",
    "Our paper is out: {}",
    "Paper:{}",
    "Paper: {}.",
    "{}, which is out today",
    "{},which is out today",
    "Is it {}?",
    "It is {}!",
    "({})",
    "(see {}).",
    "[{}]",
    "[paper]({})",
    "[paper]({}), [code](https://github.com/ada/engine)",
    "<{}>",
    '"{}"',
    "'{}'",
    "“{}”",
    "{}’s proof",
    "**{}**",
    "~~{}~~",
    "`{}`",
    "| {} |",
    "|{}|2020-09-18|",
    "{};",
    "{}…",
    "{} 🧵👇",
    "📄{}🔥",
    "\n{}\n",
    "\u200b{}\u200b",
    "論文は{}です",
    "論文「{}」。",
    "論文：{}（日本語）",
    "论文{}，代码https://github.com/ada/engine",
    "논문{}입니다",
    "الورقة {}، هنا",
    "<p>{}</p>",
    '<a href="{}">paper</a>',
    "https://github.com/ada/engine\n{}",
    "https://example.com/2020/09/18, {}",
]

TEXTS = [
    # Links that services and clients make of a link
    (f"[https://arxiv.org/abs/{NEW}](https://arxiv.org/abs/{NEW})", [NEW]),
    (f"[arXiv:{NEW}](https://arxiv.org/abs/{NEW}v2)", [NEW]),
    (f"[{OTHER}](https://arxiv.org/abs/{NEW})", [NEW]),
    (f"<https://arxiv.org/abs/{NEW}|paper>", [NEW]),
    (f"<a href='https://arxiv.org/abs/{NEW}' rel='nofollow'>arxiv.org/abs/2009.0…</a>", [NEW]),
    (f"<span>https://</span><span>arxiv.org/abs/{NEW}</span>", [NEW]),
    (f"view-source:https://arxiv.org/abs/{NEW}", [NEW]),
    # Side by side
    (f"https://arxiv.org/abs/{NEW} https://arxiv.org/abs/{OTHER}", [OTHER, NEW]),
    (f"https://arxiv.org/abs/{NEW},https://arxiv.org/abs/{OTHER}", [OTHER, NEW]),
    (f"https://arxiv.org/abs/{NEW}https://arxiv.org/abs/{OTHER}", [OTHER, NEW]),
    (f"arxiv.org/abs/{NEW}https://arxiv.org/abs/{OTHER}", [OTHER, NEW]),
    (f"https://arxiv.org/abs/{NEW}と、https://arxiv.org/abs/{OTHER}", [OTHER, NEW]),
    (f"Abstract pagehttps://arxiv.org/abs/{NEW}", [NEW]),
    (f"https://example.com/posthttps://arxiv.org/abs/{NEW}", [NEW]),
    (f"https://example.comhttps://arxiv.org/abs/{NEW}", [NEW]),
    (f"https://example.com,https://arxiv.org/abs/{NEW}", [NEW]),
    (f"(https://example.com)[arxiv.org/abs/{NEW}]", [NEW]),
    (f"<https://example.com>arxiv.org/abs/{NEW}", [NEW]),
    (f"https://example.com|arxiv.org/abs/{NEW}", [NEW]),
    (f"arXiv:{NEW},arXiv:{OTHER}", [OTHER, NEW]),
    (f"arXiv:{NEW}, {OTHER}", [NEW]),
    (f"arXiv:{NEW} and arXiv:{NEW}v2, https://arxiv.org/pdf/{NEW}", [NEW]),
    (f"arXiv:{OLD} arXiv:math.GT/0309136 hf.co/papers/{NEW}", [NEW, OLD]),
    (f"doi:10.48550/arXiv.{NEW};doi:10.48550/arXiv.{OLD}", [NEW, OLD]),
    # An address ends before a character that belongs to none
    (f"https://arxiv.org/abs/{NEW}日本語https://arxiv.org/list/cs.LG/recent", [NEW]),
    (f"https://arxiv.org/abs/{NEW}\\nThe next line", [NEW]),
    (f"https://arxiv.org/abs/{NEW}?title=a,b(c)", [NEW]),
    # The end of a name
    (f"arXiv:{NEW}.", [NEW]),
    (f"arXiv:{NEW}.pdf", [NEW]),
    (f"arXiv:{NEW}-{OTHER}", [NEW]),
    (f"arXiv:{OLD}v1.", [OLD]),
    ("arXiv:0704.0001v2 arXiv:1412.6980", ["0704.0001", "1412.6980"]),
    ("arXiv:hep-th/9901001; arXiv:cond-mat.str-el/0211034", ["cond-mat/0211034", "hep-th/9901001"]),
]

NO_TEXTS = [
    "",
    "arXiv",
    "arXiv:",
    "https://",
    "https://arxiv.org",
    # A number alone
    "2009.08319",
    "2009.08319v2",
    "[2009.08319]",
    "#2009.08319",
    "math/0309136",
    "math.GT/0309136",
    "cs.LG/0309136",
    "arXiv 2009.08319",
    "arXiv paper 2009.08319",
    "arXiv no. 2009.08319",
    "Version 2009.08319 is out",
    "v2009.08319",
    "Ubuntu 20.04, kernel 2009.10234-generic",
    "It costs $2009.08319, or €1412.6980",
    "2009.0831 BTC",
    "Section 2009.0831",
    "35.6812, 139.7671; 1412.6980 1501.00001",
    "RFC 2009.08319",
    "loss=2009.08319",
    # Dates, times and phone numbers
    "2020-09-18 2020.09.18 18.09.2020 09/18/2020 20200918 2009-08-31",
    "arXiv: 2020-09-18",
    "arXiv: 18.09.2020",
    "arXiv: 12.30",
    "arXiv: 10 new papers today, 2009.08319 readers",
    "12:30:45 2020-09-18T12:30:45.083190Z 1600389045.08319",
    "+1 202 555 0123, +1-202-555-0123, (202) 555.0123, 0309136",
    "tel:+12025550123",
    # Other names, and names that are not whole
    "bioarXiv:2009.08319",
    "SocArXiv:2009.08319",
    "notarXiv:2009.08319",
    "my_arxiv:2009.08319",
    "oai:arXiv.org:2009.08319",
    "arXiv:2013.08319",
    "arXiv:2009.8319",
    "arXiv:2009.083190",
    "arXiv:12009.08319",
    "arXiv:2009.08319.1",
    "arXiv:2009.08319٩",
    "arXiv:2009.08319x",
    "arXiv:2009.08319v0",
    "arXiv:2009.08319v",
    "arXiv:2009,08319",
    "arXiv::2009.08319",
    "arXiv;2009.08319",
    "arXiv:maths/0309136",
    "arXiv:math/03091360",
    "arXiv:math/0704001",
    "arXiv:/2009.08319",
    # Other DOIs
    "10.1000/2009.08319",
    "doi:10.1000/2009.08319",
    "10.1000/arXiv.2009.08319",
    "10.1000/10.48550/arXiv.2009.08319",
    "110.48550/arXiv.2009.08319",
    "10.48550/2009.08319",
    "10.48550/bioRxiv.2009.08319",
    "10.48550/arXiv.2009.0831",
    "10.1101/2020.09.18.303123",
    "10.1145/3678719.2009083",
    "10.1007/978-3-030-2009.08319",
    # Other hosts, and hosts that look alike
    "https://example.com/2009.08319",
    "https://example.com/abs/2009.08319",
    "https://evil.example/arxiv.org/abs/2009.08319",
    "https://evil.example//arxiv.org/abs/2009.08319",
    "https://evil.example/?u=arxiv.org/abs/2009.08319",
    "https://evil.example/?a=b&arxiv.org/abs/2009.08319",
    "https://evil.example/#arxiv.org/abs/2009.08319",
    "https://evil.example/?https://arxiv.org/abs/2009.08319",
    "https://evil.example/?u=https://arxiv.org/abs/2009.08319",
    "https://evil.example/https://arxiv.org/abs/2009.08319",
    "https://evil.example/arXiv:2009.08319",
    "https://evil.example/?q=arXiv:2009.08319",
    "https://evil.example/10.48550/arXiv.2009.08319",
    "https://evil.example/#:~:text=arXiv:2009.08319",
    "https://arxiv.org.evil.example/abs/2009.08319",
    "https://arxiv.org@evil.example/abs/2009.08319",
    "https://notarxiv.org/abs/2009.08319",
    "https://аrxiv.org/abs/2009.08319",
    "https://日本arxiv.org/abs/2009.08319",
    "https://evil.example\\@arxiv.org/abs/2009.08319",
    "https://evil.example\\.arxiv.org/abs/2009.08319",
    "https://evil.example\\arxiv.org/abs/2009.08319",
    "evil.example/arxiv.org/abs/2009.08319",
    "evil.example/?q=arXiv:2009.08319",
    "evil.example/10.48550/arXiv.2009.08319",
    "arxiv.org.evil.example/abs/2009.08319",
    "notarxiv.org/abs/2009.08319",
    "not_arxiv.org/abs/2009.08319",
    "иarxiv.org/abs/2009.08319",
    "ñarxiv.org/abs/2009.08319",
    "ada@arxiv.org/abs/2009.08319",
    "//arxiv.org/abs/2009.08319",
    "ftp://arxiv.org/abs/2009.08319",
    "javascript://arxiv.org/abs/2009.08319",
    "hxxps://arxiv.org/abs/2009.08319",
    "arxiv[.]org/abs/2009.08319",
    "arxiv.org /abs/2009.08319",
    "arxiv.org/2009.08319",
    "arxiv.org",
    "Tab.arxiv.org:abs/2009.08319",
    # Other pages, and what a client cut off
    "https://arxiv.org/list/cs.LG/2009",
    "https://huggingface.co/papers/date/2020-09-18",
    "https://huggingface.co/papers/week/2020-W38",
    "https://huggingface.co/datasets/ada/2009.08319",
    "arxiv.org/abs/2009.…",
    "arxiv.org/abs/2009.0831…",
    "https://arxiv.org/abs/2009.083…",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("paper_id", [NEW, "1412.6980", OLD])
def test_every_form_names_its_paper(form: str, paper_id: str) -> None:
    assert papers_in_text(form.format(paper_id)) == (paper_id,)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    "form", ["https://arxiv.org/abs/{}", "arxiv.org/pdf/{}v1", "arXiv:{}", "doi:10.48550/arXiv.{}"]
)
def test_a_name_is_found_wherever_it_stands(setting: str, form: str) -> None:
    assert papers_in_text(setting.format(form.format(NEW))) == (NEW,)


@pytest.mark.parametrize(("text", "papers"), TEXTS)
def test_texts_name_papers_sorted_and_each_once(text: str, papers: list[str]) -> None:
    assert papers_in_text(text) == tuple(papers)


@pytest.mark.parametrize("text", NO_TEXTS)
def test_other_texts_name_no_paper(text: str) -> None:
    assert papers_in_text(text) == ()


@settings(max_examples=examples(150), deadline=None)
@given(
    st.lists(st.tuples(paper_ids(), st.sampled_from(FORMS)), max_size=4),
    st.sampled_from([" ", "\n", ", ", "。", " | ", "）（", " / ", "🔥"]),
)
def test_every_paper_of_a_text_is_found(named: list[tuple[PaperId, str]], between: str) -> None:
    text = between.join(form.format(paper_id) for paper_id, form in named)

    assert papers_in_text(text) == tuple(sorted({paper_id for paper_id, _ in named}))


@settings(max_examples=examples(150), deadline=None)
@given(
    paper_id=paper_ids(),
    form=st.sampled_from(FORMS),
    setting=st.sampled_from(SETTINGS),
    before=hostile_texts(surrogates=True),
    after=hostile_texts(surrogates=True),
)
def test_a_paper_is_found_among_hostile_text(
    paper_id: PaperId, form: str, setting: str, before: str, after: str
) -> None:
    text = f"{before} {setting.format(form.format(paper_id))} {after}"

    assert paper_id in papers_in_text(text)


@settings(max_examples=examples(150), deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(),
            hostile_texts(surrogates=True),
            st.from_regex(r"[0-9./:vV%a-z-]{0,30}"),
            st.sampled_from(["https://", "arxiv.org/abs/", "arXiv:", "10.48550/arXiv.", NEW, OLD]),
        ),
        max_size=8,
    ).map("".join)
)
def test_whatever_a_text_names_is_canonical(text: str) -> None:
    papers = papers_in_text(text)

    assert all(parse_paper_id(paper_id) == paper_id for paper_id in papers)
    assert list(papers) == sorted(set(papers))


NUMBERS = st.one_of(
    paper_ids(),
    st.dates(date(1991, 1, 1), date(2099, 12, 31)).map(str),
    st.dates(date(1991, 1, 1), date(2099, 12, 31)).map("{:%d.%m.%Y}".format),
    st.times().map(str),
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=5).map(str),
    st.from_regex(r"\+?[0-9]{1,3}[ .-]\(?[0-9]{3,4}\)?[ .-][0-9]{4,7}", fullmatch=True),
    st.from_regex(r"10\.[0-9]{4,5}/[0-9]{4}\.[0-9]{4,5}", fullmatch=True),
    st.from_regex(r"[v$€#§]?[0-9]{1,4}(\.[0-9]{1,5}){1,3}", fullmatch=True),
)


@pytest.mark.thorough
@settings(max_examples=examples(150), deadline=None)
@given(st.lists(NUMBERS, max_size=12), st.sampled_from([" ", ", ", "\n", "/", ":", "-", "", "."]))
def test_numbers_alone_name_no_paper(numbers: list[str], between: str) -> None:
    assert papers_in_text(between.join(numbers)) == ()


ENDLESS = [
    *("a", "a.", "a-", "0", "2009.", "2009.08319", "v1", "/", ".", "(", "[", "%2F", "%", "@", " "),
    *("h", "http", "https:", "https://", "https://a/", "https://a/h", "https://[", "https://日本"),
    *("arxiv", "arxiv:", "arxiv: ", "arxiv:a-", "arxiv:a.a-", "arXiv:2009.0831", "10.48550/arxiv."),
    *(
        "a.a.a.a.a",
        "a.bc:1/",
        "a.bc/ ",
        "arxiv.org/abs/",
        "https://arxiv.org/abs/",
        "é",
        "日",
        "🔥",
    ),
]


@pytest.mark.parametrize("piece", ENDLESS)
@pytest.mark.parametrize("start", ["", "https://arxiv.org/abs/", "arxiv.org/abs/", "arXiv:"])
def test_long_nonsense_does_not_hang(start: str, piece: str) -> None:
    longest = (start + piece * 100_000)[:100_000]

    assert papers_in_text(f"{longest} arXiv:{NEW}") in ((NEW,), (OTHER, NEW))


def test_a_long_text_is_read_to_its_end() -> None:
    ids = [PaperId(f"2009.{number:05}") for number in range(10_000)]

    assert papers_in_text("。".join(f"https://arxiv.org/abs/{paper}" for paper in ids)) == (*ids,)


def test_an_address_longer_than_any_is_passed_over_whole() -> None:
    address = f"https://arxiv.org/abs/{NEW}?"
    fitting = address + "x" * (LONGEST_LINK - len(address))

    assert papers_in_text(f"{fitting} hf.co/papers/{OTHER}") == (OTHER, NEW)
    assert papers_in_text(f"{fitting}/arXiv:{NEW} hf.co/papers/{OTHER}") == (OTHER,)
