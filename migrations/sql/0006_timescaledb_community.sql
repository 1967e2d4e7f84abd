-- requires: timescaledb-community
-- What the Apache edition does not have: compression after a month, retention after five years.

ALTER TABLE readings SET (
    timescaledb.compress,
    timescaledb.compress_segmentby = 'bin_id',
    timescaledb.compress_orderby = 'measured_at DESC, sensor_id'
);
SELECT add_compression_policy('readings', INTERVAL '30 days');
SELECT add_retention_policy('readings', INTERVAL '5 years');
