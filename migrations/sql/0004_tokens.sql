-- Who may call the API. Only the digest of a token is kept.

CREATE TABLE tokens (
    token_id    uuid PRIMARY KEY,
    name        text NOT NULL,
    role        text NOT NULL CHECK (role IN ('ops', 'crew', 'device_admin')),
    crew_id     text REFERENCES crews,
    digest      bytea NOT NULL UNIQUE,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz,
    revoked_at  timestamptz,
    CHECK ((role = 'crew') = (crew_id IS NOT NULL))
);
