import type { Server } from "node:net";
import dimse from "dcmjs-dimse";
import { type Clock, localTime, systemClock } from "../lib/clock.ts";
import { type Log, silentLog } from "../lib/log.ts";
import { Archive } from "./archive.ts";
import { HospitalCommitment } from "./commitment.ts";
import { DicomPort } from "./dicom-port.ts";
import { FaultBoard } from "./faults.ts";
import { controls } from "./http.ts";
import { HospitalMpps } from "./mpps.ts";
import type { PeerAddress } from "./reporting.ts";
import { HospitalConnection, type Wards } from "./scp.ts";
import { StudyRoot } from "./study-root.ts";
import { proceduresOf } from "./today.ts";
import { HospitalWorklist } from "./worklist.ts";

export type { ArchivedInstance } from "./archive-index.ts";
export type { CommitmentTransaction } from "./commitment.ts";
export type { Fault } from "./fault-kinds.ts";
export type { MppsStep } from "./mpps.ts";
export type { PeerAddress } from "./reporting.ts";
export type { ScheduledItem } from "./worklist.ts";

export interface HospitalOptions {
  /** Gets `archive/`, `received.jsonl`, `mpps.jsonl` and `commitments.jsonl`. */
  readonly directory: string;
  /** 0: any free port. */
  readonly dicomPort: number;
  readonly httpPort: number;
  readonly aeTitle: string;
  /** The AE title that the procedures of the day are scheduled for. */
  readonly stationAeTitle: string;
  /** Where commitment reports go, by AE title; others get theirs on the association they asked on. */
  readonly reportTo?: Readonly<Record<string, PeerAddress>>;
  readonly log?: Log;
  readonly clock?: Clock;
}

export interface Hospital extends AsyncDisposable {
  readonly dicomPort: number;
  readonly httpPort: number;
  readonly archiveDirectory: string;
}

const host = "127.0.0.1";

/**
 * Starts the simulated hospital on loopback, with its controls: SCP of Verification, Modality Worklist, Storage, Study
 * Root C-FIND, Modality Performed Procedure Step and Storage Commitment Push.
 */
export async function startHospital(options: HospitalOptions): Promise<Hospital> {
  // Its log would print what is in the data sets, and its default limit is larger than what one buffer should hold.
  dimse.log.setLevel("silent");
  await using stack = new AsyncDisposableStack();
  const archive = stack.use(await Archive.open(options.directory));
  const clock = options.clock ?? systemClock;
  const worklist = new HospitalWorklist(
    (date) => proceduresOf(date, options.stationAeTitle),
    () => localTime(clock()).date,
  );
  const { aeTitle, directory, log = silentLog, reportTo: peers = {} } = options;
  const mpps = stack.use(await HospitalMpps.open(directory));
  const commitment = stack.use(await HospitalCommitment.open(directory, { archive, aeTitle, log, peers }));
  const query = new StudyRoot(archive, aeTitle);
  const wards: Wards = { aeTitle, archive, worklist, query, mpps, commitment, faults: new FaultBoard(), log };

  const port = stack.use(new DicomPort(options.dicomPort, (socket) => void new HospitalConnection(socket, wards), log));
  await port.open();
  const app = controls(wards, port);
  await app.listen({ port: options.httpPort, host });
  stack.defer(() => app.close());

  const owned = stack.move();
  return {
    dicomPort: port.number,
    httpPort: portOf(app.server.address()),
    archiveDirectory: archive.folder,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function portOf(address: ReturnType<Server["address"]>): number {
  return typeof address === "object" && address ? address.port : 0;
}
