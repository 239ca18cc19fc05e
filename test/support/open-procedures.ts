import { join, resolve } from "node:path";
import type { CaptureSource } from "../../src/capture/capture.ts";
import { loadDeviceProfiles } from "../../src/devices/devices.ts";
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { Outbox } from "../../src/outbox/outbox.ts";
import { type Outcome, Procedures, type ProceduresOptions } from "../../src/procedures/procedures.ts";
import { type Database, openDatabase, openLayout } from "../../src/store/store.ts";
import { FakeSource } from "./fake-source.ts";
import { outboxNode, outboxOf, releaseOptions } from "./outbox.ts";

let profiles: ReturnType<typeof loadDeviceProfiles> | undefined;

export interface OpenOptions
  extends Partial<
    Pick<ProceduresOptions, "holdWindowMs" | "resumeAfterGap" | "clipLimits" | "freeBytes" | "ffmpegPath">
  > {
  /** Of the database in the folder. */
  readonly file?: string;
  /** How far the clock goes ahead, ms. */
  readonly ahead?: () => number;
  readonly onOutcome?: (outcome: Outcome) => void;
  /** A second source, which may be a real one. */
  readonly besides?: CaptureSource;
}

/** Procedures that run, on a source without ffmpeg, with one archive that is away. */
export interface OpenProcedures {
  readonly database: Database;
  readonly source: FakeSource;
  readonly procedures: Procedures;
  readonly news: NewsFeed;
  /** Stops as the service does, and closes the database. */
  readonly stop: () => Promise<void>;
}

/** As a start of the service with this storage folder does, its rescue included. */
export async function openProcedures(folder: string, options: OpenOptions = {}): Promise<OpenProcedures> {
  const {
    file = "scopeline.db",
    ahead = () => 0,
    holdWindowMs = 600_000,
    resumeAfterGap = false,
    ffmpegPath = "ffmpeg",
  } = options;
  profiles ??= loadDeviceProfiles(resolve(import.meta.dirname, "../../device-profiles"));
  const known = (await profiles).profiles;
  const layout = await openLayout(folder);
  const database = openDatabase(join(folder, file));
  const source = new FakeSource();
  const news = new NewsFeed();
  const clock = (): number => Date.now() + ahead();
  const shared = { database, storageDirectory: layout.directory, clock, log: silentLog, news };
  const node = outboxNode("Away", { host: "127.0.0.1", port: 9, calledAeTitle: "X", callingAeTitle: "Y" });
  const procedures = new Procedures({
    ...{ ...shared, ...releaseOptions, holdWindowMs, resumeAfterGap, uidRoot: undefined, ffmpegPath },
    ...{ minimumFreeBytes: 1, freeBytes: options.freeBytes ?? (async () => 1e12), worklistItem: () => undefined },
    ...(options.onOutcome && { onOutcome: options.onOutcome }),
    ...(options.clipLimits && { clipLimits: options.clipLimits }),
    outbox: new Outbox({ ...shared, ...outboxOf([node]) }),
    profileOf: (id) => known.get(id),
    station: { stationName: "T", institutionName: "", departmentName: "", serialNumber: "", softwareVersion: "0" },
    sources: new Map(
      [source, ...(options.besides ? [options.besides] : [])].map((one) => [
        one.id,
        { source: one, profileId: "simulated-microscope" },
      ]),
    ),
  });
  await (await procedures.rescue()).finished;
  const ending = new AbortController();
  const running = procedures.run(ending.signal);
  const stop = async (): Promise<void> => {
    ending.abort();
    await running;
    database.close();
  };
  return { database, source, procedures, news, stop };
}
