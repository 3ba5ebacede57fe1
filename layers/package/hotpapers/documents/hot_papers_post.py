"""A digest as the Markdown post that a static site takes as it is.

What other sources than X add (where the score is from, which posts are by an author) is not in the
post of a digest of X alone. The post of a digest depends on the digest and the front matter alone.
"""

from hotpapers.documents.counts_line import shown_sources
from hotpapers.documents.front_matter import FrontMatter
from hotpapers.documents.post_template import post_template
from hotpapers.documents.status_line import status_line
from hotpapers.domain.digest import Digest
from hotpapers.domain.sources import X


def write_post(digest: Digest, front_matter: FrontMatter) -> bytes:
    """The post of a digest, in UTF-8."""
    sources = shown_sources(digest)
    text = post_template("hot_papers_post").render(
        name=digest.date.isoformat(),
        published_at=digest.first_published_at,
        collected_at=digest.collected_at,
        digest=digest,
        front_matter=front_matter,
        sources=sources,
        status=status_line(digest),
        is_of_x_alone=sources == (X.name,),
    )
    return text.encode()
