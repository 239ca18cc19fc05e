/** Sources whose own rate is not the profile's, and a recording pressed into a picture that has just stopped. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { freeUdpPort, profileOf, rigFor, sender, small, stopSenders } from "./capture-rig.ts";

const size = { ...small, width: 320, height: 180 };
afterAll(stopSenders);

// 30 under 30 is the usual case; 15 under 30 died at its first frame, 29.97 at the 500th.
test.concurrent.each([
  ["15", 4_500, 30, /1[45]\.\d frames a second.*wrong speed/],
  ["25", 4_500, 50, /2[45]\.\d frames a second.*wrong speed/],
  ["30000/1001", 19_000, 520, null],
])(
  "a source of %s frames a second under a profile of 30 lives on, and its clip says so",
  { timeout: 180_000 },
  async (rate, ms, frames, notice) => {
    const port = String(await freeUdpPort());
    const profile = profileOf("network-udp-mpegts", { ...size, url: `udp://127.0.0.1:${port}` });
    await using rig = await rigFor(profile);
    const other = sender(
      ...["-f", "lavfi", "-i", `testsrc2=size=${size.width}x${size.height}:rate=${rate},realtime`, "-c:v", "libx264"],
      ...["-preset", "ultrafast", "-tune", "zerolatency", "-g", "15", "-pix_fmt", "yuv420p", "-f", "mpegts"],
      `udp://127.0.0.1:${port}?pkt_size=1316`,
    );
    await rig.until(() => rig.source.state().state === "live", "the first picture");
    const { epoch } = rig.newest();
    const restarts = rig.source.state().restarts;
    // What had piled up while the input was looked at comes in a burst first.
    await sleep(2_500);
    await rig.source.startClip({ id: "r", file: join(rig.folder, "r.mp4") });
    await sleep(ms);
    const clip = await rig.source.stopClip("r");
    if (notice === null) expect(clip.notice ?? "").not.toMatch(/wrong speed/);
    else expect(clip.notice).toMatch(notice);
    expect(rig.newest().epoch).toBe(epoch);
    expect(rig.source.state()).toMatchObject({ state: "live", restarts });
    expect(rig.newest().seq).toBeGreaterThan(frames);
    await other.stop();
  },
);

test("a recording pressed into a picture that has just stopped is no recording for ever", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", { ...small, fps: 20 }));
  await rig.until(() => rig.source.state().state === "live", "a live picture");
  await sleep(1_500);
  const { epoch } = rig.newest();
  const pid = rig.source.childPid;
  if (pid === undefined) throw new Error("no child");
  process.kill(pid, "SIGSTOP");
  await sleep(300);
  const ended: string[] = [];
  rig.source.onClipEnded(({ id, clip }) => {
    const told = (words: string | null): void => void ended.push(`${id} ${words}`);
    clip.then(
      ({ notice }) => told(notice),
      (error: Error) => told(error.message),
    );
  });
  const started = await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") }).then(
    () => "started",
    () => "refused",
  );
  await rig.until(() => rig.source.state().state === "live" && rig.newest().epoch !== epoch, "another picture");
  expect(rig.source.state().recording).toBeNull();
  // Either the press was refused, or what it kept ended by itself and says so.
  if (started === "started") {
    await rig.until(() => ended.length === 1, "the end of the clip");
    expect(ended[0]).toMatch(/c The recording ended early/);
  }
  await rig.source.startClip({ id: "d", file: join(rig.folder, "d.mp4") });
  expect((await rig.source.stopClip("d")).frames).toBeGreaterThan(0);
});
