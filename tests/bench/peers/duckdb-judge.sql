-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The indicators of the sections of one stage or both, and whether each section has six of seven at their limit and the last at
-- 85 % of it or more.
SELECT district, school, {stage} AS stage, p, x1, x2, x3, x4, x5, x6, x7, R1, R2, R3, R4, R5, R6, R7,
       (R1 >= {l[0]})::INTEGER + (R2 >= {l[1]})::INTEGER + (R3 >= {l[2]})::INTEGER + (R4 >= {l[3]})::INTEGER + (R5 >= {l[4]})::INTEGER +
       (R6 >= {l[5]})::INTEGER + (R7 >= {l[6]})::INTEGER >= 6
       AND R1 >= {f[0]} AND R2 >= {f[1]} AND R3 >= {f[2]} AND R4 >= {f[3]} AND R5 >= {f[4]} AND R6 >= {f[5]} AND R7 >= {f[6]} AS met
FROM (SELECT *, x1 / p AS R1, x2 / p AS R2, x3 / p AS R3, x4 / p AS R4, x5 / p AS R5, x6 / p AS R6, x7 / p AS R7
      FROM ({sections}))
