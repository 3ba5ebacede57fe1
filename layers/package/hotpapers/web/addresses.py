"""Every address of the API, once."""

import re
from http import HTTPStatus

from hotpapers.domain.identifiers import ARCHIVES
from hotpapers.web import (
    digest_routes,
    extract_routes,
    feed_routes,
    paper_routes,
    site_routes,
)
from hotpapers.web.operations import Form, Operation, Segment
from hotpapers.web.parameters import CURSOR, FILTERS, PAGING, SHORTENED
from hotpapers.web.representations import (
    ATOM,
    CSS,
    HTML,
    JSON,
    JSON_FEED,
    MARKDOWN,
    RSS,
    SVG,
    XML,
)
from hotpapers.web.representations import TEXT as PLAIN_TEXT
from hotpapers.web.schemas import TEXT, named

NOT_FOUND, BAD_REQUEST = HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST
PAGE, POST = Form(HTML, TEXT), Form(MARKDOWN, TEXT)

YEAR = "(?:199[1-9]|[2-8][0-9]{3})"
"""arXiv's first year, and all that are written so."""
MONTH = "(?:0[1-9]|1[0-2])"
DAY = (
    f"{YEAR}-(?:{MONTH}-(?:0[1-9]|1[0-9]|2[0-8])|02-29|(?:0[13-9]|1[0-2])-(?:29|30)"
    "|(?:0[13578]|1[02])-31)"
)
PERIOD = f"{YEAR}-(?:W(?:0[1-9]|[1-4][0-9]|5[0-3])|{MONTH})"
NEW_STYLE = (
    "(?:070[4-9]|071[0-2]|(?:0[89]|1[0-4])(?:0[1-9]|1[0-2]))\\.[0-9]{4}"
    "|(?:1[5-9]|[2-9][0-9])(?:0[1-9]|1[0-2])\\.[0-9]{5}"
)
NUMBER = "(?:9[1-9]|0[0-6])(?:0[1-9]|1[0-2])[0-9]{3}|070[1-3][0-9]{3}"
VERSION = "(?:v[1-9][0-9]{0,2})?"


def _pattern(pattern: str, *suffixes: str) -> dict[str, str]:
    ending = rf"(?:\.(?:{'|'.join(suffixes)}))?" if suffixes else ""
    return {"type": "string", "pattern": f"^(?:{pattern}){ending}$"}


DIGEST_MEANING = (
    "A listing date (`2020-09-18`), `latest`, a week of ISO 8601 (`2020-W38`) or a month "
    "(`2020-09`)"
)
DIGEST = Segment(
    "digest",
    f"{DIGEST_MEANING}; with `.json`, `.md` or `.html` at its end, in that form.",
    _pattern(f"latest|{DAY}|{PERIOD}", "json", "md", "html"),
    "2020-09-18",
)
DIGEST_ALONE = Segment(
    "digest", f"{DIGEST_MEANING}.", _pattern(f"latest|{DAY}|{PERIOD}"), "2020-09-18"
)
PAPER = Segment(
    "paper",
    "An arXiv id, with or without a version; with `.json`, `.md` or `.html` at its end, in that "
    "form.",
    _pattern(f"(?:{NEW_STYLE}){VERSION}", "json", "md", "html"),
    "2009.08319",
)
ARCHIVE = Segment(
    "archive",
    "The first half of an arXiv id of before April 2007.",
    _pattern("|".join(map(re.escape, sorted(ARCHIVES)))),
    "math",
)
PAPER_NUMBER = Segment(
    "number",
    "The second half, with or without a version; with `.json`, `.md` or `.html` at its end, in "
    "that form.",
    _pattern(f"(?:{NUMBER}){VERSION}", "json", "md", "html"),
    "0309136",
)

FEED = Segment(
    "feed",
    "`digests` (an entry a day) or `papers` (an entry a paper); with `.atom`, `.rss` or `.json` at "
    "its end, in that form.",
    _pattern("digests|papers", "atom", "rss", "json"),
    "papers.atom",
)
YEAR_ALONE = Segment("year", "A year.", _pattern(YEAR), "2020")
STYLESHEET = Segment("hash", "A hash of the stylesheet.", _pattern("[0-9a-f]{8}"), "0123abcd")

DIGESTS = (
    Operation(
        "/",
        "readNewest",
        "The newest digest",
        "As `/digests/latest`, but as a page for whoever has no wish.",
        (PAGE, Form(JSON, named("Digest")), POST),
        digest_routes.answer_newest,
        refusals=(NOT_FOUND,),
    ),
    Operation(
        "/digests",
        "listDigests",
        "The list of digests",
        "Newest first. With a filter, those that have papers it lets through, and how many.",
        (Form(JSON, named("Digests")), PAGE),
        digest_routes.answer_digests,
        parameters=(*FILTERS, *PAGING),
    ),
    Operation(
        "/digests/{digest}",
        "readDigest",
        "A digest, or the roundup of a week or month",
        "As data, as a post in Markdown with front matter, or as a page. A digest changes once a "
        "day, as a whole, until it is `final`. A quiet day has a digest without papers, and no "
        "post. With a filter there are only the papers that it lets through, by their ranks.",
        (Form(JSON, {"anyOf": [named("Digest"), named("Roundup")]}), POST, PAGE),
        digest_routes.answer_digest,
        (DIGEST,),
        (*FILTERS, SHORTENED, CURSOR),
        (NOT_FOUND, HTTPStatus.GONE),
    ),
    Operation(
        "/digests/{digest}/papers",
        "listDigestPapers",
        "The papers of a digest or roundup alone",
        "By rank.",
        (Form(JSON, named("Papers")),),
        extract_routes.answer_digest_papers,
        (DIGEST_ALONE,),
        (*FILTERS, SHORTENED, CURSOR),
        (NOT_FOUND, HTTPStatus.GONE),
    ),
)

PAPERS = (
    Operation(
        "/search",
        "searchPapers",
        "The papers that a filter lets through",
        "Of all digests, newest first, each as the digest of its day has it. A search takes a "
        "bounded number of reads, however large the archive is: a page may have fewer papers than "
        "its limit, or none, and go on all the same.",
        (Form(JSON, named("Found")), PAGE),
        paper_routes.answer_search,
        parameters=(*FILTERS, *PAGING),
    ),
    Operation(
        "/papers/{paper}",
        "readPaper",
        "A paper",
        "As the newest digest has it that it is in, with its history; or as it was listed.",
        (Form(JSON, named("Paper")), POST, PAGE),
        paper_routes.answer_paper,
        (PAPER,),
        refusals=(NOT_FOUND, BAD_REQUEST),
    ),
    Operation(
        "/papers/{archive}/{number}",
        "readOldStylePaper",
        "A paper with an id of before April 2007",
        "As any other. The slash in the id may be written `%2F` as well.",
        (Form(JSON, named("Paper")), POST, PAGE),
        paper_routes.answer_old_style_paper,
        (ARCHIVE, PAPER_NUMBER),
        refusals=(NOT_FOUND, BAD_REQUEST),
    ),
)

FEEDS = (
    Operation(
        "/feeds",
        "listFeeds",
        "The feeds",
        "Of days and of papers. Each takes filters as well.",
        (Form(JSON, named("FeedLinks")), PAGE),
        site_routes.answer_feeds,
    ),
    Operation(
        "/feeds/{feed}",
        "readFeed",
        "A feed",
        "Of what is newest, or of what a filter lets through. Ids stay the same for ever; an "
        "entry's `updated` changes with its numbers.",
        (Form(ATOM, TEXT), Form(RSS, TEXT), Form(JSON_FEED, named("JsonFeed"))),
        feed_routes.answer_feed,
        (FEED,),
        (*FILTERS, SHORTENED, CURSOR),
        (NOT_FOUND,),
    ),
)

SITE = (
    Operation(
        "/archive",
        "readArchive",
        "The calendar of the newest year",
        "Each day leads to its digest.",
        (PAGE,),
        site_routes.answer_archive,
        refusals=(NOT_FOUND,),
    ),
    Operation(
        "/archive/{year}",
        "readArchiveOfYear",
        "The calendar of a year",
        "Each day leads to its digest.",
        (PAGE,),
        site_routes.answer_archive,
        (YEAR_ALONE,),
        refusals=(NOT_FOUND, BAD_REQUEST),
    ),
    Operation(
        "/status",
        "readStatus",
        "How the archive stands",
        "How the newest listing dates and the sources stand, and what is late.",
        (Form(JSON, named("Status")), PAGE),
        site_routes.answer_status,
    ),
    Operation(
        "/health",
        "readHealth",
        "That the function is there",
        "And that its settings are right. Nothing is read for it.",
        (Form(JSON, named("Health")),),
        site_routes.answer_health,
    ),
    Operation(
        "/openapi.json",
        "readDescription",
        "This description",
        "OpenAPI 3.1, made from what the routes are made from.",
        (Form(JSON, {"type": "object"}),),
        site_routes.answer_description,
    ),
    Operation(
        "/docs",
        "readDocumentation",
        "This description as a page",
        "Of every address, for people.",
        (PAGE,),
        site_routes.answer_documentation,
    ),
    Operation(
        "/robots.txt",
        "readRobots",
        "What robots may read",
        "All but searches, of which there is no end.",
        (Form(PLAIN_TEXT, TEXT),),
        site_routes.answer_robots,
    ),
    Operation(
        "/sitemap.xml",
        "readSitemapIndex",
        "Where the years' sitemaps are",
        "For search engines.",
        (Form(XML, TEXT),),
        site_routes.answer_sitemap_index,
    ),
    Operation(
        "/sitemaps/{year}.xml",
        "readSitemap",
        "The pages of a year",
        "For search engines.",
        (Form(XML, TEXT),),
        site_routes.answer_sitemap,
        (YEAR_ALONE,),
        refusals=(NOT_FOUND, BAD_REQUEST),
    ),
    Operation(
        "/favicon.svg",
        "readIcon",
        "The icon",
        "Of the pages.",
        (Form(SVG, TEXT),),
        site_routes.answer_favicon,
    ),
    Operation(
        "/style-{hash}.css",
        "readStylesheet",
        "The stylesheet",
        "Of the pages. The address of an earlier one has that of now.",
        (Form(CSS, TEXT),),
        site_routes.answer_stylesheet,
        (STYLESHEET,),
        refusals=(NOT_FOUND,),
    ),
)

OPERATIONS = (*DIGESTS, *PAPERS, *FEEDS, *SITE)
"""Every address, in the order in which they are described."""
