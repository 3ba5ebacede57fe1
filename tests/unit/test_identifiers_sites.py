"""Links to the sites that show arXiv's papers under arXiv's ids, and to papers' DOIs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotpapers.domain.identifiers import PaperId, paper_id_in_link
from tests.builders import paper_ids
from tests.properties import examples

NEW = "2009.08319"
OLD = "math/0309136"

PAGES = [
    # What stands before the id, on every site
    "https://arxiv.org/abs/",
    "https://arxiv.org/src/",
    "https://export.arxiv.org/e-print/",
    "http://xxx.lanl.gov/abs/",
    "http://xxx.lanl.gov/pdf/",
    "http://arxiv.lanl.gov/abs/",
    "https://alphaxiv.org/abs/",
    "https://www.alphaxiv.org/abs/",
    "https://www.alphaxiv.org/pdf/",
    "https://www.alphaxiv.org/html/",
    "https://www.alphaxiv.org/overview/",
    "https://www.alphaxiv.org/zh/overview/",
    "https://www.alphaxiv.org/zh/abs/",
    "https://www.alphaxiv.org/paper/",
    "https://www.alphaxiv.org/resources/",
    "https://www.alphaxiv.org/audio/",
    "https://ar5iv.org/abs/",
    "https://ar5iv.org/html/",
    "https://ar5iv.org/pdf/",
    "https://www.ar5iv.org/abs/",
    "https://ar5iv.labs.arxiv.org/html/",
    "https://ar5iv.labs.arxiv.org/abs/",
    "https://www.ar5iv.labs.arxiv.org/html/",
    "https://huggingface.co/papers/",
    "https://www.huggingface.co/papers/",
    "https://hf.co/papers/",
    "https://scirate.com/arxiv/",
    "https://www.scirate.com/arxiv/",
    "https://www.arxiv-vanity.com/papers/",
    "https://arxiv-vanity.com/papers/",
    "https://doi.org/10.48550/arXiv.",
    "https://doi.org/10.48550/arxiv.",
    "https://doi.org/10.48550/ARXIV.",
    "http://dx.doi.org/10.48550/arXiv.",
    "https://www.doi.org/10.48550/arXiv.",
    "https://doi.org/doi:10.48550/arXiv.",
]

ENDINGS = [
    # The id, and what is found behind it
    (f"{NEW}", NEW),
    (f"{NEW}v2", NEW),
    (f"{NEW}/", NEW),
    (f"{NEW}?utm_source=feed&ref=x", NEW),
    (f"{NEW}#comments", NEW),
    (f"{NEW}.", NEW),
    (f"{NEW}),", NEW),
    (f"{NEW}…", NEW),
    (OLD, OLD),
    ("math.GT/0309136v1", OLD),
    ("cond-mat%2F0211034", "cond-mat/0211034"),
    ("1412.6980", "1412.6980"),
]

LINKS = [
    "https://AlphaXiv.org/abs/2009.08319",
    "https://alphaxiv.org:443/abs/2009.08319",
    "https://alphaxiv.org//abs/2009.08319",
    "https://alphaxiv.org/abs/arXiv:2009.08319",
    "https://alphaxiv.org/abs/2009%2E08319",
    "https://www.alphaxiv.org/pdf/2009.08319v5?page=33",
    "https://www.alphaxiv.org/pdf/2009.08319.pdf",
    "https://www.alphaxiv.org/fr/overview/2009.08319v2",
    "https://www.alphaxiv.org/overview/2009.08319?chatId=01",
    "http://ar5iv.org/abs/2009.08319",
    "https://ar5iv.org/pdf/2009.08319v1.pdf",
    "https://ar5iv.labs.arxiv.org/html/2009.08319/assets/x1.png",
    "https://ar5iv.labs.arxiv.org/html/2009.08319#S3.E1",
    "https://ar5iv.labs.arxiv.org/html/2009.08319?_immersive_translate_auto_translate=1",
    "https://AR5IV.labs.arXiv.org/html/2009.08319",
    "http://huggingface.co/papers/2009.08319",
    "https://HuggingFace.co/papers/2009.08319",
    "https://huggingface.co/papers/2009.08319#community",
    "https://huggingface.co/papers/2009.08319#64f8a1c2d3e4f5a6b7c8d9e0",
    "https://huggingface.co/papers/2009.08319?utm_source=digest-papers&utm_medium=email",
    "https://huggingface.co//papers//2009.08319",
    "https://scirate.com/arxiv/2009.08319#42",
    "https://www.arxiv-vanity.com/papers/2009.08319v1/",
    "https://www.arxiv-vanity.com/papers/2009.08319/#S2",
    "http://xxx.lanl.gov/pdf/2009.08319v2.pdf",
    "http://xxx.lanl.gov/ps/2009.08319.ps.gz",
    "HTTPS://DOI.ORG/10.48550/ARXIV.2009.08319",
    "https://doi.org/10.48550%2FarXiv.2009.08319",
    "https://doi.org/10.48550%2farxiv%2e2009.08319",
    "https://doi.org//10.48550/arXiv.2009.08319",
    "https://doi.org/10.48550/arXiv.2009.08319]",
]

NO_LINKS = [
    # Hosts that look alike
    "https://alphaxiv.org.evil.example/abs/2009.08319",
    "https://evilalphaxiv.org/abs/2009.08319",
    "https://evil.alphaxiv.org/abs/2009.08319",
    "https://alphaxiv.org@evil.example/abs/2009.08319",
    "https://evil.example\\@alphaxiv.org/abs/2009.08319",
    "https://evil.example/alphaxiv.org/abs/2009.08319",
    "https://alphaxiv.com/abs/2009.08319",
    "https://аlphaxiv.org/abs/2009.08319",
    "https://ar5iv.org.evil.example/html/2009.08319",
    "https://ar5iv.labs.arxiv.org.evil.example/html/2009.08319",
    "https://ar5iv.example.arxiv.org/html/2009.08319",
    "https://labs.ar5iv.org/html/2009.08319",
    "https://ar6iv.org/html/2009.08319",
    "https://huggingface.co.evil.example/papers/2009.08319",
    "https://huggingface.com/papers/2009.08319",
    "https://hugging-face.co/papers/2009.08319",
    "https://huggingface.co@evil.example/papers/2009.08319",
    "https://discuss.huggingface.co/papers/2009.08319",
    "https://shf.co/papers/2009.08319",
    "https://scirate.org/arxiv/2009.08319",
    "https://myscirate.com/arxiv/2009.08319",
    "https://arxiv-vanity.org/papers/2009.08319",
    "https://media.arxiv-vanity.com/papers/2009.08319",
    "https://lanl.gov/abs/2009.08319",
    "https://www.lanl.gov/abs/2009.08319",
    "https://doi.org.evil.example/10.48550/arXiv.2009.08319",
    "https://doi.org@evil.example/10.48550/arXiv.2009.08319",
    "https://evildoi.org/10.48550/arXiv.2009.08319",
    "https://doi.example/10.48550/arXiv.2009.08319",
    "ftp://doi.org/10.48550/arXiv.2009.08319",
    "//huggingface.co/papers/2009.08319",
    "huggingface.co/papers/2009.08319",
    "doi:10.48550/arXiv.2009.08319",
    # Other pages
    "https://alphaxiv.org",
    "https://alphaxiv.org/2009.08319",
    "https://www.alphaxiv.org/assistant/2009.08319",
    "https://www.alphaxiv.org/?q=2009.08319",
    "https://www.alphaxiv.org/chinese/overview/2009.08319",
    "https://www.alphaxiv.org/abs/overview/2009.08319",
    "https://api.alphaxiv.org/papers/v3/2009.08319",
    "https://arxiv.org/overview/2009.08319",
    "https://arxiv.org/papers/2009.08319",
    "https://arxiv.org/10.48550/arXiv.2009.08319",
    "https://ar5iv.org/log/2009.08319",
    "https://ar5iv.labs.arxiv.org/feeling_lucky",
    "https://huggingface.co/papers",
    "https://huggingface.co/papers/",
    "https://huggingface.co/papers/date/2020-09-18",
    "https://huggingface.co/papers/week/2020-W38",
    "https://huggingface.co/papers/month/2020-09",
    "https://huggingface.co/papers/trending",
    "https://huggingface.co/papers?q=2009.08319",
    "https://huggingface.co/papers/date/2009.08319",
    "https://huggingface.co/2009.08319",
    "https://huggingface.co/abs/2009.08319",
    "https://huggingface.co/datasets/ada/papers/2009.08319",
    "https://huggingface.co/datasets/ada/2009.08319",
    "https://huggingface.co/spaces/papers/2009.08319",
    "https://huggingface.co/blog/papers/2009.08319",
    "https://hf.co/ada/model-2009.08319",
    "https://scirate.com/arxiv/quant-ph",
    "https://scirate.com/arxiv/quant-ph?date=2020-09-18",
    "https://scirate.com/2009.08319",
    "https://scirate.com/abs/2009.08319",
    "https://www.arxiv-vanity.com/2009.08319",
    "https://www.arxiv-vanity.com/abs/2009.08319",
    # Other DOIs, and other registrants
    "https://doi.org/10.48550/2009.08319",
    "https://doi.org/10.48550/arXiv2009.08319",
    "https://doi.org/10.48550/arXiv/2009.08319",
    "https://doi.org/10.48550/bioRxiv.2009.08319",
    "https://doi.org/10.48550",
    "https://doi.org/arXiv.2009.08319",
    "https://doi.org/10.1000/2009.08319",
    "https://doi.org/10.1000/arXiv.2009.08319",
    "https://doi.org/10.1000/10.48550/arXiv.2009.08319",
    "https://doi.org/110.48550/arXiv.2009.08319",
    "https://doi.org/10.1101/2020.09.18.303123",
    "https://doi.org/10.5281/zenodo.2009083",
    "https://doi.org/?doi=10.48550/arXiv.2009.08319",
    "https://doi.org/#10.48550/arXiv.2009.08319",
    # Sites that are not known
    "https://www.semanticscholar.org/arxiv/2009.08319",
    "https://api.semanticscholar.org/arXiv:2009.08319",
    "https://ui.adsabs.harvard.edu/abs/arXiv:2009.08319",
    "https://papers.cool/arxiv/2009.08319",
    "https://web.archive.org/web/2020/https://arxiv.org/abs/2009.08319",
    "https://www.google.com/url?q=https://arxiv.org/abs/2009.08319",
    "https://arxiv-org.proxy.university.example/abs/2009.08319",
    "https://sci-hub.example/10.48550/arXiv.2009.08319",
    "https://biorxiv.org/abs/2009.08319",
    "https://x.com/arxiv/status/1306779645287763970",
    # Numbers that are no identifiers
    "https://alphaxiv.org/abs/2013.08319",
    "https://ar5iv.org/html/2009.083190",
    "https://huggingface.co/papers/2009.0831",
    "https://huggingface.co/papers/12009.08319",
    "https://scirate.com/arxiv/maths/0309136",
    "https://doi.org/10.48550/arXiv.2009.8319",
    "https://doi.org/10.48550/arXiv.math/0313136",
    "https://doi.org/10.48550/arXiv.2009.08319.1",
    "https://doi.org/10.48550/arXiv.arXiv:2009.08319",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("ending", "paper_id"), ENDINGS)
def test_every_site_s_links_lead_to_their_paper(page: str, ending: str, paper_id: str) -> None:
    assert paper_id_in_link(page + ending) == paper_id


@pytest.mark.parametrize("link", LINKS)
def test_links_are_known_in_every_spelling(link: str) -> None:
    assert paper_id_in_link(link) == NEW


@pytest.mark.parametrize("link", NO_LINKS)
def test_other_links_lead_to_no_paper(link: str) -> None:
    assert paper_id_in_link(link) is None


@settings(max_examples=examples(200), deadline=None)
@given(
    page=st.sampled_from(PAGES),
    paper_id=paper_ids(),
    version=st.sampled_from(["", "v1", "V7", "v42"]),
    end=st.sampled_from(["", "/", "?a=b", "#c", ".pdf", "…", ")."]),
)
def test_every_id_is_found_on_every_site(
    page: str, paper_id: PaperId, version: str, end: str
) -> None:
    assert paper_id_in_link(page + paper_id + version + end) == paper_id


@settings(max_examples=examples(200), deadline=None)
@given(
    page=st.sampled_from(PAGES),
    paper_id=paper_ids(),
    host=st.sampled_from(["evil.example", "evil.example.org", "localhost", "192.0.2.1"]),
    trick=st.sampled_from(["{0}.{1}", "{0}@{1}", "{0}%00.{1}", "{1}\\@{0}", "{1}/{0}", "{1}?{0}"]),
)
def test_no_other_host_passes_for_a_known_one(
    page: str, paper_id: PaperId, host: str, trick: str
) -> None:
    scheme, _, address = page.partition("://")
    known, _, path = address.partition("/")

    link = f"{scheme}://{trick.format(known, host)}/{path}{paper_id}"

    assert paper_id_in_link(link) is None
