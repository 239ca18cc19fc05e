/** A disk that is full: a new clip is refused with the reason, stills are kept, retention makes room, nothing is damaged. */
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { loadDeviceProfiles } from "../../src/devices/devices.ts";
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { Outbox } from "../../src/outbox/outbox.ts";
import { Procedures } from "../../src/procedures/procedures.ts";
import { Retention } from "../../src/retention/retention.ts";
import { checkStore } from "../../src/store/store.ts";
import { FakeSource } from "../support/fake-source.ts";
import { outboxOf, releaseOptions } from "../support/outbox.ts";
import { addCapture, idsIn, idsKept, instanceBytes, mediaBytes, openRetentionStore } from "./retention-store.ts";

const profiles = (await loadDeviceProfiles(resolve(import.meta.dirname, "../../device-profiles"))).profiles;

it("a full disk takes no clip and says why, keeps stills, and takes clips again when settled files have gone", async () => {
  await using store = await openRetentionStore();
  for (const number of [1, 2, 3]) await addCapture(store, number, { savedAt: number });
  await addCapture(store, 4, { savedAt: 4, commitment: "owed" });
  const captureBytes = mediaBytes + instanceBytes;
  const isHere = (): number => idsKept(store).filter((id) => /^c\d$/.test(id)).length;
  // Room for four captures and a fifth that has to stay free.
  const freeSpace = async () => ({ totalBytes: 5 * captureBytes, freeBytes: (4 - isHere()) * captureBytes });
  const source = new FakeSource();
  const { database, directory: storageDirectory } = store;
  const shared = { database, storageDirectory, clock: Date.now, log: silentLog, news: new NewsFeed() };
  const procedures = new Procedures({
    ...shared,
    ...releaseOptions,
    outbox: new Outbox({ ...shared, ...outboxOf([]) }),
    profileOf: (id) => profiles.get(id),
    station: { stationName: "T", institutionName: "", departmentName: "", serialNumber: "", softwareVersion: "0" },
    uidRoot: undefined,
    sources: new Map([["scope", { source, profileId: "simulated-microscope" }]]),
    worklistItem: () => undefined,
    holdWindowMs: 600_000,
    ffmpegPath: "ffmpeg",
    minimumFreeBytes: captureBytes,
    freeBytes: async () => (await freeSpace()).freeBytes,
  });
  const refusal = expect.objectContaining({ code: "disk", message: expect.stringMatching(/free/) });
  await expect(procedures.startClip({}, "test")).rejects.toEqual(refusal);
  expect(source.recording).toBeNull();
  expect((await procedures.still({}, "test")).state).toBe("saved");

  const options = { keepMs: Number.MAX_SAFE_INTEGER, deleteAbovePercent: 90, withoutProof: "keep" } as const;
  const retention = new Retention({ ...shared, ...options, freeSpace, isRecording: () => source.recording !== null });
  await retention.round(new AbortController().signal);
  expect(idsKept(store)).not.toContain("c1");
  expect(idsKept(store)).toEqual(expect.arrayContaining(["c2", "c3", "c4"]));
  expect(await idsIn(store, "instances")).toEqual(["c2", "c3", "c4"]);

  const clip = await procedures.startClip({}, "test");
  expect((await procedures.stopClip(clip.id, "test")).state).toBe("saved");
  const { findings } = await checkStore(database, storageDirectory, {
    full: false,
    now: Date.now(),
    hasStorageNodes: false,
  });
  const aboutFiles = findings.filter(({ invariant }) => /file/.test(invariant));
  expect(aboutFiles).toEqual([]);
});
