-- A day's work: plans, rounds, stops, bins left out; what crews report, and emptyings.

CREATE TABLE plans (
    plan_id          uuid PRIMARY KEY,
    depot_id         text NOT NULL REFERENCES depots,
    day              date NOT NULL,
    status           text NOT NULL
        CHECK (status IN ('requested', 'running', 'ready', 'failed', 'superseded')),
    requested_at     timestamptz NOT NULL,
    requested_by     text NOT NULL,
    claimed_at       timestamptz,
    claims           integer NOT NULL DEFAULT 0,
    finished_at      timestamptz,
    summary          text NOT NULL DEFAULT '',
    travel_source    text,
    bins_considered  integer NOT NULL DEFAULT 0,
    bins_due         integer NOT NULL DEFAULT 0
);
-- Whoever asks for today's plan gets exactly one.
CREATE UNIQUE INDEX plans_one_ready ON plans (depot_id, day) WHERE status = 'ready';
CREATE INDEX plans_waiting ON plans (requested_at) WHERE status IN ('requested', 'running');
CREATE INDEX plans_by_day ON plans (day, depot_id);

CREATE TABLE rounds (
    round_id    uuid PRIMARY KEY,
    plan_id     uuid NOT NULL REFERENCES plans,
    vehicle_id  text NOT NULL REFERENCES vehicles,
    crew_id     text REFERENCES crews,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    distance_m  integer NOT NULL,
    drive_s     integer NOT NULL,
    load_kg     double precision NOT NULL
);
CREATE INDEX rounds_by_plan ON rounds (plan_id);

CREATE TABLE stops (
    stop_id            uuid PRIMARY KEY,
    round_id           uuid NOT NULL REFERENCES rounds,
    seq                integer NOT NULL,
    kind               text NOT NULL CHECK (kind IN ('bin', 'disposal')),
    bin_id             text REFERENCES bins,
    disposal_site_id   text REFERENCES disposal_sites,
    lon                double precision NOT NULL,
    lat                double precision NOT NULL,
    arrives_at         timestamptz NOT NULL,
    service_s          integer NOT NULL,
    expected_fill_pct  real,
    load_kg            double precision,
    due_reason         text,
    UNIQUE (round_id, seq),
    CHECK ((kind = 'bin') = (bin_id IS NOT NULL)),
    CHECK ((kind = 'disposal') = (disposal_site_id IS NOT NULL))
);

CREATE TABLE left_out (
    plan_id            uuid NOT NULL REFERENCES plans,
    bin_id             text NOT NULL REFERENCES bins,
    reason             text NOT NULL,
    detail             text NOT NULL,
    expected_fill_pct  real,
    PRIMARY KEY (plan_id, bin_id)
);

-- Every mark a crew ever made on a stop; the newest by the crew's own clock counts. A clock that
-- runs ahead must not make a mark the newest for ever: none is newer than its arrival.
CREATE TABLE stop_reports (
    report_id    uuid PRIMARY KEY,
    stop_id      uuid NOT NULL REFERENCES stops,
    outcome      text NOT NULL CHECK (outcome IN ('done', 'skipped')),
    skip_reason  text,
    note         text,
    reported_at  timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    reported_by  text NOT NULL,
    CHECK ((outcome = 'skipped') = (skip_reason IS NOT NULL))
);
CREATE INDEX stop_reports_by_stop ON stop_reports (stop_id, reported_at DESC, received_at DESC);

CREATE VIEW stop_outcomes AS
SELECT DISTINCT ON (stop_id) stop_id, outcome, skip_reason, note, reported_at
FROM stop_reports
ORDER BY stop_id, least(reported_at, received_at) DESC, reported_at DESC, received_at DESC,
         report_id;

CREATE TABLE emptyings (
    emptying_id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bin_id           text NOT NULL REFERENCES bins,
    emptied_at       timestamptz NOT NULL,
    source           text NOT NULL CHECK (source IN ('crew', 'sensor')),
    stop_id          uuid UNIQUE REFERENCES stops,
    fill_before_pct  real
);
CREATE INDEX emptyings_by_bin ON emptyings (bin_id, emptied_at DESC);
