/** Retention's list of files that still have to go; which alarms are on since when, and who was told of which. */
export const sql = `
CREATE TABLE file_to_remove (
  file TEXT PRIMARY KEY,
  capture_id TEXT NOT NULL REFERENCES capture (id),
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm (
  id TEXT PRIMARY KEY,
  raised_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm_told (
  channel TEXT NOT NULL,
  id TEXT NOT NULL,
  area TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('notice', 'caution', 'failure')),
  message TEXT NOT NULL,
  since INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (channel, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_unsafe_node ON delivery (node, commitment, stored_at)
  WHERE transfer = 'stored' AND commitment IN ('owed', 'requested', 'failed');
`;
