-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The sections of one stage, or of both, that are in scope, from a table with a row for each section.
SELECT stage, district_code AS district, school_code AS school, pupils::DOUBLE AS p,
       100.0::DOUBLE * ({college} + teachers_bachelor + teachers_master + teachers_doctor) AS x1,
       100.0::DOUBLE * teachers_backbone AS x2,
       100.0::DOUBLE * (teachers_pe + teachers_music + teachers_fine_arts + teachers_arts) AS x3,
       teaching_area - indoor_sports_area AS x4,
       indoor_sports_area + sports_ground_area AS x5,
       equipment_value::DOUBLE AS x6,
       100.0::DOUBLE * multimedia_rooms AS x7
FROM nation
WHERE {of_stage} AND kind NOT IN ('special', 'vocational') AND NOT (kind = 'teaching_point' AND pupils < 50)
