import { recordAudit } from "../../audit/audit.ts";
import { type LadderStep, nextRung } from "../../encoding/encoding.ts";
import type { Database } from "../../store/store.ts";
import type { ClaimedDelivery } from "../deliveries.ts";
import type { OutboxNode } from "../node.ts";
import { originalEncoding } from "./original.ts";
import { type Renditions, waitForRendition, wantRendition } from "./renditions.ts";
import { ladderFor, parseRenditionKey, pixelDataLimit, rungKey, rungName } from "./rungs.ts";

export type Accepts = (sopClassUid: string, transferSyntaxUid: string) => boolean;

/** What a node gets instead: a rung it has not been sent yet, or one that is on its way to it already. */
export type Instead =
  | { readonly key: string; readonly step: LadderStep }
  | { readonly key: string; readonly step: null };

/**
 * What a node could get of this capture instead of the rendition of this delivery; undefined: nothing is left, a person
 * decides. A rung that the node has had of this capture is never chosen again, so this ends.
 */
export function insteadOf(
  database: Database,
  node: OutboxNode,
  delivery: ClaimedDelivery,
  accepts: Accepts,
): Instead | undefined {
  const original = originalEncoding(delivery.originalSopClassUid, delivery.originalTransferSyntaxUid);
  if (original === undefined) return undefined;
  const had = renditionsFor(database, delivery.captureId, node.name);
  const own = had.indexOf(delivery.rendition);
  // Another part of the same clip was refused before.
  const onItsWay = own === -1 ? undefined : had[own + 1];
  if (onItsWay !== undefined && !couldNotBeMade(database, delivery.captureId, onItsWay))
    return { key: onItsWay, step: null };
  const { rung } = parseRenditionKey(delivery.rendition);
  const ladder = ladderFor(original, node.encoding);
  const tried = new Set([rung, ...had.map((key) => parseRenditionKey(key).rung)]);
  const left = ladder.slice(ladder.findIndex((step) => step.rung === rung) + 1).filter((step) => !tried.has(step.rung));
  const step = nextRung(left, accepts, null);
  if (step === null) return undefined;
  const capture = { original, sizeBytes: delivery.mediaBytes };
  return { key: rungKey(step, capture, pixelDataLimit(node.encoding)), step };
}

/** A twin that failed before the pairs were refused: waiting for it would send nothing. */
function couldNotBeMade(database: Database, captureId: string, key: string): boolean {
  const row = database
    .prepare("SELECT failure FROM rendition WHERE capture_id = ? AND key = ? AND state = 'wanted'")
    .get(captureId, key);
  return row !== undefined && row.failure !== null;
}

/** The keys of all renditions a node gets or got of a capture, in the order in which they were chosen. */
function renditionsFor(database: Database, captureId: string, node: string): string[] {
  return database
    .prepare("SELECT key FROM rendition_node WHERE capture_id = ? AND node = ? ORDER BY rowid")
    .all(captureId, node)
    .map(({ key }) => String(key));
}

/**
 * The node gets `instead`, and no part of the old rendition any more: what is pending or held of it is replaced, this
 * delivery too. `remember`: captures like this one begin there from now on. Inside the caller's transaction.
 */
export function replaceDelivery(
  database: Database,
  renditions: Renditions,
  change: {
    readonly node: OutboxNode;
    readonly delivery: ClaimedDelivery;
    readonly instead: Instead;
    readonly remember: boolean;
    readonly reason: string;
    readonly at: number;
    readonly actor: string;
  },
): void {
  const { node, delivery, instead, reason, at } = change;
  const { captureId, procedureId } = delivery;
  const siblings = database
    .prepare(
      `SELECT d.id FROM instance i JOIN delivery d USING (sop_instance_uid) WHERE i.capture_id = ? AND i.rendition = ?
       AND d.node = ? AND (d.transfer IN ('pending', 'held') OR d.id = ?)`,
    )
    .all(captureId, delivery.rendition, node.name, delivery.id);
  for (const { id } of siblings) {
    database.prepare("UPDATE delivery SET transfer = 'replaced', reason = ? WHERE id = ?").run(reason, Number(id));
    recordAudit(database, {
      at,
      actor: change.actor,
      action: "delivery-replaced",
      subjectKind: "delivery",
      subjectId: String(id),
      detail: { by: instead.key, reason },
    });
  }
  if (instead.step === null) return;
  wantRendition(database, { captureId, procedureId, key: instead.key }, at);
  const { importance } = delivery;
  waitForRendition(database, { captureId, key: instead.key, node: node.name, importance, standbyFrom: null });
  // Another node needed the same, and it is made already.
  renditions.oweTo(captureId, instead.key, node.name);
  if (change.remember) remember(database, node.name, delivery, instead.step, reason, at);
}

function remember(
  database: Database,
  node: string,
  delivery: ClaimedDelivery,
  step: LadderStep,
  words: string,
  at: number,
): void {
  const { originalSopClassUid, originalTransferSyntaxUid } = delivery;
  const original = originalEncoding(originalSopClassUid, originalTransferSyntaxUid);
  if (original === undefined) return;
  database
    .prepare(
      `INSERT INTO node_encoding (node, sop_class_uid, transfer_syntax_uid, rung, words, learned_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (node, sop_class_uid, transfer_syntax_uid) DO UPDATE SET rung = excluded.rung, words = excluded.words,
         learned_at = excluded.learned_at`,
    )
    .run(node, originalSopClassUid, originalTransferSyntaxUid, rungName(step, original), words, at);
}
