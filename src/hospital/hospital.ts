import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import dimse from "dcmjs-dimse";
import { type Clock, localTime, systemClock } from "../lib/clock.ts";
import { type Log, silentLog } from "../lib/log.ts";
import { Archive } from "./archive.ts";
import { FaultBoard } from "./faults.ts";
import { controls } from "./http.ts";
import { HospitalConnection, type Wards } from "./scp.ts";
import { proceduresOf } from "./today.ts";
import { HospitalWorklist } from "./worklist.ts";

export type { ArchivedInstance } from "./archive-index.ts";
export type { Fault } from "./faults.ts";
export type { ScheduledItem } from "./worklist.ts";

export interface HospitalOptions {
  /** Gets `archive/` and `received.jsonl`. */
  readonly directory: string;
  /** 0: any free port. */
  readonly dicomPort: number;
  readonly httpPort: number;
  readonly aeTitle: string;
  /** The AE title that the procedures of the day are scheduled for. */
  readonly stationAeTitle: string;
  readonly log?: Log;
  readonly clock?: Clock;
}

export interface Hospital extends AsyncDisposable {
  readonly dicomPort: number;
  readonly httpPort: number;
  readonly archiveDirectory: string;
}

const host = "127.0.0.1";
const maxConnections = 64;

/** Starts the simulated hospital on loopback: Verification, Modality Worklist and Storage SCP, and its controls. */
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
  const faults = new FaultBoard();
  const wards: Wards = { aeTitle: options.aeTitle, archive, worklist, faults, log: options.log ?? silentLog };

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    new HospitalConnection(socket, wards);
  });
  server.maxConnections = maxConnections;
  server.listen(options.dicomPort, host);
  await once(server, "listening");
  stack.defer(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });

  const app = controls(wards);
  await app.listen({ port: options.httpPort, host });
  stack.defer(() => app.close());

  const owned = stack.move();
  return {
    dicomPort: portOf(server.address()),
    httpPort: portOf(app.server.address()),
    archiveDirectory: archive.folder,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  return typeof address === "object" && address ? address.port : 0;
}
