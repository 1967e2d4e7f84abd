-- The way of a round along the streets: a leg to each of its stops, and a last one home.
-- Keyed by round and number: a stop may stand in the rounds of several plans.

CREATE TABLE round_legs (
    round_id    uuid NOT NULL REFERENCES rounds,
    leg         integer NOT NULL CHECK (leg >= 0),
    -- encoded with six decimals, latitude first (OSRM's polyline6); empty where nothing is driven
    polyline    text NOT NULL,
    distance_m  integer NOT NULL,
    drive_s     integer NOT NULL,
    -- turn steps in order, with the names of core.ways.Step; what is null is left out
    steps       jsonb NOT NULL,
    PRIMARY KEY (round_id, leg)
);
