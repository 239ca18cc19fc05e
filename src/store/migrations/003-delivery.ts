/**
 * Renditions (a capture may become several Instances), MPPS in the outbox, storage commitment, the hash chain of the
 * audit, retention. Tables whose constraints change are made anew: https://sqlite.org/lang_altertable.html#otheralter
 */
export const sql = `
CREATE TABLE rendition (
  capture_id TEXT NOT NULL REFERENCES capture (id),
  key TEXT NOT NULL,
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  state TEXT NOT NULL CHECK (state IN ('wanted', 'made')),
  failure TEXT,
  wanted_at INTEGER NOT NULL,
  made_at INTEGER,
  PRIMARY KEY (capture_id, key)
) STRICT;
CREATE INDEX rendition_wanted ON rendition (wanted_at) WHERE state = 'wanted';
CREATE INDEX rendition_procedure ON rendition (procedure_id);
INSERT INTO rendition (capture_id, key, procedure_id, state, failure, wanted_at, made_at)
  SELECT i.capture_id, 'original', i.procedure_id, CASE WHEN i.composed_at IS NULL THEN 'wanted' ELSE 'made' END, i.failure,
    coalesce(p.released_at, i.composed_at, 0), i.composed_at
  FROM instance i JOIN procedure p ON p.id = i.procedure_id;

CREATE TABLE rendition_node (
  capture_id TEXT NOT NULL,
  key TEXT NOT NULL,
  node TEXT NOT NULL,
  importance TEXT NOT NULL CHECK (importance IN ('primary', 'secondary', 'standby')),
  standby_from INTEGER,
  PRIMARY KEY (capture_id, key, node),
  FOREIGN KEY (capture_id, key) REFERENCES rendition (capture_id, key)
) STRICT;
INSERT OR IGNORE INTO rendition_node (capture_id, key, node, importance)
  SELECT i.capture_id, 'original', d.node, 'primary' FROM delivery d JOIN instance i USING (sop_instance_uid);

CREATE TABLE new_series (
  series_instance_uid TEXT PRIMARY KEY,
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  source TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('still', 'clip')),
  rung TEXT NOT NULL DEFAULT 'original',
  series_number INTEGER NOT NULL,
  UNIQUE (procedure_id, source, kind, rung)
) STRICT;
INSERT INTO new_series (series_instance_uid, procedure_id, source, kind, series_number)
  SELECT series_instance_uid, procedure_id, source, kind, series_number FROM series;
DROP TABLE series;
ALTER TABLE new_series RENAME TO series;

CREATE TABLE new_instance (
  sop_instance_uid TEXT PRIMARY KEY,
  capture_id TEXT NOT NULL REFERENCES capture (id),
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  series_instance_uid TEXT NOT NULL,
  rendition TEXT NOT NULL DEFAULT 'original',
  part INTEGER NOT NULL DEFAULT 1,
  parts INTEGER NOT NULL DEFAULT 1,
  source_sop_instance_uid TEXT,
  sop_class_uid TEXT NOT NULL DEFAULT '',
  transfer_syntax_uid TEXT NOT NULL DEFAULT '',
  instance_number INTEGER NOT NULL,
  file TEXT,
  data_set_offset INTEGER,
  size_bytes INTEGER,
  sha256 TEXT,
  composed_at INTEGER,
  is_owed INTEGER NOT NULL DEFAULT 0,
  file_removed_at INTEGER,
  UNIQUE (capture_id, rendition, part)
) STRICT;
INSERT INTO new_instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, sop_class_uid, transfer_syntax_uid,
    instance_number, file, data_set_offset, size_bytes, sha256, composed_at, is_owed)
  SELECT i.sop_instance_uid, i.capture_id, i.procedure_id, i.series_instance_uid, i.sop_class_uid, i.transfer_syntax_uid,
    i.instance_number, i.file, i.data_set_offset, i.size_bytes, i.sha256, i.composed_at,
    EXISTS (SELECT 1 FROM delivery d WHERE d.sop_instance_uid = i.sop_instance_uid)
  FROM instance i;
DROP TABLE instance;
ALTER TABLE new_instance RENAME TO instance;
CREATE INDEX instance_uncomposed ON instance (procedure_id) WHERE composed_at IS NULL;
CREATE INDEX instance_not_owed ON instance (composed_at) WHERE composed_at IS NOT NULL AND is_owed = 0;
CREATE INDEX instance_procedure ON instance (procedure_id);

CREATE TABLE mpps_message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  performed_procedure_step_uid TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('create', 'completed', 'discontinued')),
  data_set TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (performed_procedure_step_uid, kind)
) STRICT;
CREATE INDEX mpps_message_procedure ON mpps_message (procedure_id);

CREATE TABLE new_delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  node TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'instance' CHECK (kind IN ('instance', 'mpps-create', 'mpps-set')),
  lane TEXT NOT NULL CHECK (lane IN ('step', 'still', 'clip')),
  importance TEXT NOT NULL DEFAULT 'primary' CHECK (importance IN ('primary', 'secondary', 'standby')),
  sop_instance_uid TEXT REFERENCES instance (sop_instance_uid),
  message_id INTEGER REFERENCES mpps_message (id),
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  ordering_key TEXT,
  size_bytes INTEGER NOT NULL,
  transfer TEXT NOT NULL CHECK (transfer IN ('pending', 'sending', 'stored', 'held', 'cancelled', 'replaced')),
  commitment TEXT NOT NULL DEFAULT 'not-required'
    CHECK (commitment IN ('not-required', 'owed', 'requested', 'committed', 'failed')),
  verified_by TEXT CHECK (verified_by IN ('commitment', 'query')),
  committed_at INTEGER,
  commitment_reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  failures_in_a_row INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  reason TEXT,
  peer_words TEXT,
  warning TEXT,
  created_at INTEGER NOT NULL,
  stored_at INTEGER,
  CHECK ((kind = 'instance') = (sop_instance_uid IS NOT NULL)),
  CHECK ((kind <> 'instance') = (message_id IS NOT NULL)),
  UNIQUE (sop_instance_uid, node),
  UNIQUE (message_id, node)
) STRICT;
INSERT INTO new_delivery (id, node, lane, sop_instance_uid, procedure_id, size_bytes, transfer, commitment, attempts,
    failures_in_a_row, next_attempt_at, reason, peer_words, warning, created_at, stored_at)
  SELECT d.id, d.node, c.kind, d.sop_instance_uid, d.procedure_id, d.size_bytes, d.transfer, d.commitment, d.attempts,
    d.failures_in_a_row, d.next_attempt_at, d.reason, d.peer_words, d.warning, d.created_at, d.stored_at
  FROM delivery d JOIN instance i USING (sop_instance_uid) JOIN capture c ON c.id = i.capture_id;
DROP TABLE delivery;
ALTER TABLE new_delivery RENAME TO delivery;
CREATE INDEX delivery_due ON delivery (node, lane, next_attempt_at, id) WHERE transfer = 'pending';
CREATE INDEX delivery_sending ON delivery (node) WHERE transfer = 'sending';
CREATE INDEX delivery_open ON delivery (transfer, created_at) WHERE transfer IN ('pending', 'sending', 'held');
CREATE INDEX delivery_order ON delivery (ordering_key, node, id) WHERE ordering_key IS NOT NULL;
CREATE INDEX delivery_procedure ON delivery (procedure_id);
CREATE INDEX delivery_transfer ON delivery (transfer, id);
CREATE INDEX delivery_unproven ON delivery (node, procedure_id, stored_at) WHERE transfer = 'stored' AND commitment = 'owed';
CREATE INDEX delivery_unanswered ON delivery (node) WHERE commitment = 'requested';
CREATE INDEX delivery_unsafe ON delivery (stored_at) WHERE transfer = 'stored' AND commitment IN ('owed', 'requested', 'failed');

CREATE TABLE commitment_request (
  transaction_uid TEXT PRIMARY KEY,
  node TEXT NOT NULL,
  procedure_id TEXT NOT NULL REFERENCES procedure (id),
  state TEXT NOT NULL CHECK (state IN ('asking', 'asked', 'answered', 'expired')),
  requested_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  answered_at INTEGER,
  words TEXT
) STRICT;
CREATE INDEX commitment_request_due ON commitment_request (due_at) WHERE state IN ('asking', 'asked');
CREATE INDEX commitment_request_procedure ON commitment_request (procedure_id, node);

CREATE TABLE commitment_item (
  transaction_uid TEXT NOT NULL REFERENCES commitment_request (transaction_uid),
  delivery_id INTEGER NOT NULL REFERENCES delivery (id),
  result TEXT CHECK (result IN ('committed', 'failed')),
  reason INTEGER,
  PRIMARY KEY (transaction_uid, delivery_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX commitment_item_delivery ON commitment_item (delivery_id);

CREATE TABLE node_encoding (
  node TEXT NOT NULL,
  sop_class_uid TEXT NOT NULL,
  transfer_syntax_uid TEXT NOT NULL,
  rung TEXT NOT NULL,
  words TEXT NOT NULL,
  learned_at INTEGER NOT NULL,
  PRIMARY KEY (node, sop_class_uid, transfer_syntax_uid)
) STRICT;

ALTER TABLE procedure ADD COLUMN discontinued TEXT;
ALTER TABLE capture ADD COLUMN file_removed_at INTEGER;
ALTER TABLE capture ADD COLUMN route_facts TEXT;
CREATE INDEX capture_kept ON capture (saved_at) WHERE state = 'saved' AND file_removed_at IS NULL;
ALTER TABLE audit ADD COLUMN hash TEXT;
`;
