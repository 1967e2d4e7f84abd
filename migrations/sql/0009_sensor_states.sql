-- What is remembered of each sensor between two readings (core/rules/track.py): one row for each
-- sensor from the moment it is registered, so that there is always a row to lock.

CREATE TABLE sensor_states (
    sensor_id         text PRIMARY KEY REFERENCES sensors,
    bin_id            text,
    newest_at         timestamptz,
    stored_until      timestamptz,
    interval_s        real,
    level_at          timestamptz,
    level_pct         real,
    gain_pct_per_h    real,
    suspect_at        timestamptz,
    suspect_pct       real,
    suspect_trust     text,
    drop_at           timestamptz,
    drop_not_before   timestamptz,
    drop_before_pct   real,
    drop_after_pct    real,
    drop_told         boolean NOT NULL DEFAULT false,
    said_fill_pct     double precision,
    said_distance_mm  integer,
    same_since        timestamptz,
    same_n            integer NOT NULL DEFAULT 0,
    fault_trust       text,
    fault_since       timestamptz,
    fault_n           integer NOT NULL DEFAULT 0,
    refuted_share     real NOT NULL DEFAULT 0,
    refuted_since     timestamptz,
    battery_at        timestamptz,
    battery_v         real,
    battery_pct       real,
    battery_was_v     real,
    battery_was_pct   real,
    battery_low_since timestamptz
) WITH (fillfactor = 70);

INSERT INTO sensor_states (sensor_id, stored_until)
SELECT sensor_id, (SELECT max(measured_at) FROM readings r WHERE r.sensor_id = s.sensor_id)
FROM sensors s;

-- Whoever registers a sensor, by whatever way, gives it its row.
CREATE FUNCTION give_sensor_its_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sensor_states (sensor_id) VALUES (NEW.sensor_id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER sensors_have_states AFTER INSERT ON sensors
    FOR EACH ROW EXECUTE FUNCTION give_sensor_its_state();

-- An emptying that readings show lies between two of them; what came from crews has one moment.
ALTER TABLE emptyings
    ADD COLUMN sensor_id       text,
    ADD COLUMN not_before      timestamptz,
    ADD COLUMN fill_after_pct  real;
CREATE UNIQUE INDEX emptyings_sensed ON emptyings (bin_id, emptied_at) WHERE source = 'sensor';

-- Counts every change of who sits where and how it is calibrated: what an ingester remembers of
-- the registry is exactly right for as long as this stands still.
CREATE TABLE registry_revision (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    revision    bigint NOT NULL DEFAULT 0,
    changed_by  xid8
);
INSERT INTO registry_revision DEFAULT VALUES;
CREATE FUNCTION count_registry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- once for each transaction: thousands of versions of one row would be slow
    UPDATE registry_revision SET revision = revision + 1, changed_by = pg_current_xact_id()
    WHERE changed_by IS DISTINCT FROM pg_current_xact_id();
    RETURN NULL;
END $$;
CREATE TRIGGER sensors_counted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sensors
    FOR EACH STATEMENT EXECUTE FUNCTION count_registry_change();
CREATE TRIGGER mountings_counted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON mountings
    FOR EACH STATEMENT EXECUTE FUNCTION count_registry_change();
CREATE TRIGGER calibrations_counted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON calibrations
    FOR EACH STATEMENT EXECUTE FUNCTION count_registry_change();
