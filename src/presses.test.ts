import { expect, it } from "vitest";
import { FakeSource } from "../test/support/fake-source.ts";
import { silentLog } from "./lib/log.ts";
import { NewsFeed } from "./lib/news.ts";
import { patientIdOf, pressesOf, tellOutcomes } from "./presses.ts";
import type { Capture } from "./procedures/procedures.ts";
import type { Sounds } from "./sounds/sounds.ts";
import type { TriggerAction } from "./triggers/triggers.ts";

it.each([
  ["PAT-0042", "PAT-0042"],
  ["]C1PAT-0042", "PAT-0042"],
  [" 12345 ", "12345"],
  ["*", undefined],
  ["PAT?042", undefined],
  ["PAT\\042", undefined],
  ["0112\x1d10ab", undefined],
  ["a".repeat(65), undefined],
  ["]d2", undefined],
])("of a scan of %j the worklist is asked for %j", (text, id) => {
  expect(patientIdOf(text)).toBe(id);
});

function scanner() {
  const asked: string[] = [];
  const sounds: string[] = [];
  const texts: string[] = [];
  const answers: (() => void)[] = [];
  const news = new NewsFeed();
  news.subscribe(({ topic, text }) => {
    if (topic === "scan" && text !== undefined) texts.push(text);
  });
  const presses = pressesOf({
    sources: new Map(),
    procedures: () => expect.unreachable("a scan is no press"),
    wished: (action) => action,
    worklist: {
      lookUp: ({ patientId = "" }) => {
        asked.push(patientId);
        return new Promise((resolve) => answers.push(resolve));
      },
    },
    onOutcome: () => {},
    sounds: { play: (name) => sounds.push(name) },
    news,
    log: silentLog,
  });
  return { presses, asked, sounds, texts, answers };
}

it("a scan is heard, told to the screens as it was read, and looked up", () => {
  const { presses, asked, sounds, texts } = scanner();
  presses.scanned("]C1PAT-0042");
  expect({ asked, sounds, texts }).toEqual({ asked: ["PAT-0042"], sounds: ["scanned"], texts: ["]C1PAT-0042"] });
});

it("one patient is looked up at a time, and of those scanned meanwhile the last", async () => {
  const { presses, asked, answers } = scanner();
  for (const text of ["P001", "P002", "P003"]) presses.scanned(text);
  expect(asked).toEqual(["P001"]);
  answers.shift()?.();
  await expect.poll(() => asked).toEqual(["P001", "P003"]);
});

/** A pedal on a box with one source; what it asked of the procedures. */
function pedal(wished: (action: TriggerAction) => TriggerAction = (action) => action) {
  const source = new FakeSource();
  const asked: unknown[][] = [];
  const outcomes: string[] = [];
  let starting = Promise.resolve();
  const waiting: { clip: string | null } = { clip: null };
  const clip = {} as Capture;
  const presses = pressesOf({
    sources: new Map([["scope", { source, profileId: "simulated" }]]),
    procedures: () => ({
      still: async (...press) => {
        asked.push(["still", ...press]);
        return clip;
      },
      startClip: async (...press) => {
        asked.push(["start", ...press]);
        await starting;
        source.recording = "clip-1";
        return clip;
      },
      stopClip: async (...press) => {
        asked.push(["stop", ...press]);
        source.recording = null;
        waiting.clip = null;
        return clip;
      },
      waitingFor: () => waiting.clip,
      keepLast: async (...press) => {
        asked.push(["keep", ...press]);
        return clip;
      },
      markers: {
        set: (...press) => {
          asked.push(["mark", ...press]);
          return clip;
        },
      },
    }),
    worklist: { lookUp: async () => {} },
    wished,
    onOutcome: ({ kind, message }) => outcomes.push(`${kind}: ${message}`),
    sounds: { play: () => {} },
    news: new NewsFeed(),
    log: silentLog,
  });
  const holdStart = (): (() => void) => {
    const held = Promise.withResolvers<void>();
    starting = held.promise;
    return held.resolve;
  };
  return { presses, source, asked, outcomes, waiting, holdStart };
}

it("a press is the same as one by HTTP without a frame, and one from before names the frame of then", async () => {
  const { presses, asked } = pedal();
  await presses.act("still", null);
  await presses.act("still", "scope", new Map([["scope", { epoch: 7, seq: 42 }]]));
  await presses.act("keep-last", null);
  expect(asked).toEqual([
    ["still", {}, "trigger"],
    ["still", { sourceId: "scope", frame: { epoch: 7, seq: 42 } }, "trigger"],
    ["keep", { lookBackMs: 30_000 }, "trigger"],
  ]);
});

it("who performs may want another press of a pedal than it was taught", async () => {
  const { presses, asked } = pedal((taught) => (taught === "still" ? "keep-last" : taught));
  await presses.act("still", null);
  await presses.act("clip", null);
  expect(asked.map(([what]) => what)).toEqual(["keep", "start"]);
});

it.each([
  ["screen", "screen"],
  ["user-0123456789abcdef", "screen"],
  ["token-0123456789abcdef", "screen"],
  ["trigger", "trigger"],
  ["scopeline", "scopeline"],
])("how a press of %s went is told as one of %s: a screen tells its own from others'", (actor, by) => {
  const news = new NewsFeed();
  const told: unknown[] = [];
  news.subscribe((one) => told.push(one));
  tellOutcomes({ play: () => {} } as unknown as Sounds, news)({ kind: "saved", actor, captureId: "c" });
  expect(told).toEqual([{ topic: "press", outcome: "saved", by, id: "c" }]);
});

it("the moment of a press is what each screen shows, or else the newest frame", () => {
  const { presses, source } = pedal();
  expect(presses.moment()).toEqual(new Map([["scope", { epoch: 7, seq: 100 }]]));
  source.lastPainted = () => ({ epoch: 7, seq: 95 });
  expect(presses.moment()).toEqual(new Map([["scope", { epoch: 7, seq: 95 }]]));
});

it("a second press while a clip is still beginning ends that clip, and a third begins the next", async () => {
  const { presses, asked, holdStart } = pedal();
  const letGo = holdStart();
  const all = [presses.act("clip", null), presses.act("clip", null), presses.act("clip", null)];
  letGo();
  await Promise.all(all);
  expect(asked).toEqual([
    ["start", {}, "trigger"],
    ["stop", "clip-1", "trigger", undefined],
    ["start", {}, "trigger"],
  ]);
});

it("a press in a gap of the picture ends the recording that would go on by itself, and the next begins one", async () => {
  const { presses, asked, waiting } = pedal();
  waiting.clip = "clip-before-the-gap";
  await presses.act("clip", null);
  await presses.act("clip", null);
  expect(asked).toEqual([
    ["stop", "clip-before-the-gap", "trigger", undefined],
    ["start", {}, "trigger"],
  ]);
});

it("a marker goes to the clip that is being recorded; with none it is refused, and that is heard", async () => {
  const { presses, source, asked, outcomes } = pedal();
  await expect(presses.act("marker", null)).rejects.toMatchObject({ code: "not-recording" });
  expect(outcomes).toEqual(["failed: Nothing is being recorded: only a running clip can be marked."]);
  source.recording = "clip-1";
  await presses.act("marker", null, new Map([["scope", { epoch: 7, seq: 42 }]]));
  expect(asked).toEqual([["mark", "clip-1", { frame: { epoch: 7, seq: 42, source: "scope" } }, "trigger"]]);
});
