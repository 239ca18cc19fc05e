/** Where a look back ends: at the start of the picture, at a forgotten patient, at the begin of the next; and what a silent source still gives. */
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FinishedClip } from "../../src/capture/capture.ts";
import { numbersIn, profileOf, type Rig, rigFor } from "./capture-rig.ts";

const size = { width: 640, height: 360, fps: 15 };
const { fps } = size;
const profile = profileOf("simulated-microscope", size);

const reach = (rig: Rig, seq: number): Promise<void> =>
  rig.until(() => rig.source.newestFrame() !== null && rig.newest().seq > seq, `picture ${seq}`);

async function lookBack(rig: Rig, id: string, lookBackMs: number): Promise<FinishedClip> {
  const file = join(rig.folder, `${id}.mp4`);
  await rig.source.startClip({ id, file, frame: rig.newest(), lookBackMs });
  return rig.source.stopClip(id);
}
const keepLast = (rig: Rig, id: string, lookBackMs: number): Promise<FinishedClip> =>
  rig.source.keepLast({ id, file: join(rig.folder, `${id}.mp4`), frame: rig.newest(), lookBackMs });

async function expectWhole(clip: FinishedClip): Promise<void> {
  const numbers = await numbersIn(clip.file, size.width, size.height);
  expect(numbers).toEqual(Array.from({ length: clip.lastSeq - clip.firstSeq + 1 }, (_one, at) => clip.firstSeq + at));
}

test("a look back reaches no picture from before a change of patient, and says how much shorter it is", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profile);
  await reach(rig, 2 * fps);
  const early = await lookBack(rig, "early", 20_000);
  expect(early.firstSeq).toBe(0);
  expect(early.notice).toMatch(/The look back is only \d\.\d s instead of 20 s: the picture is there only since then/);

  // Another patient begins: a plain press still finds its key frame, a look back ends here.
  const begun = rig.newest().seq;
  rig.source.limitLookBack();
  const plain = await lookBack(rig, "plain", 0);
  expect(plain.notice).toBeNull();
  await reach(rig, begun + 3 * fps);
  for (const clip of [await lookBack(rig, "begun", 20_000), await keepLast(rig, "begun-last", 20_000)]) {
    expect(clip.firstSeq).toBeGreaterThanOrEqual(begun);
    expect(clip.notice).toContain("this procedure began then");
    await expectWhole(clip);
  }

  // The next one begins while what was asked for before is only being looked for.
  const before = keepLast(rig, "before-next", 2_000);
  rig.source.limitLookBack();
  expect((await before).notice).toBeNull();

  const forgotten = rig.newest().seq;
  rig.source.emptyRings();
  await reach(rig, forgotten + 3 * fps);
  for (const clip of [await lookBack(rig, "forgotten", 20_000), await keepLast(rig, "forgotten-last", 20_000)]) {
    expect(clip.firstSeq).toBeGreaterThan(forgotten);
    expect(clip.notice).toContain("forgotten with its procedure");
    await expectWhole(clip);
  }
  // Well between two key frames: one that is no older than the procedure would do to begin with.
  await rig.until(
    () => rig.newest().seq % fps >= 3 && rig.newest().seq % fps <= 9,
    "the middle of a group of pictures",
  );
  rig.source.limitLookBack();
  await expect(keepLast(rig, "at-once", 20_000)).rejects.toMatchObject({ code: "no-look-back" });
});

test("no clip spans two starts of the input, and what was before the signal went can still be kept", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profile, { preRollSeconds: 10 });
  await reach(rig, 3 * fps);
  const { epoch } = rig.newest();
  process.kill(rig.source.childPid ?? 0, "SIGSTOP");
  await rig.until(() => rig.source.state().state === "no-signal", "no signal");
  const kept = await keepLast(rig, "gone", 2000);
  expect(kept).toMatchObject({ notice: null });
  expect(kept.lastSeq - kept.firstSeq).toBeGreaterThanOrEqual(2 * fps);
  await expectWhole(kept);

  process.kill(rig.source.childPid ?? 0, "SIGKILL");
  await rig.until(() => rig.source.newestFrame() !== null && rig.newest().epoch !== epoch, "another start");
  await reach(rig, 2 * fps);
  const clip = await lookBack(rig, "new", 10_000);
  expect(clip.firstSeq).toBe(0);
  expect(clip.notice).toContain("the picture is there only since then");
  await expectWhole(clip);
});

test("the ring is as long as the setting, and a group of pictures more", { timeout: 180_000 }, async () => {
  await using rig = await rigFor(profile, { preRollSeconds: 2 });
  await reach(rig, 7 * fps);
  const asked = await keepLast(rig, "asked", 2000);
  expect(asked.notice).toBeNull();
  const more = await keepLast(rig, "more", 6000);
  expect(more.notice).toMatch(/The look back is only \d\.\d s instead of 6\.0 s: no more is remembered/);
  await expectWhole(more);
});
