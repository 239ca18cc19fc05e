import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type DeviceProfile, loadDeviceProfiles, resolveProfile } from "../../devices/devices.ts";
import { Doctor } from "./doctor.ts";
import type { Look } from "./look-signs.ts";

const { profiles } = await loadDeviceProfiles(resolve(import.meta.dirname, "../../../device-profiles"));
const found = profiles.get("hdmi-sdi-v4l2-card");
if (found === undefined) throw new Error("no profile");
const { profile } = resolveProfile(found, { width: 64, height: 36, fps: 30 });
const arriving = { width: 64, height: 36, fps: 30, pixelAspect: 1, interlaced: false };

function doctorOf(of: DeviceProfile = profile) {
  const clock = { now: 0 };
  let changes = 0;
  const doctor = new Doctor({
    profile: of,
    onChange: () => {
      changes += 1;
    },
    loopDelayMs: () => 0,
    now: () => clock.now,
    wallClock: () => Math.round(1_000_000 + clock.now),
  });
  const look = (luma: number): Look => ({ luma: new Uint8Array(64 * 36).fill(luma), width: 64, height: 36 });
  let frame = 0;
  return {
    doctor,
    changes: () => changes,
    ids: () => doctor.findings().map(({ id }) => id),
    /** Seconds of a picture of 30 a second; `value` null: noise, else every frame is the same. */
    run(seconds: number, luma: number, value: number | null = null, fps = 30): void {
      for (const until = clock.now + seconds * 1_000; clock.now < until; ) {
        clock.now += 1_000 / fps;
        frame += 1;
        doctor.onTime(clock.now * 1_000, 0);
        doctor.onFrame(Buffer.alloc(16, value ?? frame % 251));
        if (frame % 15 === 0) doctor.onLook(look(luma + (value === null ? (frame / 15) % 2 : 0)));
      }
    },
  };
}

describe("the signal doctor", () => {
  test("says nothing of a good picture", () => {
    const it = doctorOf();
    it.doctor.onArriving(arriving);
    it.run(60, 100);
    expect([it.ids(), it.changes()]).toEqual([[], 0]);
  });

  test("believes the card on its socket, though pictures come, until it says otherwise", () => {
    const it = doctorOf();
    it.doctor.onArriving(arriving);
    it.doctor.onCard({ kind: "no-signal" });
    it.run(2, 100);
    expect(it.doctor.findings()).toMatchObject([{ id: "no-signal", level: "caution" }]);
    const signal = { kind: "signal", width: 64, height: 36, fps: 50, interlaced: false } as const;
    it.doctor.onCard(signal);
    it.run(2, 100);
    expect(it.doctor.findings()).toMatchObject([
      { id: "wrong-mode", message: expect.stringContaining("The card receives 64 × 36, 50 pictures a second") },
    ]);
    it.doctor.onCard({ ...signal, fps: 30 });
    expect(it.ids()).toEqual([]);
    it.doctor.onCard({ kind: "no-lock" });
    it.doctor.reset();
    expect(it.ids()).toEqual([]);
  });

  test("says since when, once, and takes it back", () => {
    const it = doctorOf();
    it.run(4, 16);
    expect(it.doctor.findings()).toMatchObject([{ id: "black", level: "caution", since: 1_002_000 }]);
    expect(it.changes()).toBe(1);
    it.run(3, 100);
    expect([it.ids(), it.changes()]).toEqual([[], 2]);
  });

  test("a black picture that stands still is black, a lit one is frozen, and never both", () => {
    const it = doctorOf();
    it.run(1.5, 16, 7);
    expect(it.ids()).toEqual([]);
    it.run(6, 16, 7);
    expect(it.ids()).toEqual(["black"]);
    it.run(4, 100, 7);
    expect(it.ids()).toEqual(["frozen"]);
    it.run(1, 100);
    expect(it.ids()).toEqual([]);
  });

  test("a picture that is too short to be black for sure may be frozen first, then it is not", () => {
    const it = doctorOf();
    it.run(4, 100, 7);
    expect(it.ids()).toEqual(["frozen"]);
    it.run(4, 16, 9);
    expect(it.ids()).toEqual(["black"]);
  });

  test("another size, shape of pixels or mode is known from what the input says", () => {
    const it = doctorOf();
    it.doctor.onArriving({ ...arriving, width: 32, pixelAspect: 4 / 3 });
    expect(it.ids()).toEqual(["wrong-mode", "wrong-aspect"]);
    expect(it.doctor.findings()[0]?.message).toMatch(/32 × 36; .* 64 × 36/);
    it.doctor.onArriving({ ...arriving, fps: 25 });
    expect(it.doctor.findings().map(({ message }) => message)[0]).toMatch(
      /25 pictures a second; .* 30 pictures a second/,
    );
    it.doctor.onArriving({ ...arriving, fps: 29.97 });
    expect(it.ids()).toEqual([]);
  });

  test("fields are no fault where the profile weaves them", () => {
    const it = doctorOf();
    it.doctor.onArriving({ ...arriving, interlaced: true });
    it.run(4, 100);
    expect(it.ids()).toEqual(["interlaced"]);
    const weaving = doctorOf({ ...profile, deinterlace: "frame" });
    weaving.doctor.onArriving({ ...arriving, interlaced: true });
    weaving.run(4, 100);
    expect(weaving.ids()).toEqual([]);
  });

  test("a rate that differs by more than 0.1 % is said, 29.97 under 30 sits just below", () => {
    const slow = doctorOf();
    slow.run(45, 100, null, 29.9);
    expect(slow.doctor.findings()).toMatchObject([{ id: "rate", level: "notice" }]);
    expect(slow.doctor.findings()[0]?.message).toMatch(/0\.3 % slower than the 30/);
    const ntsc = doctorOf();
    ntsc.run(70, 100, null, 30_000 / 1001);
    expect(ntsc.ids()).toEqual([]);
    expect(ntsc.doctor.measured()).toBeNull();
  });

  test("frames that are lost are said for ten seconds", () => {
    const it = doctorOf();
    it.run(5, 100);
    it.doctor.onTime(5_100_000, 2);
    it.run(1, 100);
    expect(it.doctor.findings()).toMatchObject([{ id: "dropped", level: "notice" }]);
    it.doctor.onTime(6_100_000, 30);
    it.run(1, 100);
    expect(it.doctor.findings()).toMatchObject([{ id: "dropped", level: "caution" }]);
    it.run(11, 100);
    expect(it.ids()).toEqual([]);
  });

  test("a new life of the source begins without findings", () => {
    const it = doctorOf();
    it.run(4, 16);
    it.doctor.reset();
    expect([it.ids(), it.changes()]).toEqual([[], 2]);
  });
});
