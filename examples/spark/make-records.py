# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes a small warehouse of invented records: pupils, teachers, schools, rooms, equipment. Nobody in it exists.

    python make-records.py WAREHOUSE [DISTRICTS]

The same records each time.
"""

import random
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

MONEY, AREA = pa.decimal128(14, 2), pa.decimal128(10, 2)

SCHEMAS = {
    "schools": pa.schema([("year", pa.int32()), ("district_code", pa.string()), ("district_name", pa.string()), ("school_code", pa.string()),
                          ("school_name", pa.string()), ("kind", pa.string()), ("sponsor", pa.string()), ("locality", pa.string())]),
    "pupils": pa.schema([("pupil", pa.int64()), ("school_code", pa.string()), ("stage", pa.string()), ("grade", pa.int32()),
                         ("class_code", pa.string()), ("migrant", pa.bool_()), ("status", pa.string())]),
    "teachers": pa.schema([("teacher", pa.int64()), ("school_code", pa.string()), ("stage", pa.string()), ("full_time", pa.bool_()),
                           ("degree", pa.string()), ("backbone", pa.bool_()), ("subject", pa.string())]),
    "rooms": pa.schema([("room", pa.int64()), ("school_code", pa.string()), ("kind", pa.string()), ("purpose", pa.string()),
                        ("area", AREA), ("multimedia", pa.bool_())]),
    "equipment": pa.schema([("item", pa.int64()), ("school_code", pa.string()), ("book_value", MONEY), ("in_use", pa.bool_())]),
}


class Records:
    def __init__(self, seed: int = 2024) -> None:
        self.chance = random.Random(seed)
        self.rows: dict[str, list[dict[str, object]]] = {name: [] for name in SCHEMAS}

    def add(self, table: str, **values: object) -> None:
        key = SCHEMAS[table].names[0]
        if table != "schools":
            values[key] = len(self.rows[table]) + 1
        self.rows[table].append(values)

    def district(self, number: int) -> None:
        code = str(990100 + number)
        for school in range(self.chance.randint(4, 9)):
            self.school(code, f"虚构{number}县", f"{code}{school + 1:04}", self.chance.choice(["primary", "primary", "junior", "nine_year"]))

    def school(self, district: str, district_name: str, code: str, kind: str) -> None:
        chance = self.chance
        self.add("schools", year=2024, district_code=district, district_name=district_name, school_code=code, school_name=f"虚构学校{code[-6:]}",
                 kind=kind, sponsor="county_education", locality=chance.choice(["urban", "town", "rural"]))
        pupils = 0
        for stage, grades in (("primary", 6), ("junior", 3)):
            if kind in (stage, "nine_year"):
                pupils += self.stage(code, stage, grades)
        # some registers have a gap: no equipment is known of the school
        for kind_of_room, each, least, most in (("classroom", 40, 60, 90), ("auxiliary", 90, 70, 120), ("indoor_sports", 400, 300, 800),
                                                ("sports_ground", 150, 600, 1400)):
            for _ in range(max(1, round(pupils / each))):
                self.add("rooms", school_code=code, kind=kind_of_room, area=Decimal(chance.randint(least * 100, most * 100)) / 100,
                         purpose=chance.choice(["music", "fine_arts", "science"]) if kind_of_room == "auxiliary" else None,
                         multimedia=chance.random() < 0.95)
        for _ in range(0 if chance.random() < 0.1 else max(1, round(pupils / 8))):
            self.add("equipment", school_code=code, book_value=Decimal(chance.randint(1_000_000, 3_500_000)) / 100, in_use=chance.random() < 0.95)

    def stage(self, code: str, stage: str, grades: int) -> int:
        chance, pupils = self.chance, 0
        for grade in range(1, grades + 1):
            for number in range(chance.randint(1, 3)):
                for _ in range(chance.randint(24, 52)):
                    enrolled = chance.random() < 0.97
                    pupils += enrolled
                    self.add("pupils", school_code=code, stage=stage, grade=grade, class_code=f"{code}-{stage}-{grade}-{number}",
                             migrant=chance.random() < 0.1, status="enrolled" if enrolled else "left")
        for _ in range(round(pupils / (16 if stage == "primary" else 12))):
            self.add("teachers", school_code=code, stage=stage, full_time=chance.random() < 0.97, backbone=chance.random() < 0.18,
                     degree=chance.choices(["college", "bachelor", "master"], [2, 7, 1])[0],
                     subject=chance.choices(["pe", "music", "fine_arts", "arts", "other"], [7, 5, 5, 1, 70])[0])
        return pupils

    def write(self, folder: Path) -> None:
        for name, schema in SCHEMAS.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            pyarrow.parquet.write_table(pa.Table.from_pylist(self.rows[name], schema), folder / name / "part-0.parquet")


def main(folder: str, districts: str = "12") -> None:
    records = Records()
    for number in range(int(districts)):
        records.district(number)
    records.write(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
