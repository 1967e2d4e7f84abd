-- requires: timescaledb
-- Readings become a hypertable: one chunk for a week, so that old weeks can be dropped whole.

CREATE EXTENSION IF NOT EXISTS timescaledb;

SELECT create_hypertable(
    'readings', by_range('measured_at', INTERVAL '7 days'),
    -- the primary key and readings_by_bin serve every question asked of it
    create_default_indexes => false,
    migrate_data => true
);
