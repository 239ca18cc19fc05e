import { describe, expect, it } from "vitest";
import { inputEvent } from "./input-event.fixture.ts";
import { EventDecoder, type InputEvent } from "./input-events.ts";

const syn = (code: number) => inputEvent({ type: 0, code, value: 0 });

describe("a stream of input events", () => {
  it("becomes the keys that were pressed and let go, with the kernel's time", () => {
    const bytes = Buffer.concat([
      inputEvent({ type: 4, code: 4, value: 0x70005 }),
      inputEvent({ type: 1, code: 48, value: 1, seconds: 1_700_000_000, microseconds: 250_500 }),
      syn(0),
      inputEvent({ type: 1, code: 48, value: 2 }),
      inputEvent({ type: 1, code: 48, value: 0, seconds: 1_700_000_001 }),
    ]);
    expect(new EventDecoder().push(bytes)).toEqual([
      { code: 48, edge: "down", atMs: 1_700_000_000_250.5 },
      { code: 48, edge: "repeat", atMs: 0 },
      { code: 48, edge: "up", atMs: 1_700_000_001_000 },
    ]);
  });

  it.each([1, 7, 23, 24, 25, 47])("is the same in pieces of %i bytes", (size) => {
    const bytes = Buffer.concat([30, 31, 32, 33].map((code) => inputEvent({ type: 1, code, value: 1 })));
    const decoder = new EventDecoder();
    const events: InputEvent[] = [];
    for (let at = 0; at < bytes.length; at += size) events.push(...decoder.push(bytes.subarray(at, at + size)));
    expect(events).toMatchObject([{ code: 30 }, { code: 31 }, { code: 32 }, { code: 33 }]);
  });

  it("says that events were dropped, and does not take the half of a report that is left of them", () => {
    const bytes = Buffer.concat([syn(3), inputEvent({ type: 1, code: 48, value: 1 }), syn(0)]);
    const decoder = new EventDecoder();
    expect(decoder.push(bytes)).toEqual(["lost"]);
    expect(decoder.push(inputEvent({ type: 1, code: 49, value: 1 }))).toMatchObject([{ code: 49 }]);
  });
});
