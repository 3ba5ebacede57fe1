"""HTML that a template takes as it is."""


class Html(str):
    """A piece of HTML in which all outside text was escaped already.

    The templates escape every other string. `__html__` is the protocol by which they tell the two
    apart (https://markupsafe.palletsprojects.com/en/stable/html/).
    """

    __slots__ = ()

    def __html__(self) -> str:
        """The piece itself."""
        return str(self)
