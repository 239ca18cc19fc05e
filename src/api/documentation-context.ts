import { silentLog } from "../lib/log.ts";
import type { ApiContext } from "./context.ts";

/** Enough of a context to build the routes and read their schemas; using any part of it is a defect. */
export function documentationContext(): ApiContext {
  const unusable = (name: string): never => {
    throw new Error(`${name} is not there while documenting`);
  };
  return {
    procedures: undefined as never,
    worklist: undefined as never,
    outbox: undefined as never,
    thumbnails: undefined as never,
    playback: undefined as never,
    sources: new Map(),
    videoDevices: async () => [],
    performingPhysicians: [],
    health: () => unusable("health"),
    metrics: () => unusable("metrics"),
    database: undefined as never,
    stationName: "",
    retention: undefined as never,
    triggers: undefined as never,
    fitTest: () => unusable("fitTest"),
    nodes: [],
    storageDirectory: "",
    uiDirectory: import.meta.dirname,
    origin: { host: "127.0.0.1", allowedOrigins: [] },
    users: undefined as never,
    site: { pickPatient: "anyone", review: "anyone", send: "anyone" },
    news: undefined as never,
    clock: Date.now,
    log: silentLog,
  };
}
