// Preloaded into a box (`NODE_OPTIONS=--import=…`): its wall clock is off by the milliseconds written in the file that
// SCOPELINE_CLOCK_STEP_FILE names, from one moment to the next, as when somebody sets the clock. The monotonic one is not.
import { readFileSync } from "node:fs";

const file = process.env.SCOPELINE_CLOCK_STEP_FILE;
const trueNow = Date.now.bind(Date);
const lookEveryMs = 20;
let offsetMs = 0;
let lookedAt = Number.NEGATIVE_INFINITY;

Date.now = () => {
  const at = performance.now();
  if (file !== undefined && at - lookedAt > lookEveryMs) {
    lookedAt = at;
    try {
      offsetMs = Number(readFileSync(file, "utf8")) || 0;
    } catch {
      // Not written yet: the clock is right.
    }
  }
  return Math.round(trueNow() + offsetMs);
};
