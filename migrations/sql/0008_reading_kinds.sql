-- What sort of frame a reading came in, why it has no level, which calibration gave its fill.

ALTER TABLE readings
    ADD COLUMN kind                 text NOT NULL DEFAULT 'reading',
    ADD COLUMN no_level_reason      text,
    ADD COLUMN calibration_version  integer;

UPDATE readings SET trust = 'no_calibration' WHERE trust = 'no_geometry';
UPDATE readings r SET calibration_version = 1
FROM calibrations c WHERE c.bin_id = r.bin_id AND r.raw_distance_mm IS NOT NULL
                      AND r.raw_fill_pct IS NULL;

-- A level is doubted from the newest reading that should have told one and could not be believed.
-- A frame that has no level in it is a sign of life and no doubt.
ALTER TABLE bin_states ADD COLUMN doubted_at timestamptz, ADD COLUMN doubt text;
UPDATE bin_states SET doubted_at = heard_at, doubt = heard_trust WHERE heard_trust <> 'trusted';
ALTER TABLE bin_states DROP COLUMN heard_trust;
