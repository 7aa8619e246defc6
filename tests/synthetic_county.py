# SPDX-License-Identifier: LGPL-2.1-or-later
"""Synthetic counties whose schools lie around the limits of cn-2017-quality, and costs for them: what planning is timed on."""

import csv
import random

# limits of cn-2017-quality, only to make figures that lie around them
LIMITS = {"primary": (4.2, 1, 0.9, 4.5, 7.5, 2000, 2.3), "junior": (5.3, 1, 0.9, 5.8, 10.2, 2500, 2.4)}


def rows(n_sections, seed, n_schools=None):
    """One row for each stage of each school; a tenth are nine-year schools, whose stages have their own parts. With
    `n_schools` as many schools, however many sections they have."""
    rand = random.Random(seed)
    sections, school = [], 0
    while len(sections) < n_sections if n_schools is None else school < n_schools:
        school += 1
        nine = rand.random() < 0.1 and (n_schools is not None or len(sections) + 1 < n_sections)
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


def write_costs_without_moves(path, example):
    """The example's costs, `example`, with what is bought and built alone."""
    with open(example, encoding="utf-8") as file:
        head, measures = file.read().split("measures:\n", 1)
    blocks = ("\n" + measures.split("\nlimits:", 1)[0]).split("\n- id: ")
    kept = [block for block in blocks[1:] if not block.startswith("move_")]
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + "measures:\n" + "".join("- id: " + block + "\n" for block in kept))
