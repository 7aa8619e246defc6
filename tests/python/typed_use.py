# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program as users write it, for type checkers (tests/full/types.sh); it is read, not run."""

import libbalance as lb
from gi.repository import Balance, GLib


def through_the_package() -> float:
    census: lb.Census = lb.read("county.xlsx", year=2024)
    evaluation = lb.evaluate(census, "cn-2017-quality", as_of="2024-09-01", options={"retention_formula": "b"})
    total = 0.0
    for section in census.sections:
        pupils = section["pupils"]
        if isinstance(pupils, float):
            total += pupils
    for finding in evaluation.of_district().walk():
        if finding.verdict == lb.Verdict.UNMET and finding.margin is not None:
            total += finding.margin
    for problem in census.problems.errors:
        print(problem.row or 0, problem.remedy)
    return total


def through_introspection() -> str:
    standard = Balance.Standard.lookup("cn-2017-quality")
    imported = Balance.Reader.new(standard.get_dictionary(), None, False).read(["county.csv"], None, None)
    census = imported.get_census()
    if census is None:
        return "\n".join(problem.to_text("zh") for problem in imported.get_problems())
    try:
        evaluation = Balance.Evaluator.new(standard).evaluate(census, None, None)
    except GLib.Error as error:
        return error.message
    values, validity = evaluation.dup_values("R6")
    size: int = (values.get_size() or 0) + (validity.get_size() or 0)
    names = [school.get_name() for district in census.get_districts() for school in district.get_schools()]
    return f"{size} {names} {evaluation.get_verdict() == Balance.Verdict.MET}"
