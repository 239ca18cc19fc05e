/** For tests: a database with one released procedure, captures in it, and nodes that are owed them. */
import { clipRungs, defaultStillRungs, transferSyntaxes } from "../dicom/dicom.ts";
import type { OriginalEncoding } from "../encoding/encoding.ts";
import { type Database, openDatabase } from "../store/store.ts";
import type { OutboxNode } from "./node.ts";
import type { RouteFacts, Routing } from "./routing/routes.ts";
import { Renditions } from "./sending/renditions.ts";

export const still: OriginalEncoding = {
  kind: "still",
  sopClass: "vlMicroscopic",
  transferSyntaxUid: transferSyntaxes.jpegBaseline,
};
export const clip: OriginalEncoding = {
  kind: "clip",
  sopClass: "videoMicroscopic",
  transferSyntaxUid: transferSyntaxes.h264HighLevel41,
};
export const stillUid = "1.2.840.10008.5.1.4.1.1.77.1.2";
export const clipUid = "1.2.840.10008.5.1.4.1.1.77.1.2.1";

export const facts: RouteFacts = {
  source: "s",
  deviceProfile: "x",
  modality: "GM",
  procedureCodes: [],
  requestingServices: [],
  recipients: [],
};

export type NodeChanges = Partial<Omit<OutboxNode, "sending" | "encoding" | "retry">> & {
  readonly sending?: Partial<OutboxNode["sending"]>;
  readonly encoding?: Partial<OutboxNode["encoding"]>;
  readonly retry?: Partial<OutboxNode["retry"]>;
};

export function nodeNamed(name: string, changes: NodeChanges = {}): OutboxNode {
  return {
    name,
    dimse: { address: { host: "127.0.0.1", port: 9, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" } },
    dicomweb: null,
    roles: ["storage"],
    commitment: { reportWithinMs: 60_000, askAgain: 1 },
    ...changes,
    retry: { firstMs: 60_000, maxMs: 60_000, heldAfterAttempts: 20, ...changes.retry },
    sending: { associations: 1, clipBytesPerS: null, clipWindow: null, ...changes.sending },
    encoding: {
      characterSet: "ISO_IR 192",
      maxInstanceBytes: 2_000_000_000,
      fragmentable: false,
      stills: defaultStillRungs,
      clips: clipRungs,
      ...changes.encoding,
    },
  };
}

export const toAll: Routing = { rules: [], otherwise: null };

/** Primary to the first node, standby to the second after `afterMs`. */
export const withStandby = (primary: string, standby: string, afterMs: number): Routing => ({
  rules: [],
  otherwise: { to: [primary], secondary: [standby], standbyAfterMs: afterMs },
});

export function emptyStore(): Database {
  const database = openDatabase(":memory:");
  database
    .prepare(
      `INSERT INTO procedure (id, kind, state, study_instance_uid, performed_procedure_step_uid, begun_at, patient)
       VALUES ('p', 'emergency', 'released', '2.25.10', '2.25.11', 0, '{"patientName":"A^B","patientId":"1"}')`,
    )
    .run();
  return database;
}

/** A saved capture `c<number>` of so many bytes. */
export function capture(database: Database, number: number, original = still, sizeBytes = 300): string {
  const id = `c${number}`;
  database
    .prepare(
      `INSERT INTO capture (id, procedure_id, number, kind, state, source, profile_id, pressed_at, file, size_bytes)
       VALUES (?, 'p', ?, ?, 'saved', 's', 'x', 0, 'f', ?)`,
    )
    .run(id, number, original.kind, sizeBytes);
  return id;
}

/** One composed Instance of a rendition, with UID `2.25.<number>`, in the file `f` of 300 bytes. */
export function instance(
  database: Database,
  number: number,
  of: { captureId: string; key?: string; sopClassUid?: string; transferSyntaxUid?: string; part?: number },
): string {
  const uid = `2.25.${number}`;
  const { captureId, key = "original", sopClassUid = stillUid, part = 1 } = of;
  const transferSyntaxUid = of.transferSyntaxUid ?? still.transferSyntaxUid;
  database
    .prepare(
      `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, rendition, part, sop_class_uid,
         transfer_syntax_uid, instance_number, file, data_set_offset, size_bytes, composed_at)
       VALUES (?, ?, 'p', '2.25.12', ?, ?, ?, ?, 1, 'f', 100, 300, 1)`,
    )
    .run(uid, captureId, key, part, sopClassUid, transferSyntaxUid);
  return uid;
}

/** A still that is planned, composed and owed, as procedures do it. Its UID. */
export function owedStill(database: Database, renditions: Renditions, number: number): string {
  return database.transaction(() => {
    const captureId = capture(database, number);
    renditions.plan({ captureId, procedureId: "p", original: still, sizeBytes: 300 }, facts);
    const uid = instance(database, number, { captureId });
    renditions.owe(captureId, "original");
    return uid;
  });
}

export function owedClip(database: Database, renditions: Renditions, number: number): string {
  return database.transaction(() => {
    const captureId = capture(database, number, clip);
    renditions.plan({ captureId, procedureId: "p", original: clip, sizeBytes: 300 }, facts);
    const { transferSyntaxUid } = clip;
    const uid = instance(database, number, { captureId, sopClassUid: clipUid, transferSyntaxUid });
    renditions.owe(captureId, "original");
    return uid;
  });
}

export const renditionsFor = (
  database: Database,
  nodes: readonly OutboxNode[],
  clock: () => number,
  routing: Routing = toAll,
): Renditions => new Renditions({ database, nodes, routing, clock });
