-- Reports as the services write them. Of a hundred twenty are open: ten new, five seen, four with a crew, and one
-- that waits for its resident.
INSERT INTO reports_report (
    uuid, fingerprint, code, version, point, accuracy_m, address, category_id, description, answers, language,
    channel, search_text, district_id, routing, is_uncertain, status, needs_crew, urgency, visibility, reason,
    voices, reopened_count, received_at, changed_at, acknowledge_due_at, resolve_due_at, acknowledged_at,
    resolved_at, closed_at, closed_by, waiting_since, paused_s)
SELECT gen_random_uuid(), repeat('0', 64),
    translate(lpad(to_hex(mod(n::bigint * 9973, 16777216)), 6, '0'), '0123456789abcdef', '23456789CDFHJKMN'),
    1, ST_SetSRID(ST_MakePoint(%(west)s + random() * %(wide)s, %(south)s + random() * %(high)s), 4326), 12,
    'Zlaten Rog ' || mod(n, 300), (%(categories)s::bigint[])[1 + mod(n, cardinality(%(categories)s::bigint[]))],
    'A deep hole in the right lane, as wide as a tyre; it fills with rain. Number ' || md5(n::text), '{}', 'en',
    'web', 'zlaten rog ' || mod(n, 300) || ' a deep hole in the right lane, as wide as a tyre; it fills with '
        || 'rain. number ' || md5(n::text), %(district)s,
    '{"district": "left", "because": "inside", "certainty": "certain", "alternatives": []}', mod(n, 100) = 10,
    status, false, CASE WHEN mod(n, 200) = 5 THEN 2 WHEN mod(n, 100) = 15 THEN 1 ELSE 0 END, 'public', '',
    1, 0, received_at, received_at + interval '1 hour', received_at + interval '8 hours',
    received_at + interval '5 days',
    CASE WHEN status <> 'received' THEN received_at + interval '1 hour' END,
    CASE WHEN status IN ('closed', 'resolved') THEN received_at + interval '1 day' END,
    CASE WHEN status = 'closed' THEN received_at + interval '15 days' END,
    CASE WHEN status = 'closed' THEN 'silence' ELSE '' END,
    CASE WHEN status = 'waiting' THEN received_at + interval '2 hours' END, 0
FROM (
    SELECT n, now() - interval '100 days' * random() AS received_at,
        CASE WHEN mod(n, 5) > 0 THEN (ARRAY['closed', 'closed', 'resolved', 'rejected'])[mod(n, 5)]
             WHEN mod(n, 100) < 50 THEN 'received' WHEN mod(n, 100) < 75 THEN 'acknowledged'
             WHEN mod(n, 100) < 85 THEN 'planned' WHEN mod(n, 100) < 95 THEN 'in_progress'
             ELSE 'waiting' END AS status
    FROM generate_series(1, %(count)s::int) AS n
) AS told;

INSERT INTO reports_photo (
    id, report_id, role, status, position, name, format, bytes, sha256, dhash, large, small, thumb, failure,
    attempts, uploaded_at, process_after)
SELECT gen_random_uuid(), id, 'resident', 'ready', 0, 'photo.jpg', 'jpeg', 1000, repeat('0', 64), '',
    'large', 'small', 'thumb', '', 1, received_at, received_at
FROM reports_report;

-- Every repair has its after-photo; the newest few of them wait to be released.
INSERT INTO reports_photo (
    id, report_id, role, status, position, name, format, bytes, sha256, dhash, large, small, thumb, failure,
    attempts, uploaded_at, process_after, released_at)
SELECT gen_random_uuid(), id, 'after', 'ready', 0, 'photo.jpg', 'jpeg', 1000, repeat('0', 64), '',
    'large', 'small', 'thumb', '', 1, received_at, received_at,
    CASE WHEN received_at < now() - interval '1 day' THEN received_at END
FROM reports_report WHERE status IN ('closed', 'resolved');

INSERT INTO dispatch_job (
    id, report_id, crew_id, status, version, outcome, note, position, created_at, assigned_at)
SELECT gen_random_uuid(), id, (%(crews)s::uuid[])[1 + mod(id, cardinality(%(crews)s::uuid[]))], 'assigned', 1,
    '', '', 0, received_at, received_at
FROM reports_report WHERE status IN ('planned', 'in_progress');

INSERT INTO reports_contact (report_id, name, email, phone, search_text, wants_updates, erase_on)
SELECT id, 'Person ' || id, 'person' || id || '@example.org', '0888' || id,
    'person ' || id || ' person' || id || '@example.org 0888' || id, true, current_date + 365
FROM reports_report WHERE mod(id, 3) = 0;

VACUUM ANALYZE
