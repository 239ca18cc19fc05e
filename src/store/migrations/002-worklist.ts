export const sql = `
CREATE TABLE worklist_node (
  node TEXT PRIMARY KEY,
  last_tried_at INTEGER,
  last_answered_at INTEGER,
  error TEXT,
  query TEXT NOT NULL DEFAULT '',
  matches INTEGER NOT NULL DEFAULT 0,
  notice TEXT
) STRICT;

CREATE TABLE worklist_item (
  id TEXT PRIMARY KEY,
  node TEXT NOT NULL REFERENCES worklist_node (node) ON DELETE CASCADE,
  patient_name_folded TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  start_date TEXT NOT NULL,
  start_time TEXT NOT NULL,
  modality TEXT NOT NULL,
  station_ae_title TEXT NOT NULL,
  performing_physician_name TEXT NOT NULL,
  looked_up INTEGER NOT NULL DEFAULT 0,
  item TEXT NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX worklist_item_node ON worklist_item (node, looked_up);
CREATE INDEX worklist_item_start ON worklist_item (start_date, start_time, id);
`;
