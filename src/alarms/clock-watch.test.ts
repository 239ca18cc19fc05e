import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ClockWatch } from "./clock-watch.ts";
import { now as begin } from "./facts.fixture.ts";

function watch(timesyncFolder = "/nowhere") {
  const time = { wall: begin, monotonic: 5_000 };
  const options = { clock: () => time.wall, monotonic: () => time.monotonic, stepSeconds: 60, timesyncFolder };
  const pass = (ms: number, jumpMs = 0): void => {
    time.monotonic += ms;
    time.wall += ms + jumpMs;
  };
  return { watch: new ClockWatch(options), pass, time };
}

describe("the clock", () => {
  it("that goes on is no step, nor is one that is corrected slowly", async () => {
    const { watch: clock, pass } = watch();
    for (let minute = 0; minute < 600; minute++) {
      pass(60_000, 30);
      expect(await clock.look()).toMatchObject({ stepAt: null, steppedBySeconds: 0 });
    }
    expect(await clock.look()).toMatchObject({ offsetSeconds: 18 });
  });

  it.each([61_000, -61_000, 3 * 365 * 86_400_000])("that is set by %i ms has stepped", async (jumpMs) => {
    const { watch: clock, pass, time } = watch();
    pass(30_000, jumpMs);
    const stepped = { stepAt: time.wall, steppedBySeconds: jumpMs / 1_000, offsetSeconds: jumpMs / 1_000 };
    expect(await clock.look()).toMatchObject(stepped);
    pass(30_000);
    expect(await clock.look()).toMatchObject(stepped);
  });

  it("of a box with an empty battery is before this software was made", async () => {
    const { watch: clock, time } = watch();
    expect((await clock.look()).isBeforeBuild).toBe(false);
    time.wall = Date.UTC(2000, 0, 1);
    expect((await clock.look()).isBeforeBuild).toBe(true);
  });

  it("is synchronised when systemd says so, and unknown where it says nothing", async () => {
    expect((await watch().watch.look()).isSynchronised).toBeNull();
    const folder = await mkdtemp(join(tmpdir(), "scopeline-timesync-"));
    const { watch: clock } = watch(folder);
    expect((await clock.look()).isSynchronised).toBe(false);
    await writeFile(join(folder, "synchronized"), "");
    expect((await clock.look()).isSynchronised).toBe(true);
    await rm(folder, { recursive: true });
  });
});
