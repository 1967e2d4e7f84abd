-- What rounds have to keep to: bodies with volume and compartments, hours, breaks, sizes, who may
-- empty what, bins that belong together, closed streets. Hours and the like are lists as the
-- registry file has them; the planner reads them whole, nothing asks into them.

ALTER TABLE streams
    ADD COLUMN compaction double precision CHECK (compaction >= 1),
    ADD COLUMN service_s integer CHECK (service_s >= 0);

ALTER TABLE disposal_sites
    ADD COLUMN opening_hours jsonb NOT NULL DEFAULT '[]';

ALTER TABLE vehicles
    ADD COLUMN compartments jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN size text NOT NULL DEFAULT 'large' CHECK (size IN ('small', 'medium', 'large')),
    ADD COLUMN latest_start time,
    ADD COLUMN end_depot_id text REFERENCES depots,
    ADD COLUMN breaks jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN area jsonb;

CREATE TABLE bin_types (
    bin_type   text PRIMARY KEY,
    service_s  integer NOT NULL CHECK (service_s >= 0)
);

-- Without a time of its own a bin takes that of its type, or of its stream.
ALTER TABLE bins
    ALTER COLUMN service_s DROP NOT NULL,
    ADD COLUMN bin_type text REFERENCES bin_types,
    ADD COLUMN walk_m double precision NOT NULL DEFAULT 0 CHECK (walk_m >= 0),
    ADD COLUMN site_id text,
    ADD COLUMN windows jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN max_vehicle_size text CHECK (max_vehicle_size IN ('small', 'medium', 'large')),
    ADD COLUMN pinned_vehicle_id text REFERENCES vehicles,
    ADD COLUMN forbidden_vehicle_ids text[] NOT NULL DEFAULT '{}';

CREATE TABLE closures (
    closure_id  text PRIMARY KEY,
    name        text NOT NULL,
    bin_ids     text[] NOT NULL DEFAULT '{}',
    site_ids    text[] NOT NULL DEFAULT '{}',
    hours       jsonb NOT NULL,
    first_day   date,
    last_day    date,
    CHECK (last_day >= first_day)
);
