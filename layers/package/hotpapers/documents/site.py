"""Where readers find the site."""

from dataclasses import dataclass

NAME = "Hot Papers"
"""What the site is called; the author of what nobody else wrote."""


@dataclass(frozen=True)
class Site:
    """The site at an origin such as `https://hot.example`, without a slash at its end.

    Pages lead to one another by paths alone. Whole addresses stand where a document travels: in
    feeds, and in what a page tells machines of itself.
    """

    url: str

    def link(self, path: str) -> str:
        """The whole address of a path of the site, which begins with a slash."""
        return self.url + path
