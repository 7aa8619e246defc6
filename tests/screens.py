#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How often the screens of the shipped checks speak up: on counties made by chance, and on such counties that were
tampered with. Everything is synthetic; the same seed gives the same figures.

    tests/screens.py [--counties 1000] [--seed 20240901]

Prints a table with 95 % intervals (Clopper and Pearson). Fails where clean counties are flagged more often than the level of
the checks allows, or tampering of the strength that the user guide names goes unseen.
"""

import argparse
import math
import random
import sys

import gi

gi.require_version("Balance", "1.0")
from gi.repository import Balance, Gio, GLib

SCREENS = ("crowded_limits", "round_numbers", "sudden_growth")
HEADER = ("year,district_code,school_code,kind,locality,pupils.primary,pupils.junior,teachers.primary,teachers.junior,"
          "teachers_bachelor.primary,teachers_bachelor.junior,teachers_college.primary,teachers_college.junior,teachers_master.primary,"
          "teachers_master.junior,teachers_doctor.primary,teachers_doctor.junior,teachers_backbone.primary,teachers_backbone.junior,"
          "teachers_pe.primary,teachers_pe.junior,teachers_music.primary,teachers_music.junior,teachers_fine_arts.primary,"
          "teachers_fine_arts.junior,teachers_arts.primary,teachers_arts.junior,teaching_area,indoor_sports_area,sports_ground_area,"
          "site_area,floor_area,equipment_value,multimedia_rooms,computers,books").split(",")
# per pupil, primary and junior: near the limits of cn-2017-quality, so that many values lie about them
RATES = {"teaching_area": (4.9, 6.4), "sports_ground_area": (7.9, 10.9), "equipment_value": (2200, 2800), "multimedia_rooms": (0.026, 0.028),
         "computers": (0.13, 0.16), "books": (24, 32)}
LIMITS = {"teaching_area": (4.5, 5.8), "sports_ground_area": (7.5, 10.2), "equipment_value": (2000, 2500)}
WHOLE = {"multimedia_rooms", "computers", "books"}


def county(rng):
    """The schools of a county in the year that is inspected: {field: value}."""
    schools = []
    for number in range(rng.randint(45, 90)):
        stage = 0 if rng.random() < 0.65 else 1
        name = ("primary", "junior")[stage]
        pupils = max(30, round(rng.lognormvariate(6.0, 0.75)))
        school = {"school_code": f"S{number:03}", "kind": name, "locality": rng.choice(("城区", "镇区", "乡村")), "stage": stage}
        teachers = max(3, round(pupils * rng.gauss((0.062, 0.078)[stage], 0.006)))
        high = sum(rng.random() < 0.88 for _ in range(teachers))
        arts = [round(pupils * rng.gauss(0.0036, 0.0008)) for _ in range(3)]
        school.update({f"pupils.{name}": pupils, f"teachers.{name}": teachers, f"teachers_bachelor.{name}": high,
                       f"teachers_college.{name}": teachers - high if stage == 0 else 0, f"teachers_master.{name}": 0,
                       f"teachers_doctor.{name}": 0, f"teachers_backbone.{name}": sum(rng.random() < 0.17 for _ in range(teachers)),
                       f"teachers_pe.{name}": max(0, arts[0]), f"teachers_music.{name}": max(0, arts[1]),
                       f"teachers_fine_arts.{name}": max(0, arts[2]), f"teachers_arts.{name}": 0})
        for field, rates in RATES.items():
            school[field] = pupils * rates[stage] * rng.lognormvariate(0, 0.2)
        school["indoor_sports_area"] = 0
        school["site_area"] = school["sports_ground_area"] * rng.uniform(2, 4)
        school["floor_area"] = school["teaching_area"] * rng.uniform(1.4, 2)
        schools.append(school)
    return schools


def year_before(rng, schools):
    """The same schools a year earlier: slow change, and now and then a purchase or a building."""
    earlier = []
    for school in schools:
        old = dict(school)
        for field in (*RATES, "site_area", "floor_area"):
            jump = rng.uniform(1.3, 2.0) if rng.random() < 0.1 else 1.0
            old[field] = school[field] / (rng.uniform(0.98, 1.06) * jump)
        name = school["kind"]
        old[f"pupils.{name}"] = max(20, round(school[f"pupils.{name}"] * rng.uniform(0.95, 1.05)))
        jump = rng.uniform(1.3, 2.0) if rng.random() < 0.1 else 1.0
        old[f"teachers_backbone.{name}"] = round(school[f"teachers_backbone.{name}"] / jump)
        earlier.append(old)
    return earlier


def crowd(rng, schools, part):
    """Lifts values that fall up to 15 % short of a limit to just above it, in a part of the schools."""
    for school in schools:
        for field, limits in LIMITS.items():
            limit = limits[school["stage"]] * school[f"pupils.{school['kind']}"]
            if limit * 0.85 <= school[field] < limit and rng.random() < part:
                school[field] = limit * rng.uniform(1.0, 1.02) + 0.01


def round_off(rng, schools, part):
    for school in schools:
        for field in ("teaching_area", "sports_ground_area", "site_area", "floor_area"):
            if rng.random() < part:
                school[field] = round(school[field], -1)


def inflate(rng, schools, part):
    for school in schools:
        if rng.random() < part:
            for field in ("computers", "books"):
                school[field] *= rng.uniform(1.35, 1.8)


def table(year, schools):
    lines = [",".join(HEADER)]
    for school in schools:
        cells = {"year": year, "district_code": "990001", **school}
        for field in (*RATES, "site_area", "floor_area"):
            cells[field] = round(school[field]) if field in WHOLE else f"{school[field]:.2f}"
        lines.append(",".join(str(cells.get(name, "")) for name in HEADER))
    return GLib.Bytes.new("\n".join(lines).encode())


class Auditor:
    def __init__(self):
        self.checks = Balance.Checks.lookup("cn-compulsory")
        self.standard = Balance.Standard.lookup("cn-2017-quality")
        self.reader = Balance.Reader.new(self.checks.get_dictionary(), None, False)
        self.auditor = Balance.Auditor.new(self.checks, self.standard, "2024-09-01")

    def read(self, year, schools):
        imported = self.reader.read_bytes(table(year, schools), f"{year}.csv", None, None)
        imported.check()
        return imported.get_census()

    def flagged(self, years):
        """Which screens speak up; the census first, then the years before it."""
        store = Gio.ListStore.new(Balance.Census)
        for back, schools in enumerate(years[1:], 1):
            store.append(self.read(2024 - back, schools))
        audit = self.auditor.audit(self.read(2024, years[0]), store, None, None)
        return {screen for screen in SCREENS if audit.get_n_found(screen) > 0}, {screen: audit.get_n_tests(screen) for screen in SCREENS}


def tail(n, k, p):
    """P (X >= k)"""
    return sum(math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p))
               for i in range(k, n + 1)) if k > 0 else 1.0


def interval(n, k):
    """Clopper and Pearson, 95 %."""
    def solve(below):
        low, high = 1e-12, 1 - 1e-12
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if below(middle) else (low, middle)
        return low
    return (0.0 if k == 0 else solve(lambda p: tail(n, k, p) < 0.025),
            1.0 if k == n else solve(lambda p: 1 - tail(n, k + 1, p) > 0.025))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counties", type=int, default=1000)
    parser.add_argument("--planted", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20240901)
    arguments = parser.parse_args()
    auditor = Auditor()
    failures = []

    def years(number, *tampering):
        rng = random.Random(arguments.seed * 1000003 + number)
        now = county(rng)
        before = year_before(rng, now)
        before_that = year_before(rng, before)
        for tamper, part in tampering:
            tamper(rng, now, part)
        return now, before, before_that

    counts, tests = dict.fromkeys(SCREENS, 0), dict.fromkeys(SCREENS, 0)
    anything = 0
    for number in range(arguments.counties):
        flagged, made = auditor.flagged(years(number))
        anything += bool(flagged)
        for screen in SCREENS:
            counts[screen] += screen in flagged
            tests[screen] += made[screen]
    print(f"clean counties: {arguments.counties}, seed {arguments.seed}")
    for screen in SCREENS:
        low, high = interval(arguments.counties, counts[screen])
        print(f"  {screen:16} flagged {counts[screen]:4} = {counts[screen] / arguments.counties:6.2%}  (95 %: {low:.2%} to {high:.2%}), "
              f"{tests[screen] / arguments.counties:.1f} tests each")
        if low > 0.01:
            failures.append(f"{screen}: more false alarms than its level of 1 %")
    low, high = interval(arguments.counties, anything)
    print(f"  {'any of them':16} flagged {anything:4} = {anything / arguments.counties:6.2%}  (95 %: {low:.2%} to {high:.2%})")

    print(f"tampered counties: {arguments.planted} each")
    for screen, tamper, wanted in (("crowded_limits", crowd, 0.5), ("round_numbers", round_off, 0.8), ("sudden_growth", inflate, 0.8)):
        for part in (0.25, 0.5, 1.0):
            seen = sum(screen in auditor.flagged(years(10 ** 6 + number, (tamper, part)))[0] for number in range(arguments.planted))
            low, high = interval(arguments.planted, seen)
            print(f"  {screen:16} {part:4.0%} of the schools: seen {seen / arguments.planted:6.1%}  (95 %: {low:.1%} to {high:.1%})")
            if part == 1.0 and high < wanted:
                failures.append(f"{screen}: tampering of all schools is seen too seldom")

    for failure in failures:
        print("screens:", failure, file=sys.stderr)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
