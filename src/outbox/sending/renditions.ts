import { recordAudit } from "../../audit/audit.ts";
import { sopClasses } from "../../dicom/dicom.ts";
import type { OriginalEncoding } from "../../encoding/encoding.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Database } from "../../store/store.ts";
import { oweInstance } from "../deliveries.ts";
import type { Lane } from "../delivery.ts";
import type { OutboxNode } from "../node.ts";
import { type RouteFacts, type RouteTarget, type Routing, routesOf } from "../routing/routes.ts";
import { originalEncoding } from "./original.ts";
import { parseRenditionKey, planRenditionsOf } from "./rungs.ts";

export interface RenditionsOptions {
  readonly database: Database;
  readonly nodes: readonly OutboxNode[];
  readonly routing: Routing;
  readonly clock: Clock;
}

export interface CaptureToPlan {
  readonly captureId: string;
  readonly procedureId: string;
  readonly original: OriginalEncoding;
  /** Of its media file. */
  readonly sizeBytes: number;
}

/** Which node waits for which rendition of which capture, in rows. */
export class Renditions {
  readonly #options: RenditionsOptions;
  readonly #storageNodes: readonly string[];

  constructor(options: RenditionsOptions) {
    this.#options = options;
    this.#storageNodes = options.nodes.filter(({ roles }) => roles.includes("storage")).map(({ name }) => name);
  }

  /** Decides who gets a capture, as what. Inside the caller's transaction; a second call changes nothing. */
  plan(capture: CaptureToPlan, facts: RouteFacts): void {
    const { database } = this.#options;
    database.prepare("UPDATE capture SET route_facts = ? WHERE id = ?").run(JSON.stringify(facts), capture.captureId);
    const known = database.prepare("SELECT 1 FROM rendition WHERE capture_id = ? LIMIT 1").get(capture.captureId);
    if (known === undefined) this.#plan(capture, facts, null);
  }

  /**
   * A rendition's Instances are composed: owes each to the nodes that wait for it. Inside the caller's transaction. An
   * original that nobody waits for, composed before a node was set up, is routed now.
   */
  owe(captureId: string, key: string): void {
    const { database, clock } = this.#options;
    const at = clock();
    const failed = database
      .prepare("SELECT failure FROM rendition WHERE capture_id = ? AND key = ?")
      .get(captureId, key)?.failure;
    database
      .prepare("UPDATE rendition SET state = 'made', failure = NULL, made_at = ? WHERE capture_id = ? AND key = ?")
      .run(at, captureId, key);
    const isOriginal = !parseRenditionKey(key).isPartsOfOriginal && parseRenditionKey(key).rung === "original";
    if (isOriginal && !this.#isRouted(captureId)) this.#planLate(captureId, key);
    if (this.#isRouted(captureId)) this.oweTo(captureId, key);
    // A twin comes beside the original: that one is replaced only where it was held for want of the twin.
    const isTwin = parseRenditionKey(key).rung === "leftView";
    this.#replaceHeld(captureId, key, at, isTwin ? String(failed ?? "") : null);
  }

  /** Made after all: what was held because it could not be made needs nobody any more. */
  #replaceHeld(captureId: string, key: string, at: number, onlyBecause: string | null): void {
    const { database } = this.#options;
    const held = database
      .prepare(
        `SELECT d.id FROM rendition_node k JOIN rendition_node e ON e.capture_id = k.capture_id AND e.node = k.node AND e.rowid < k.rowid
         JOIN instance i ON i.capture_id = e.capture_id AND i.rendition = e.key
         JOIN delivery d ON d.sop_instance_uid = i.sop_instance_uid AND d.node = e.node
         WHERE k.capture_id = ?1 AND k.key = ?2 AND d.transfer = 'held'
           AND (?3 IS NULL OR d.reason = ?3)`,
      )
      .all(captureId, key, onlyBecause);
    for (const { id } of held) {
      const reason = "Another form of it could be made after all, and is sent instead.";
      database.prepare("UPDATE delivery SET transfer = 'replaced', reason = ? WHERE id = ?").run(reason, Number(id));
      recordAudit(database, {
        at,
        actor: "scopeline",
        action: "delivery-replaced",
        subjectKind: "delivery",
        subjectId: String(id),
        detail: { by: key, reason },
      });
    }
  }

  /** To every node that waits for it; only to one where it is named. */
  oweTo(captureId: string, key: string, node?: string): void {
    const { database, clock } = this.#options;
    const at = clock();
    const waiting = database
      .prepare(
        "SELECT node, importance, standby_from AS standbyFrom FROM rendition_node WHERE capture_id = ? AND key = ?",
      )
      .all(captureId, key)
      .filter((row) => node === undefined || row.node === node);
    const instances = database
      .prepare(
        `SELECT i.sop_instance_uid AS sopInstanceUid, i.procedure_id AS procedureId, i.size_bytes AS sizeBytes, c.kind
         FROM instance i JOIN capture c ON c.id = i.capture_id
         JOIN rendition r ON r.capture_id = i.capture_id AND r.key = i.rendition AND r.state = 'made'
         WHERE i.capture_id = ? AND i.rendition = ? AND i.composed_at IS NOT NULL ORDER BY i.part`,
      )
      .all(captureId, key);
    const owed = database.prepare("UPDATE instance SET is_owed = 1 WHERE sop_instance_uid = ?");
    for (const instance of instances) {
      const lane: Lane = instance.kind === "clip" && parseRenditionKey(key).rung !== "keyFrames" ? "clip" : "still";
      const sopInstanceUid = String(instance.sopInstanceUid);
      const what = {
        sopInstanceUid,
        procedureId: String(instance.procedureId),
        sizeBytes: Number(instance.sizeBytes),
        lane,
      };
      for (const row of waiting) {
        const importance = row.importance as RouteTarget["importance"];
        oweInstance(database, what, { node: String(row.node), importance, from: Number(row.standbyFrom ?? 0) }, at);
      }
      owed.run(sopInstanceUid);
    }
  }

  /** A lasting failure to make it: what was replaced by it is held again, with the reason. Inside a transaction. */
  failed(captureId: string, key: string, failure: string): void {
    const { database, clock } = this.#options;
    database
      .prepare("UPDATE rendition SET failure = ? WHERE capture_id = ? AND key = ? AND state = 'wanted'")
      .run(failure, captureId, key);
    const waiting = database
      .prepare(
        `SELECT d.id FROM instance i JOIN delivery d USING (sop_instance_uid) WHERE i.capture_id = ? AND d.transfer = 'replaced'
         AND d.node IN (SELECT node FROM rendition_node WHERE capture_id = ? AND key = ?)`,
      )
      .all(captureId, captureId, key);
    for (const { id } of waiting) {
      database.prepare("UPDATE delivery SET transfer = 'held', reason = ? WHERE id = ?").run(failure, Number(id));
      recordAudit(database, {
        at: clock(),
        actor: "scopeline",
        action: "delivery-held",
        subjectKind: "delivery",
        subjectId: String(id),
        detail: { reason: failure },
      });
    }
  }

  /**
   * Routes what was composed while no node was set up. What is owed to anybody is left as it is: a node that is added
   * later gets new Instances only (docs/decisions/006-new-nodes.md). Says how many captures.
   */
  oweForgotten(): number {
    const { database, clock } = this.#options;
    if (this.#storageNodes.length === 0) return 0;
    return database.transaction(() => {
      const forgotten = database
        .prepare(
          `SELECT DISTINCT capture_id AS captureId, rendition FROM instance i INDEXED BY instance_not_owed
           WHERE composed_at IS NOT NULL AND is_owed = 0
           AND EXISTS (SELECT 1 FROM rendition r WHERE r.capture_id = i.capture_id AND r.key = i.rendition AND r.state = 'made')
           AND NOT EXISTS (SELECT 1 FROM rendition_node n WHERE n.capture_id = i.capture_id)`,
        )
        .all();
      let captures = 0;
      for (const { captureId, rendition } of forgotten) {
        this.#planLate(String(captureId), String(rendition));
        if (!this.#isRouted(String(captureId))) continue;
        this.oweTo(String(captureId), String(rendition));
        captures += 1;
      }
      if (captures > 0) {
        recordAudit(database, {
          at: clock(),
          actor: "scopeline",
          action: "forgotten-instances-owed",
          subjectKind: "service",
          subjectId: "outbox",
          detail: { captures, nodes: this.#storageNodes },
        });
      }
      return captures;
    });
  }

  #isRouted(captureId: string): boolean {
    const { database } = this.#options;
    return database.prepare("SELECT 1 FROM rendition_node WHERE capture_id = ? LIMIT 1").get(captureId) !== undefined;
  }

  /** By what is known of a capture whose original is composed already. */
  #planLate(captureId: string, originalKey: string): void {
    const row = this.#options.database
      .prepare(
        `SELECT c.source, c.profile_id AS profile, c.size_bytes AS sizeBytes, c.route_facts AS facts,
           i.procedure_id AS procedureId, i.sop_class_uid AS sopClassUid, i.transfer_syntax_uid AS transferSyntaxUid
         FROM capture c JOIN instance i ON i.capture_id = c.id WHERE c.id = ? AND i.rendition = ? AND i.part = 1`,
      )
      .get(captureId, originalKey);
    const original = row && originalEncoding(String(row.sopClassUid), String(row.transferSyntaxUid));
    if (row === undefined || original === undefined) return;
    const noFacts = { modality: "", procedureCodes: [], requestingServices: [], recipients: [] };
    const facts: RouteFacts =
      row.facts === null
        ? { ...noFacts, source: String(row.source), deviceProfile: String(row.profile) }
        : (JSON.parse(String(row.facts)) as RouteFacts);
    const procedureId = String(row.procedureId);
    this.#plan({ captureId, procedureId, original, sizeBytes: Number(row.sizeBytes) }, facts, originalKey);
  }

  #plan(capture: CaptureToPlan, facts: RouteFacts, originalKey: string | null): void {
    const { database, nodes, routing, clock } = this.#options;
    const { captureId, procedureId, original, sizeBytes } = capture;
    const at = clock();
    const targets = routesOf(routing, facts, this.#storageNodes);
    const encodingOf = (name: string): OutboxNode["encoding"] => {
      const found = nodes.find((node) => node.name === name);
      if (found === undefined) throw new Error(`a route to ${name}, which is no storage node`);
      return found.encoding;
    };
    const remembered = (node: string): string | undefined => rememberedRung(database, node, original);
    const planned = planRenditionsOf({ original, sizeBytes, originalKey }, targets, encodingOf, remembered);
    for (const rendition of planned) {
      wantRendition(database, { captureId, procedureId, key: rendition.key }, at);
      for (const { node, importance, afterMs } of rendition.nodes) {
        const standbyFrom = importance === "standby" ? at + afterMs : null;
        waitForRendition(database, { captureId, key: rendition.key, node, importance, standbyFrom });
      }
    }
    if (targets.length === 0) return;
    recordAudit(database, {
      at,
      actor: "scopeline",
      action: "capture-routed",
      subjectKind: "capture",
      subjectId: captureId,
      detail: {
        to: planned.flatMap(({ key, nodes: to }) =>
          to.map(({ node, importance, because }) => ({ node, importance, because, rendition: key })),
        ),
      },
    });
  }
}

/** Asks for a rendition to be made, once; where that failed, once more. */
export function wantRendition(
  database: Database,
  rendition: { captureId: string; procedureId: string; key: string },
  at: number,
): void {
  database
    .prepare(
      "INSERT INTO rendition (capture_id, key, procedure_id, state, wanted_at) VALUES (?, ?, ?, 'wanted', ?) ON CONFLICT DO UPDATE SET failure = NULL WHERE state = 'wanted'",
    )
    .run(rendition.captureId, rendition.key, rendition.procedureId, at);
}

/** Lets a node wait for a rendition, unless it does already. */
export function waitForRendition(
  database: Database,
  wait: {
    captureId: string;
    key: string;
    node: string;
    importance: RouteTarget["importance"];
    standbyFrom: number | null;
  },
): void {
  database
    .prepare(
      "INSERT INTO rendition_node (capture_id, key, node, importance, standby_from) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .run(wait.captureId, wait.key, wait.node, wait.importance, wait.standbyFrom);
}

/** What a node was found to need instead of such an original; undefined: the original. */
function rememberedRung(database: Database, node: string, original: OriginalEncoding): string | undefined {
  const row = database
    .prepare("SELECT rung FROM node_encoding WHERE node = ? AND sop_class_uid = ? AND transfer_syntax_uid = ?")
    .get(node, sopClasses[original.sopClass].uid, original.transferSyntaxUid);
  return row === undefined ? undefined : String(row.rung);
}

/**
 * Forgets what a node was to get after this rendition and what is not made yet, or only what could not be made: it is
 * tried as it is once more, or not at all.
 */
export function dropUnmade(
  database: Database,
  { captureId, rendition: key }: { readonly captureId: string; readonly rendition: string },
  node: string,
  which: "all" | "failed",
): void {
  const unmade = database
    .prepare(
      `SELECT n.key FROM rendition_node n JOIN rendition r USING (capture_id, key) WHERE n.capture_id = ?1 AND n.node = ?2
       AND r.state = 'wanted'
       AND (r.failure IS NOT NULL OR (?4 = 'all' AND n.key NOT LIKE 'leftView%'))
       AND n.rowid > (SELECT rowid FROM rendition_node WHERE capture_id = ?1 AND node = ?2 AND key = ?3)`,
    )
    .all(captureId, node, key, which);
  for (const row of unmade) {
    const later = String(row.key);
    database
      .prepare("DELETE FROM rendition_node WHERE capture_id = ? AND key = ? AND node = ?")
      .run(captureId, later, node);
    database
      .prepare(
        `DELETE FROM rendition WHERE capture_id = ?1 AND key = ?2 AND state = 'wanted'
         AND NOT EXISTS (SELECT 1 FROM rendition_node n WHERE n.capture_id = ?1 AND n.key = ?2)
         AND NOT EXISTS (SELECT 1 FROM instance i WHERE i.capture_id = ?1 AND i.rendition = ?2)`,
      )
      .run(captureId, later);
  }
}
