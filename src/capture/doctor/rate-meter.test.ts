import { expect, test } from "vitest";
import { RateMeter } from "./rate-meter.ts";

/** Time stamps of a rate with some milliseconds of jitter, as a driver gives them. */
function measured(fps: number, seconds: number, jitterUs = 4_000, lostEvery = Number.POSITIVE_INFINITY) {
  const meter = new RateMeter();
  let lost = 0;
  for (let frame = 0; frame < fps * seconds; frame += 1) {
    if (frame % lostEvery === lostEvery - 1) {
      lost += 1;
      continue;
    }
    const jitter = (((frame * 7919) % 101) / 101 - 0.5) * 2 * jitterUs;
    meter.onTime((frame * 1e6) / fps + jitter, lost);
    lost = 0;
  }
  return meter;
}

test.each([30, 30_000 / 1001, 29.9, 60, 25, 120])("a rate of %f is measured to a few millionths in a minute", (fps) => {
  expect(measured(fps, 62).against(fps)?.deviation).toBeCloseTo(0, 5);
});

test("29.97 under 30 sits on the line of 0.1 %: 0.0999 %", () => {
  expect(measured(30_000 / 1001, 62, 500).against(30)?.deviation).toBeCloseTo(-0.000999, 5);
});

test("a frame that is lost does not make the source slower", () => {
  expect(measured(30, 40, 1_000, 10).against(30)?.deviation).toBeCloseTo(0, 4);
});

test("nothing is said too early, nor over a step of the source's clock", () => {
  expect(measured(30, 4).against(30)).toBeNull();
  const meter = measured(30, 10);
  expect(meter.against(30)).not.toBeNull();
  meter.onTime(0, 0);
  expect(meter.against(30)).toBeNull();
});
