"""Characters that outside text may have and no document may."""

import re

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufffe\uffff]")
"""Characters that HTML or XML forbids and no text needs; halves of surrogate pairs among them, and
those that turn the direction of whatever follows. (Isolates, which end by themselves, stay.)"""
