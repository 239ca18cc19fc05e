import path from "node:path";
import type {
  ArchivedInstance,
  CommitmentTransaction,
  Fault,
  MppsStep,
  PeerAddress,
  ScheduledItem,
} from "../../src/hospital/hospital.ts";
import { type RunningProgram, start } from "./run.ts";

const main = path.resolve(import.meta.dirname, "../../src/hospital/main.ts");

/** The simulated hospital as a process of its own, and its controls. */
export interface RunningHospital extends AsyncDisposable {
  readonly dicomPort: number;
  readonly httpPort: number;
  readonly archiveDirectory: string;
  readonly aeTitle: string;
  readonly program: RunningProgram;
  /** Replaces the faults in force; `[]` ends all. */
  setFaults(faults: readonly Fault[]): Promise<void>;
  faults(): Promise<Fault[]>;
  archive(): Promise<ArchivedInstance[]>;
  /** The performed procedure steps, each with every message about it. */
  mpps(): Promise<MppsStep[]>;
  /** The storage commitment requests, each with every report that was tried. */
  commitments(): Promise<CommitmentTransaction[]>;
  /** Where reports go, by AE title, replacing all; others get theirs on the association they asked on. */
  setPeers(peers: Readonly<Record<string, PeerAddress>>): Promise<void>;
  /** Its DICOM port closed, with every connection, when this resolves; open again after `ms`, or when `open` is called. */
  restart(ms?: number): Promise<void>;
  open(): Promise<void>;
  worklist(): Promise<(ScheduledItem & { id: string })[]>;
  /** Gives the id, for `removeWorklistItem`. */
  addWorklistItem(item: ScheduledItem): Promise<string>;
  removeWorklistItem(id: string): Promise<void>;
}

/** Ports are free ones unless given: give them to start it again where it was. */
export async function startHospital(options: {
  readonly directory: string;
  readonly dicomPort?: number;
  readonly httpPort?: number;
  readonly aeTitle?: string;
  readonly reportTo?: Readonly<Record<string, PeerAddress>>;
}): Promise<RunningHospital> {
  const { directory, dicomPort = 0, httpPort = 0, aeTitle = "HOSPITAL", reportTo = {} } = options;
  const ports = ["--dicom-port", String(dicomPort), "--http-port", String(httpPort)];
  const peers = Object.entries(reportTo).flatMap(([ae, peer]) => ["--report-to", `${ae}=${peer.host}:${peer.port}`]);
  const args = [main, "--directory", directory, "--ae-title", aeTitle, ...ports, ...peers];
  const program = start({ program: process.execPath, args });
  // What the hospital prints when it is ready, see src/hospital/main.ts.
  const ready = JSON.parse(await program.line((line) => line.startsWith("{"))) as Pick<
    RunningHospital,
    "dicomPort" | "httpPort" | "archiveDirectory"
  >;
  const call = async <T>(method: string, resource: string, body?: unknown): Promise<T> => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(`http://127.0.0.1:${ready.httpPort}${resource}`, { method, ...init });
    const text = await response.text();
    if (!response.ok) throw new Error(`hospital ${method} ${resource}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  };
  return {
    ...ready,
    aeTitle,
    program,
    setFaults: (faults) => call("PUT", "/faults", faults),
    faults: () => call("GET", "/faults"),
    archive: () => call("GET", "/archive"),
    mpps: () => call("GET", "/mpps"),
    commitments: () => call("GET", "/commitments"),
    setPeers: async (addresses) => void (await call("PUT", "/peers", addresses)),
    restart: (ms) => call("POST", "/restart", ms === undefined ? {} : { ms }),
    open: () => call("PUT", "/open"),
    worklist: () => call("GET", "/worklist"),
    addWorklistItem: async (item) => (await call<{ id: string }>("POST", "/worklist", item)).id,
    removeWorklistItem: (id) => call("DELETE", `/worklist/${encodeURIComponent(id)}`),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
