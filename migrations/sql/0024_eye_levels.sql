-- How full crews say bins are, by eye: for bins without a sensor, or whose sensor is not heard.

CREATE TABLE eye_levels (
    report_id    uuid PRIMARY KEY,
    bin_id       text NOT NULL REFERENCES bins,
    fill_pct     real NOT NULL CHECK (fill_pct BETWEEN 0 AND 100),
    note         text,
    reported_at  timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    -- phones' clocks run ahead: it was not later than we heard of it
    measured_at  timestamptz NOT NULL GENERATED ALWAYS AS (least(reported_at, received_at)) STORED,
    crew_id      text NOT NULL REFERENCES crews,
    reported_by  text NOT NULL,
    device_id    uuid
);
CREATE INDEX eye_levels_by_bin ON eye_levels (bin_id, measured_at DESC);
