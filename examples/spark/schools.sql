-- SPDX-License-Identifier: LGPL-2.1-or-later
-- From the registers of schools, rooms and equipment to a row for each school. What belongs to the whole school stands here
-- and not with its stages: libbalance shares it among them as the standard says. Amounts are DECIMAL: sums of DOUBLE depend
-- on the order of the rows, which is another one each time that Spark runs.
WITH space AS (
  SELECT school_code,
         sum(area) FILTER (WHERE kind IN ('classroom', 'auxiliary', 'indoor_sports')) AS teaching_area,
         sum(CASE WHEN kind = 'indoor_sports' THEN area ELSE 0 END) AS indoor_sports_area,
         sum(CASE WHEN kind = 'sports_ground' THEN area ELSE 0 END) AS sports_ground_area,
         count_if(kind = 'classroom' AND multimedia) AS multimedia_rooms,
         count_if(kind = 'auxiliary' AND purpose = 'music' AND area >= 96) AS music_rooms_ge96,
         count_if(kind = 'auxiliary' AND purpose = 'fine_arts' AND area >= 90) AS art_rooms_ge90
  FROM rooms
  GROUP BY school_code
),
assets AS (
  SELECT school_code, sum(book_value) AS equipment_value
  FROM equipment
  WHERE in_use
  GROUP BY school_code
)
SELECT schools.year, schools.district_code, schools.district_name, schools.school_code, schools.school_name,
       schools.kind, schools.sponsor, schools.locality,
       space.* EXCEPT (school_code),
       assets.equipment_value
FROM schools
LEFT JOIN space ON space.school_code = schools.school_code
LEFT JOIN assets ON assets.school_code = schools.school_code
