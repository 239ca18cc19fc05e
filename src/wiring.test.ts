import { expect, it } from "vitest";
import { allStillRungs, clipRungs, stillRungs } from "./config/rungs.ts";
import { defaultStillRungs, clipRungs as known, stillRungs as knownStills } from "./encoding/encoding.ts";

it("the settings know just the rungs that there are, in the same order of preference", () => {
  expect(clipRungs).toEqual(known);
  expect(stillRungs).toEqual(defaultStillRungs);
  expect([...allStillRungs].sort()).toEqual([...knownStills].sort());
});
