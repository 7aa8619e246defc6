# SPDX-License-Identifier: LGPL-2.1-or-later
"""Small pieces of HTML for notebooks. Whatever is no :class:`Markup` is escaped: names of schools are data."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from ._language import pick

__all__ = ["MAX_ROWS", "Markup", "tag", "table", "details", "page", "left_out", "verdict"]

MAX_ROWS = 200

_STYLE = """<style>
.lb{font-size:13px;line-height:1.5}
.lb table{border-collapse:collapse;margin:.3em 0}
.lb th,.lb td{padding:2px 8px;border:1px solid #8886;text-align:left!important;vertical-align:top}
.lb caption,.lb h4{text-align:left;font-weight:bold;margin:.4em 0}
.lb td.n{text-align:right!important;font-variant-numeric:tabular-nums}
.lb details{margin:.1em 0 .1em 1em}
.lb summary{cursor:pointer}
.lb .lb-met{color:#1a7f37}.lb .lb-unmet,.lb .lb-error{color:#cf222e;font-weight:bold}
.lb .lb-undetermined,.lb .lb-warning{color:#9a6700;font-weight:bold}
.lb .lb-not-applicable,.lb .lb-note,.lb .lb-faint{color:#777}
</style>"""


class Markup(str):
    """Text that is HTML already."""


def escape(value: object) -> Markup:
    return value if isinstance(value, Markup) else Markup(html.escape(str(value)))


def tag(name: str, *content: object, class_: str | None = None, **attributes: str) -> Markup:
    if class_ is not None:
        attributes["class"] = class_
    head = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{head}>{''.join(escape(part) for part in content)}</{name}>")


def join(parts: Iterable[object]) -> Markup:
    return Markup("".join(escape(part) for part in parts))


def table(headers: Sequence[object], rows: Iterable[Sequence[object]], caption: str | None = None,
          numbers: Iterable[int] = ()) -> Markup:
    """A table; the columns whose positions are `numbers` stand to the right."""
    right = set(numbers)
    head = tag("tr", *(tag("th", header) for header in headers)) if headers else Markup("")
    body = (tag("tr", *(tag("td", cell, class_="n") if number in right else tag("td", cell) for number, cell in enumerate(row)))
            for row in rows)
    return tag("table", tag("caption", caption) if caption else "", tag("thead", head) if headers else "", tag("tbody", *body))


def details(summary: object, *content: object, unfolded: bool = False) -> Markup:
    """Something that can be unfolded, without a script."""
    return Markup(f"<details{' open' if unfolded else ''}>{tag('summary', summary)}{join(content)}</details>")


def page(*content: object) -> str:
    return _STYLE + tag("div", *content, class_="lb")


def left_out(total: int, shown: int) -> Markup:
    if total <= shown:
        return Markup("")
    return tag("p", pick(f"另有 {total - shown} 行未列出。", f"{total - shown} more rows are not shown."), class_="lb-faint")


def verdict(nick: str, text: str) -> Markup:
    return tag("span", text, class_="lb-" + nick.replace("_", "-"))
