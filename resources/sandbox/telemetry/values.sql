SELECT json_group_array(json_object(
    'key', :key, 'type', type, 'dataset', 'cloudflare-workers',
    'value', json(CASE type WHEN 'string' THEN json_quote(value) ELSE value END)))
FROM (
    SELECT type, value
    FROM matched JOIN field ON event = seq AND key = :field AND type = :type
    GROUP BY value
    ORDER BY count(*) DESC, value
    LIMIT :limit)
