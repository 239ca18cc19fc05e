/** A clip that grows beyond what one instance may hold goes on in the next, and no picture is lost between. */

import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { Source } from "../../src/capture/capture.ts";
import { findFfmpeg, loadDeviceProfiles, resolveProfile } from "../../src/devices/devices.ts";
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { Outbox } from "../../src/outbox/outbox.ts";
import { Procedures } from "../../src/procedures/procedures.ts";
import { openDatabase, openLayout } from "../../src/store/store.ts";
import { outboxOf, releaseOptions } from "../support/outbox.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { until } from "../support/scopeline.ts";
import { stripesIn } from "../support/stripe.ts";

const [width, height] = [320, 180];

it("loses no frame between the clips", async () => {
  await using directory = await temporaryDirectory();
  const { path: ffmpegPath } = await findFfmpeg();
  const { profiles } = await loadDeviceProfiles(resolve(import.meta.dirname, "../../device-profiles"));
  const simulated = profiles.get("simulated-microscope");
  if (simulated === undefined) throw new Error("no profile");
  const { profile } = resolveProfile(simulated, { width, height, fps: 15 });
  const source = new Source({ id: "scope", index: 0, profile, ffmpegPath, log: silentLog });
  const layout = await openLayout(directory.path);
  using database = openDatabase(layout.databaseFile);
  const shared = {
    database,
    storageDirectory: layout.directory,
    clock: Date.now,
    log: silentLog,
    news: new NewsFeed(),
  };
  const outbox = new Outbox({ ...shared, ...outboxOf([]) });
  const procedures = new Procedures({
    ...shared,
    outbox,
    profileOf: () => profile,
    station: { stationName: "T", institutionName: "", departmentName: "", serialNumber: "", softwareVersion: "0" },
    ...releaseOptions,
    uidRoot: undefined,
    sources: new Map([["scope", { source, profileId: profile.id }]]),
    worklistItem: () => undefined,
    holdWindowMs: 0,
    ffmpegPath,
    minimumFreeBytes: 1,
    freeBytes: async () => Number.MAX_SAFE_INTEGER,
    clipLimits: { maxBytes: 150_000, checkEveryMs: 100 },
  });
  const ending = new AbortController();
  const running = procedures.run(ending.signal);
  source.start();
  await until("a live picture", () => source.state().state === "live");
  const first = await procedures.startClip({}, "test");
  const clips = () => procedures.captures(first.procedureId).map(({ capture }) => capture);
  await until("a third clip", () => clips().length >= 3);
  ending.abort();
  await running;
  await source.stop();
  expect(clips().every((clip) => clip.state === "saved")).toBe(true);
  let end: number | undefined;
  for (const clip of clips()) {
    const numbers = await stripesIn(join(layout.directory, clip.file), width, height);
    const start = numbers[0] ?? Number.NaN;
    expect(numbers).toEqual(numbers.map((_unused, index) => start + index));
    if (end !== undefined) expect(start).toBeLessThanOrEqual(end + 1);
    end = numbers.at(-1) ?? Number.NaN;
  }
  expect(clips()[1]?.notice).toMatch(/Goes on from the clip before/);
});
