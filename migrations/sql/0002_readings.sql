-- What the sensors said: readings, the current state of each bin, messages set aside.

-- No foreign keys: ingest has just looked up sensor and bin, neither is ever deleted, and a check
-- for each of millions of rows would buy nothing. fill_pct and trust are our reading of what the
-- raw_ columns hold as the device said it.
CREATE TABLE readings (
    sensor_id        text NOT NULL,
    bin_id           text NOT NULL,
    measured_at      timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    fill_pct         real,
    trust            text NOT NULL,
    raw_fill_pct     real,
    raw_distance_mm  integer,
    battery_v        real,
    battery_pct      real,
    temperature_c    real,
    tilted           boolean,
    PRIMARY KEY (sensor_id, measured_at)
);
CREATE INDEX readings_by_bin ON readings (bin_id, measured_at DESC);

-- One row for each bin that was ever heard of. The level columns are NULL until something
-- trusted is known; heard_at and heard_trust follow every reading, trusted or not.
CREATE TABLE bin_states (
    bin_id       text PRIMARY KEY,
    fill_pct     real,
    measured_at  timestamptz,
    source       text CHECK (source IN ('sensor', 'crew')),
    sensor_id    text,
    battery_v    real,
    heard_at     timestamptz,
    heard_trust  text,
    CHECK ((fill_pct IS NULL) = (measured_at IS NULL)),
    CHECK ((fill_pct IS NULL) = (source IS NULL))
);

-- A message that could not be used, as received. The digest of topic and payload makes a
-- redelivered message the same row; readings counts the unusable ones in it.
CREATE TABLE rejected_messages (
    rejected_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest             bytea NOT NULL UNIQUE,
    topic              text NOT NULL,
    payload            bytea NOT NULL,
    reason             text NOT NULL,
    detail             text NOT NULL,
    readings           integer NOT NULL CHECK (readings > 0),
    first_received_at  timestamptz NOT NULL,
    last_received_at   timestamptz NOT NULL,
    times_received     integer NOT NULL DEFAULT 1,
    replayed_at        timestamptz
);
CREATE INDEX rejected_messages_open ON rejected_messages (rejected_id) WHERE replayed_at IS NULL;
