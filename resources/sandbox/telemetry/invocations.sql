-- An invocation is found by any of its events and shown with those that match.
, newest AS (
    SELECT request
    FROM matched
    GROUP BY request
    ORDER BY max(time) DESC, max(seq) DESC
    LIMIT :limit
)
SELECT json_group_object(request, json((
    SELECT json_group_array(json(body))
    FROM (SELECT body FROM matched WHERE matched.request = newest.request ORDER BY time, seq))))
FROM newest
