SELECT json_group_array(json_object('key', key, 'type', type, 'lastSeenAt', seen))
FROM (
    SELECT key, type, max(time) AS seen
    FROM matched JOIN field ON event = seq
    WHERE key IN named
    GROUP BY key, type
    ORDER BY key, type
    LIMIT :limit)
