-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The resource requirements of cn-2017-quality on the sections `judged`: a row for each county and stage with the
-- coefficient of variation of each indicator, weighted by pupils, with the schools that fail, and whether the county passes.
-- One pass: the coefficient from the sums of x and x²/p, as CV² = P · Σ(x²/p) / (Σx)² − 1.
WITH sums AS (
  SELECT district, stage, count(*) AS n, sum(p) AS w, bool_and(met) AS all_met, list(school) FILTER (NOT met) AS failing,
         sum(x1) AS s1, sum(x2) AS s2, sum(x3) AS s3, sum(x4) AS s4, sum(x5) AS s5, sum(x6) AS s6, sum(x7) AS s7,
         sum(x1 * R1) AS q1, sum(x2 * R2) AS q2, sum(x3 * R3) AS q3, sum(x4 * R4) AS q4, sum(x5 * R5) AS q5, sum(x6 * R6) AS q6,
         sum(x7 * R7) AS q7
  FROM judged GROUP BY district, stage
), coefficients AS (
  SELECT district, stage, all_met, failing, CASE WHEN stage = 'primary' THEN 0.50::DOUBLE ELSE 0.45::DOUBLE END AS l,
         -- one section: no dispersion; rounding must not make a square negative
         CASE WHEN n = 1 THEN 0 ELSE sqrt(greatest(w * q1 / (s1 * s1) - 1, 0)) END AS R1,
         CASE WHEN n = 1 THEN 0 ELSE sqrt(greatest(w * q2 / (s2 * s2) - 1, 0)) END AS R2,
         CASE WHEN n = 1 THEN 0 ELSE sqrt(greatest(w * q3 / (s3 * s3) - 1, 0)) END AS R3,
         CASE WHEN n = 1 THEN 0 ELSE sqrt(greatest(w * q4 / (s4 * s4) - 1, 0)) END AS R4,
         CASE WHEN n = 1 THEN 0 ELSE sqrt(greatest(w * q5 / (s5 * s5) - 1, 0)) END AS R5,
         CASE WHEN n = 1 THEN 0 ELSE sqrt(greatest(w * q6 / (s6 * s6) - 1, 0)) END AS R6,
         CASE WHEN n = 1 THEN 0 ELSE sqrt(greatest(w * q7 / (s7 * s7) - 1, 0)) END AS R7
  FROM sums
), dispersed AS (
  SELECT *, greatest(R1, R2, R3, R4, R5, R6, R7) <= l AS met FROM coefficients
)
SELECT district, stage, met, R1, R2, R3, R4, R5, R6, R7, failing, bool_and(met AND all_met) OVER (PARTITION BY district) AS district_met
FROM dispersed
