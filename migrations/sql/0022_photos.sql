-- Photos that crews take at stops. The photo and the mark that names it come in any order.

CREATE TABLE photos (
    photo_id     uuid PRIMARY KEY,
    stop_id      uuid NOT NULL REFERENCES stops,
    crew_id      text NOT NULL REFERENCES crews,
    -- SHA-256 of what the phone sent: the same photo again is the same
    digest       bytea NOT NULL,
    width        integer NOT NULL,
    height       integer NOT NULL,
    received_at  timestamptz NOT NULL,
    received_by  text NOT NULL,
    jpeg         bytea NOT NULL
);
-- a JPEG is as small as it gets
ALTER TABLE photos ALTER COLUMN jpeg SET STORAGE EXTERNAL;
CREATE INDEX photos_by_age ON photos (received_at, photo_id);
