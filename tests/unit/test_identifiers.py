"""arXiv's identifiers, and the many links to arXiv that lead to a paper, or only look so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.identifiers import (
    ARCHIVES,
    LONGEST_LINK,
    PaperId,
    paper_id_in_link,
    parse_paper_id,
)
from tests.builders import paper_ids
from tests.hostile import hostile_texts
from tests.properties import examples

IDS = [
    # What is written, the canonical id
    ("2009.08319", "2009.08319"),
    ("2009.08319v1", "2009.08319"),
    ("2009.08319v12", "2009.08319"),
    ("2009.08319V2", "2009.08319"),
    ("2009.08319v999", "2009.08319"),
    ("0704.0001", "0704.0001"),
    ("0704.0001v2", "0704.0001"),
    ("1212.1873", "1212.1873"),
    ("1412.9999", "1412.9999"),
    ("1501.00001", "1501.00001"),
    ("2612.99999", "2612.99999"),
    ("math/0309136", "math/0309136"),
    ("math/0309136v1", "math/0309136"),
    ("math.GT/0309136", "math/0309136"),
    ("math.GT/0309136v3", "math/0309136"),
    ("MATH.gt/0309136", "math/0309136"),
    ("Hep-Th/9901001", "hep-th/9901001"),
    ("hep-th/9107001", "hep-th/9107001"),
    ("quant-ph/0703999", "quant-ph/0703999"),
    ("cond-mat/0211034", "cond-mat/0211034"),
    ("cond-mat.str-el/0211034", "cond-mat/0211034"),
    ("physics.acc-ph/0010001", "physics/0010001"),
    ("cs.AI/9301111", "cs/9301111"),
    ("q-bio.NC/0412007", "q-bio/0412007"),
    ("cmp-lg/9404001", "cmp-lg/9404001"),
    ("alg-geom/9202001", "alg-geom/9202001"),
]

NO_IDS = [
    "",
    " 2009.08319",
    "2009.08319 ",
    "2009.08319\n",
    "arXiv:2009.08319",
    "2009.08319v",
    "2009.08319v0",
    "2009.08319v01",
    "2009.08319v1000",
    "2009.08319w1",
    "2009.083191",
    "12009.08319",
    "2009.8319",  # four digits, after 2014
    "1412.08319",  # five digits, before 2015
    "1501.0001",
    "2009.831",
    "2000.08319",  # no month
    "2013.08319",
    "0700.0001",
    "0703.0001",  # the month before the style began
    "0612.1234",
    "9912.1234",  # a year that has five digits, if any
    "2009,08319",
    "2009-08319",
    "２００９.０８３１９",
    "2009.0831٩",
    "math/0309136v0",
    "math/030913",
    "math/03091366",
    "math/0300136",
    "math/0313136",
    "math/0704001",  # the month after the style ended
    "math/9012001",  # before arXiv
    "math/5006001",
    "maths/0309136",
    "math.G/0309136",
    "math.GT.AG/0309136",
    "math//0309136",
    "/0309136",
    "0309136",
    "math/GT/0309136",
    "math-/0309136",
    "hep/9901001",
    "paper/0309136",
    "маth/0309136",
    "math/0309136/2009.08319",
    "2009.08319,2009.08295",
]

NEW = "2009.08319"
OLD = "math/0309136"
LINKS = {
    NEW: [
        "https://arxiv.org/abs/2009.08319",
        "http://arxiv.org/abs/2009.08319",
        "HTTPS://ARXIV.ORG/abs/2009.08319",
        "https://arXiv.org/abs/2009.08319",
        "https://www.arxiv.org/abs/2009.08319",
        "https://export.arxiv.org/abs/2009.08319",
        "http://xxx.arxiv.org/abs/2009.08319",
        "http://de.arxiv.org/abs/2009.08319",
        "http://cn.arxiv.org/abs/2009.08319",
        "http://lanl.arxiv.org/abs/2009.08319",
        "https://browse-3.arxiv.org/abs/2009.08319",
        "https://arxiv.org./abs/2009.08319",
        "https://arxiv.org:443/abs/2009.08319",
        "http://arxiv.org:80/abs/2009.08319",
        "http://arxiv.org:/abs/2009.08319",
        "https://reader@arxiv.org/abs/2009.08319",
        "https://arxiv.org/abs/2009.08319v1",
        "https://arxiv.org/abs/2009.08319v23",
        "https://arxiv.org/abs/2009.08319V1",
        "https://arxiv.org/abs/2009.08319/",
        "https://arxiv.org/abs/2009.08319v2/",
        "https://arxiv.org/abs/2009.08319.pdf",
        "https://arxiv.org/abs/arXiv:2009.08319",
        "https://arxiv.org/abs/arxiv:2009.08319v1",
        "https://arxiv.org/pdf/ARXIV:2009.08319",
        "https://arxiv.org/abs/arXiv%3A2009.08319",
        "https://arxiv.org/pdf/2009.08319",
        "https://arxiv.org/pdf/2009.08319.pdf",
        "https://arxiv.org/pdf/2009.08319v3.pdf",
        "https://arxiv.org/pdf/2009.08319.PDF",
        "https://arxiv.org/pdf/2009.08319v3",
        "https://arxiv.org/pdf/2009.08319.pdf/",
        "https://arxiv.org/pdf/2009.08319.pdf.pdf",
        "https://arxiv.org/pdf/2009.08319.pdf.",
        "http://export.arxiv.org/pdf/2009.08319v1.pdf",
        "https://arxiv.org/html/2009.08319",
        "https://arxiv.org/html/2009.08319v1",
        "https://arxiv.org/html/2009.08319v1/",
        "https://arxiv.org/html/2009.08319v1/x1.png",
        "https://arxiv.org/html/2009.08319v1/extracted/1/figures/results.png",
        "https://arxiv.org/html/2009.08319v1#S3.T1",
        "https://arxiv.org/ps/2009.08319",
        "https://arxiv.org/ps/2009.08319v1.ps",
        "https://arxiv.org/ps/2009.08319.ps.gz",
        "https://arxiv.org/format/2009.08319",
        "https://arxiv.org/src/2009.08319v2",
        "https://export.arxiv.org/e-print/2009.08319",
        "https://arxiv.org/ftp/arxiv/papers/2009/2009.08319.pdf",
        "http://arxiv.org/PS_cache/arxiv/pdf/2009/2009.08319v1.pdf",
        "https://arxiv.org/abs/2009.08319?context=cs.LG",
        "https://arxiv.org/abs/2009.08319?utm_source=feed&utm_medium=social",
        "https://arxiv.org/abs/2009.08319v1?fbclid=IwAR0abc-_",
        "https://arxiv.org/abs/2009.08319?",
        "https://arxiv.org/abs/2009.08319/?context=stat",
        "https://arxiv.org/pdf/2009.08319.pdf?download=1",
        "https://arxiv.org/abs/2009.08319#comments",
        "https://arxiv.org/abs/2009.08319#",
        "https://arxiv.org/abs/2009.08319v1?a=b#c",
        "https://arxiv.org/pdf/2009.08319.pdf#page=7",
        "https://arxiv.org/abs/2009.08319.",
        "https://arxiv.org/abs/2009.08319,",
        "https://arxiv.org/abs/2009.08319;",
        "https://arxiv.org/abs/2009.08319:",
        "https://arxiv.org/abs/2009.08319!",
        "https://arxiv.org/abs/2009.08319)",
        "https://arxiv.org/abs/2009.08319).",
        "https://arxiv.org/abs/2009.08319]",
        "https://arxiv.org/abs/2009.08319}",
        "https://arxiv.org/abs/2009.08319>",
        'https://arxiv.org/abs/2009.08319"',
        "https://arxiv.org/abs/2009.08319'",
        "https://arxiv.org/abs/2009.08319”",
        "https://arxiv.org/abs/2009.08319…",
        "https://arxiv.org/abs/2009.08319...",
        "https://arxiv.org/abs/2009.08319*",
        "https://arxiv.org/abs/2009.08319**",
        "https://arxiv.org/abs/2009.08319_",
        "https://arxiv.org/abs/2009.08319~",
        "https://arxiv.org/abs/2009.08319|",
        "https://arxiv.org/abs/2009.08319-",
        "https://arxiv.org/abs/2009.08319\\",
        "https://arxiv.org/abs/2009.08319。",
        "https://arxiv.org/abs/2009.08319、",
        "https://arxiv.org/abs/2009.08319）",
        "https://arxiv.org/abs/2009.08319」",
        "https://arxiv.org/abs/2009.08319🔥",
        "https://arxiv.org/abs/2009.08319\u200b",
        "https://arxiv.org/abs/2009.08319%20",
        "https://arxiv.org/abs/2009.08319%0A",
        "https://arxiv.org/abs/2009.08319%E2%80%A6",
        "https://arxiv.org/abs/2009%2E08319",
        "https://arxiv.org/abs/%32009.08319",
        "https://arxiv.org/abs%2F2009.08319",
        "https://arxiv.org//abs/2009.08319",
        "https://arxiv.org/abs//2009.08319",
        "https://arxiv.org///abs///2009.08319//",
        " https://arxiv.org/abs/2009.08319 ",
        "\thttps://arxiv.org/abs/2009.08319\r\n",
        "https://arxiv.org/ab\ns/2009.08319",
    ],
    OLD: [
        "https://arxiv.org/abs/math/0309136",
        "https://arxiv.org/abs/math/0309136v1",
        "https://arxiv.org/abs/math/0309136/",
        "https://arxiv.org/abs/math.GT/0309136",
        "https://arxiv.org/abs/math.GT/0309136v2",
        "https://arxiv.org/abs/math.gt/0309136",
        "https://arxiv.org/abs/MATH/0309136",
        "https://arxiv.org/abs/MATH.GT/0309136V2",
        "https://arxiv.org/abs/arXiv:math/0309136",
        "https://arxiv.org/abs/arXiv:math.GT/0309136",
        "https://arxiv.org/abs/math%2F0309136",
        "https://arxiv.org/abs/math%2f0309136v1",
        "https://arxiv.org/abs/math//0309136",
        "https://arxiv.org/pdf/math/0309136",
        "https://arxiv.org/pdf/math/0309136.pdf",
        "https://arxiv.org/pdf/math/0309136v1.pdf",
        "http://www.arxiv.org/pdf/math.GT/0309136v1.pdf?x=y",
        "https://arxiv.org/ps/math/0309136v1.ps.gz",
        "https://arxiv.org/format/math/0309136",
        "https://arxiv.org/html/math/0309136/index.html",
        "https://arxiv.org/abs/math/0309136).",
        "https://arxiv.org/abs/math/0309136#",
        "http://xxx.arxiv.org:80/abs/math/0309136?context=math",
    ],
    "hep-th/9901001": [
        "https://arxiv.org/abs/hep-th/9901001",
        "https://arxiv.org/abs/HEP-TH/9901001v3",
        "https://arxiv.org/pdf/hep-th/9901001.pdf",
    ],
    "cond-mat/0211034": [
        "https://arxiv.org/abs/cond-mat/0211034",
        "https://arxiv.org/abs/cond-mat.str-el/0211034",
    ],
    "0704.0001": ["https://arxiv.org/abs/0704.0001", "https://arxiv.org/pdf/0704.0001v2.pdf"],
    "1412.6980": ["https://arxiv.org/abs/1412.6980", "https://arxiv.org/abs/1412.6980v9"],
    "1501.00001": ["https://arxiv.org/abs/1501.00001"],
}

NO_LINKS = [
    "",
    " ",
    "2009.08319",
    "arXiv:2009.08319",
    "arxiv.org/abs/2009.08319",
    "//arxiv.org/abs/2009.08319",
    "/abs/2009.08319",
    "https:arxiv.org/abs/2009.08319",
    "https:///arxiv.org/abs/2009.08319",
    "ftp://arxiv.org/abs/2009.08319",
    "javascript://arxiv.org/abs/2009.08319",
    "mailto:2009.08319@arxiv.org",
    # Other hosts
    "https://notarxiv.org/abs/2009.08319",
    "https://arxiv.org.evil.example/abs/2009.08319",
    "https://arxiv.org@evil.example/abs/2009.08319",
    "https://evil.example/arxiv.org/abs/2009.08319",
    "https://evil.example/?https://arxiv.org/abs/2009.08319",
    "https://evil.example/#https://arxiv.org/abs/2009.08319",
    "https://arxiv.com/abs/2009.08319",
    "https://arxiv.orgs/abs/2009.08319",
    "https://arxiv-org/abs/2009.08319",
    "https://arxivXorg/abs/2009.08319",
    "https://www.export.arxiv.org/abs/2009.08319",
    "https://.arxiv.org/abs/2009.08319",
    "https://аrxiv.org/abs/2009.08319",
    "https://evil.example\\@arxiv.org/abs/2009.08319",
    "https://a_b.arxiv.org/abs/2009.08319",
    "https://org/abs/2009.08319",
    "https://localhost/abs/2009.08319",
    "https://[::1]/abs/2009.08319",
    "https://[arxiv.org/abs/2009.08319",
    "https://arxiv.org]/abs/2009.08319",
    "https://arxiv.org\u2100/abs/2009.08319",
    "https://t.co/OKxnb2Bt5L",
    # Other pages
    "https://arxiv.org",
    "https://arxiv.org/",
    "https://arxiv.org/abs",
    "https://arxiv.org/abs/",
    "https://arxiv.org/abs/?id=2009.08319",
    "https://arxiv.org/abs/#2009.08319",
    "https://arxiv.org/2009.08319",
    "https://arxiv.org/list/cs.LG/recent",
    "https://arxiv.org/list/cs.LG/2009",
    "https://arxiv.org/list/2009.08319",
    "https://arxiv.org/list/math/0309136",
    "https://arxiv.org/a/lovelace_a_1",
    "https://arxiv.org/a/2009.08319",
    "https://arxiv.org/user/2009.08319",
    "https://arxiv.org/auth/show-endorsers/2009.08319",
    "https://arxiv.org/search/?query=2009.08319",
    "https://arxiv.org/year/math/0309136",
    "https://arxiv.org/help/abs/2009.08319",
    "https://arxiv.org/catchup/cs/2020-09-18",
    "https://arxiv.org/archive/math",
    "https://arxiv.org/abs/math",
    "https://arxiv.org/abs/math/",
    "https://arxiv.org/abs/recent",
    "https://arxiv.org/abs/cs.LG",
    "https://arxiv.org/abs.html/2009.08319",
    "https://arxiv.org/xabs/2009.08319",
    "https://arxiv.org/absolute/2009.08319",
    # Numbers that are no identifiers
    "https://arxiv.org/abs/2013.08319",
    "https://arxiv.org/abs/2000.08319",
    "https://arxiv.org/abs/0703.0001",
    "https://arxiv.org/abs/1412.06980",
    "https://arxiv.org/abs/2009.8319",
    "https://arxiv.org/abs/2009.083190",
    "https://arxiv.org/abs/12009.08319",
    "https://arxiv.org/abs/2009.08319.1",
    "https://arxiv.org/abs/2009.08319x",
    "https://arxiv.org/abs/2009.08319v0",
    "https://arxiv.org/abs/2009.08319v",
    "https://arxiv.org/abs/2009.08319pdf",
    "https://arxiv.org/abs/2009.08319.docx",
    "https://arxiv.org/abs/2009.08319а",
    "https://arxiv.org/abs/2009.08319,2009.08295",
    "https://arxiv.org/abs/x2009.08319",
    "https://arxiv.org/abs/-2009.08319",
    "https://arxiv.org/abs/x/2009.08319",
    "https://arxiv.org/abs/doi:2009.08319",
    "https://arxiv.org/abs/2020-09-18",
    "https://arxiv.org/abs/18.09.2020",
    "https://arxiv.org/abs/2020.09.18",
    "https://arxiv.org/abs/+1-202.555.0123",
    "https://arxiv.org/abs/2025550123",
    "https://arxiv.org/abs/2009%252E08319",
    "https://arxiv.org/abs/math/0313136",
    "https://arxiv.org/abs/math/0704001",
    "https://arxiv.org/abs/math/03091367",
    "https://arxiv.org/abs/maths/0309136",
    "https://arxiv.org/abs/math/x/0309136",
    "https://arxiv.org/abs/math\\0309136",
]


@pytest.mark.parametrize(("text", "canonical"), IDS)
def test_an_id_has_one_canonical_form(text: str, canonical: str) -> None:
    assert parse_paper_id(text) == canonical


@pytest.mark.parametrize("text", NO_IDS)
def test_what_is_no_id_is_not_read_as_one(text: str) -> None:
    assert parse_paper_id(text) is None


@pytest.mark.parametrize(
    ("link", "paper_id"), [(link, paper_id) for paper_id, links in LINKS.items() for link in links]
)
def test_links_lead_to_their_paper(link: str, paper_id: str) -> None:
    assert paper_id_in_link(link) == paper_id


@pytest.mark.parametrize("link", NO_LINKS)
def test_other_links_lead_to_no_paper(link: str) -> None:
    assert paper_id_in_link(link) is None


@pytest.mark.parametrize("archive", sorted(ARCHIVES))
def test_every_archive_of_old_is_known(archive: str) -> None:
    assert paper_id_in_link(f"https://arxiv.org/abs/{archive}/9912001v1") == f"{archive}/9912001"


@pytest.mark.parametrize("month", range(100))
def test_a_year_has_twelve_months(month: int) -> None:
    new, old = f"20{month:02}.08319", f"math/03{month:02}136"

    expected = (new, old) if 1 <= month <= 12 else (None, None)

    assert (parse_paper_id(new), parse_paper_id(old)) == expected


@settings(max_examples=examples(200), deadline=None)
@given(
    paper_id=paper_ids(),
    scheme=st.sampled_from(["http", "https"]),
    host=st.sampled_from(["arxiv.org", "www.arxiv.org", "export.arxiv.org", "xxx.arxiv.org:80"]),
    kind=st.sampled_from(["abs", "pdf", "html", "ps", "format"]),
    version=st.sampled_from(["", "v1", "v42"]),
    end=st.sampled_from(["", ".pdf", "/", "?context=cs", "#S1", ".pdf?x=y#z", "…", ")."]),
)
def test_every_form_of_a_link_leads_back_to_its_id(
    paper_id: PaperId, scheme: str, host: str, kind: str, version: str, end: str
) -> None:
    assert paper_id_in_link(f"{scheme}://{host}/{kind}/{paper_id}{version}{end}") == paper_id


@settings(max_examples=examples(200), deadline=None)
@given(paper_ids(), st.sampled_from(["", "v1", "V7"]))
def test_canonical_ids_stay_as_they_are(paper_id: PaperId, version: str) -> None:
    assert parse_paper_id(paper_id) == paper_id
    assert parse_paper_id(paper_id + version) == paper_id


@pytest.mark.thorough
@settings(max_examples=examples(300), deadline=None)
@given(
    st.sampled_from(["", "https://", "https://arxiv.org/", "https://arxiv.org/abs/", "https://["]),
    st.one_of(st.text(), hostile_texts(surrogates=True), st.from_regex(r"[0-9./vV%a-z-]{0,30}")),
)
def test_whatever_is_found_in_a_text_is_canonical(start: str, text: str) -> None:
    found = [paper_id_in_link(start + text), parse_paper_id(text)]

    assert all(parse_paper_id(paper_id) == paper_id for paper_id in found if paper_id is not None)


ENDLESS = [
    "0",
    ".",
    "2009.",
    "2009.08319",
    ".pdf",
    "v1",
    "/",
    "(",
    "a-",
    "a.",
    "%2F",
    "%",
    "_",
    "@",
]


@pytest.mark.parametrize("piece", ENDLESS)
@pytest.mark.parametrize(
    "start", ["", "https://", "https://arxiv.org/abs/", "https://arxiv.org/abs/2009.08319"]
)
def test_long_nonsense_does_not_hang(start: str, piece: str) -> None:
    longest = (start + piece * LONGEST_LINK)[: LONGEST_LINK - 1] + "x"

    found = paper_id_in_link(longest)

    assert found in (None, NEW)
    assert parse_paper_id(piece * 100_000 + "x") is None


def test_a_link_longer_than_any_is_not_looked_into() -> None:
    link = f"https://arxiv.org/abs/{NEW}?"
    fitting = link + "x" * (LONGEST_LINK - len(link))

    assert [paper_id_in_link(fitting), paper_id_in_link(fitting + "x")] == [NEW, None]
