-- Whoever shows levels is told, at the commit, that some are others than before. Once for each
-- statement and without saying which: a transaction sends equal notifications once, and the row's
-- own xmin says which rows are new (store/level_changes.py). Nothing is added to what the
-- ingester writes.
CREATE FUNCTION notify_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_ARGV[0], '');
    RETURN NULL;
END $$;
CREATE TRIGGER bin_states_told AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON bin_states
    FOR EACH STATEMENT EXECUTE FUNCTION notify_change('brimful_levels_changed');
CREATE TRIGGER bins_told AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON bins
    FOR EACH STATEMENT EXECUTE FUNCTION notify_change('brimful_registry_changed');
CREATE TRIGGER depots_told AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON depots
    FOR EACH STATEMENT EXECUTE FUNCTION notify_change('brimful_registry_changed');
CREATE TRIGGER mountings_told AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON mountings
    FOR EACH STATEMENT EXECUTE FUNCTION notify_change('brimful_registry_changed');
