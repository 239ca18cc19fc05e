import { access, link, mkdir, open, readdir, unlink } from "node:fs/promises";
import path from "node:path";
import { type ArchivedInstance, type Arrival, after, fileOf, indexArchive, type Outcome } from "./archive-index.ts";
import { HospitalError } from "./hospital-error.ts";
import { IncomingInstance, type IncomingMeta } from "./incoming.ts";
import { Journal } from "./journal.ts";
import { Turns } from "./turns.ts";
import { isUid } from "./uids.ts";

/** What is to be done with an instance that has arrived; decided by the faults in force. */
export interface Treatment {
  readonly keep: boolean;
  /** What is answered if nothing else is wrong. */
  readonly status: number;
  readonly coercedPatientId?: string;
}

/** A status as the Standard writes it: `A700`. */
export function hex(status: number): string {
  return status.toString(16).toUpperCase().padStart(4, "0");
}

/** The archive on disk: `<directory>/archive/<SOP Instance UID>.dcm` and `<directory>/received.jsonl`. */
export class Archive implements AsyncDisposable {
  readonly folder: string;
  readonly #journal: Journal<Arrival>;
  readonly #instances: Map<string, ArchivedInstance>;
  readonly #turns = new Turns();
  #parts = 0;

  private constructor(folder: string, journal: Journal<Arrival>, instances: Map<string, ArchivedInstance>) {
    this.folder = folder;
    this.#journal = journal;
    this.#instances = instances;
  }

  /** Opens or makes the archive under `directory`; what an earlier run left half-written is removed. */
  static async open(directory: string): Promise<Archive> {
    const folder = path.join(directory, "archive");
    await mkdir(folder, { recursive: true });
    const files = await readdir(folder);
    for (const file of files) if (file.endsWith(".part")) await unlink(path.join(folder, file));
    const { journal, lines } = await Journal.open<Arrival>(path.join(directory, "received.jsonl"));
    const instances = await indexArchive(folder, lines);
    return new Archive(folder, journal, instances);
  }

  /** An instance that is really there: known, and its file too, at this moment. */
  async holds(sopInstanceUid: string): Promise<ArchivedInstance | undefined> {
    const known = this.#instances.get(sopInstanceUid);
    if (!known) return undefined;
    return access(path.join(this.folder, known.file)).then(
      () => known,
      () => undefined,
    );
  }

  list(): ArchivedInstance[] {
    return [...this.#instances.values()];
  }

  /** Begins to write an instance to a `.part` file. The UID becomes a file name, so it is checked first. */
  receive(meta: IncomingMeta): IncomingInstance {
    if (!isUid(meta.sopInstanceUid)) {
      throw new HospitalError("not-a-uid", "the SOP Instance UID is not a UID: the sender has to correct it");
    }
    this.#parts += 1;
    return new IncomingInstance(path.join(this.folder, `${meta.sopInstanceUid}.${this.#parts}.part`), meta);
  }

  /** Keeps or drops a complete instance as told, durably, and writes it down; only then may it be answered. */
  async settle(incoming: IncomingInstance, treatment: Treatment): Promise<Arrival> {
    const received = await incoming.finish();
    // One at a time: the same UID may come on two associations at once.
    return this.#turns.take(() => this.#settle(incoming, treatment, received));
  }

  async #settle(
    incoming: IncomingInstance,
    treatment: Treatment,
    { bytes, sha256 }: { bytes: number; sha256: string },
  ): Promise<Arrival> {
    const { sopInstanceUid, sopClassUid, transferSyntaxUid } = incoming.meta;
    const kept = treatment.keep ? await this.#keep(incoming) : await incoming.discard().then(() => undefined);
    const known = this.#instances.get(sopInstanceUid);
    const outcome = outcomeOf(treatment, kept === false, known?.sha256 === sha256);
    const status = outcome === "conflict" ? 0x0111 : treatment.status;
    const coerced = treatment.coercedPatientId === undefined ? {} : { coercedPatientId: treatment.coercedPatientId };
    const arrival: Arrival = {
      ...{ uid: sopInstanceUid, sopClassUid, transferSyntaxUid, at: new Date().toISOString(), bytes, sha256 },
      ...{ outcome, status: hex(status), ...coerced },
    };
    await this.#journal.append(arrival);
    if (treatment.keep) this.#instances.set(sopInstanceUid, after(known, arrival));
    return arrival;
  }

  /** True when the file is new; false when there is one under this UID, which is never replaced. */
  async #keep(incoming: IncomingInstance): Promise<boolean> {
    const file = path.join(this.folder, fileOf(incoming.meta.sopInstanceUid));
    // link and not rename: it fails when the name is taken, also when two associations bring the same UID at once.
    const isNew = await link(incoming.file, file).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") return false;
        throw new HospitalError("disk", `cannot keep the instance: ${error.message}`, { cause: error });
      },
    );
    await incoming.discard();
    const folder = await open(this.folder);
    await folder.sync().finally(() => folder.close());
    return isNew;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#journal[Symbol.asyncDispose]();
  }
}

function outcomeOf(treatment: Treatment, taken: boolean, sameBytes: boolean): Outcome {
  if (!treatment.keep) return treatment.status === 0 ? "lost" : "refused";
  if (taken) return sameBytes ? "duplicate" : "conflict";
  return treatment.coercedPatientId === undefined ? "stored" : "coerced";
}
