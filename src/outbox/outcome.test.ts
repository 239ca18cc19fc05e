import { expect, it } from "vitest";
import { givenUpWords } from "./attempts.ts";
import { outcomeOfStore } from "./outcome.ts";

it.each([
  [0x0000, "stored"],
  [0xb000, "stored"],
  [0xb006, "stored"],
  [0xb007, "stored"],
  [0xa700, "retry"],
  [0x0213, "retry"],
  [0x0110, "retry"],
  [0xa900, "held"],
  [0xc000, "held"],
  [0xc123, "held"],
  [0x0117, "held"],
  [0x0122, "other-encoding"],
  [0x0124, "held"],
  [0x0111, "look-up"],
  [0x7777, "retry"],
])("answer 0x%s means %s", (status, kind) => {
  expect(outcomeOfStore(status, 20).kind).toBe(kind);
});

it("keeps the warning of an archive that changed identifiers", () => {
  expect(outcomeOfStore(0xb000, 20)).toMatchObject({ kind: "stored", warning: expect.stringContaining("identifiers") });
});

it("tries a full archive as often as the node's settings say, a failing one a few times", () => {
  expect(outcomeOfStore(0xa700, 20)).toMatchObject({ limit: 20 });
  expect(outcomeOfStore(0x0110, 20)).toMatchObject({ limit: 5 });
  expect(outcomeOfStore(0x0110, 2)).toMatchObject({ limit: 2 });
});

it("what is given up promises nothing by itself any more, and says what to do", () => {
  for (const status of [0xa700, 0x0110, 0x7777]) {
    const outcome = outcomeOfStore(status, 3);
    const words = "reason" in outcome ? givenUpWords(outcome.reason, 3) : "";
    expect(words).toMatch(/Tried 3 times: ask its administrator, then press Retry\.$/);
    expect(words).not.toMatch(/again/);
  }
  expect(givenUpWords("PACS stopped answering. Sent again by itself.", 5)).toBe(
    "PACS stopped answering. Tried 5 times: ask its administrator, then press Retry.",
  );
});
