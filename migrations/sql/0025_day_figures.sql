-- The sums of a depot's day by stream, as they were reckoned: figures of months are made of these.
-- Days that may still change are reckoned anew; anything here can be deleted and comes again.

CREATE TABLE day_figures (
    depot_id  text NOT NULL REFERENCES depots,
    day       date NOT NULL,
    stream    text NOT NULL REFERENCES streams,
    made_at   timestamptz NOT NULL,
    sums      jsonb NOT NULL,
    PRIMARY KEY (depot_id, day, stream)
);
