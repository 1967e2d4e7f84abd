-- What is expected of each bin, what somebody asked for, and how a plan chose.

ALTER TABLE plans
    ADD COLUMN policy text
        CHECK (policy IN ('prize', 'due-only', 'threshold', 'fixed-schedule')),
    ADD COLUMN dial_m integer CHECK (dial_m >= 0);

-- A request stays until the bin is emptied or it is withdrawn.
CREATE TABLE bin_requests (
    request_id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bin_id        text NOT NULL REFERENCES bins,
    requested_at  timestamptz NOT NULL,
    requested_by  text NOT NULL,
    note          text,
    withdrawn_at  timestamptz,
    withdrawn_by  text,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX bin_requests_open ON bin_requests (bin_id, requested_at) WHERE withdrawn_at IS NULL;

CREATE VIEW open_requests AS
SELECT DISTINCT ON (r.bin_id) r.bin_id, r.requested_at, r.requested_by, r.note
FROM bin_requests r
WHERE r.withdrawn_at IS NULL
  AND NOT EXISTS (SELECT FROM emptyings e
                  WHERE e.bin_id = r.bin_id AND e.emptied_at > r.requested_at)
ORDER BY r.bin_id, r.requested_at;

-- The newest forecast of each bin, as the planner made it. The bands hold what its sensor will show
-- while nobody empties it, one entry for every three hours from band_from on.
CREATE TABLE bin_forecasts (
    bin_id                text PRIMARY KEY REFERENCES bins,
    made_at               timestamptz NOT NULL,
    basis                 text NOT NULL CHECK (basis IN ('history', 'stream', 'schedule')),
    grade                 text NOT NULL CHECK (grade IN ('high', 'medium', 'low')),
    error_pct             real,
    checks                integer NOT NULL,
    pct_per_day           real NOT NULL,
    full_at               timestamptz,
    next_chance_at        timestamptz NOT NULL,
    overflow_probability  real NOT NULL CHECK (overflow_probability BETWEEN 0 AND 1),
    band_from             timestamptz NOT NULL,
    low_pct               real[] NOT NULL,
    median_pct            real[] NOT NULL,
    high_pct              real[] NOT NULL
);
