-- "Seen, somebody goes on Tuesday": what people note about a sensor's trouble, and until when the
-- work list lets it rest. Kept for good; of each sensor one at most is open.

CREATE TABLE sensors_seen (
    seen_id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sensor_id  text NOT NULL REFERENCES sensors,
    health     text NOT NULL,
    since      timestamptz,
    note       text NOT NULL,
    until      timestamptz NOT NULL,
    noted_at   timestamptz NOT NULL,
    noted_by   text NOT NULL,
    ended_at   timestamptz,
    ended_by   text,
    CHECK (until > noted_at),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX sensors_seen_open ON sensors_seen (sensor_id) WHERE ended_at IS NULL;
CREATE INDEX sensors_seen_by_sensor ON sensors_seen (sensor_id, noted_at);
