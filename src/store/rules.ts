import { isExcerptSql } from "./excerpt.ts";

/** An invariant as a question to the database: each row it answers breaks it. `subject` is an id, never a patient. */
export interface Rule {
  readonly invariant: string;
  /** After the `WITH` of a scope, which says what `deliveries`, `instances`, `captures`, `procedures`, `renditions` are. */
  readonly sql: string;
  readonly message: string;
}

/** Everything there is. */
export const everything = `WITH deliveries AS (SELECT * FROM delivery), instances AS (SELECT * FROM instance),
  captures AS (SELECT * FROM capture), procedures AS (SELECT * FROM procedure), renditions AS (SELECT * FROM rendition)`;

const newestAudits = 5_000;
const mostOpen = 2_000;

/**
 * What is not settled, 2,000 of each kind at most, and whatever the newest 5,000 audit rows tell of.
 * By indexes only: as fast with a million settled deliveries as with ten.
 */
export const unsettled = `WITH
  recent AS MATERIALIZED (SELECT DISTINCT subject_kind, subject_id FROM audit NOT INDEXED
    WHERE id > (SELECT coalesce(max(id), 0) - ${newestAudits} FROM audit)),
  open_deliveries AS MATERIALIZED (
    SELECT CAST(subject_id AS INTEGER) AS id FROM recent WHERE subject_kind = 'delivery'
    UNION SELECT id FROM (SELECT id FROM delivery INDEXED BY delivery_open
      WHERE transfer IN ('pending', 'sending', 'held') LIMIT ${mostOpen})
    UNION SELECT id FROM (SELECT id FROM delivery INDEXED BY delivery_unsafe
      WHERE transfer = 'stored' AND commitment IN ('owed', 'requested', 'failed') ORDER BY stored_at DESC LIMIT ${mostOpen})),
  deliveries AS (SELECT d.* FROM open_deliveries o CROSS JOIN delivery d ON d.id = o.id),
  open_instances AS MATERIALIZED (
    SELECT subject_id AS uid FROM recent WHERE subject_kind = 'instance'
    UNION SELECT sop_instance_uid FROM deliveries WHERE sop_instance_uid IS NOT NULL
    UNION SELECT uid FROM (SELECT sop_instance_uid AS uid FROM instance INDEXED BY instance_not_owed
      WHERE composed_at IS NOT NULL AND is_owed = 0 ORDER BY composed_at DESC LIMIT ${mostOpen})),
  instances AS (SELECT i.* FROM open_instances o CROSS JOIN instance i ON i.sop_instance_uid = o.uid),
  open_captures AS MATERIALIZED (
    SELECT subject_id AS id FROM recent WHERE subject_kind = 'capture'
    UNION SELECT capture_id FROM instances
    UNION SELECT id FROM capture WHERE state = 'recording'),
  captures AS (SELECT c.* FROM open_captures o CROSS JOIN capture c ON c.id = o.id),
  open_procedures AS MATERIALIZED (
    SELECT subject_id AS id FROM recent WHERE subject_kind = 'procedure'
    UNION SELECT id FROM procedure WHERE state = 'open'
    UNION SELECT id FROM procedure WHERE state = 'completed' AND release_at IS NOT NULL),
  procedures AS (SELECT p.* FROM open_procedures o CROSS JOIN procedure p ON p.id = o.id),
  renditions AS (SELECT r.* FROM open_captures o CROSS JOIN rendition r ON r.capture_id = o.id)`;

/** 0000; 0001, 0107, 0116 and Bxxx: success and warnings (PS3.4 B.2.3, PS3.7 C). 0111: it had it already. */
const success = "a.status IN (0, 1, 0x0107, 0x0111, 0x0116) OR a.status BETWEEN 0xb000 AND 0xbfff";

const audited = [
  [["capture-saved"], "capture", "SELECT id FROM captures WHERE state = 'saved'"],
  [["capture-deleted"], "capture", "SELECT id FROM captures WHERE state = 'deleted'"],
  [["capture-removed"], "capture", "SELECT id FROM captures WHERE file_removed_at IS NOT NULL"],
  [["procedure-released"], "procedure", "SELECT id FROM procedures WHERE state = 'released'"],
  [["instance-composed"], "instance", "SELECT sop_instance_uid AS id FROM instances WHERE composed_at IS NOT NULL"],
  [["delivery-stored"], "delivery", "SELECT id FROM deliveries WHERE transfer = 'stored'"],
  // For the archive's answer, or by hand.
  [["delivery-held", "delivery-hold"], "delivery", "SELECT id FROM deliveries WHERE transfer = 'held'"],
  [["delivery-cancel"], "delivery", "SELECT id FROM deliveries WHERE transfer = 'cancelled'"],
  [["delivery-replaced"], "delivery", "SELECT id FROM deliveries WHERE transfer = 'replaced'"],
  [["delivery-committed"], "delivery", "SELECT id FROM deliveries WHERE commitment = 'committed'"],
  [["user-made"], "user", "SELECT id FROM user"],
  [["token-made"], "user", "SELECT id FROM access_token"],
] as const;

export const rules: readonly Rule[] = [
  {
    invariant: "sent is the node's success and nothing else",
    // An MPPS that was there already: 0111 for its creation, 0110 for its end (PS3.4 F.7.2.2.2).
    sql: `SELECT id AS subject FROM deliveries d WHERE transfer = 'stored'
          AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.delivery_id = d.id AND a.outcome = 'stored'
            AND (${success} OR (d.kind = 'mpps-set' AND a.status = 0x0110)))`,
    message: "Shown as sent, but no attempt with the node's success is recorded.",
  },
  {
    invariant: "nothing leaves without a patient",
    sql: `SELECT d.id AS subject FROM deliveries d JOIN procedure p ON p.id = d.procedure_id
          WHERE d.kind = 'instance' AND (p.state <> 'released'
            OR trim(CASE WHEN json_valid(p.patient) THEN coalesce(json_extract(p.patient, '$.patientId'), '') ELSE '' END) = '')`,
    message: "Owed to a node, but its procedure has no patient ID or was not released.",
  },
  {
    invariant: "what is released is on its way",
    sql: `SELECT c.id AS subject FROM captures c JOIN procedure p ON p.id = c.procedure_id
          WHERE p.state = 'released' AND c.state = 'saved' AND NOT EXISTS (SELECT 1 FROM rendition r WHERE r.capture_id = c.id)`,
    message: "Its procedure was released, but nothing is made or wanted of this capture.",
  },
  {
    invariant: "a delivery is of a composed instance",
    sql: `SELECT d.id AS subject FROM deliveries d JOIN instance i USING (sop_instance_uid) WHERE i.composed_at IS NULL`,
    message: "Owed, but its Instance was never composed.",
  },
  {
    invariant: "what is released is finished",
    sql: `SELECT c.id AS subject FROM captures c JOIN procedure p ON p.id = c.procedure_id
          WHERE c.state = 'recording' AND p.state = 'released'`,
    message: "Still being recorded or rescued, but its procedure was released.",
  },
  {
    invariant: "what is made has all its parts",
    sql: `SELECT r.capture_id || ' ' || r.key AS subject FROM renditions r WHERE r.state = 'made' AND NOT EXISTS (
            SELECT 1 FROM instance i WHERE i.capture_id = r.capture_id AND i.rendition = r.key AND i.composed_at IS NOT NULL
            GROUP BY i.rendition HAVING count(*) = max(i.parts) AND min(i.part) = 1 AND max(i.part) = max(i.parts))`,
    message: "Said to be made, but not all of its Instances are composed.",
  },
  {
    invariant: "what is made is owed to the nodes that wait for it",
    sql: `SELECT i.sop_instance_uid || ' to ' || n.node AS subject FROM renditions r
          JOIN rendition_node n ON n.capture_id = r.capture_id AND n.key = r.key
          JOIN instance i ON i.capture_id = r.capture_id AND i.rendition = r.key
          WHERE r.state = 'made' AND NOT EXISTS
            (SELECT 1 FROM delivery d WHERE d.sop_instance_uid = i.sop_instance_uid AND d.node = n.node)`,
    message: "This node waits for it, but it is not owed there.",
  },
  {
    invariant: "what was replaced goes in another form",
    sql: `SELECT d.id AS subject FROM deliveries d JOIN instance i USING (sop_instance_uid) WHERE d.transfer = 'replaced'
          AND NOT EXISTS (SELECT 1 FROM rendition_node n WHERE n.capture_id = i.capture_id AND n.node = d.node
            AND n.key <> i.rendition)`,
    message: "Said to be replaced, but nothing else of its capture is meant for that node.",
  },
  {
    invariant: "a performed procedure step begins before it ends",
    sql: `SELECT d.id AS subject FROM deliveries d WHERE d.kind = 'mpps-set' AND d.transfer = 'stored' AND EXISTS
            (SELECT 1 FROM delivery b WHERE b.ordering_key = d.ordering_key AND b.node = d.node AND b.id < d.id
             AND b.kind = 'mpps-create' AND b.transfer IN ('pending', 'sending', 'held'))`,
    message: "Its end is shown as sent, but its beginning is not.",
  },
  {
    invariant: "safe is the node's word and nothing else",
    sql: `SELECT d.id AS subject FROM deliveries d WHERE d.commitment = 'committed' AND NOT (d.transfer = 'stored'
            AND d.committed_at IS NOT NULL AND d.verified_by IS NOT NULL AND (d.verified_by = 'query' OR EXISTS
              (SELECT 1 FROM commitment_item c WHERE c.delivery_id = d.id AND c.result = 'committed')))`,
    message: "Shown as safe, but no answer of the node says so.",
  },
  {
    invariant: "what was asked waits for an answer",
    sql: `SELECT d.id AS subject FROM deliveries d WHERE d.commitment = 'requested' AND (d.transfer <> 'stored' OR NOT EXISTS
            (SELECT 1 FROM commitment_item c JOIN commitment_request r USING (transaction_uid)
             WHERE c.delivery_id = d.id AND c.result IS NULL AND r.state IN ('asking', 'asked')))`,
    message: "Shown as asked for, but no request for it is open.",
  },
  {
    invariant: "files go when nothing more is owed",
    sql: `SELECT c.id AS subject FROM captures c WHERE c.file_removed_at IS NOT NULL AND (
            EXISTS (SELECT 1 FROM rendition r WHERE r.capture_id = c.id AND r.state = 'wanted')
            OR EXISTS (SELECT 1 FROM instance i CROSS JOIN delivery d USING (sop_instance_uid) WHERE i.capture_id = c.id
              AND (d.transfer IN ('pending', 'sending', 'held')
                OR (d.transfer = 'stored' AND d.commitment IN ('owed', 'requested', 'failed'))))
            OR NOT EXISTS (SELECT 1 FROM instance i CROSS JOIN delivery d USING (sop_instance_uid)
              WHERE i.capture_id = c.id AND +d.transfer = 'stored' AND NOT ${isExcerptSql}))`,
    message: "Its files were removed, but not all that is owed of it has arrived.",
  },
  {
    invariant: "somebody can administer the box",
    sql: `SELECT 'users' AS subject WHERE EXISTS (SELECT 1 FROM user) AND NOT EXISTS (SELECT 1 FROM user u
          JOIN user_role r ON r.user_id = u.id AND r.role = 'administrator' WHERE u.is_disabled = 0)`,
    message: "There are users, but no administrator who may sign in.",
  },
  {
    invariant: "a session is of somebody who may sign in",
    sql: `SELECT u.id AS subject FROM session s JOIN user u ON u.id = s.user_id WHERE u.is_disabled = 1`,
    message: "Disabled, but still signed in.",
  },
  ...audited.map(([actions, kind, rows]) => ({
    invariant: "every change has its audit row",
    sql: `SELECT r.id AS subject FROM (${rows}) r WHERE NOT EXISTS (SELECT 1 FROM audit a
          WHERE a.subject_kind = '${kind}' AND a.subject_id = CAST(r.id AS TEXT) AND a.action IN ('${actions.join("', '")}'))`,
    message: `The audit does not tell of it (${actions.join(" or ")}).`,
  })),
];

/** Reads every row of every table. */
export const references: Rule = {
  invariant: "references hold",
  sql: `SELECT "table" || ' row ' || coalesce(rowid, '?') AS subject FROM pragma_foreign_key_check`,
  message: "Refers to a row that is not there.",
};

/** Only where a node is set up: without one nothing is owed to anybody. */
export const owed: Rule = {
  invariant: "what is composed is owed to the nodes",
  sql: `SELECT sop_instance_uid AS subject FROM instances i WHERE composed_at IS NOT NULL AND is_owed = 0
        AND NOT EXISTS (SELECT 1 FROM rendition_node n WHERE n.capture_id = i.capture_id)`,
  message: "Composed, but owed to no node. A restart of the service mends it.",
};
