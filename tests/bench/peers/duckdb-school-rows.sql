-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The sections of one stage that are in scope, from a table with a row for each school: what its sections share is split
-- by pupils, weighted 1 : 1.1 : 1.32.
SELECT district, school, p, x1, x2, x3, whole4 * share AS x4, whole5 * share AS x5, whole6 * share AS x6, whole7 * share AS x7
FROM (
  SELECT district_code AS district, school_code AS school, "pupils.{stage}"::DOUBLE AS p,
         100.0::DOUBLE * ({college} + "teachers_bachelor.{stage}" + "teachers_master.{stage}" + "teachers_doctor.{stage}") AS x1,
         100.0::DOUBLE * "teachers_backbone.{stage}" AS x2,
         100.0::DOUBLE * ("teachers_pe.{stage}" + "teachers_music.{stage}" + "teachers_fine_arts.{stage}" + "teachers_arts.{stage}") AS x3,
         teaching_area - indoor_sports_area AS whole4,
         indoor_sports_area + sports_ground_area AS whole5,
         equipment_value::DOUBLE AS whole6,
         100.0::DOUBLE * multimedia_rooms AS whole7,
         {weight}::DOUBLE * "pupils.{stage}" / (coalesce("pupils.primary", 0) + 1.1::DOUBLE * coalesce("pupils.junior", 0) +
                                                1.32::DOUBLE * coalesce("pupils.senior", 0)) AS share
  FROM nation
  WHERE "pupils.{stage}" IS NOT NULL AND kind NOT IN ('special', 'vocational')
        AND NOT (kind = 'teaching_point' AND "pupils.{stage}" < 50))
