"""Addresses from outside, as links may have them."""

import re
from urllib.parse import quote

from hotpapers.documents.characters import CONTROL

LONGEST = 2048
"""Longer addresses are no links: browsers and feed readers begin to cut them about here."""

WEB_ADDRESS = re.compile(
    r"https?://(?P<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::[0-9]{1,5})?(?:[/?#].*)?",
    re.IGNORECASE | re.ASCII,
)
"""A scheme, a host and what follows: no user before the host, who could look like another host,
and no host in other letters than these, which could look like them."""

KEPT = "%/:?#@!$&'()*+,;=-._~"
"""The characters of an address that stay as they are (RFC 3986, without the brackets of IPv6)."""


def web_address(address: str) -> str:
    """The address, fit for a link in any document; empty where it is not plainly one of the web.

    What stands behind the host is percent-encoded where it has to be.
    """
    if CONTROL.search(address) or len(address) > LONGEST:
        return ""
    encoded = quote(address.strip(), safe=KEPT)
    return encoded if WEB_ADDRESS.fullmatch(encoded) else ""


def secure_address(address: str) -> str:
    """The address, fit for a link in any document; empty where it is not one of https."""
    encoded = web_address(address)
    return encoded if encoded[:8].lower() == "https://" else ""


def host_of(address: str) -> str:
    """The host that an address of `web_address` leads to, in lower case, without `www.`."""
    match = WEB_ADDRESS.fullmatch(address)
    return match["host"].lower().removeprefix("www.") if match else ""
