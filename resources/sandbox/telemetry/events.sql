-- No row for an offset that no event has. With a way of -1 the page goes on to older events, with 1 to newer
-- ones; it is shown newest first either way.
, page AS (
    SELECT seq, time, body
    FROM matched
    WHERE :offset = '' OR (time * :way, seq * :way) > (SELECT time * :way, seq * :way FROM event WHERE id = :offset)
    ORDER BY time * :way, seq * :way
    LIMIT :limit OFFSET :skip
), step AS (
    SELECT time - time % :granularity AS start, count(*) AS events, min(time) AS first, max(time) AS last,
        sum(EXISTS (SELECT 1 FROM field WHERE event = seq AND key = '$metadata.error')) AS errors
    FROM matched
    GROUP BY start
)
SELECT json_object(
    'count', (SELECT count(*) FROM matched),
    'events', (SELECT json_group_array(json(body)) FROM (SELECT body FROM page ORDER BY time DESC, seq DESC)),
    'fields', (
        SELECT json_group_array(json_object('key', key, 'type', type))
        FROM (SELECT DISTINCT key, type FROM field WHERE event IN (SELECT seq FROM page) ORDER BY key)),
    'series', (
        SELECT json_group_array(json_object(
            'time', strftime('%Y-%m-%dT%H:%M:%fZ', start / 1000.0, 'unixepoch'),
            'data', json_array(json_object(
                'count', events, 'sampleInterval', 1, 'interval', 1, 'errors', errors,
                'aggregates', json_object(
                    '_count', events, '_interval', 1,
                    '_firstSeen', strftime('%Y-%m-%dT%H:%M:%fZ', first / 1000.0, 'unixepoch'),
                    '_lastSeen', strftime('%Y-%m-%dT%H:%M:%fZ', last / 1000.0, 'unixepoch'))))))
        FROM (SELECT * FROM step ORDER BY start)))
WHERE :offset = '' OR EXISTS (SELECT 1 FROM event WHERE id = :offset)
