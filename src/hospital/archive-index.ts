import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readdir } from "node:fs/promises";
import path from "node:path";
import { type FileMeta, readPart10Header } from "./part10.ts";
import { isUid } from "./uids.ts";

/** What became of one C-STORE. `duplicate`: the same bytes again; `conflict`: other bytes under a UID that is there. */
export type Outcome = "stored" | "duplicate" | "conflict" | "coerced" | "lost" | "refused";

/** One line of `received.jsonl`: one C-STORE whose data came completely. `bytes` and `sha256` are of the data set. */
export interface Arrival {
  readonly uid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly outcome: Outcome;
  readonly status: string;
  readonly coercedPatientId?: string;
}

/** An instance whose file is there. `duplicates`: arrivals with the same bytes after the first. */
export interface ArchivedInstance {
  readonly uid: string;
  readonly file: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly arrivals: number;
  readonly duplicates: number;
  readonly coercedPatientId?: string;
}

export function fileOf(uid: string): string {
  return `${uid}.dcm`;
}

/** What is known about an instance after one more arrival under its UID; the first one's bytes are the ones that stay. */
export function after(known: ArchivedInstance | undefined, arrival: Arrival): ArchivedInstance {
  if (known) {
    const duplicates = known.duplicates + (arrival.outcome === "duplicate" ? 1 : 0);
    return { ...known, arrivals: known.arrivals + 1, duplicates };
  }
  const { uid, sopClassUid, transferSyntaxUid, bytes, sha256, coercedPatientId } = arrival;
  const coerced = coercedPatientId === undefined ? {} : { coercedPatientId };
  const first = { uid, file: fileOf(uid), sopClassUid, transferSyntaxUid, bytes, sha256 };
  return { ...first, arrivals: 1, duplicates: 0, ...coerced };
}

/** The instances whose files lie in `folder`: from the journal, or, where a kill came between file and line, read. */
export async function indexArchive(
  folder: string,
  arrivals: readonly Arrival[],
): Promise<Map<string, ArchivedInstance>> {
  const uids = (await readdir(folder)).filter((file) => file.endsWith(".dcm")).map((file) => file.slice(0, -4));
  const present = new Set(uids.filter(isUid));
  const instances = new Map<string, ArchivedInstance>();
  const keeping = ["stored", "coerced", "duplicate", "conflict"];
  for (const arrival of arrivals) {
    if (!present.has(arrival.uid) || !keeping.includes(arrival.outcome)) continue;
    instances.set(arrival.uid, after(instances.get(arrival.uid), arrival));
  }
  for (const uid of present) if (!instances.has(uid)) instances.set(uid, await readInstance(folder, uid));
  return instances;
}

async function readInstance(folder: string, uid: string): Promise<ArchivedInstance> {
  const file = path.join(folder, fileOf(uid));
  const { meta, headerBytes } = await readHeader(file);
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file, { start: headerBytes })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const { sopClassUid, transferSyntaxUid } = meta;
  const kept = { uid, file: fileOf(uid), sopClassUid, transferSyntaxUid, bytes, sha256: hash.digest("hex") };
  return { ...kept, arrivals: 1, duplicates: 0 };
}

async function readHeader(file: string): Promise<{ meta: FileMeta; headerBytes: number }> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return readPart10Header(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
