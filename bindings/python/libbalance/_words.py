# SPDX-License-Identifier: LGPL-2.1-or-later
"""Verdicts and levels as words."""

from __future__ import annotations

import enum
import math
from typing import Any

from ._language import Language, choose

__all__ = ["Verdict", "Level", "number"]


class Verdict(enum.StrEnum):
    """A verdict. It is a string, so that ``evaluation.verdict == "unmet"`` says what it seems to say."""

    NOT_APPLICABLE = "not_applicable"
    MET = "met"
    UNMET = "unmet"
    UNDETERMINED = "undetermined"

    @classmethod
    def of(cls, value: Any) -> Verdict:
        return cls(value.value_nick.replace("-", "_"))

    def text(self, language: Language | None = None) -> str:
        """The official word: 达标, 未达标, 无法判定, 不适用."""
        return _VERDICTS[self][choose(language)]


_VERDICTS: dict[Verdict, dict[str, str]] = {
    Verdict.MET: {"zh": "达标", "en": "met"},
    Verdict.UNMET: {"zh": "未达标", "en": "unmet"},
    Verdict.UNDETERMINED: {"zh": "无法判定", "en": "undetermined"},
    Verdict.NOT_APPLICABLE: {"zh": "不适用", "en": "not applicable"},
}


class Level(enum.StrEnum):
    """What a fact or a requirement is about."""

    SECTION = "section"
    SCHOOL = "school"
    STAGE = "stage"
    DISTRICT = "district"
    REGION = "region"

    @classmethod
    def of(cls, value: Any) -> Level:
        return cls(value.value_nick)

    def text(self, language: Language | None = None) -> str:
        """In words: 学段部, 学校, 县内学段, 县（市、区）, 区域."""
        return _LEVELS[self][choose(language)]


_LEVELS: dict[Level, dict[str, str]] = {
    Level.SECTION: {"zh": "学段部", "en": "school stage"},
    Level.SCHOOL: {"zh": "学校", "en": "school"},
    Level.STAGE: {"zh": "县内学段", "en": "stage of a district"},
    Level.DISTRICT: {"zh": "县（市、区）", "en": "district"},
    Level.REGION: {"zh": "区域", "en": "region"},
}


def number(value: float) -> float | None:
    """The library says NaN where there is no number; Python has a better word for that."""
    return None if math.isnan(value) else value
