-- With which password a sensor may publish as itself: the hash as Mosquitto's password file has
-- it, never the password.

CREATE TABLE sensor_credentials (
    sensor_id   text PRIMARY KEY REFERENCES sensors,
    hash        text NOT NULL CHECK (hash LIKE '$7$%'),
    made_at     timestamptz NOT NULL,
    revoked_at  timestamptz
);

-- Whose message was set aside, where it says so: registering that sensor brings it in at once.
ALTER TABLE rejected_messages ADD COLUMN sensor_id text;
UPDATE rejected_messages SET sensor_id = split_part(topic, '/', 2)
WHERE topic ~ '^bins/[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}/readings$';
CREATE INDEX rejected_messages_open_by_sensor ON rejected_messages (sensor_id, rejected_id)
    WHERE replayed_at IS NULL;
