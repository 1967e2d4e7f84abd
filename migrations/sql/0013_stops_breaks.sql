-- Rounds with breaks and several trips. Service may begin later than the vehicle arrives, where it
-- waits for a window or an opening; and a shift may end at another depot.

ALTER TABLE stops DROP CONSTRAINT stops_kind_check;
ALTER TABLE stops ADD CONSTRAINT stops_kind_check CHECK (kind IN ('bin', 'disposal', 'break'));

ALTER TABLE stops ADD COLUMN begins_at timestamptz;
UPDATE stops SET begins_at = arrives_at;
ALTER TABLE stops
    ALTER COLUMN begins_at SET NOT NULL,
    ADD CHECK (begins_at >= arrives_at);

ALTER TABLE rounds ADD COLUMN end_depot_id text REFERENCES depots;
