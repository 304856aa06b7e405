CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    body TEXT NOT NULL, -- as the API shows it
    time INTEGER AS (body ->> '$.timestamp') STORED,
    id TEXT AS (body ->> '$."$metadata".id') STORED UNIQUE,
    request TEXT AS (body ->> '$."$metadata".requestId') STORED
);

CREATE INDEX event_time ON event (account, time);

-- What a query can see of an event. Members of $metadata and $workers keep their path
-- ($workers.event.rayId); those of an object that a Worker logged are named as the Worker named them;
-- a plain logged string is "message". The type is string, number or boolean; the value of a boolean is
-- the text true or false.
CREATE TABLE field (event INTEGER, key TEXT, type TEXT, value, PRIMARY KEY (event, key)) WITHOUT ROWID;

CREATE TRIGGER event_fields AFTER INSERT ON event BEGIN
    INSERT INTO field
    SELECT new.seq,
        CASE
            WHEN fullkey = '$.source' THEN 'message'
            WHEN fullkey LIKE '$.source.%' THEN replace(substr(fullkey, 10), '"', '')
            ELSE replace(substr(fullkey, 3), '"', '')
        END,
        CASE type WHEN 'text' THEN 'string' WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' ELSE 'number' END,
        CASE WHEN type IN ('true', 'false') THEN type ELSE atom END
    FROM json_tree(new.body)
    WHERE atom NOT NULL;
END;
