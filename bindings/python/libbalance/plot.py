# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures of an evaluation, by matplotlib:  pip install "libbalance[plot]"

>>> from libbalance import plot
>>> plot.distribution(evaluation, "R6", "primary")      # where the schools stand, limit and floor
>>> plot.lorenz(evaluation, "R6", "primary")            # which share of pupils has which share
>>> plot.heatmap(evaluation, stage="primary")           # schools by indicators
>>> plot.cv(evaluation)                                 # coefficients of variation against limits

Each draws into `ax`, or into a new figure, and returns the axes, to be changed or saved: ``ax.figure.savefig("r6.svg")``.
The same are methods of :class:`libbalance.Evaluation`. Pictures show what was judged; they judge nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from . import _arrow, _fonts
from ._language import Language, choose
from ._native import Balance, GLib
from ._problems import BalanceError, from_glib
from ._words import Verdict

if TYPE_CHECKING:
    import matplotlib.axes

    from ._evaluation import Evaluation

__all__ = ["distribution", "lorenz", "heatmap", "cv"]

_COLOURS = {Verdict.MET: "#1a7f37", Verdict.UNMET: "#cf222e", Verdict.UNDETERMINED: "#bf8700", Verdict.NOT_APPLICABLE: "#8c959f"}
_ASKED = 500   # findings that are made to learn the limits of a stage; more schools than that are sampled


def distribution(evaluation: Evaluation, indicator: str, stage: str | None = None, district: str | None = None, *,
                 language: Language | None = None, ax: matplotlib.axes.Axes | None = None) -> matplotlib.axes.Axes:
    """How many schools have which value, with the limit (solid) and the floor (dashed).

    `stage` may be left out where there is only one with values, `district` to take all districts together.
    """
    lang = choose(language)
    numpy = _arrow.need("numpy")
    stage = _stage(evaluation, stage, district)
    rows = _in_scope(evaluation, [indicator], _rows(evaluation, stage, district))
    values = _values(evaluation, indicator)[rows]
    known = values[~numpy.isnan(values)]
    title = _title(evaluation, indicator, lang)
    axes = _axes(ax)

    if len(known) > 0:
        axes.hist(known, bins=min(30, max(8, int(math.sqrt(len(known)) * 2))), color="#54aeff", edgecolor="white")
    limits, floors = _limits(evaluation, indicator, rows)
    for numbers, style, zh, en in ((limits, "-", "限值", "limit"), (floors, "--", "底线", "floor")):
        for number in sorted(numbers):
            axes.axvline(number, color="#cf222e", linestyle=style, linewidth=1.6,
                         label=f"{zh if lang == 'zh' else en} {number:g}")
    verdicts = _verdicts(evaluation, indicator)[rows]
    unmet, open_ = int((verdicts == _code("UNMET")).sum()), int((verdicts == _code("UNDETERMINED")).sum())
    if lang == "zh":
        note = f"{len(known)} 所，未达限值 {unmet} 所" + (f"，缺数据 {open_} 所" if open_ else "")
    else:
        note = f"{len(known)} schools, {unmet} short of the limit" + (f", {open_} undetermined" if open_ else "")
    axes.set_title(f"{title} · {_stage_title(evaluation, stage, lang)}\n{note}")
    axes.set_xlabel(_with_unit(evaluation, indicator, title, lang))
    axes.set_ylabel("学校数" if lang == "zh" else "Schools")
    if limits or floors:
        axes.legend()
    return _finish(axes)


def lorenz(evaluation: Evaluation, indicator: str, stage: str | None = None, district: str | None = None, *,
           weight: str = "pupils", language: Language | None = None,
           ax: matplotlib.axes.Axes | None = None) -> matplotlib.axes.Axes:
    """Lorenz curve of what stands behind an indicator: schools from the worst to the best provided, across the share of
    pupils, upwards the share of the resource that they have. The title gives the Gini coefficient, twice the area between
    curve and diagonal.

    The resource is the indicator times `weight`, the field that the indicator is per. Schools without a value are left out
    and counted.
    """
    lang = choose(language)
    numpy = _arrow.need("numpy")
    stage = _stage(evaluation, stage, district)
    rows = _in_scope(evaluation, [indicator], _rows(evaluation, stage, district))
    values = _values(evaluation, indicator)[rows]
    try:
        column, _validity = evaluation.census.gi.dup_column(Balance.Level.SECTION, weight)
    except GLib.Error as error:
        raise from_glib(error) from None
    weights = numpy.frombuffer(column.get_data())[rows]
    good = ~numpy.isnan(values) & ~numpy.isnan(weights) & (weights > 0)
    if not good.any() or (values[good] < 0).any() or values[good].sum() <= 0:
        raise BalanceError(f"{indicator} 没有可以作洛伦兹曲线的数值。", f"{indicator} has no values that a Lorenz curve can show.")
    order = numpy.argsort(values[good], kind="stable")
    x = numpy.concatenate(([0.0], numpy.cumsum(weights[good][order])))
    y = numpy.concatenate(([0.0], numpy.cumsum((values[good] * weights[good])[order])))
    x, y = x / x[-1], y / y[-1]
    gini = 1.0 - float(((x[1:] - x[:-1]) * (y[1:] + y[:-1])).sum())

    axes = _axes(ax)
    axes.plot([0, 1], [0, 1], color="#8c959f", linestyle="--", linewidth=1, label="完全均等" if lang == "zh" else "all alike")
    axes.plot(x, y, color="#0969da", label=_title(evaluation, indicator, lang))
    axes.fill_between(x, y, x, color="#54aeff", alpha=0.25, linewidth=0)
    axes.set_aspect("equal")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    field = evaluation.census.gi.get_dictionary().lookup(weight)
    by = field.get_title(lang) if field is not None else weight
    axes.set_xlabel(f"{by}累计比例" if lang == "zh" else f"Share of {by}, from the worst provided school")
    axes.set_ylabel("资源累计比例" if lang == "zh" else "Share of the resource")
    left_out = int((~good).sum())
    note = f"基尼系数 {gini:.3f}" if lang == "zh" else f"Gini coefficient {gini:.3f}"
    if left_out:
        note += f"，未计入 {left_out} 所" if lang == "zh" else f", {left_out} schools left out"
    axes.set_title(f"{_title(evaluation, indicator, lang)} · {_stage_title(evaluation, stage, lang)}\n{note}")
    axes.legend(loc="upper left")
    return _finish(axes)


def heatmap(evaluation: Evaluation, indicators: Sequence[str] | None = None, stage: str | None = None,
            district: str | None = None, *, schools: int = 40, language: Language | None = None,
            ax: matplotlib.axes.Axes | None = None) -> matplotlib.axes.Axes:
    """Schools by indicators. A cell says how far the value is on the good side of its limit, in per cent of the limit; ×: unmet,
    ?: undetermined. Of many schools the `schools` with the most unmet are shown, worst above."""
    lang = choose(language)
    numpy = _arrow.need("numpy")
    ids = _with_limits(evaluation) if indicators is None else list(indicators)
    stage = _stage(evaluation, stage, district)
    sections = evaluation.census.sections
    rows = _in_scope(evaluation, ids, _rows(evaluation, stage, district))
    columns = [_verdicts(evaluation, indicator)[rows] for indicator in ids]
    unmet = sum((column == _code("UNMET")).astype(int) for column in columns)
    open_ = sum((column == _code("UNDETERMINED")).astype(int) for column in columns)
    worst = numpy.lexsort((rows, -numpy.asarray(open_), -numpy.asarray(unmet)))[:schools]

    shares = numpy.full((len(worst), len(ids)), numpy.nan)
    marks: list[list[str]] = []
    names = []
    for place, position in enumerate(worst):
        section = sections[int(rows[position])]
        names.append(section.school_name or section.school_code)
        line = []
        for number, indicator in enumerate(ids):
            verdict = int(columns[number][position])
            line.append({_code("UNMET"): "×", _code("UNDETERMINED"): "?"}.get(verdict, ""))
            finding = evaluation.gi.find(_path(section, indicator))
            limit, margin = finding.get_limit(), finding.get_margin()
            if not math.isnan(margin) and not math.isnan(limit) and limit > 0:
                shares[place, number] = 100 * margin / limit
        marks.append(line)

    axes = _axes(ax, height=max(2.5, 0.28 * len(worst) + 1.6))
    colours = _arrow.need("matplotlib").colormaps["RdYlGn"].with_extremes(bad="#eaeef2")
    image = axes.imshow(numpy.ma.masked_invalid(shares), cmap=colours, vmin=-50, vmax=50, aspect="auto")
    for place, line in enumerate(marks):
        for number, mark in enumerate(line):
            if mark:
                axes.text(number, place, mark, ha="center", va="center", color="black")
    axes.set_xticks(range(len(ids)), ids)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    bar = axes.figure.colorbar(image, ax=axes, extend="both")
    bar.set_label("与限值相比（%）" if lang == "zh" else "Against the limit (%)")
    shown = len(worst)
    if lang == "zh":
        note = (f"未达标项最多的 {shown} 所（共 {len(rows)} 所）" if shown < len(rows) else f"{shown} 所") + "；×：未达标，?：缺数据"
    else:
        note = (f"the {shown} with most unmet of {len(rows)}" if shown < len(rows) else f"{shown} schools") + "; ×: unmet, ?: undetermined"
    axes.set_title(f"{_stage_title(evaluation, stage, lang)}\n{note}")
    return _finish(axes)


def cv(evaluation: Evaluation, stage: str | None = None, district: str | None = None, *, language: Language | None = None,
       ax: matplotlib.axes.Axes | None = None) -> matplotlib.axes.Axes:
    """Coefficients of variation (差异系数) of a district, a bar for each indicator, with its limit. Without `stage`: of all
    stages."""
    lang = choose(language)
    code = evaluation._district(district)
    bars = []
    for group in evaluation.group_list(code):
        if stage is not None and group.stage != stage:
            continue
        for indicator in evaluation.standard.indicators:
            limit = group.cv_limit(indicator.id)
            if limit is not None:
                label = f"{indicator.id} {indicator.gi.get_title(lang)}"
                if stage is None:
                    label += f" · {_stage_title(evaluation, group.stage, lang)}"
                bars.append((label, group.cv(indicator.id), limit, group.cv_verdict(indicator.id)))
    if not bars:
        raise BalanceError("没有按差异系数评判的指标。", "No indicator is judged by its coefficient of variation here.", "not-found")

    axes = _axes(ax, height=max(2.5, 0.34 * len(bars) + 1.4))
    for place, (_label, value, limit, verdict) in enumerate(bars):
        if value is None:
            axes.text(0, place, " 缺数据" if lang == "zh" else " facts are missing", va="center", color=_COLOURS[verdict])
        else:
            axes.barh(place, value, color=_COLOURS[verdict], height=0.6)
            axes.text(value, place, f" {value:.3f}", va="center", fontsize="small")
        axes.plot([limit, limit], [place - 0.42, place + 0.42], color="black", linewidth=2)
    axes.set_yticks(range(len(bars)), [label for label, *_rest in bars])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15 * max(max(value or 0.0, limit) for _label, value, limit, _verdict in bars))
    axes.set_xlabel("差异系数（竖线为限值）" if lang == "zh" else "Coefficient of variation (black: the limit)")
    name = evaluation.census.district(code).name or code
    axes.set_title(name if stage is None else f"{name} · {_stage_title(evaluation, stage, lang)}")
    return _finish(axes)


# ---- what they share

def _axes(ax: Any, height: float = 4.0) -> Any:
    if ax is not None:
        return ax
    pyplot = _arrow.need("matplotlib.pyplot")
    _figure, axes = pyplot.subplots(figsize=(7.5, height), layout="constrained")
    return axes


def _finish(axes: Any) -> matplotlib.axes.Axes:
    """Gives every text a font that has its characters, also those that are made when the picture is drawn."""
    text = _arrow.need("matplotlib.text")
    families = _fonts.families()
    axes.tick_params(labelfontfamily=families)
    texts = axes.figure.findobj(text.Text)
    for one in texts:
        one.set_fontfamily(families)
    _fonts.check([one.get_text() for one in texts])
    return cast("matplotlib.axes.Axes", axes)


def _code(verdict: str) -> int:
    return int(getattr(Balance.Verdict, verdict))


def _values(evaluation: Evaluation, indicator: str) -> Any:
    try:
        values, _validity = evaluation.gi.dup_values(indicator)
    except GLib.Error as error:
        raise from_glib(error) from None
    return _arrow.need("numpy").frombuffer(values.get_data())


def _verdicts(evaluation: Evaluation, indicator: str) -> Any:
    numpy = _arrow.need("numpy")
    try:
        verdicts = numpy.frombuffer(evaluation.gi.dup_verdicts(indicator).get_data(), dtype=numpy.uint8)
    except GLib.Error:
        verdicts = numpy.zeros(0, dtype=numpy.uint8)
    if len(verdicts) != len(evaluation.census.sections):
        # an indicator that nothing is asked of, or not of sections
        return numpy.zeros(len(evaluation.census.sections), dtype=numpy.uint8)
    return verdicts


def _rows(evaluation: Evaluation, stage: str, district: str | None) -> Any:
    census = evaluation.census
    sections = census.gi.get_sections() if district is None else census.district(district).gi.get_sections()
    return _arrow.need("numpy").array([section.get_row() for section in sections if section.get_stage() == stage], dtype=int)


def _in_scope(evaluation: Evaluation, indicators: Sequence[str], rows: Any) -> Any:
    """Those of the rows of which at least one indicator is asked."""
    numpy = _arrow.need("numpy")
    asked = numpy.zeros(len(rows), dtype=bool)
    for indicator in indicators:
        asked |= _verdicts(evaluation, indicator)[rows] != _code("NOT_APPLICABLE")
    return rows[asked] if asked.any() else rows


def _stage(evaluation: Evaluation, stage: str | None, district: str | None) -> str:
    census = evaluation.census
    stages = [group.stage for group in evaluation.group_list(district)]
    known = list(dict.fromkeys(stages)) or census.gi.get_dictionary().dup_stages()
    if stage is not None:
        if stage not in known:
            raise BalanceError(f"没有学段“{stage}”，现有：{'、'.join(known)}", f"There is no stage “{stage}”; there are: {', '.join(known)}",
                               "not-found")
        return stage
    if len(known) == 1:
        return str(known[0])
    raise BalanceError(f"请指明学段 stage=：{'、'.join(known)}", f"Say which stage=: {', '.join(known)}", "not-found")


def _path(section: Any, indicator: str) -> str:
    return f"districts/{section.district_code}/schools/{section.school_code}/{section.stage}/{indicator}"


def _limits(evaluation: Evaluation, indicator: str, rows: Any) -> tuple[set[float], set[float]]:
    """The limits and floors that hold for these sections; they may differ from school to school."""
    limits: set[float] = set()
    floors: set[float] = set()
    sections = evaluation.census.sections
    for row in rows[::max(1, len(rows) // _ASKED)]:
        try:
            finding = evaluation.gi.find(_path(sections[int(row)], indicator))
        except GLib.Error:
            continue
        for numbers, number in ((limits, finding.get_limit()), (floors, finding.get_floor())):
            if not math.isnan(number):
                numbers.add(number)
    return limits, floors


def _with_limits(evaluation: Evaluation) -> list[str]:
    standard = evaluation.standard
    return [indicator.id for indicator in standard.indicators
            if indicator.level == "section" and any(indicator.limit(stage) is not None for stage in standard.stages)]


def _title(evaluation: Evaluation, indicator: str, language: Language) -> str:
    found = evaluation.standard.gi.find_indicator(indicator)
    title = None if found is None else found.get_title(language)
    return f"{indicator} {title}" if title else indicator


def _with_unit(evaluation: Evaluation, indicator: str, title: str, language: Language) -> str:
    found = evaluation.standard.gi.find_indicator(indicator)
    unit = None if found is None else found.get_unit()
    if not unit:
        return title
    words = evaluation.standard.gi.get_dictionary().dup_unit_title(unit, language) or unit
    return f"{title}（{words}）" if language == "zh" else f"{title} ({words})"


def _stage_title(evaluation: Evaluation, stage: str, language: Language) -> str:
    field = evaluation.standard.gi.get_dictionary().lookup("stage")
    return str((field.get_choice_title(stage, language) if field is not None else None) or stage)
