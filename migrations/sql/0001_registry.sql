-- What an operator owns: streams, depots, disposal sites, vehicles, crews, bins, sensors.

-- Text ids are the operator's own; btree_gist lets a constraint compare them beside a time range.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE streams (
    stream            text PRIMARY KEY,
    density_kg_per_l  double precision NOT NULL CHECK (density_kg_per_l > 0)
);

CREATE TABLE depots (
    depot_id  text PRIMARY KEY,
    name      text NOT NULL,
    lon       double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat       double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    timezone  text NOT NULL DEFAULT 'UTC'
);

CREATE TABLE disposal_sites (
    disposal_site_id  text PRIMARY KEY,
    name              text NOT NULL,
    lon               double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat               double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    streams           text[] NOT NULL,
    service_s         integer NOT NULL CHECK (service_s >= 0)
);

CREATE TABLE vehicles (
    vehicle_id   text PRIMARY KEY,
    name         text NOT NULL,
    depot_id     text NOT NULL REFERENCES depots,
    capacity_kg  double precision NOT NULL CHECK (capacity_kg > 0),
    streams      text[] NOT NULL,
    shift_start  time NOT NULL,
    shift_s      integer NOT NULL CHECK (shift_s > 0),
    in_service   boolean NOT NULL DEFAULT true
);

CREATE TABLE crews (
    crew_id     text PRIMARY KEY,
    name        text NOT NULL,
    vehicle_id  text UNIQUE REFERENCES vehicles
);

CREATE TABLE bins (
    bin_id             text PRIMARY KEY,
    name               text NOT NULL,
    stream             text NOT NULL REFERENCES streams,
    capacity_l         double precision NOT NULL CHECK (capacity_l > 0),
    threshold_pct      double precision NOT NULL CHECK (threshold_pct > 0 AND threshold_pct <= 100),
    depot_id           text NOT NULL REFERENCES depots,
    lon                double precision CHECK (lon BETWEEN -180 AND 180),
    lat                double precision CHECK (lat BETWEEN -90 AND 90),
    empty_distance_mm  integer,
    full_distance_mm   integer,
    service_s          integer NOT NULL CHECK (service_s >= 0),
    access_note        text,
    in_service         boolean NOT NULL DEFAULT true,
    CHECK ((lon IS NULL) = (lat IS NULL)),
    CHECK ((empty_distance_mm IS NULL) = (full_distance_mm IS NULL)),
    CHECK (full_distance_mm >= 0 AND full_distance_mm < empty_distance_mm)
);
CREATE INDEX bins_by_depot ON bins (depot_id, bin_id);

CREATE TABLE sensors (
    sensor_id   text PRIMARY KEY,
    device      text NOT NULL DEFAULT 'native',
    retired_at  timestamptz
);

-- History belongs to the bin: a sensor sits in at most one bin at any moment.
CREATE TABLE mountings (
    sensor_id     text NOT NULL REFERENCES sensors,
    bin_id        text NOT NULL REFERENCES bins,
    mounted_at    timestamptz NOT NULL,
    unmounted_at  timestamptz,
    PRIMARY KEY (sensor_id, mounted_at),
    CHECK (unmounted_at > mounted_at),
    CONSTRAINT a_sensor_sits_in_one_bin
        EXCLUDE USING gist (sensor_id WITH =, tstzrange(mounted_at, unmounted_at) WITH &&)
);
CREATE INDEX mountings_by_bin ON mountings (bin_id);
