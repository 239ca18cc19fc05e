import { expect, test } from "vitest";
import { canCapture, liveState } from "./live-state.ts";

const live = {
  link: "up",
  source: { state: "live" },
  freshness: "fresh",
  signal: true,
  frozen: false,
} as const;

test("a picture painted just now is live", () => {
  expect(liveState(live)).toBe("live");
});

test("a picture older than half a second does not look live", () => {
  expect(liveState({ ...live, freshness: "old" })).toBe("frozen");
  expect(liveState({ ...live, frozen: true })).toBe("frozen");
});

test("losing the recorder is said before anything else", () => {
  expect(liveState({ ...live, link: "lost", source: { state: "no-signal" } })).toBe("link-lost");
});

test("no signal is known from the frame's header before the news comes, and the other way round", () => {
  expect(liveState({ ...live, signal: false })).toBe("no-signal");
  expect(liveState({ ...live, source: { state: "no-signal" }, freshness: "old" })).toBe("no-signal");
  expect(liveState({ ...live, source: { state: "no-signal" } })).toBe("live");
});

test("a source that starts, restarts or is refused says so until frames come", () => {
  expect(liveState({ ...live, source: { state: "restarting" }, freshness: "old" })).toBe("restarting");
  expect(liveState({ ...live, source: { state: "starting" }, freshness: "none" })).toBe("starting");
  expect(liveState({ ...live, source: { state: "refused" }, freshness: "none" })).toBe("refused");
  expect(liveState({ ...live, freshness: "none" })).toBe("connecting");
  expect(liveState({ ...live, source: undefined })).toBe("connecting");
  expect(liveState({ ...live, source: null })).toBe("no-source");
});

test("a press is inert only where there is no picture", () => {
  expect(canCapture("no-signal")).toBe(false);
  expect(canCapture("restarting")).toBe(false);
  expect(canCapture("frozen")).toBe(true);
  expect(canCapture("link-lost")).toBe(true);
});
