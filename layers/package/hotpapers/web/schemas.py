"""What the documents have, as JSON Schema (2020-12): what is promised, and open to more.

A field that is required is always there. Objects may get fields that are not named here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hotpapers.domain.listing import ListingState, Origin
from hotpapers.domain.sources import SOURCES, Status

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
TRUTH: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
DATE: Schema = {"type": "string", "format": "date"}
TIME: Schema = {"type": "string", "format": "date-time"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
SOURCE: Schema = {"type": "string", "enum": list(SOURCES)}


def named(name: str) -> Schema:
    """The schema of that name among the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(schema: Schema) -> Schema:
    """A list of things."""
    return {"type": "array", "items": schema}


def or_null(schema: Schema) -> Schema:
    """A thing, or nothing that is known."""
    return {"anyOf": [schema, {"type": "null"}]}


def record(description: str, optional: Sequence[str] = (), /, **fields: Schema) -> Schema:
    """An object with these fields, all of them required but the optional ones."""
    return {
        "type": "object",
        "description": description,
        "required": [name for name in fields if name not in optional],
        "properties": dict(fields),
    }


def extended(description: str, name: str, schema: Schema) -> Schema:
    """An object that has what another has, and more."""
    return {"description": description, "allOf": [named(name), schema]}


def by_source(description: str, schema: Schema) -> Schema:
    """An object with an entry for each source that there is something of."""
    return {
        "type": "object",
        "description": description,
        "propertyNames": {"pattern": "^[a-z]+$"},
        "additionalProperties": schema,
    }


def said(schema: Schema, description: str) -> Schema:
    """A field, and what it means."""
    return {"description": description, **schema}


SCHEMAS: Mapping[str, Schema] = {
    "Health": record("That the function is there.", status={"const": "ok"}),
    "Problem": record(
        "What is wrong (RFC 9457).",
        type=TEXT,
        title=said(TEXT, "The name of the status."),
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail=said(TEXT, "What is wrong, in a sentence."),
    ),
    "Source": record(
        "How a source did.",
        ("reason", "interrupted", "as_of", "posts_read", "cost_usd"),
        status={"type": "string", "enum": [each.value for each in Status]},
        reason=TEXT,
        interrupted=said(TRUTH, "A failure broke it off."),
        as_of=said(TIME, "Of when its oldest numbers are, where these are of an earlier run."),
        posts_read=said(COUNT, "How many posts the whole run read, of a source that charges."),
        cost_usd=said(NUMBER, "What they cost, of the whole run."),
    ),
    "Attention": {
        "type": "object",
        "description": "What a source counts of a paper. A number that is not known is absent.",
        "required": ["voices", "weighted"],
        "properties": {
            "voices": said(COUNT, "How many people spoke of it."),
            "weighted": said(NUMBER, "Its part of the score."),
        },
        "additionalProperties": COUNT,
    },
    "Listing": record(
        "Where the papers of a day are from, or why there are none.",
        ("why", "origin", "shortfall", "predicted"),
        state={"type": "string", "enum": [each.value for each in ListingState]},
        found_at=said(or_null(TIME), "When this was found out."),
        papers=said(COUNT, "All papers that are new on the day."),
        why=said(TEXT, "The reason of every state but `fresh`."),
        origin={"type": "string", "enum": [each.value for each in Origin]},
        shortfall=said(TEXT, "Why there may be more papers."),
        predicted=said(TRUTH, "Only the calendar says so."),
    ),
    "Point": record(
        "What was measured at a time.",
        time=TIME,
        score=NUMBER,
        sources=by_source("A source that failed then is absent.", named("Attention")),
    ),
    "Span": record(
        "A place in a post's text, in characters.",
        start=COUNT,
        end=COUNT,
        kind=TEXT,
        target=TEXT,
    ),
    "Account": record(
        "Who wrote a post.",
        ("automated",),
        id=TEXT,
        username=TEXT,
        name=TEXT,
        automated=TRUTH,
    ),
    "Post": record(
        "A post about a paper.",
        ("content_hash", "quotable", "retweets", "favorites", "code"),
        source=SOURCE,
        id=TEXT,
        url=TEXT,
        account=named("Account"),
        created_at=TIME,
        language=TEXT,
        text=TEXT,
        spans=list_of(named("Span")),
        counts={"type": "object", "additionalProperties": COUNT},
        papers=list_of(TEXT),
        score=NUMBER,
        by_author=said(TRUTH, "An author of the paper wrote it."),
        retweets=COUNT,
        favorites=COUNT,
        content_hash=TEXT,
        quotable=TRUTH,
        code=TEXT,
    ),
    "ListedPaper": record(
        "A paper as arXiv has it.",
        ("withdrawn",),
        id=said(TEXT, "Its arXiv id, without a version."),
        title=TEXT,
        authors=list_of(TEXT),
        categories=said(list_of(TEXT), "The primary one first."),
        abstract=TEXT,
        submitted_at=said(or_null(TIME), "When its first version was submitted."),
        withdrawn={"const": True},
        links=record("Where it is.", ("code",), abs=ADDRESS, pdf=ADDRESS, code=ADDRESS),
    ),
    "HotPaper": extended(
        "A paper of a digest.",
        "ListedPaper",
        record(
            "What was said of it.",
            ("history",),
            rank=said({"type": "integer", "minimum": 1}, "Its place in the digest."),
            score=said(NUMBER, "The sum of the sources' weighted parts."),
            retweets=or_null(COUNT),
            favorites=or_null(COUNT),
            sources=by_source("What each source counts of it.", named("Attention")),
            history=said(list_of(named("Point")), "What was measured of it, oldest first."),
            posts=said(list_of(named("Post")), "Its best posts."),
        ),
    ),
    "Rise": record("A paper whose score grew.", id=TEXT, title=TEXT, growth=NUMBER, since=TIME),
    "Digest": record(
        "The hot papers of a listing date.",
        ("cursor", "first_published_at", "measured_at", "final", "listing", "rising"),
        date=said(DATE, "The listing date, as arXiv has it."),
        collected_at=said(or_null(TIME), "The older name of `measured_at`."),
        first_published_at=or_null(TIME),
        measured_at=said(or_null(TIME), "Of when its numbers are."),
        final=said(TRUTH, "It is measured no more."),
        listing=or_null(named("Listing")),
        sources=by_source("How each source did.", named("Source")),
        papers=said(list_of(named("HotPaper")), "By rank."),
        rising=said(list_of(named("Rise")), "Whose score grew most since the run before."),
        cursor=said(TEXT, "Where the papers go on, if they do."),
    ),
    "RoundupDay": record(
        "What became of a listing date.",
        ("quiet", "why", "shortfall", "lacking"),
        date=DATE,
        measured_at=TIME,
        papers_hot=COUNT,
        quiet=TRUTH,
        why=TEXT,
        shortfall=TEXT,
        lacking=said(list_of(SOURCE), "Sources whose numbers are not known, or not all."),
    ),
    "RoundupPaper": extended(
        "A paper of a roundup: `rank` is its place there.",
        "HotPaper",
        record(
            "Where it is from.",
            date=said(DATE, "The day that it is of."),
            measured_at=TIME,
            rank_of_day={"type": "integer", "minimum": 1},
        ),
    ),
    "Roundup": record(
        "The best papers of a week or a month.",
        ("cursor",),
        period=said(TEXT, "As ISO 8601 writes it: `2020-W38`, `2020-09`."),
        kind={"type": "string", "enum": ["week", "month"]},
        year={"type": "integer"},
        number={"type": "integer", "minimum": 1, "maximum": 53},
        first_date=DATE,
        last_date=DATE,
        measured_at=said(TIME, "When the last of its numbers were measured."),
        sources=list_of(SOURCE),
        days=list_of(named("RoundupDay")),
        days_missing=said(list_of(DATE), "Those from before the archive."),
        papers_hot=said(COUNT, "How many papers the days' digests have."),
        papers=said(list_of(named("RoundupPaper")), "By rank."),
        cursor=said(TEXT, "Where the papers go on, if they do."),
    ),
    "Papers": {
        "description": "The papers of a digest or a roundup, and what they are of.",
        "type": "object",
        "required": ["measured_at", "papers"],
        "properties": {
            "date": DATE,
            "period": TEXT,
            "measured_at": or_null(TIME),
            "final": TRUTH,
            "papers": list_of(named("HotPaper")),
            "cursor": TEXT,
        },
    },
    "DigestHead": record(
        "What a list of digests tells of each.",
        ("matches",),
        date=DATE,
        collected_at=TIME,
        first_published_at=TIME,
        papers=said(COUNT, "How many papers it has."),
        quiet=said(TRUTH, "There was no announcement."),
        final=TRUTH,
        matches=said(COUNT, "How many of the papers are asked for, where not all are."),
    ),
    "Digests": record(
        "Digests, newest first.",
        ("cursor",),
        digests=list_of(named("DigestHead")),
        cursor=said(TEXT, "Where the list goes on, if it does."),
    ),
    "Paper": extended(
        "A paper by itself. One that is in no digest has no score, and null for its `rank`.",
        "ListedPaper",
        {
            "type": "object",
            "required": ["date", "collected_at", "rank"],
            "properties": {
                "date": said(DATE, "Its listing date."),
                "collected_at": said(or_null(TIME), "When it was measured last."),
                "rank": or_null({"type": "integer", "minimum": 1}),
                "score": NUMBER,
                "retweets": or_null(COUNT),
                "favorites": or_null(COUNT),
                "sources": by_source("What each source counts of it.", named("Attention")),
                "history": list_of(named("Point")),
                "posts": list_of(named("Post")),
            },
        },
    ),
    "FoundPaper": extended(
        "A paper that was found, as the digest of its day has it.",
        "HotPaper",
        record("Where it is from.", date=DATE, measured_at=TIME, final=TRUTH),
    ),
    "Found": record(
        "Papers that were found, newest first.",
        ("cursor",),
        papers=list_of(named("FoundPaper")),
        cursor=said(TEXT, "Where to look on; there may be one without papers before it."),
    ),
    "ListingDate": extended(
        "How a listing date stands.", "Listing", record("Which one.", date=DATE)
    ),
    "Status": record(
        "How the archive stands.",
        time=said(TIME, "When it was asked."),
        stale=said(TRUTH, "Anything is late."),
        why=said(list_of(TEXT), "What, in sentences."),
        listings=said(list_of(named("ListingDate")), "Newest first."),
        newest_digest=or_null(named("DigestHead")),
        sources=by_source("How each source did in that digest.", named("Source")),
    ),
    "FeedLinks": record(
        "The feeds.",
        feeds=list_of(
            record("A feed.", title=TEXT, media_type=TEXT, url=TEXT),
        ),
    ),
    "JsonFeed": record(
        "A JSON Feed (https://www.jsonfeed.org/version/1.1/).",
        ("next_url", "description", "authors"),
        version={"const": "https://jsonfeed.org/version/1.1"},
        title=TEXT,
        home_page_url=ADDRESS,
        feed_url=ADDRESS,
        description=TEXT,
        next_url=ADDRESS,
        items=list_of(
            record(
                "An entry.",
                ("external_url", "summary", "authors", "tags"),
                id=TEXT,
                url=ADDRESS,
                external_url=ADDRESS,
                title=TEXT,
                content_html=TEXT,
                summary=TEXT,
                date_published=TIME,
                date_modified=TIME,
                authors=list_of({"type": "object"}),
                tags=list_of(TEXT),
            )
        ),
    ),
}
"""What the documents have, by name."""
