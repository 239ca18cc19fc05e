import { expect, it } from "vitest";
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
