-- What a bin's own page asks for: its stops of the last weeks, and a forecast finer than before.
CREATE INDEX stops_by_bin ON stops (bin_id) WHERE bin_id IS NOT NULL;

-- How far apart the bands' entries are; what is there already has one for every three hours.
ALTER TABLE bin_forecasts ADD COLUMN band_step_s integer NOT NULL DEFAULT 10800;
ALTER TABLE bin_forecasts ALTER COLUMN band_step_s DROP DEFAULT;
