# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the benchmark and writes its tables as Markdown.

run.py BUILD            everything; ten minutes on a quiet machine
run.py BUILD --quick    a smaller nation and fewer runs, less than a minute
run.py BUILD --check    only what comes before any timing: do all find the same?

BUILD is a build of the library, with its tests/bench. What is timed against each other takes turns; a figure is the median
of its runs, and the spread is what half of them lie within. Nothing is timed whose results differ.
"""

import argparse
import contextlib
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pyarrow.csv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))
import synthetic_county  # noqa: E402  beside this folder: the tests of plans use it as well

PEERS = {"duckdb": "DuckDB", "polars": "Polars", "pandas": "pandas and NumPy"}
THREADS = 2
LAYOUTS = {"section": "a row for each section", "school": "a row for each school, amounts to be split"}


# -- figures ---------------------------------------------------------------------------------------------


class Figure:
    """Runs of one thing, in seconds."""

    def __init__(self):
        self.runs = []

    @property
    def median(self):
        return statistics.median(self.runs)

    @property
    def spread(self):
        low, high = np.percentile(self.runs, [25, 75])
        return low, high


def seconds(x):
    for unit, factor, below in (("ns", 1e9, 1e-6), ("µs", 1e6, 1e-3), ("ms", 1e3, 1)):
        if x < below:
            return f"{x * factor:.3g} {unit}"
    return f"{x:.3g} s"


def shown(figure):
    low, high = figure.spread
    return f"{seconds(figure.median)} ({seconds(low)} – {seconds(high)})"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


# -- programs --------------------------------------------------------------------------------------------


class Program:
    """The benchmark program of the build, and the tool beside it."""

    def __init__(self, build):
        self.build = build
        self.env = os.environ | {
            "BALANCE_DATA_DIR": str(ROOT / "data"),
            "BALANCE_LIBEXEC_DIR": str(build / "libexec"),
            "GI_TYPELIB_PATH": str(build / "lib"),
            "LD_LIBRARY_PATH": str(build / "lib"),
            "PYTHONPATH": str(ROOT / "bindings" / "python"),
        }

    def run(self, *command, codes=(0,), whole=False):
        """What a program prints: a document on each line, or one as a whole."""
        done = subprocess.run([str(part) for part in command], env=self.env, stdout=subprocess.PIPE, text=True)
        if done.returncode not in codes:
            sys.exit(f"bench: {' '.join(map(str, command))} failed")
        return [json.loads(text) for text in ([done.stdout] if whole else done.stdout.splitlines())]

    def bench(self, work, path, threads=0, repeat=1, kernels=None, output=None):
        options = ["--threads", threads, "--repeat", repeat]
        options += ["--kernels", kernels] if kernels else []
        options += ["--output", output] if output else []
        return self.run(self.build / "tests" / "bench" / "bench", work, path, *options)

    def times(self, work, path, key=None, **options):
        return [line["seconds"] for line in self.bench(work, path, **options) if line["work"] == (key or work)]

    def stay(self, work, path, threads, *options):
        return Own(self, work, path, threads, options)

    def make_nation(self, path, schools, counties, layout="section"):
        if not path.exists():
            part = path.with_suffix(".part")
            self.run(self.build / "tests" / "bench" / "make-nation", "--schools", schools, "--counties", counties,
                     "--layout", layout, "--output", part)
            part.rename(path)
        return path

    def tool(self, *arguments, times):
        """Runs of a whole process of the tool: lines with seconds, processor seconds and peak resident bytes."""
        return self.run(self.build / "tests" / "bench" / "bench", "process", self.build / "tools" / "balance", "--repeat", times,
                        "--", *arguments)


class Own:
    """A work of the library in a process that stays, as those of the peers do."""

    def __init__(self, program, work, path, threads, options):
        command = [program.build / "tests" / "bench" / "bench", work, path, "--threads", threads, "--asked", *options]
        self.process = subprocess.Popen([str(part) for part in command], env=program.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer()

    def answer(self):
        lines = []
        for text in self.process.stdout:
            lines.append(json.loads(text))
            if lines[-1]["work"] == "ready":
                return lines
        sys.exit(f"bench: {' '.join(self.process.args)} failed")

    def ask(self, key):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return next(line["seconds"] for line in self.answer() if line["work"] == key)

    def close(self):
        self.process.stdin.close()
        # it says how large its work was
        self.process.stdout.read()
        self.process.wait()


class Peer:
    """A peer in a process of its own, which stays, so that no run pays for its start."""

    def __init__(self, name, path, layout):
        self.name = name
        self.process = subprocess.Popen([sys.executable, str(HERE / "peers" / f"with_{name}.py"), str(path), layout, str(THREADS)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"bench: {PEERS[self.name]} failed at: {question}")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


@contextlib.contextmanager
def peers_on(path, layout):
    peers = [Peer(name, path, layout) for name in PEERS]
    try:
        yield peers
    finally:
        for peer in peers:
            peer.close()


# -- are the results the same? ---------------------------------------------------------------------------


def load(folder, name, keys):
    # A section is found under its codes, whatever the order of rows.
    return pd.read_csv(folder / f"{name}.csv").sort_values(keys).reset_index(drop=True)


def compare(ours, theirs, who):
    """Exits where two folders of results differ: in who was judged, in a verdict, in a figure by 1e-9."""
    for name, keys in (("sections", ["district", "stage", "school"]), ("groups", ["district", "stage"]), ("districts", ["district"])):
        a, b = load(ours, name, keys), load(theirs, name, keys)
        if len(a) != len(b) or not (a[keys] == b[keys]).all(axis=None):
            sys.exit(f"bench: {who} judged other {name}: {len(b)}, not {len(a)}")
        if (a["met"] != b["met"]).any():
            sys.exit(f"bench: {who} has {(a['met'] != b['met']).sum()} other verdicts on {name}")
        figures = [column for column in a if column.startswith("R")]
        with np.errstate(invalid="ignore"):
            apart = np.abs(a[figures].to_numpy() - b[figures].to_numpy()) / np.maximum(1, np.abs(a[figures].to_numpy()))
        if not (apart < 1e-9).all():
            sys.exit(f"bench: {who} has other figures of {name}, by up to {np.nanmax(apart)}")
    return len(load(ours, "sections", ["district"]))


def check_cells(program, path):
    """The yardstick has to find the numbers that a reader finds."""
    size = program.bench("cells", path, threads=1)[-1]
    two = program.bench("cells", path, threads=2)[-1]
    whole = pyarrow.csv.read_csv(path)
    if size["faults"] or size != two or size["cells"] != whole.num_rows * whole.num_columns:
        sys.exit(f"bench: the cells of {path} are not found as they are")
    for name, total in size["sums"].items():
        if abs(total - whole[name].to_pandas().sum()) > 1e-9 * abs(total):
            sys.exit(f"bench: the numbers of the column {name} are not converted as they are")


def check(program, paths, work):
    """All that has to be equal before anything is timed."""
    for layout, path in paths.items():
        ours = work / f"ours-{layout}"
        ours.mkdir(exist_ok=True)
        program.bench("results", path, output=ours)
        with peers_on(path, layout) as peers:
            for peer in peers:
                theirs = work / f"{peer.name}-{layout}"
                theirs.mkdir(exist_ok=True)
                peer.ask(f"results {theirs}")
                n = compare(ours, theirs, f"{PEERS[peer.name]} ({LAYOUTS[layout]})")
        check_cells(program, path)
        print(f"bench: {LAYOUTS[layout]}: all find the same of {n} sections in scope", file=sys.stderr)


# -- side by side ----------------------------------------------------------------------------------------


def take_turns(runners, rounds):
    """Runs each of {name: function that returns seconds} once a round, the first round for nothing."""
    figures = {name: Figure() for name in runners}
    for round_ in range(rounds + 1):
        for name, run in runners.items():
            runs = run()
            if round_ > 0:
                figures[name].runs += runs
    return figures


def find_best_forms(peers, work, tries):
    """The fastest form of each peer, and the time of every form."""
    best, rows = {}, []
    for peer in peers:
        forms = peer.ask(f"forms {work}")["forms"]
        figures = take_turns({form: lambda form=form: [peer.ask(f"{work} {form}")["seconds"]] for form in forms}, tries)
        best[peer.name] = min(forms, key=lambda form: figures[form].median)
        rows += [(PEERS[peer.name], form + (" ←" if form == best[peer.name] else ""), seconds(figures[form].median)) for form in forms]
    return best, rows


class SideBySide:
    """One work in one layout: the library, its peers and the bound, taking turns."""

    WORKS = {
        "file": ("From the CSV file to all verdicts and coefficients", "file", "file-to-coefficients", "file-to-verdicts",
                 "cells", "cells", "find and convert every cell, store nothing"),
        "memory": ("From the census in memory to all verdicts and coefficients", "evaluate", "verdicts-and-coefficients", "verdicts",
                   "columns", "read-columns", "read the needed columns once"),
    }

    def __init__(self, program, path, layout, work, peers, options):
        title, command, all_, verdicts, bound, bound_key, about_bound = self.WORKS[work]
        self.title = f"{title}: {LAYOUTS[layout]}"
        self.sections = program.bench("evaluate", path)[-1]["sections"]
        if work == "file":
            self.title += f", {path.stat().st_size / 1e6:.1f} MB"
        best, self.forms = find_best_forms(peers, work, options.tries)

        def turn(ask):
            return lambda: [ask() for _ in range(options.repeat)]

        own = {(name, n): program.stay(name, path, n) for name in (command, bound) for n in (1, THREADS)}
        runners = {("ours", n): turn(lambda n=n: own[command, n].ask(all_)) for n in (1, THREADS)}
        if work == "file":
            own["bare", THREADS] = program.stay(command, path, THREADS, "--no-digest")
            runners["bare", THREADS] = turn(lambda: own["bare", THREADS].ask(all_))
        runners |= {("verdicts", n): turn(lambda n=n: own[command, n].ask(verdicts)) for n in (1, THREADS)}
        runners |= {(peer.name, THREADS): turn(lambda peer=peer: peer.ask(f"{work} {best[peer.name]}")["seconds"]) for peer in peers}
        runners |= {("bound", n): turn(lambda n=n: own[bound, n].ask(bound_key)) for n in (1, THREADS)}
        self.figures = take_turns(runners, options.rounds)
        for process in own.values():
            process.close()
        self.names = {"ours": "libbalance", "bare": "libbalance, without the digest of the file", "verdicts": "libbalance, verdicts alone", "bound": f"bound: {about_bound}"} | PEERS

    def median(self, who, n):
        return self.figures[who, n].median

    def tables(self):
        rows = [(f"{self.names[who]}, {threads(n)}", shown(figure), f"{figure.median / self.sections * 1e9:.1f} ns",
                 *(f"{figure.median / self.median('ours', k):.2f}" for k in (THREADS, 1)))
                for (who, n), figure in self.figures.items()]
        head = ("what", "time (half of the runs)", "per section", f"times libbalance on {THREADS} threads", "times libbalance on 1")
        return [f"### {self.title}, {self.sections} sections\n", table(head, rows), "Forms tried:\n",
                table(("peer", "form", "time"), self.forms)]


def threads(n):
    return f"{n} thread" + "s" * (n > 1)


def kernel_sets():
    """Those that this machine has."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        flags = file.read().split()
    return ["baseline"] + [name for name, flag in (("avx2", "avx2"), ("avx512", "avx512bw")) if flag in flags]


def time_kernels(program, path, options):
    own = {name: program.stay("evaluate", path, 1, "--kernels", name) for name in kernel_sets()}
    figures = take_turns({name: lambda name=name: [own[name].ask("verdicts") for _ in range(options.repeat)] for name in own}, options.rounds)
    for process in own.values():
        process.close()
    return figures


def kernel_table(figures, layout, sections):
    rows = [(name, shown(figure), f"{figure.median / sections * 1e9:.1f} ns") for name, figure in figures.items()]
    return [f"### Kernels, one thread, verdicts alone: {LAYOUTS[layout]}\n", table(("kernels", "time (half of the runs)", "per section"), rows)]


# -- the library alone -----------------------------------------------------------------------------------


def collect(lines, work):
    figure = Figure()
    figure.runs = [line["seconds"] for line in lines if line["work"] == work]
    return figure


def what_if(program, data, options):
    lines = program.bench("what-if", data.nation, repeat=options.repeat * options.rounds)
    size = lines[-1]
    data.reached["what-if"] = collect(lines, "change").median
    about = f"in a group of {size['group']} sections, a district of {size['district']}, of the whole nation"
    return [(f"a fact changed and the district's verdict asked, {about}", shown(collect(lines, "change"))),
            ("the change undone and the verdict asked", shown(collect(lines, "undo")))]


def action(program, data, options):
    lines = program.bench("action", data.nation, repeat=options.repeat * options.rounds)
    data.reached["action"] = collect(lines, "action").median, collect(lines, "action-undo").median
    about = f"in a county of {lines[-1]['district']} sections"
    return [(f"a teacher moved between two schools and the verdict asked, {about}", shown(collect(lines, "action"))),
            ("the move undone and the verdict asked", shown(collect(lines, "action-undo")))]


def stability(program, data, options):
    lines = program.bench("stability", data.nation, repeat=options.rounds)
    size, figure = lines[-1], collect(lines, "stability")
    data.reached["stability"] = figure.median
    return [(f"stability of all {size['verdicts']} verdicts of a county of {size['district']} sections", shown(figure))]


def explanation(program, data, options):
    lines = program.bench("explain", data.nation, repeat=options.repeat)
    data.reached["explain"] = collect(lines, "explain-section").median, collect(lines, "explain-group").median
    return [("an indicator of a section explained, from its path to its text", shown(collect(lines, "explain-section"))),
            ("the dispersion of a county's stage explained", shown(collect(lines, "explain-group")))]


def county(program, data, options):
    """Whole processes: most of what a user of one county waits for."""
    sample = [ROOT / "examples" / "data" / name for name in ("sample-county.csv", "sample-county-facts.csv")]
    cases = (("a county of 60 schools, resources", [data.county, "--only", "resources"], options.processes),
             ("the sample county of 60 schools with all its facts, the whole standard", sample, options.processes),
             ("the county of 60 schools, the whole standard: most facts are missing, and what would decide is searched for",
              [data.county], 3))
    rows = []
    for about, arguments, times in cases:
        runs = program.tool("evaluate", *arguments, "--as-of", "2024-09-01", times=times)
        peak, busy = max(run["peak"] for run in runs), statistics.median(run["busy"] for run in runs)
        data.reached.setdefault("county", []).append((collect(runs, "process").median, peak))
        rows.append((f"`balance evaluate`, {about}, the whole process",
                     f"{shown(collect(runs, 'process'))}, of which {seconds(busy)} computing; {peak / 1e6:.1f} MB resident"))
    return rows


def plans(program, data, options):
    """Whole processes, the solver's among them; the peak is that of the larger one. Made-up counties whose schools lie around the limits."""
    costs, folder = ROOT / "data" / "costs" / "example.yaml", data.work
    fixed = folder / "costs-without-moves.yaml"
    synthetic_county.write_costs_without_moves(fixed, costs)
    small, large = folder / "plan-60-schools.csv", folder / "plan-300-sections.csv"
    synthetic_county.write(small, synthetic_county.rows(0, 1, n_schools=60))
    synthetic_county.write(large, synthetic_county.rows(300, 2))
    cases = [("60 schools", small, ["--costs", fixed, "--gap", "0.1%"], 0.001),
             ("60 schools, teachers may move", small, ["--costs", costs, "--gap", "0.1%", "--time-limit", "60"], 0.001)]
    if not options.quick:
        cases.append(("300 sections, teachers may move, 3 years", large,
                      ["--costs", costs, "--gap", "1%", "--years", "3", "--time-limit", "120"], 0.01))
    rows = []
    for about, path, arguments, gap in cases:
        command = ["plan", path, "--only", "resources", "--as-of", "2024-09-01", *arguments]
        (answer,) = program.run(program.build / "tools" / "balance", *command, "--format", "json", codes=(0, 1), whole=True)
        if answer["verdict_after"] != "met" or (answer["status"] == "proven" and answer["gap"] > gap + 1e-9):
            sys.exit(f"bench: the plan for {about} is none: {answer['status']}, gap {answer['gap']}")
        runs = program.tool(*command, times=min(options.processes, 5))
        peak = max(run["peak"] for run in runs)
        data.reached.setdefault("plans", []).append((collect(runs, "process").median, peak, answer["gap"]))
        rows.append((f"`balance plan`, synthetic county of {about}, gap at most {gap:.1%}, the whole process",
                     f"{shown(collect(runs, 'process'))}; gap {answer['gap']:.2%}; {peak / 1e6:.1f} MB resident"))
    return rows


def at_the_edge(program, data, options):
    """Every school as an object, against columns as bytes."""
    rows = []
    bulk = program.bench("bulk", data.nation, repeat=options.rounds)
    rows.append(("C: all schools as objects, code and name", shown(collect(program.bench("views", data.nation, repeat=options.rounds), "views"))))
    rows.append(("C: a column as bytes", shown(collect(bulk, "bulk-column"))))
    rows.append(("C: the values of an indicator as bytes, computed", shown(collect(bulk, "bulk-values"))))
    rows.append(("C: the coefficients of variation of an indicator in all groups as bytes", shown(collect(bulk, "bulk-coefficients"))))
    rows.append(("C: the verdicts of a requirement as bytes", shown(collect(bulk, "bulk-verdicts"))))
    for language, command in (("Python", [sys.executable, HERE / "views.py"]), ("JavaScript (gjs)", ["gjs", "-m", HERE / "views.js"])):
        answer = program.run(*command, data.nation)[-1]
        rows.append((f"{language}: all schools as objects, code and name",
                     f"{seconds(answer['views'])}; peak {answer['peak'] / 1e6:.0f} MB resident, {answer['grown'] / 1e6:.1f} MB of it by the walk"))
        rows.append((f"{language}: a column as bytes, and its sum", seconds(answer["bulk"])))
    return [(f"{what}, {data.schools} schools", figure) for what, figure in rows]


def arrow(program, data, options):
    """Rows in and out of Python without a file, in processor time: they are for whoever has frames already."""
    lines = program.run(sys.executable, HERE / "arrow.py", data.nation, options.rounds)
    csv, into, out = (collect(lines, work) for work in ("csv", "arrow-in", "arrow-out"))
    data.reached["arrow"] = (into.median + out.median) / csv.median
    return [("Python: the CSV file read and evaluated, processor time", shown(csv)),
            (f"Python: the same rows, {data.schools} schools, out of an Arrow table into a census, processor time", shown(into)),
            ("Python: all sections with indicators and verdicts into an Arrow table, processor time", shown(out))]


# A row of the table "alone": a function that takes the program, the data and the options and returns rows.
ALONE = [what_if, action, stability, explanation, county, plans, at_the_edge, arrow]


def large(program, data, options):
    """The same ×20: does the time per school stay, and how much memory does it take?"""
    rows = []
    for work, key, about in (("file", "file-to-verdicts", "from the file to all verdicts"), ("evaluate", "verdicts", "from the census in memory"),
                             ("cells", "cells", "bound: find and convert every cell"), ("columns", "read-columns", "bound: read the needed columns once")):
        figures = take_turns({name: lambda path=path: program.times(work, path, key, threads=THREADS, repeat=options.repeat)
                              for name, path in (("small", data.nation), ("large", data.large))}, options.large_rounds)
        small, big = figures["small"].median / data.schools, figures["large"].median / data.large_schools
        data.reached[f"large {work}"] = big / small
        rows.append((about, f"{small * 1e9:.1f} ns", f"{big * 1e9:.1f} ns", f"{big / small:.2f}"))
    memory = [program.bench("memory", path)[-1] for path in (data.nation, data.large)]
    data.reached["large memory"] = memory[1]["peak"] / memory[1]["raw"]
    rows.append(("peak of anonymous memory, against raw columns and text",
                 *(f"{m['peak'] / 1e6:.0f} MB / {m['raw'] / 1e6:.0f} MB = {m['peak'] / m['raw']:.2f}" for m in memory), ""))
    return table((f"{threads(THREADS)}; time for each school", f"{data.schools} schools", f"{data.large_schools} schools", "ratio"), rows)


# -- targets ---------------------------------------------------------------------------------------------


def targets(data, compared, kernels):
    """What the project set out to reach, and what these runs gave, for both layouts."""
    def each(figure):
        return "; ".join(f"{figure(layout)} ({layout}s)" for layout in LAYOUTS)

    def than(work, who, n, ours="ours"):
        return each(lambda layout: f"{compared[layout, work].median(who, THREADS) / compared[layout, work].median(ours, n):.1f}×")

    def bound(work, n, ours="ours"):
        return each(lambda layout: f"{compared[layout, work].median(ours, n) / compared[layout, work].median('bound', n):.2f}×")

    def file(ratio, *others):
        return f"{ratio('file', *others, THREADS)}; without the digest of the file {ratio('file', *others, THREADS, 'bare')}"

    wide = "avx2" if "avx2" in kernel_sets() else "baseline"
    rows = [
        (f"CSV of the nation to all verdicts and CVs, {THREADS} threads: faster than DuckDB", "6×", "", file(than, "duckdb")),
        ("the same: faster than Polars", "8×", "", file(than, "polars")),
        ("the same: against finding and converting every cell", "", "1.5×", file(bound)),
        (f"census in memory to all verdicts and CVs: 1 thread faster than DuckDB on {THREADS}", "20×", "", than("memory", "duckdb", 1)),
        (f"the same on {THREADS}", "30×", "", than("memory", "duckdb", THREADS)),
        (f"the same: a section on 1 thread with {wide}, verdicts alone", "13 ns", "",
         each(lambda layout: f"{kernels[layout][wide].median / compared[layout, 'memory'].sections * 1e9:.1f} ns")),
        ("the same: against reading the columns once, 1 thread", "", "2×", bound("memory", 1)),
    ]
    if "large file" in data.reached:
        rows += [("twenty times the nation: time for each school against the small one, file / memory", "1.2×", "",
                  f"{data.reached['large file']:.2f}× / {data.reached['large evaluate']:.2f}×"),
                 ("the same: peak anonymous memory against raw columns and text", "2×", "", f"{data.reached['large memory']:.2f}×")]
    section, group = data.reached["explain"]
    rows += [("one fact changed to the verdict, a group of 128 sections", "2 µs", "0.5 µs", seconds(data.reached["what-if"])),
             ("an action / its undo in a county of 200 sections, new verdict", "5 µs", "", " / ".join(map(seconds, data.reached["action"]))),
             ("stability of a county of 200 sections, all verdicts", "20 ms", "", seconds(data.reached["stability"]))]
    for (wall, peak), about in zip(data.reached["county"], ("resources", "the whole standard, all facts")):
        rows.append((f"`balance evaluate` of 60 schools, {about}", "25 ms, 30 MB", "10 ms", f"{seconds(wall)}, {peak / 1e6:.1f} MB"))
    for (wall, peak, gap), about, goal in zip(data.reached["plans"], ("60 schools, gap ≤ 0.1 %", "the same with moves", "300 sections with moves and 3 years, gap ≤ 1 %"),
                                              ("2 s", "", "60 s, 1 GB")):
        rows.append((f"`balance plan`, synthetic county: {about}", goal, "", f"{seconds(wall)}, {peak / 1e6:.1f} MB, gap {gap:.2%}"))
    rows.append(("Python: a table of the nation in and its sections out through Arrow, against reading and evaluating the CSV, processor time", "1×", "",
                 f"{data.reached['arrow']:.2f}×"))
    rows.append(("one finding explained: an indicator of a section / the dispersion of a county's stage", "100 µs", "",
                 f"{seconds(section)} / {seconds(group)}"))
    return table(("work", "to reach", "to reach for", "these runs"), rows)


# -- instructions ----------------------------------------------------------------------------------------


def count(program, folder, function, command, path, *options):
    """Instructions of one call of a function, by callgrind."""
    out = folder / "callgrind.out"
    program.run("valgrind", "--tool=callgrind", "--quiet", f"--toggle-collect={function}", f"--callgrind-out-file={out}",
                program.build / "tests" / "bench" / "bench", command, path, "--threads", 1, *options)
    return next(int(line.split()[1]) for line in out.read_text(encoding="utf-8").splitlines() if line.startswith(("summary:", "totals:")))


def write_standard(path, n_indicators, n_terms):
    """A made-up standard with so many indicators, each a sum of so many fields over the pupils."""
    kinds = [name for name in ("teachers", "teachers_college", "teachers_bachelor", "teachers_master", "teachers_doctor", "teachers_backbone",
                               "teachers_pe", "teachers_music", "teachers_fine_arts", "teachers_arts")]
    lines = ["pack: growth", "title: {zh: 合成标准, en: Synthetic standard}", "reference: synthetic", "effective: 2017-01-01",
             "stages: [primary, junior]", "weight: pupils", "indicators:"]
    for i in range(n_indicators):
        terms = " + ".join(kinds[(i + k) % len(kinds)] for k in range(n_terms))
        lines.append(f"- {{id: I{i}, title: {{zh: 合成指标{i}, en: Synthetic {i}}}, reference: synthetic, unit: teacher, decimals: 2, "
                     f"value: 100 pupil * ({terms}) / pupils, at_least: 4.2}}")
    names = ", ".join(f"I{i}" for i in range(n_indicators))
    lines += ["requirements:", "- id: resources", "  title: {zh: 资源, en: Resources}", "  reference: synthetic", "  of:",
              f"  - {{id: schools, title: {{zh: 学校, en: Schools}}, reference: synthetic, each: section, of: [{names}]}}",
              f"  - {{id: dispersion, title: {{zh: 差异, en: Dispersion}}, reference: synthetic, each: stage, measure: cv, of: [{names}], "
              "at_most: 0.5}", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def count_rows(path):
    with open(path, encoding="utf-8") as file:
        return sum(1 for _ in file) - 1


def instructions(program, folder):
    """Counts of callgrind: the same on every run, whatever else the machine does. Valgrind knows no AVX-512."""
    path = program.make_nation(folder / "section-10000.csv", 10000, 140)
    n, rows = count_rows(path), []
    for name, command, function in (("reading", "read", "balance_reader_read"), ("evaluating", "evaluate", "balance_evaluator_evaluate"),
                                    ("the bound: find and convert every cell", "cells", "bound_cells")):
        total = count(program, folder, function, command, path)
        rows.append((name, total, f"{total / n:.1f}", f"{total / path.stat().st_size:.2f}" if command != "evaluate" else ""))
    text = [table(("callgrind, one thread", "instructions", "for each section", "for each byte of the file"), rows)]

    # How cost grows: what a call takes whatever the number of schools is taken away by the difference of two nations, both of more
    # sections than a block has, for the memory of a block is cleared once for each call.
    small, large = (program.make_nation(folder / f"section-{schools}.csv", schools, schools // 70) for schools in (7000, 14000))
    rows = []
    for n_indicators, n_terms in ((1, 1), (2, 1), (4, 1), (8, 1), (4, 2), (4, 4), (4, 8)):
        standard = folder / f"growth-{n_indicators}-{n_terms}.yaml"
        write_standard(standard, n_indicators, n_terms)
        counts = [count(program, folder, "balance_evaluator_evaluate", "evaluate", path, "--standard", standard) for path in (small, large)]
        each = (counts[1] - counts[0]) / (count_rows(large) - count_rows(small))
        rows.append((n_indicators, n_terms, f"{each:.1f}", f"{counts[0] - each * count_rows(small):.0f}"))
    text.append(table(("indicators", "fields added up in each", "instructions for each section more", "for the call itself"), rows))
    return "\n".join(text)


# -- all together ----------------------------------------------------------------------------------------


def about_machine(options):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), platform.machine())
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("duckdb", "polars", "pandas", "numpy", "pyarrow"))
    return table(("about", "these figures"), [
        ("date, commit", f"{datetime.date.today()}, {commit or 'unknown'}"),
        ("processor", f"{model}, {len(os.sched_getaffinity(0))} in use, kernels {', '.join(kernel_sets())} (the last unless said)"),
        ("system", f"{platform.system()} {platform.release()}, {platform.libc_ver()[0]} {platform.libc_ver()[1]}, Python {platform.python_version()}"),
        ("peers", versions),
        ("load when it began", f"{os.getloadavg()[0]:.2f} processes wanted to run; the quieter, the better the figures"),
        ("runs", f"{options.rounds} rounds in turn with {options.repeat} runs of each, of which a figure is the median")])


def publish(tables, what):
    """Puts the tables into the page, where those of the last time stand."""
    page = ROOT / "doc" / "performance.md"
    before, begin, rest = page.read_text(encoding="utf-8").partition(f"<!-- {what}: run.py --publish -->\n")
    _, end, after = rest.partition(f"<!-- end of {what} -->\n")
    if not begin or not end:
        sys.exit(f"bench: {page} does not say where the {what} stand")
    page.write_text(f"{before}{begin}\n{tables}\n{end}{after}", encoding="utf-8")


class Data:
    def __init__(self, program, work, options):
        self.schools = 10500 if options.quick or options.check else 210000
        counties = 145 if options.quick or options.check else 2895
        self.paths = {layout: program.make_nation(work / f"{layout}-{self.schools}.csv", self.schools, counties, layout) for layout in LAYOUTS}
        self.nation = self.paths["section"]
        self.work = work
        self.reached = {}
        self.county = program.make_nation(work / "county-60.csv", 60, 1)
        self.large_schools = 20 * self.schools
        if not options.quick and not options.check:
            self.large = program.make_nation(work / f"section-{self.large_schools}.csv", self.large_schools, 20 * counties)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="a smaller nation and fewer runs")
    mode.add_argument("--check", action="store_true", help="only compare results")
    mode.add_argument("--instructions", action="store_true", help="only count instructions, under callgrind")
    parser.add_argument("--publish", action="store_true", help="write what is printed into doc/performance.md as well")
    parser.add_argument("--output", type=pathlib.Path, help="where to work and write, if not to bench in BUILD")
    options = parser.parse_args()
    options.rounds, options.repeat, options.tries, options.processes, options.large_rounds = (3, 2, 2, 10, 0) if options.quick else (11, 3, 3, 40, 3)

    program = Program(options.build.resolve())
    folder = (options.output or options.build / "bench").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if options.instructions:
        counts = instructions(program, folder)
        if options.publish:
            publish(counts, "counts")
        print(counts)
        return
    data = Data(program, folder, options)
    check(program, data.paths, folder)
    if options.check:
        return

    machine = about_machine(options)
    compared, kernels, text = {}, {}, []
    for layout, path in data.paths.items():
        with peers_on(path, layout) as peers:
            for work in SideBySide.WORKS:
                compared[layout, work] = SideBySide(program, path, layout, work, peers, options)
                text += compared[layout, work].tables()
        kernels[layout] = time_kernels(program, path, options)
        text += kernel_table(kernels[layout], layout, compared[layout, "memory"].sections)
    text += ["### The library alone\n", table(("what", "time (half of the runs)"), [row for rows in ALONE for row in rows(program, data, options)])]
    if not options.quick:
        text += ["### Twenty times as many\n", large(program, data, options)]
    text = [machine, "### What was to be reached\n", targets(data, compared, kernels), *text]
    tables = "\n".join(text)
    (folder / "performance-tables.md").write_text(tables, encoding="utf-8")
    if options.publish:
        publish(tables, "tables")
    print(tables)
    print(f"bench: these tables are {os.path.relpath(folder / 'performance-tables.md')}", file=sys.stderr)


if __name__ == "__main__":
    main()
