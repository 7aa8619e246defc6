# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which language texts are in, when nobody says."""

import os
from typing import Literal

__all__ = ["Language", "set_language", "get_language", "choose", "pick"]

Language = Literal["zh", "en"]

_chosen: Language | None = None


def set_language(language: Language | None) -> None:
    """Chooses the language of all texts: ``"zh"`` (中文) or ``"en"``; ``None`` goes back to that of the environment.

    >>> import libbalance as lb
    >>> lb.set_language("zh")
    """
    global _chosen
    _chosen = None if language is None else _check(language)


def get_language() -> Language:
    """The language of texts: the one that was set, or the one of ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``."""
    if _chosen is not None:
        return _chosen
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "zh" if value.startswith("zh") else "en"
    return "en"


def choose(language: Language | None) -> Language:
    return get_language() if language is None else _check(language)


def pick(zh: str, en: str, language: Language | None = None) -> str:
    return zh if choose(language) == "zh" else en


def _check(language: str) -> Language:
    if language == "zh":
        return "zh"
    if language == "en":
        return "en"
    raise ValueError(f"language is “zh” or “en”, not “{language}”; 语言应为 zh 或 en")
