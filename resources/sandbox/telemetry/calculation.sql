-- One calculation over the sample. An event without the value has no place in it; arithmetic looks at numbers
-- only and gives 0 over nothing.
SELECT %1 AS calculation, groups, step, coalesce(%2, 0) AS result, count(*) AS events, min(time) AS first, max(time) AS last
FROM (
    SELECT *, row_number() OVER (same ORDER BY x NULLS LAST) - 1 AS place, count(x) OVER same - 1 AS top, avg(x) OVER same AS mean
    FROM (
        SELECT sample.*, type || value AS item, CASE type WHEN 'number' THEN value END AS x
        FROM sample JOIN field ON event = seq AND key = %3)
    WINDOW same AS (PARTITION BY groups, step))
GROUP BY groups, step
