-- SPDX-License-Identifier: LGPL-2.1-or-later
-- From pupil and teacher records to a row for each school and stage. The columns are ids of fields of the data dictionary
-- (`balance fields` lists them). A school that has no record of a kind gets NULL, which is missing: never zero.
WITH classes AS (
  SELECT school_code, stage, class_code, count(*) AS size
  FROM pupils
  WHERE status = 'enrolled'
  GROUP BY school_code, stage, class_code
),
class_sizes AS (
  SELECT school_code, stage,
         count(*) AS classes,
         count_if(size <= 25) AS classes_le25,
         count_if(size BETWEEN 26 AND 30) AS classes_26_30,
         count_if(size BETWEEN 31 AND 35) AS classes_31_35,
         count_if(size BETWEEN 36 AND 40) AS classes_36_40,
         count_if(size BETWEEN 41 AND 45) AS classes_41_45,
         count_if(size BETWEEN 46 AND 50) AS classes_46_50,
         count_if(size BETWEEN 51 AND 55) AS classes_51_55,
         count_if(size BETWEEN 56 AND 60) AS classes_56_60,
         count_if(size BETWEEN 61 AND 65) AS classes_61_65,
         count_if(size >= 66) AS classes_ge66
  FROM classes
  GROUP BY school_code, stage
),
enrolment AS (
  SELECT school_code, stage,
         count(*) AS pupils,
         count(DISTINCT grade) AS grades,
         count_if(migrant) AS migrant_pupils
  FROM pupils
  WHERE status = 'enrolled'
  GROUP BY school_code, stage
),
staffing AS (
  SELECT school_code, stage,
         count(*) AS staff,
         count_if(full_time) AS teachers,
         count_if(full_time AND degree = 'college') AS teachers_college,
         count_if(full_time AND degree = 'bachelor') AS teachers_bachelor,
         count_if(full_time AND degree = 'master') AS teachers_master,
         count_if(full_time AND degree = 'doctor') AS teachers_doctor,
         count_if(full_time AND backbone) AS teachers_backbone,
         count_if(full_time AND subject = 'pe') AS teachers_pe,
         count_if(full_time AND subject = 'music') AS teachers_music,
         count_if(full_time AND subject = 'fine_arts') AS teachers_fine_arts,
         count_if(full_time AND subject = 'arts') AS teachers_arts
  FROM teachers
  GROUP BY school_code, stage
)
SELECT schools.year, schools.district_code, schools.school_code, enrolment.stage,
       enrolment.pupils, enrolment.grades, enrolment.migrant_pupils,
       class_sizes.* EXCEPT (school_code, stage),
       staffing.* EXCEPT (school_code, stage)
FROM schools
JOIN enrolment ON enrolment.school_code = schools.school_code
JOIN class_sizes ON class_sizes.school_code = enrolment.school_code AND class_sizes.stage = enrolment.stage
LEFT JOIN staffing ON staffing.school_code = enrolment.school_code AND staffing.stage = enrolment.stage
