import { expect, it } from "vitest";
import { silentLog } from "./lib/log.ts";
import { NewsFeed } from "./lib/news.ts";
import { patientIdOf, pressesOf } from "./presses.ts";

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
