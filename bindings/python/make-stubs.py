#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the type stub of gi.repository.Balance from its GIR: make-stubs.py Balance-1.0.gir Balance.pyi

What PyGObject makes of a function is followed: outward arguments are returned, errors are raised, lengths of arrays
vanish, lists of a documented class know what is in them.
"""

import keyword
import re
import sys
import xml.etree.ElementTree as ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"

BASIC = {
    "none": "None", "gboolean": "bool", "utf8": "str", "filename": "str", "gpointer": "int | None", "gdouble": "float", "gfloat": "float",
    "GType": "GObject.GType",
    **dict.fromkeys(("gchar", "guchar", "gint8", "guint8", "gint16", "guint16", "gshort", "gushort", "gint", "guint", "gint32",
                     "guint32", "gint64", "guint64", "glong", "gulong", "gsize", "gssize", "GLib.Quark"), "int"),
}
HEAD = '''# SPDX-License-Identifier: LGPL-2.1-or-later
# Made by make-stubs.py from the introspection data. Changes belong there.
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from gi.repository import Gio, GLib, GObject

_T = TypeVar("_T", bound=GObject.Object, covariant=True)

class _List(Gio.ListModel, Generic[_T]):
    """A Gio.ListModel whose items are of one class. Only for types: no such class exists."""
    def __iter__(self) -> Iterator[_T]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, position: int) -> _T: ...
    def __contains__(self, item: object) -> bool: ...
    def get_item(self, position: int) -> _T | None: ...
    def get_n_items(self) -> int: ...
'''


def summary(node):
    """The first paragraph of a documentation comment, in plain words."""
    doc = node.find(CORE + "doc")
    if doc is None or not doc.text:
        return None
    text = " ".join(doc.text.split("\n\n")[0].split())
    text = re.sub(r"\[(?:\w+)@Balance\.([\w.:]+)\]", r"\1", text)
    text = text.replace("%NULL", "None").replace("%TRUE", "True").replace("%FALSE", "False")
    text = re.sub(r"@(\w+)", r"`\1`", text)
    return text.replace("\\", "\\\\").replace('"""', "'''")


def docstring(node, indent):
    text = summary(node)
    if text is None:
        return []
    return [f'{indent}"""{text}{" " if text.endswith(chr(34)) else ""}"""']


class Writer:
    def __init__(self, namespace):
        self.namespace = namespace
        self.lines = [HEAD]

    def type_of(self, node, documented=None, inward=False):
        """The Python type of a parameter, a return value or a property."""
        array = node.find(CORE + "array")
        if array is not None:
            item = array.find(CORE + "type")
            if item.get("name") == "guint8":
                return "bytes"
            inner = self.name(item.get("name"))
            return f"Sequence[{inner}]" if inward else f"list[{inner}]"
        found = node.find(CORE + "type")
        if found is None:
            return "Any"
        if found.get("name") == "Gio.ListModel" and documented is not None and not inward:
            match = re.search(r"list\s+of\s+(?:at most \w+ )?\[class@Balance\.(\w+)\]", documented)
            if match:
                return f"_List[{match[1]}]"
        return self.name(found.get("name"))

    def name(self, name):
        if name in BASIC:
            return BASIC[name]
        if name == "Gio.AsyncReadyCallback":
            return "Callable[..., object]"
        return name if name else "Any"

    def signature(self, node, first):
        """Parameters and result as Python has them."""
        parameters = node.find(CORE + "parameters")
        given = [] if parameters is None else parameters.findall(CORE + "parameter")
        result = node.find(CORE + "return-value")
        hidden = set()
        for holder in [*given, result]:
            array = holder.find(CORE + "array")
            if array is not None and array.get("length") is not None:
                hidden.add(int(array.get("length")))
        texts, outs = list(first), []
        user_data = any(self.type_of(parameter).startswith("Callable") for parameter in given)
        for number, parameter in enumerate(given):
            if parameter.get("direction") == "out":
                # allow-none also says that a caller in C may not want it
                if number not in hidden:
                    kind = self.type_of(parameter)
                    outs.append(f"{kind} | None" if parameter.get("nullable") == "1" and "None" not in kind else kind)
                continue
            nullable = parameter.get("nullable") == "1" or parameter.get("allow-none") == "1"
            if number in hidden or user_data and parameter.get("name") == "user_data":
                continue
            name = parameter.get("name")
            name += "_" if keyword.iskeyword(name) else ""
            kind = self.type_of(parameter, inward=True)
            if nullable and "None" not in kind:
                kind += " | None"
            # PyGObject lets what may be NULL and ends the list be left out
            rest = given[number:]
            optional = all(r.get("nullable") == "1" or r.get("allow-none") == "1" or r.get("direction") == "out" for r in rest)
            texts.append(f"{name}: {kind}" + (" = ..." if optional else ""))
        if user_data:
            texts.append("*user_data: object")
        doc = result.find(CORE + "doc")
        kind = self.type_of(result, doc.text if doc is not None else None)
        if result.get("nullable") == "1" and "None" not in kind:
            kind += " | None"
        # a boolean beside an error says nothing: it is always true where nothing is raised
        if outs:
            returned = [*([] if kind == "None" else [kind]), *outs]
            kind = returned[0] if len(returned) == 1 else f"tuple[{', '.join(returned)}]"
        return ", ".join(texts), kind

    def function(self, node, first, indent, decorator=None):
        if node.get("introspectable") == "0":
            return
        texts, kind = self.signature(node, first)
        if decorator:
            self.lines.append(f"{indent}@{decorator}")
        name = node.get("name")
        name += "_" if keyword.iskeyword(name) else ""
        body = docstring(node, indent + "    ")
        self.lines.append(f"{indent}def {name}({texts}) -> {kind}:" + ("" if body else " ..."))
        self.lines += body

    def class_(self, node):
        name = node.get("name")
        self.lines.append(f"\nclass {name}(GObject.Object):")
        self.lines += docstring(node, "    ")
        properties = [p for p in node.findall(CORE + "property") if p.get("introspectable") != "0"]
        if properties:
            settable = [p for p in properties if p.get("construct-only") == "1" or p.get("writable") == "1"]
            parameters = ", ".join(f"{p.get('name').replace('-', '_')}: {self.type_of(p, inward=True)} | None = ..." for p in settable)
            self.lines.append(f"    def __init__(self, *, {parameters}) -> None: ..." if settable else "    def __init__(self) -> None: ...")
        for constructor in node.findall(CORE + "constructor"):
            self.function(constructor, ["cls"], "    ", "classmethod")
        for function in node.findall(CORE + "function"):
            self.function(function, [], "    ", "staticmethod")
        for method in node.findall(CORE + "method"):
            self.function(method, ["self"], "    ")
        if node.find(f"{CORE}implements[@name='Gio.ListModel']") is not None:
            item = {"GapList": "Gap"}.get(name, "Any")
            self.lines.append(f"    def __iter__(self) -> Iterator[{item}]: ...")
            self.lines.append("    def __len__(self) -> int: ...")
            self.lines.append(f"    def __getitem__(self, position: int) -> {item}: ...")
        if {m.get("name") for m in node.findall(CORE + "method")} >= {"equal", "hash"}:
            self.lines.append("    def __eq__(self, other: object) -> bool: ...")
            self.lines.append("    def __hash__(self) -> int: ...")
        if self.lines[-1] == f"\nclass {name}(GObject.Object):":
            self.lines.append("    ...")

    def enumeration(self, node):
        flags = node.tag.endswith("bitfield")
        self.lines.append(f"\nclass {node.get('name')}(GObject.{'GFlags' if flags else 'GEnum'}):")
        self.lines += docstring(node, "    ")
        for member in node.findall(CORE + "member"):
            self.lines.append(f"    {member.get('name').upper()} = {member.get('value')}")
        for function in node.findall(CORE + "function"):
            self.function(function, [], "    ", "staticmethod")

    def write(self):
        for node in self.namespace:
            kind = node.tag.removeprefix(CORE)
            if node.get("introspectable") == "0":
                continue
            if kind == "class":
                self.class_(node)
            elif kind in ("enumeration", "bitfield"):
                self.enumeration(node)
            elif kind == "function":
                self.lines.append("")
                self.function(node, [], "")
            elif kind == "constant":
                value = node.find(CORE + "type").get("name")
                self.lines.append(f"{node.get('name')}: {BASIC[value]}")
        return "\n".join(self.lines) + "\n"


def main():
    source, target = sys.argv[1:]
    namespace = ElementTree.parse(source).getroot().find(CORE + "namespace")
    with open(target, "w", encoding="utf-8") as file:
        file.write(Writer(namespace).write())


if __name__ == "__main__":
    main()
