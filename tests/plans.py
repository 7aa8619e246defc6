#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Least-cost plans of synthetic counties of real size: are they plans, how far from the best, how long, how much memory."""

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
TOOL = os.environ["BALANCE_TOOL"]

# limits of cn-2017-quality, only to make figures that lie around them
LIMITS = {"primary": (4.2, 1, 0.9, 4.5, 7.5, 2000, 2.3), "junior": (5.3, 1, 0.9, 5.8, 10.2, 2500, 2.4)}


def rows(n_sections, seed):
    """One row for each stage of each school; a tenth are nine-year schools, whose stages have their own parts."""
    rand = random.Random(seed)
    sections, school = [], 0
    while len(sections) < n_sections:
        school += 1
        nine = rand.random() < 0.1 and len(sections) + 1 < n_sections
        stages = ["primary", "junior"] if nine else ["junior" if rand.random() < 0.3 else "primary"]
        own = []
        for stage in stages:
            pupils = int(min(2000, 60 + rand.expovariate(1 / 450)))
            degree, backbone, pe, area, sports, equipment, rooms = LIMITS[stage]
            level = rand.gauss(1.12, 0.18)

            def amount(limit, spread=0.15):
                return max(0.0, limit * pupils * rand.gauss(level, spread))
            bachelor = round(amount(degree) / 100)
            teachers = max(bachelor, round(amount(degree + 0.8) / 100)) + 1
            own.append({"stage": stage, "pupils": pupils, "teachers": teachers, "staff": teachers + 2, "teachers_bachelor": bachelor,
                        "teachers_college": 0, "teachers_master": 0, "teachers_doctor": 0,
                        "teachers_certified": teachers, "teachers_trained": teachers,
                        "teachers_backbone": min(teachers, round(amount(backbone, 0.25) / 100)),
                        "teachers_pe": min(teachers, round(amount(pe, 0.2) / 100)),
                        "teachers_music": 0, "teachers_fine_arts": 0, "teachers_arts": 0, "teaching_area": round(amount(area)),
                        "sports_ground_area": round(amount(sports)), "equipment_value": round(amount(equipment), -3),
                        "multimedia_rooms": round(amount(rooms) / 100)})
        for section in own:
            sections.append({"district_code": "990002", "district_name": "合成县（合成数据）", "school_code": f"S{school:04}",
                             "school_name": f"合成学校{school}", "kind": "nine_year" if nine else stages[0],
                             "sponsor": "county_education", "indoor_sports_area": 0, **section})
    return sections


COLUMNS = ["district_code", "district_name", "school_code", "school_name", "kind", "sponsor", "stage", "pupils", "staff", "teachers",
           "teachers_college", "teachers_bachelor", "teachers_master", "teachers_doctor", "teachers_certified", "teachers_trained",
           "teachers_backbone", "teachers_pe", "teachers_music", "teachers_fine_arts", "teachers_arts", "teaching_area",
           "indoor_sports_area", "sports_ground_area", "equipment_value", "multimedia_rooms"]


def write(path, sections):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(sections)


def plan(path, costs, gap, *options):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, time.monotonic()
    result = subprocess.run([TOOL, "plan", path, "--only", "resources", "--as-of", "2024-09-01", "--costs", costs, "--gap", gap,
                             "--format", "json", *options], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    memory = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
    if result.returncode > 1:
        sys.exit(f"plan: {result.stderr}")
    return json.loads(result.stdout), seconds, memory


def judge(name, answer, seconds, memory, gap):
    if answer["verdict_after"] is None:
        sys.exit(f"{name}: {answer['status']} after {seconds:.1f} s")
    print(f"{name}: {answer['status']}, {len(answer['items'])} things to do, {answer['cost']:.0f} yuan, gap {100 * answer['gap']:.3f} %, "
          f"{seconds:.1f} s, at most {memory:.0f} MB, schools {answer['schools_met_before']} -> {answer['schools_met_after']} "
          f"of {answer['schools']}", flush=True)
    assert answer["verdict_after"] == "met", (name, answer["beyond"][:5])
    assert answer["schools_met_after"] == answer["schools"], name
    assert answer["bound"] <= answer["cost"] + 1e-6, name
    if answer["status"] == "proven":
        assert answer["gap"] <= gap + 1e-9, (name, answer["gap"])


def main():
    example = os.path.join(SOURCE, "data", "costs", "example.yaml")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "county.csv")
        with open(example, encoding="utf-8") as file:
            text = file.read()
        # without moves, as few schools as a county has
        fixed = os.path.join(folder, "fixed.yaml")
        head, measures = text.split("measures:\n", 1)
        blocks = ("\n" + measures.split("\nlimits:", 1)[0]).split("\n- id: ")
        kept = [block for block in blocks[1:] if not block.startswith("move_")]
        with open(fixed, "w", encoding="utf-8") as file:
            file.write(head + "measures:\n" + "".join("- id: " + block + "\n" for block in kept))
        write(path, rows(60, 1))
        judge("60 sections", *plan(path, fixed, "0.1%"), 0.001)
        judge("60 sections with moves", *plan(path, example, "0.1%", "--time-limit", "60"), 0.001)
        write(path, rows(300, 2))
        judge("300 sections with moves and 3 years", *plan(path, example, "1%", "--years", "3", "--time-limit", "120"), 0.01)


if __name__ == "__main__":
    main()
