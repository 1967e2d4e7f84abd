-- Crews take marks back, weigh what they tip and add photos; two phones may contradict each other.

ALTER TABLE stop_reports
    DROP CONSTRAINT stop_reports_outcome_check,
    ADD CONSTRAINT stop_reports_outcome_check CHECK (outcome IN ('done', 'skipped', 'open')),
    ADD COLUMN weight_kg  double precision CHECK (weight_kg >= 0),
    ADD COLUMN photo_ids  uuid[] NOT NULL DEFAULT '{}',
    -- the phone, and the mark that it took as the one in force; that one may arrive later
    ADD COLUMN device_id  uuid,
    ADD COLUMN follows    uuid;

-- What ops decided between marks that contradict each other: report_id holds, whatever the others
-- say that were known then.
CREATE TABLE conflict_decisions (
    decision_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stop_id      uuid NOT NULL REFERENCES stops,
    report_id    uuid NOT NULL REFERENCES stop_reports,
    known        uuid[] NOT NULL,
    note         text,
    decided_at   timestamptz NOT NULL,
    decided_by   text NOT NULL
);
CREATE INDEX conflict_decisions_by_stop ON conflict_decisions (stop_id, decision_id);

-- Which of a stop's marks holds (core/rules/marks.py), written with each mark and each decision.
CREATE TABLE stop_states (
    stop_id      uuid PRIMARY KEY REFERENCES stops,
    report_id    uuid NOT NULL REFERENCES stop_reports,
    changes      integer NOT NULL,
    in_conflict  boolean NOT NULL,
    -- when marks were first seen to contradict each other
    conflict_at  timestamptz,
    CHECK (conflict_at IS NOT NULL OR NOT in_conflict)
) WITH (fillfactor = 70);
CREATE INDEX stop_states_contradicted ON stop_states (conflict_at) WHERE conflict_at IS NOT NULL;

INSERT INTO stop_states (stop_id, report_id, changes, in_conflict)
SELECT DISTINCT ON (stop_id) stop_id, report_id, count(*) OVER (PARTITION BY stop_id), false
FROM stop_reports
ORDER BY stop_id, least(reported_at, received_at) DESC, reported_at DESC, outcome = 'done' DESC,
         report_id DESC;

-- A stop whose mark was taken back is open, as one that nobody has marked.
DROP VIEW stop_outcomes;
CREATE VIEW stop_outcomes AS
SELECT s.stop_id, s.report_id, r.outcome, r.skip_reason, r.note, r.reported_at, r.received_at
FROM stop_states s JOIN stop_reports r USING (report_id)
WHERE r.outcome <> 'open';
