# SPDX-License-Identifier: LGPL-2.1-or-later
"""Views of a census compare by what they show, not by which Python object holds them."""

from ..module import get_introspection_module

Balance = get_introspection_module("Balance")

__all__ = []


def _compare_by_content(cls):
    equal, hash_ = cls.equal, cls.hash

    def __eq__(self, other):
        if not isinstance(other, cls):
            return NotImplemented
        return equal(self, other)

    cls.__eq__ = __eq__
    cls.__hash__ = lambda self: hash_(self)


for _name in ("District", "School", "Section"):
    _compare_by_content(getattr(Balance, _name))
