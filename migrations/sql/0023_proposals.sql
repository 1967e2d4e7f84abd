-- A plan of a whole day may be proposed, too: it comes into force when somebody accepts it.
ALTER TABLE plans ADD COLUMN dry_run boolean NOT NULL DEFAULT false;
