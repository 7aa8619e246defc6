# SPDX-License-Identifier: LGPL-2.1-or-later
"""A font with Chinese characters for pictures, or a word about which one to install."""

from __future__ import annotations

import functools
import warnings
from typing import Any

__all__ = ["families", "check"]

# Simplified forms first. Of a collection matplotlib may know one face only; the Japanese one has the characters too.
_NAMES = ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "PingFang SC", "Microsoft YaHei",
          "Hiragino Sans GB", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei", "Noto Sans CJK TC", "Noto Sans CJK HK",
          "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Serif CJK SC", "Noto Serif CJK JP", "Droid Sans Fallback", "SimSun",
          "AR PL UMing CN", "AR PL UKai CN", "Arial Unicode MS", "Unifont")
_FILES = ("notosanscjk", "sourcehansans", "notosanssc", "wqy-", "msyh", "simhei", "pingfang", "hiraginosansgb", "droidsansfallback",
          "notoserifcjk", "uming", "ukai", "simsun")

_ADVICE = ("没有找到含汉字的字体，图中的汉字会显示为方框。Debian/Ubuntu 请安装：apt install fonts-noto-cjk，然后重新启动 Python。\n"
           "No installed font has Chinese characters; those in this picture show as boxes. On Debian or Ubuntu: "
           "apt install fonts-noto-cjk, then start Python again.")


@functools.cache
def find() -> str | None:
    """The name of an installed font that has Chinese characters."""
    from matplotlib import font_manager

    found = _known(font_manager)
    if found is None:
        # what matplotlib remembers may be older than the fonts
        for path in font_manager.findSystemFonts():
            if any(name in path.lower().replace(" ", "") for name in _FILES):
                try:
                    font_manager.fontManager.addfont(path)
                except (OSError, RuntimeError):
                    pass
        found = _known(font_manager)
    return found


def _known(font_manager: Any) -> str | None:
    known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _NAMES if name in known), None)


def families() -> list[str]:
    found = find()
    return ["DejaVu Sans"] if found is None else [found, "DejaVu Sans"]


def check(texts: list[str]) -> None:
    """Says what to install where a text has Chinese characters and no font for them is there."""
    if find() is None and any("⺀" <= letter <= "鿿" or "＀" <= letter <= "￯" for text in texts for letter in text):
        warnings.warn(_ADVICE, UserWarning, stacklevel=4)
