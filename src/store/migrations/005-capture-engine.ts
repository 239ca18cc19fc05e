/** What a capture was made from and what it misses; markers; learned triggers; the last epoch of each source. */
export const sql = `
ALTER TABLE capture ADD COLUMN derived_from TEXT REFERENCES capture (id);
ALTER TABLE capture ADD COLUMN derivation TEXT;
ALTER TABLE capture ADD COLUMN frame_distance INTEGER;
ALTER TABLE capture ADD COLUMN lost_frames INTEGER;
ALTER TABLE capture ADD COLUMN rescued_missing_ms INTEGER;
CREATE INDEX capture_derived ON capture (derived_from) WHERE derived_from IS NOT NULL;
CREATE INDEX capture_rescued ON capture (saved_at) WHERE rescued_missing_ms IS NOT NULL;

CREATE TABLE marker (
  id TEXT PRIMARY KEY,
  capture_id TEXT NOT NULL REFERENCES capture (id),
  seq INTEGER NOT NULL,
  label TEXT NOT NULL,
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX marker_capture ON marker (capture_id, seq);

CREATE TABLE trigger_binding (
  id TEXT PRIMARY KEY,
  device TEXT NOT NULL,
  device_name TEXT NOT NULL,
  code INTEGER NOT NULL,
  press TEXT NOT NULL CHECK (press IN ('short', 'long')),
  action TEXT NOT NULL CHECK (action IN ('still', 'clip', 'keep-last', 'marker')),
  source TEXT,
  learned_at INTEGER NOT NULL,
  UNIQUE (device, code, press)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_epoch (
  source TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
