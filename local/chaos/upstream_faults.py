"""How upstreams fail: each as what is documented of it, or was seen of it, says.

The statuses are those that the services' own documentation names, and those that were seen in
2026: arXiv's 406 at its edge without `Accept`, its 429 and its `Rate exceeded.` with status 200;
Bluesky's 403 in HTML; X's 402 for credits that are used up. docs/chaos.md lists them.
"""

import json
from collections.abc import Mapping
from typing import Any

from local.chaos.upstream_line import UPSTREAMS, Fault, drips, refused, silent
from local.upstreams import faults

SOON, LATE = 20, 3600
"""After how many seconds a service may be asked again: while the run lasts, and long after."""


def _json(status: int, document: Any, **more: Any) -> Fault:
    body = json.dumps(document)
    return Fault(faults.answers(status, body, content_type="application/json", **more))


def _plain(status: int, **more: Any) -> Fault:
    return Fault(faults.answers(status, **more))


EVERYWHERE: Mapping[str, Fault] = {
    "refused": Fault(send=refused),
    "time-out": Fault(send=silent),
    "slow drip": Fault(send=drips),
    "closed": Fault(faults.hangs_up),
    "closed mid-body": Fault(faults.breaks_off),
    "cut off": Fault(faults.cut_off),
    "HTML": Fault(faults.html_page),
    "empty 200": _plain(200),
    "wrong shape": _json(200, 17),
    "429": _plain(429),
    "429, soon": _plain(429, retry_after=SOON),
    "429, late": _plain(429, retry_after=LATE),
    "500": _plain(500),
    "503": _plain(503),
    "503, soon": _plain(503, retry_after=SOON),
}
"""What can happen to any of them."""

RATE_EXCEEDED = {"Rate exceeded.": Fault(faults.rate_exceeded), "403": _plain(403)}
"""arXiv's word for too many questions, with the status of a success; and that it has denied us."""
INVALID_X = {"title": "Invalid Request", "detail": "chaos", "type": "invalid-request"}
OWN: Mapping[str, Mapping[str, Fault]] = {
    "arxiv": {
        **RATE_EXCEEDED,
        "400": _plain(400),
        "406": _plain(406),
        "empty page": Fault(faults.empty_page),
    },
    "arxiv_rss": {**RATE_EXCEEDED, "406": _plain(406)},
    "arxiv_web": {**RATE_EXCEEDED, "404": _plain(404), "406": _plain(406)},
    "x": {
        "400": _json(400, INVALID_X),
        "401": _json(401, {"title": "Unauthorized", "type": "about:blank", "status": 401}),
        "402": _json(402, {"title": "CreditsDepleted", "detail": "chaos"}),
        "403": _json(403, {"title": "Forbidden", "reason": "client-not-enrolled"}),
        "429, capped": _json(429, {"title": "UsageCapExceeded", "period": "Monthly"}),
    },
    "bluesky": {
        "400, expired": _json(400, {"error": "ExpiredToken", "message": "chaos"}),
        "401": _json(401, {"error": "AuthenticationRequired", "message": "chaos"}),
        "403": _plain(403, body="<html>Forbidden</html>", content_type="text/html"),
        "429, named": _json(429, {"error": "RateLimitExceeded", "message": "chaos"}),
    },
    "mastodon": {
        "401": _json(401, {"error": "This method requires an authenticated user"}),
        "403": _json(403, {"error": "chaos"}),
        "404": _json(404, {"error": "Record not found"}),
    },
    "hackernews": {"400": _plain(400), "403": _plain(403), "404": _plain(404)},
    "reddit": {
        "401": _json(401, {"message": "Unauthorized", "error": 401}),
        "403": _json(403, {"message": "Forbidden", "error": 403}),
    },
    "huggingface": {"400": _json(400, {"error": "chaos"}), "404": _plain(404)},
}
"""What is known of one alone."""
FAULTS: Mapping[str, Mapping[str, Fault]] = {
    upstream: {**EVERYWHERE, **OWN[upstream]} for upstream in UPSTREAMS
}
"""All faults of each upstream, by their names."""
