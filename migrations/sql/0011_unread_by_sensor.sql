-- What waits of one sensor and came after a moment: asked for each sensor whenever its health is.

CREATE INDEX rejected_messages_open_by_sensor_time ON rejected_messages (sensor_id, last_received_at)
    WHERE replayed_at IS NULL;
