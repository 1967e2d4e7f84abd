-- Plans during the day: watched while they are made, cancelled, proposed, and made anew around
-- what is done already.

ALTER TABLE plans
    DROP CONSTRAINT plans_status_check,
    ADD CONSTRAINT plans_status_check CHECK (status IN (
        'requested', 'running', 'proposed', 'ready', 'failed', 'superseded', 'cancelled')),
    -- the plan whose work this one goes on with, or that it took the place of
    ADD COLUMN replaces_plan_id uuid REFERENCES plans,
    -- what a re-plan was asked for; null for a plan of a whole day
    ADD COLUMN replan jsonb,
    -- how far a running plan is, with the best rounds so far; kept with the finished one
    ADD COLUMN progress jsonb,
    -- somebody wants the best so far now
    ADD COLUMN finish_asked_at timestamptz;

-- A stop that moves to another vehicle is another stop of the same visit: what one crew says of it
-- holds for the other. Null: its own stop_id.
ALTER TABLE stops ADD COLUMN visit_id uuid REFERENCES stops;
CREATE INDEX stops_by_visit ON stops (coalesce(visit_id, stop_id));

-- A stop that stays with its vehicle in a new plan is the same stop at another place in the order:
-- marks that a phone made with the old round are marks of the new one.
CREATE TABLE kept_stops (
    round_id           uuid NOT NULL REFERENCES rounds,
    seq                integer NOT NULL,
    stop_id            uuid NOT NULL REFERENCES stops,
    arrives_at         timestamptz NOT NULL,
    begins_at          timestamptz NOT NULL CHECK (begins_at >= arrives_at),
    expected_fill_pct  real,
    load_kg            double precision,
    due_reason         text,
    PRIMARY KEY (round_id, seq),
    UNIQUE (stop_id, round_id)
);
