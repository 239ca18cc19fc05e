import { expect, test } from "vitest";
import type { CardSignal } from "../../devices/devices.ts";
import { watchCard } from "./card-watch.ts";

/** The devices that were asked, one after the other, and what was told of the answers. */
async function watched(answers: readonly CardSignal["kind"][], epochs: readonly number[]) {
  const stopping = new AbortController();
  const asked: string[] = [];
  const told: string[] = [];
  let look = 0;
  await watchCard({
    everyMs: 1,
    signal: stopping.signal,
    place: () => {
      const epoch = epochs[look];
      look += 1;
      if (epoch === undefined) stopping.abort();
      return epoch === undefined || epoch === 0 ? null : { device: `/dev/video${epoch}`, epoch };
    },
    ask: async (device) => {
      asked.push(device);
      return { kind: answers[asked.length - 1] ?? "unknown" } as CardSignal;
    },
    onSignal: ({ kind }) => told.push(kind),
  });
  return { asked, told };
}

test("a card that tells of its signal is asked again and again, one that is not there never", async () => {
  const { asked, told } = await watched(["no-signal", "no-lock"], [0, 1, 1]);
  expect(asked).toEqual(["/dev/video1", "/dev/video1"]);
  expect(told).toEqual(["no-signal", "no-lock"]);
});

test("a card that does not tell is left alone until the source begins anew", async () => {
  const { asked } = await watched(["not-told", "not-told"], [1, 1, 1, 2, 2]);
  expect(asked).toEqual(["/dev/video1", "/dev/video2"]);
});

test("a card that does not answer now is asked later", async () => {
  expect((await watched(["unknown", "no-signal"], [1, 1])).told).toEqual(["unknown", "no-signal"]);
});
