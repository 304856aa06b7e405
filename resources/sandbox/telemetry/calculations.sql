-- After the calculations as `computed`. A step of null is the whole timeframe. Without groups there is always an
-- aggregate, even over nothing.
, calculated AS (
    SELECT * FROM computed
    UNION ALL
    SELECT key, '[]', NULL, 0, 0, NULL, NULL
    FROM json_each(:asked)
    WHERE NOT :grouped AND key NOT IN (SELECT calculation FROM computed)
), total AS (
    SELECT calculation, groups, result FROM calculated WHERE step IS NULL
), shown AS (
    SELECT groups, row_number() OVER (ORDER BY :way * %1, groups) AS place
    FROM (SELECT DISTINCT groups FROM total) AS listed
    WHERE %2
    ORDER BY place
    LIMIT :groups
), entry AS (
    SELECT calculation, step, place, json_patch('{}', json_object( -- leaves out what is null
        'value', iif(result = CAST(result AS INTEGER), CAST(result AS INTEGER), result),
        'count', events, 'interval', 1, 'sampleInterval', 1,
        'groups', json(nullif(groups, '[]')),
        'firstSeen', iif(step, strftime('%Y-%m-%dT%H:%M:%fZ', first / 1000.0, 'unixepoch'), NULL),
        'lastSeen', iif(step, strftime('%Y-%m-%dT%H:%M:%fZ', last / 1000.0, 'unixepoch'), NULL))) AS json
    FROM calculated JOIN shown USING (groups)
)
SELECT json_group_array(json_patch(asked.value, json_object(
    'aggregates', (
        SELECT json_group_array(json(json))
        FROM (SELECT json FROM entry WHERE calculation = asked.key AND step IS NULL ORDER BY place)),
    'series', (
        SELECT json_group_array(json_object(
            'time', strftime('%Y-%m-%dT%H:%M:%fZ', step / 1000.0, 'unixepoch'), 'data', json(data)))
        FROM (
            SELECT step, json_group_array(json(json)) AS data
            FROM (SELECT * FROM entry WHERE calculation = asked.key AND step NOT NULL ORDER BY step, place)
            GROUP BY step)))))
FROM json_each(:asked) AS asked
