-- People who sign in, phones that crews sign in with, and who changed what.

ALTER TABLE tokens
    DROP CONSTRAINT tokens_role_check,
    ADD CONSTRAINT tokens_role_check CHECK (role IN ('ops', 'crew', 'device_admin', 'viewer'));

-- An account is never deleted: the audit trail names it, and nobody shall get its name anew.
CREATE TABLE accounts (
    account_id           uuid PRIMARY KEY,
    user_name            text NOT NULL UNIQUE CHECK (user_name = lower(user_name)),
    name                 text NOT NULL,
    role                 text NOT NULL CHECK (role IN ('ops', 'device_admin', 'viewer')),
    -- argon2id in PHC form; null: signs in by an identity provider only
    password_hash        text,
    -- who vouches for this person, and under which name there (OpenID Connect)
    issuer               text,
    issuer_subject       text,
    created_at           timestamptz NOT NULL,
    password_changed_at  timestamptz,
    disabled_at          timestamptz,
    UNIQUE (issuer, issuer_subject),
    CHECK ((issuer IS NULL) = (issuer_subject IS NULL))
);

-- A browser of a person, or a phone of a crew. Only the digest of its secret is kept.
CREATE TABLE sessions (
    session_id    uuid PRIMARY KEY,
    digest        bytea NOT NULL UNIQUE,
    account_id    uuid REFERENCES accounts,
    crew_id       text REFERENCES crews,
    -- the device as people know it: "Firefox on Linux", "Anna's phone"
    device        text NOT NULL,
    started_at    timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    -- it ends when it was not used for so long, and at ends_at whatever happens
    idle_s        integer NOT NULL CHECK (idle_s > 0),
    ends_at       timestamptz NOT NULL,
    ended_at      timestamptz,
    ended_by      text,
    CHECK ((account_id IS NULL) <> (crew_id IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX sessions_by_account ON sessions (account_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_crew ON sessions (crew_id) WHERE ended_at IS NULL;

-- A link that signs one phone of a crew in, once.
CREATE TABLE crew_links (
    link_id     uuid PRIMARY KEY,
    digest      bytea NOT NULL UNIQUE,
    crew_id     text NOT NULL REFERENCES crews,
    created_at  timestamptz NOT NULL,
    created_by  text NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    session_id  uuid REFERENCES sessions,
    CHECK ((used_at IS NULL) = (session_id IS NULL))
);
CREATE INDEX crew_links_by_crew ON crew_links (crew_id);

-- Attempts to sign in that did not succeed (yet). The user name as a digest: people type their
-- password there.
CREATE TABLE sign_in_attempts (
    attempt_id    uuid PRIMARY KEY,
    account       bytea NOT NULL,
    address       text NOT NULL,
    attempted_at  timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_by_account ON sign_in_attempts (account, attempted_at);
CREATE INDEX sign_in_attempts_by_address ON sign_in_attempts (address, attempted_at);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (attempted_at);

-- Who changed what. Written in the same transaction as the change.
CREATE TABLE audit (
    audit_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    who         text NOT NULL,
    role        text,
    kind        text NOT NULL CHECK (kind IN ('person', 'phone', 'token', 'command', 'nobody')),
    what        text NOT NULL,
    subject     text NOT NULL,
    detail      jsonb NOT NULL DEFAULT '{}',
    request_id  text
);
CREATE INDEX audit_by_time ON audit (at, audit_id);
CREATE INDEX audit_by_who ON audit (who, audit_id);
CREATE INDEX audit_by_what ON audit (what, audit_id);
CREATE INDEX audit_by_subject ON audit (subject, audit_id);

CREATE FUNCTION refuse_to_change_the_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only added to' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_audit();
