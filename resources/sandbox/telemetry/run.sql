-- The answer to a query without what its view adds.
, asked AS (
    SELECT coalesce(:body ->> 'queryId', 'adhoc') AS id, iif(:body ->> 'dry' IS 1, 'true', 'false') AS dry,
        strftime('%Y-%m-%dT%H:%M:%fZ', :now / 1000.0, 'unixepoch') AS time,
        json_object('elapsed', :elapsed, 'rows_read', count(*), 'bytes_read', coalesce(sum(length(body)), 0)) AS statistics
    FROM event
    WHERE account = :account AND event.time BETWEEN :from AND :to
)
SELECT json_object(
    'statistics', json(statistics),
    'run', json_object(
        'id', lower(hex(randomblob(16))), 'accountId', :account, 'userId', :user, 'dry', json(dry),
        'granularity', :granularity, 'status', 'COMPLETED', 'timeframe', json_object('from', :from, 'to', :to),
        'statistics', json(statistics), 'created', time, 'updated', time,
        'query', json_object(
            'id', id, 'name', id, 'description', NULL, 'adhoc', json('true'), 'created', time, 'updated', time,
            'createdBy', :email, 'updatedBy', :email, 'parameters', json(:body -> 'parameters'))))
FROM asked
