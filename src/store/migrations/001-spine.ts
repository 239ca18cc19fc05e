export const sql = `
CREATE TABLE procedure (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('scheduled', 'emergency', 'unassigned')),
  state TEXT NOT NULL CHECK (state IN ('open', 'completed', 'released')),
  patient TEXT,
  temporary_identity INTEGER NOT NULL DEFAULT 0,
  worklist_items TEXT NOT NULL DEFAULT '[]',
  study_instance_uid TEXT NOT NULL,
  performed_procedure_step_uid TEXT NOT NULL,
  performing_physician_name TEXT NOT NULL DEFAULT '',
  time_out_confirmed_at INTEGER,
  begun_at INTEGER NOT NULL,
  completed_at INTEGER,
  release_at INTEGER,
  released_at INTEGER,
  resumed_from TEXT REFERENCES procedure (id)
) STRICT;
CREATE UNIQUE INDEX procedure_one_open ON procedure (state) WHERE state = 'open';
CREATE INDEX procedure_begun ON procedure (begun_at DESC, id);
CREATE INDEX procedure_due ON procedure (release_at) WHERE state = 'completed';

CREATE TABLE series (
  series_instance_uid TEXT PRIMARY KEY,
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  source TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('still', 'clip')),
  series_number INTEGER NOT NULL,
  UNIQUE (procedure_id, source, kind)
) STRICT;

CREATE TABLE capture (
  id TEXT PRIMARY KEY,
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  number INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('still', 'clip')),
  state TEXT NOT NULL CHECK (state IN ('recording', 'saved', 'failed', 'deleted')),
  source TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  epoch INTEGER,
  seq INTEGER,
  frame_exact INTEGER NOT NULL DEFAULT 1,
  notice TEXT,
  pressed_at INTEGER NOT NULL,
  saved_at INTEGER,
  file TEXT NOT NULL,
  size_bytes INTEGER,
  sha256 TEXT,
  facts TEXT,
  deleted_at INTEGER,
  delete_reason TEXT,
  UNIQUE (procedure_id, number)
) STRICT;
CREATE INDEX capture_recording ON capture (id) WHERE state = 'recording';

CREATE TABLE idempotency (
  key TEXT PRIMARY KEY,
  capture_id TEXT NOT NULL REFERENCES capture (id),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE instance (
  sop_instance_uid TEXT PRIMARY KEY,
  capture_id TEXT NOT NULL UNIQUE REFERENCES capture (id),
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  series_instance_uid TEXT NOT NULL,
  sop_class_uid TEXT NOT NULL DEFAULT '',
  transfer_syntax_uid TEXT NOT NULL DEFAULT '',
  instance_number INTEGER NOT NULL,
  file TEXT,
  data_set_offset INTEGER,
  size_bytes INTEGER,
  sha256 TEXT,
  composed_at INTEGER,
  failure TEXT
) STRICT;
CREATE INDEX instance_uncomposed ON instance (procedure_id) WHERE composed_at IS NULL;

CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  node TEXT NOT NULL,
  sop_instance_uid TEXT NOT NULL REFERENCES instance (sop_instance_uid),
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  size_bytes INTEGER NOT NULL,
  transfer TEXT NOT NULL CHECK (transfer IN ('pending', 'sending', 'stored', 'held', 'cancelled')),
  commitment TEXT NOT NULL DEFAULT 'not-required'
    CHECK (commitment IN ('not-required', 'owed', 'requested', 'committed', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  failures_in_a_row INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  reason TEXT,
  peer_words TEXT,
  warning TEXT,
  created_at INTEGER NOT NULL,
  stored_at INTEGER,
  UNIQUE (sop_instance_uid, node)
) STRICT;
CREATE INDEX delivery_due ON delivery (node, next_attempt_at, id) WHERE transfer = 'pending';
CREATE INDEX delivery_open ON delivery (transfer, created_at) WHERE transfer IN ('pending', 'sending', 'held');
CREATE INDEX delivery_procedure ON delivery (procedure_id);

CREATE TABLE attempt (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  delivery_id INTEGER NOT NULL REFERENCES delivery (id),
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER,
  detail TEXT
) STRICT;
CREATE INDEX attempt_delivery ON attempt (delivery_id);
CREATE TRIGGER attempt_append_only_update BEFORE UPDATE ON attempt BEGIN SELECT RAISE(ABORT, 'attempts are append-only'); END;
CREATE TRIGGER attempt_append_only_delete BEFORE DELETE ON attempt BEGIN SELECT RAISE(ABORT, 'attempts are append-only'); END;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_subject ON audit (subject_kind, subject_id);
CREATE TRIGGER audit_append_only_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_append_only_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
`;
