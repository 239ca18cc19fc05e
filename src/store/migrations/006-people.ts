/** Users with their roles and PINs, sessions, tokens of scripts. */
export const sql = `
CREATE TABLE user (
  id TEXT PRIMARY KEY,
  display_name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  physician_name TEXT NOT NULL DEFAULT '',
  preferences TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(preferences)),
  pin TEXT NOT NULL,
  is_disabled INTEGER NOT NULL DEFAULT 0 CHECK (is_disabled IN (0, 1)),
  failures INTEGER NOT NULL DEFAULT 0,
  failed_at INTEGER,
  locked_at INTEGER,
  locked_ms INTEGER NOT NULL DEFAULT 0,
  made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_role (
  user_id TEXT NOT NULL REFERENCES user (id),
  role TEXT NOT NULL CHECK (role IN ('operator', 'surgeon', 'biomed', 'auditor', 'administrator')),
  PRIMARY KEY (user_id, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES user (id),
  begun_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user_id, used_at);

CREATE TABLE access_token (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  roles TEXT NOT NULL CHECK (json_valid(roles)),
  made_by TEXT NOT NULL REFERENCES user (id),
  made_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
`;
