# SPDX-License-Identifier: LGPL-2.1-or-later
"""libbalance judges whether the schools of a county are balanced, and says why. 评估县域义务教育是否均衡，并说明理由。

>>> import libbalance as lb
>>> census = lb.read("county.xlsx")                         # files, or a DataFrame
>>> evaluation = lb.evaluate(census, "cn-2017-quality")
>>> evaluation.verdict
<Verdict.UNMET: 'unmet'>
>>> evaluation.of_district().of("unmet")                    # what the county falls short in, to unfold
>>> evaluation.sections.to_pandas()                         # every school, stage and indicator
>>> evaluation.plot_cv("primary")

What is not here is in ``gi.repository.Balance``, on which this package stands: every object has the one it wraps as ``.gi``.
"""

from ._native import Balance as _balance
from ._census import Census
from ._evaluation import Evaluation, Group
from ._finding import Finding, Findings, Operand
from ._language import get_language, set_language
from ._problems import BalanceError, Problem, Problems
from ._read import evaluate, read, read_database
from ._standard import Indicator, Requirement, Standard, list_standards
from ._subjects import District, School, Section, Views
from ._table import Table
from ._words import Level, Verdict

__version__: str = f"{_balance.MAJOR_VERSION}.{_balance.MINOR_VERSION}.{_balance.MICRO_VERSION}"

__all__ = [
    "BalanceError", "Census", "District", "Evaluation", "Finding", "Findings", "Group", "Indicator", "Level", "Operand",
    "Problem", "Problems", "Requirement", "School", "Section", "Standard", "Table", "Verdict", "Views", "evaluate",
    "get_language", "list_standards", "read", "read_database", "set_language",
]


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__", "plot"])
