# SPDX-License-Identifier: LGPL-2.1-or-later
"""The loop of a peer: it is asked line by line what to do, and answers with a line of JSON.

    forms WORK       names the forms in which it knows the work
    WORK FORM        does it once; says how many seconds that took
    results DIR      writes what was found to sections.csv, groups.csv and districts.csv in DIR

WORK is `file`, from the file to verdicts and coefficients, or `memory`, the same from a table in memory. A peer holds for
each a dictionary of forms, functions without arguments.
"""

import json
import sys
import time

INDICATORS = ["R1", "R2", "R3", "R4", "R5", "R6", "R7"]
# numbers of the standard cn-2017-quality, resources
LIMITS = {"primary": [4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3], "junior": [5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4]}
CV_LIMITS = {"primary": 0.50, "junior": 0.45}
NEED, FLOOR = 6, 0.85
WEIGHTS = {"primary": 1.0, "junior": 1.1, "senior": 1.32}

COUNTS = ["pupils", "classes", "teachers", "teachers_college", "teachers_bachelor", "teachers_master", "teachers_doctor",
          "teachers_backbone", "teachers_pe", "teachers_music", "teachers_fine_arts", "teachers_arts"]
AREAS = ["teaching_area", "indoor_sports_area", "sports_ground_area"]
AMOUNTS = [*AREAS, "equipment_value", "multimedia_rooms"]
STAGES = list(WEIGHTS)
CHOICES = {"kind": ["primary", "teaching_point", "junior", "nine_year", "complete_secondary", "twelve_year", "special", "vocational"],
           "stage": STAGES}


def columns(layout):
    """The columns of the table with what they hold. Codes are digits, which an expert would read as numbers, and what is one
    of a few words as a choice."""
    kinds = {"district_code": "integer", "district_name": "text", "school_code": "long", "school_name": "text",
             "kind": "kind", "sponsor": "text", "locality": "text"}
    if layout == "section":
        kinds |= {"stage": "stage"} | dict.fromkeys(COUNTS, "integer")
    else:
        kinds |= {f"{field}.{stage}": "integer" for stage in STAGES for field in COUNTS}
    return kinds | {field: "double" if field in AREAS else "integer" for field in AMOUNTS}


def serve(peer):
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "results":
            peer.load()
            peer.results(argument)
            answer = {}
        elif command == "forms":
            answer = {"forms": list(getattr(peer, argument))}
        else:
            if command == "memory":
                peer.load()
            run = getattr(peer, command)[argument]
            start = time.perf_counter()
            run()
            answer = {"seconds": time.perf_counter() - start}
        print(json.dumps(answer), flush=True)
