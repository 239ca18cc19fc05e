/** Presses for clips, the last seconds, and recordings that go on after a gap: rows, audit and procedures, on a source without ffmpeg. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CaptureError } from "../../src/capture/capture.ts";
import type { NewsFeed } from "../../src/lib/news.ts";
import type { Outcome, Procedures } from "../../src/procedures/procedures.ts";
import { didNotGoOn, stoppedInGap } from "../../src/procedures/resume-clips.ts";
import { seriesOf } from "../../src/procedures/series.ts";
import type { Database } from "../../src/store/store.ts";
import type { FakeSource } from "../support/fake-source.ts";
import { openProcedures } from "../support/open-procedures.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { until } from "../support/scopeline.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let database: Database;
let source: FakeSource;
let procedures: Procedures;
let news: NewsFeed;
let stop: () => Promise<void>;
let ahead = 0;
const outcomes: Outcome[] = [];

async function open(resumeAfterGap: boolean): Promise<void> {
  const opened = await openProcedures(directory.path, {
    resumeAfterGap,
    ahead: () => ahead,
    onOutcome: (one) => outcomes.push(one),
  });
  ({ database, source, procedures, news, stop } = opened);
}

beforeEach(async () => {
  ahead = 0;
  outcomes.length = 0;
  directory = await temporaryDirectory();
  await open(true);
});
afterEach(async () => {
  await stop();
  await directory[Symbol.asyncDispose]();
});

const begin = () => procedures.begin({ emergency: {} }, "test");
const clipsOf = (id: string) => procedures.captures(id).map(({ capture }) => capture);
const saved = (id: string) => until("the clip to be saved", () => procedures.capture(id).state === "saved");

describe("the last seconds", () => {
  const lookBackMs = 30_000;

  it("become one clip, however often the same press is told, and are audited like a clip", async () => {
    const procedure = begin();
    const recording = await procedures.startClip({}, "test");
    const press = { key: "press-1", lookBackMs, frame: { epoch: 7, seq: 100 } };
    const both = await Promise.all([procedures.keepLast(press, "test"), procedures.keepLast(press, "test")]);
    const again = await procedures.keepLast(press, "test");
    expect(new Set([...both, again].map(({ id }) => id)).size).toBe(1);
    expect(source.asked.at(-1)).toMatchObject({ lookBackMs, frame: press.frame });
    expect(again).toMatchObject({ state: "saved", kind: "clip", number: 2, lostFrames: 0, epoch: 7, seq: 100 });
    expect(again.facts).toMatchObject({ startedAtMs: 1_000, beginsBeforeMs: 400, frames: 10 });
    expect(procedures.capture(recording.id).state).toBe("recording");
    expect(clipsOf(procedure.id)).toHaveLength(2);
    const audit = database.prepare("SELECT action, detail FROM audit WHERE subject_id = ? ORDER BY id").all(again.id);
    expect(audit.map(({ action }) => action)).toEqual(["recording-started", "capture-saved"]);
    expect(JSON.parse(String(audit[0]?.detail))).toMatchObject({ number: 2, lookBackMs });
  });

  it("that are not there keep nothing and say so, the second time as well", async () => {
    const procedure = begin();
    source.failStart = true;
    for (let time = 0; time < 2; time += 1) {
      await expect(procedures.keepLast({ key: "k", lookBackMs }, "test")).rejects.toThrow("no picture to look back to");
    }
    expect(clipsOf(procedure.id).map(({ state }) => state)).toEqual(["failed"]);
    source.live = false;
    await expect(procedures.keepLast({ lookBackMs }, "test")).rejects.toMatchObject({ code: "no-look-back" });
    expect(clipsOf(procedure.id)).toHaveLength(1);
  });

  it("pressed just before complete are still remembered when they are written", async () => {
    const procedure = begin();
    const { promise, resolve } = Promise.withResolvers<void>();
    source.finish = promise;
    const last = procedures.keepLast({ lookBackMs }, "test");
    await until("the press", () => source.asked.length === 1);
    const completed = procedures.complete(procedure.id, "test");
    await new Promise((done) => setImmediate(done));
    expect(source.ringsEmptied).toBe(0);
    // A screen that sees a clip which is not saved yet may stop it: it waits.
    const [being] = clipsOf(procedure.id);
    const stopped = procedures.stopClip(being?.id ?? "", "test");
    resolve();
    expect((await stopped).state).toBe("saved");
    await completed;
    expect(source.ringsEmptied).toBe(1);
    expect(await last).toMatchObject({ state: "saved", procedureId: procedure.id });
  });

  it("are taken into no procedure but the one on the screen", async () => {
    const a = begin();
    await procedures.complete(a.id, "test");
    begin();
    const press = procedures.keepLast({ lookBackMs, procedureId: a.id }, "test");
    await expect(press).rejects.toMatchObject({ code: "procedure-not-open" });
  });

  it("end where a patient began, not where a press began a procedure", async () => {
    begin();
    expect(source.lookBacksLimited).toBe(1);
    const { id } = procedures.open() ?? { id: "" };
    await procedures.complete(id, "test");
    // The end of a procedure is one, too.
    expect(source.lookBacksLimited).toBe(2);
    procedures.resume(id, "test");
    expect(source.lookBacksLimited).toBe(3);
    await procedures.complete(procedures.open()?.id ?? "", "test");
    const clip = await procedures.startClip({ lookBackMs: 5_000 }, "test");
    expect(source.lookBacksLimited).toBe(4);
    expect(source.asked.at(-1)).toMatchObject({ lookBackMs: 5_000 });
    expect(procedures.capture(clip.id)).toMatchObject({ epoch: 7, seq: 100 });
  });
});

describe("a recording whose input ended", () => {
  /** Ended by a lost signal, saved, and the picture still gone. */
  async function interrupted(isInputLost = true) {
    const procedure = begin();
    const clip = await procedures.startClip({}, "test");
    source.setLive(false);
    await source.endByItself(clip.id, isInputLost);
    await saved(clip.id);
    source.lastFrameAt = 4_400;
    return { procedure, clip };
  }
  /** The picture is back; whatever would begin has begun. */
  async function pictureBack(): Promise<void> {
    source.setLive(true);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }

  it("goes on in a next clip when the picture is back, and both say so", async () => {
    const { procedure, clip } = await interrupted();
    expect(procedures.capture(clip.id).notice).toContain("goes on in the next clip");
    await pictureBack();
    await until("the next clip", () => clipsOf(procedure.id).length === 2);
    const [, next] = clipsOf(procedure.id);
    expect(next).toMatchObject({ state: "recording", notice: "Goes on from clip 1 after a gap of 0:03." });
    await procedures.complete(procedure.id, "test");
    expect(clipsOf(procedure.id).map(({ state }) => state)).toEqual(["saved", "saved"]);
    await pictureBack();
    expect(source.asked).toHaveLength(2);
  });

  describe("and that somebody stops", () => {
    const waitingFor = () => procedures.waitingFor("scope");

    it("before the picture is back, does not go on, and says what it has", async () => {
      const { clip } = await interrupted();
      expect(waitingFor()).toBe(clip.id);
      const stopped = await procedures.stopClip(clip.id, "nurse");
      expect(waitingFor()).toBeNull();
      expect(stopped).toMatchObject({ id: clip.id, state: "saved", notice: stoppedInGap });
      const audit = database.prepare("SELECT action, actor FROM audit WHERE subject_id = ?").all(clip.id);
      expect(audit.at(-1)).toEqual({ action: "recording-stopped-in-gap", actor: "nurse" });
    });

    it("while its file is still being finished, does not go on, and says so", async () => {
      begin();
      const clip = await procedures.startClip({}, "test");
      const gate = Promise.withResolvers<void>();
      source.finish = gate.promise;
      source.setLive(false);
      const ending = source.endByItself(clip.id);
      const stopping = procedures.stopClip(clip.id, "test");
      gate.resolve();
      await ending;
      expect(await stopping).toMatchObject({ state: "saved", notice: stoppedInGap });
      await pictureBack();
      expect(source.asked).toHaveLength(1);
    });

    it("while its first picture is waited for, does not go on", async () => {
      const { clip } = await interrupted();
      const newest = vi.spyOn(source, "newestFrame").mockReturnValue({ epoch: 7, seq: 1 });
      await pictureBack();
      expect(waitingFor()).toBe(clip.id);
      await procedures.stopClip(clip.id, "test");
      newest.mockRestore();
      source.setLive(false);
      await pictureBack();
      expect(source.asked).toHaveLength(1);
      expect(waitingFor()).toBeNull();
    });

    it("by its first clip, when it has gone on already, ends the clip that runs", async () => {
      const { clip } = await interrupted();
      const gate = Promise.withResolvers<void>();
      source.begin = gate.promise;
      await pictureBack();
      expect(waitingFor()).toBeNull();
      const stopping = procedures.stopClip(clip.id, "test");
      gate.resolve();
      expect(await stopping).toMatchObject({ number: 2, state: "saved" });
      expect(source.recording).toBeNull();
      expect(await procedures.stopClip(clip.id, "test")).toMatchObject({ number: 2, state: "saved" });
    });
  });

  it("waits on when the picture goes again before it has gone on", async () => {
    const { procedure, clip } = await interrupted();
    const newest = vi.spyOn(source, "newestFrame").mockReturnValue({ epoch: 7, seq: 1 });
    await pictureBack();
    source.setLive(false);
    newest.mockRestore();
    expect([source.asked.length, procedures.waitingFor("scope")]).toEqual([1, clip.id]);
    await pictureBack();
    await until("the next clip", () => clipsOf(procedure.id).length === 2);
    expect(clipsOf(procedure.id)[1]?.notice).toContain(`Goes on from clip ${clip.number}`);
  });

  it("goes on with the next child's first picture where nobody said that the picture had gone", async () => {
    const procedure = begin();
    const clip = await procedures.startClip({}, "test");
    await source.endByItself(clip.id);
    await saved(clip.id);
    const newest = vi.spyOn(source, "newestFrame");
    await until("the picture to be looked for", () => newest.mock.calls.length > 1);
    expect([source.asked.length, procedures.waitingFor("scope")]).toEqual([1, clip.id]);
    source.epoch += 1;
    await until("the next clip", () => clipsOf(procedure.id).length === 2);
    expect(clipsOf(procedure.id)[1]?.notice).toContain("Goes on from clip 1");
  });

  describe("and whose next clip does not begin", () => {
    const noSignal = () => new CaptureError("no-signal", "No picture.");
    const noticeOf = (id: string) => procedures.capture(id).notice;
    /** The next clip is about to begin; `fail` ends that. */
    async function beginning() {
      const { procedure, clip } = await interrupted();
      const gate = Promise.withResolvers<void>();
      source.begin = gate.promise;
      gate.promise.catch(() => {});
      await pictureBack();
      await until("the next clip", () => source.asked.length === 2);
      const fail = (): void => {
        source.recording = null;
        gate.reject(noSignal());
      };
      return { procedure, clip, fail };
    }

    it("as the picture went again at once, goes on when it is back", async () => {
      const { procedure, clip } = await interrupted();
      source.failNext.push(noSignal());
      await pictureBack();
      source.setLive(false);
      await until("the failure", () => clipsOf(procedure.id)[1]?.state === "failed");
      expect(procedures.waitingFor("scope")).toBe(clip.id);
      await pictureBack();
      await until("the clip after it", () => clipsOf(procedure.id)[2]?.state === "recording");
      expect(clipsOf(procedure.id)[2]?.notice).toContain("Goes on from clip 1");
      expect(procedures.waitingFor("scope")).toBeNull();
    });

    it("as the database could not be read just then, goes on", async () => {
      const { procedure, clip } = await interrupted();
      const prepare = vi.spyOn(database, "prepare").mockImplementation(() => {
        throw new Error("database is locked");
      });
      await pictureBack();
      expect(prepare).toHaveBeenCalled();
      prepare.mockRestore();
      expect(procedures.waitingFor("scope")).toBe(clip.id);
      await until("the next clip", () => clipsOf(procedure.id)[1]?.state === "recording");
    });

    it("for another reason, says so and is not waited for", async () => {
      const { clip } = await interrupted();
      source.failNext.push(new CaptureError("disk", "The disk does not take it."));
      outcomes.length = 0;
      await pictureBack();
      await until("the words", () => noticeOf(clip.id)?.includes(didNotGoOn) === true);
      expect(procedures.waitingFor("scope")).toBeNull();
      expect(outcomes).toMatchObject([{ kind: "failed", message: "The disk does not take it." }]);
    });

    it("within five minutes, says so", async () => {
      const { clip } = await interrupted();
      ahead = 301_000;
      outcomes.length = 0;
      await pictureBack();
      await until("the words", () => noticeOf(clip.id)?.includes(didNotGoOn) === true);
      expect(outcomes).toMatchObject([{ kind: "failed", captureId: clip.id }]);
    });

    it("and that somebody stopped meanwhile, stays stopped", async () => {
      const { clip, fail } = await beginning();
      const stopping = procedures.stopClip(clip.id, "test");
      fail();
      expect(await stopping).toMatchObject({ id: clip.id, notice: stoppedInGap });
      source.setLive(false);
      await pictureBack();
      expect([source.asked.length, procedures.waitingFor("scope")]).toEqual([2, null]);
    });

    it("before its procedure was completed, waits for nothing in the next one", async () => {
      const { procedure, clip, fail } = await beginning();
      const completed = procedures.complete(procedure.id, "test");
      fail();
      await completed;
      begin();
      await until("the words", () => noticeOf(clip.id)?.includes(didNotGoOn) === true);
      expect(procedures.waitingFor("scope")).toBeNull();
    });
  });

  it("is not waited for any more once its procedure is over, it is deleted, or another was begun by hand", async () => {
    const told: unknown[] = [];
    news.subscribe(({ topic }) => told.push(topic));
    for (const happens of [
      (procedure: string) => procedures.complete(procedure, "test"),
      async (_procedure: string, clip: string) => procedures.deleteCapture(clip, "slip", "test"),
      async () => {
        source.live = true;
        const { id } = await procedures.startClip({}, "test");
        await procedures.stopClip(id, "test");
      },
    ]) {
      const { procedure, clip } = await interrupted();
      told.length = 0;
      await happens(procedure.id, clip.id);
      expect(procedures.waitingFor("scope")).toBeNull();
      expect(told).toContain("source");
      source.live = true;
      if (procedures.open() !== undefined) await procedures.complete(procedure.id, "test");
    }
  });

  it.each([
    ["its procedure was completed", (id: string) => procedures.complete(id, "test")],
    [
      "another procedure began meanwhile",
      async (id: string) => {
        await procedures.complete(id, "test");
        begin();
      },
    ],
    ["somebody pressed stop", (_id: string, clip: string) => procedures.stopClip(clip, "test")],
    ["the clip was deleted", (_id: string, clip: string) => procedures.deleteCapture(clip, "slip", "test")],
    [
      "the gap was longer than five minutes",
      () => {
        ahead = 301_000;
      },
    ],
  ])("does not go on when %s", async (_when, happens) => {
    const { procedure, clip } = await interrupted();
    await happens(procedure.id, clip.id);
    expect(procedures.waitingFor("scope")).toBeNull();
    await pictureBack();
    expect(source.asked).toHaveLength(1);
    expect(source.recording).toBeNull();
  });

  it("does not go on twice over one that was begun by hand", async () => {
    const { procedure } = await interrupted();
    source.live = true;
    await procedures.startClip({}, "test");
    await pictureBack();
    expect(clipsOf(procedure.id)).toHaveLength(2);
  });

  it("does not go on when the disk ended it, or when the settings say so", async () => {
    const { clip } = await interrupted(false);
    expect(procedures.capture(clip.id).notice).toBeNull();
    await pictureBack();
    expect(source.asked).toHaveLength(1);
    await stop();
    await open(false);
    const open2 = procedures.open();
    const second = await procedures.startClip({}, "test");
    source.setLive(false);
    await source.endByItself(second.id);
    await saved(second.id);
    await pictureBack();
    expect(clipsOf(open2?.id ?? "")).toHaveLength(2);
  });
});

it("each source has series of its own, numbered within the study", async () => {
  const procedure = begin();
  const place = (of: string, kind: string) =>
    seriesOf(database, procedure, { source: of, kind, rung: "original" }, undefined);
  const [left, right, clips] = [place("left", "still"), place("right", "still"), place("left", "clip")];
  expect(new Set([left, right, clips].map((series) => series.seriesInstanceUid)).size).toBe(3);
  expect([left, right, clips].map((series) => series.seriesNumber)).toEqual([1, 2, 3]);
  expect(place("right", "still")).toEqual(right);
});
