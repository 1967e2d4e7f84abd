-- How what a sensor says becomes a fill belongs to the bin and has versions: a correction adds one
-- and overwrites nothing. Of those with valid_from at or before a moment, the greatest counts.

CREATE TABLE calibrations (
    bin_id             text NOT NULL REFERENCES bins,
    version            integer NOT NULL CHECK (version > 0),
    valid_from         timestamptz NOT NULL,
    empty_distance_mm  integer,
    full_distance_mm   integer,
    blind_zone_mm      integer NOT NULL DEFAULT 0 CHECK (blind_zone_mm >= 0),
    vendor_full_pct    real NOT NULL DEFAULT 100 CHECK (vendor_full_pct > 0 AND vendor_full_pct <= 200),
    noted_at           timestamptz NOT NULL DEFAULT now(),
    note               text,
    PRIMARY KEY (bin_id, version),
    CHECK ((empty_distance_mm IS NULL) = (full_distance_mm IS NULL)),
    CHECK (full_distance_mm >= 0 AND full_distance_mm < empty_distance_mm)
);

INSERT INTO calibrations (bin_id, version, valid_from, empty_distance_mm, full_distance_mm)
SELECT bin_id, 1, '1970-01-01T00:00:00Z', empty_distance_mm, full_distance_mm
FROM bins WHERE empty_distance_mm IS NOT NULL;

ALTER TABLE bins DROP COLUMN empty_distance_mm, DROP COLUMN full_distance_mm;

CREATE VIEW current_calibrations AS
SELECT DISTINCT ON (bin_id) bin_id, version, valid_from, empty_distance_mm, full_distance_mm,
       blind_zone_mm, vendor_full_pct
FROM calibrations WHERE valid_from <= now()
ORDER BY bin_id, version DESC;
