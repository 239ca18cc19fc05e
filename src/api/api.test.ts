import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildApi } from "./api.ts";
import type { ApiServer } from "./context.ts";
import { documentationContext } from "./documentation-context.ts";

let directory = "";
let server: ApiServer;

/** A screen, and a storage folder whose path could be taken for the screen's own. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-api-"));
  const uiDirectory = join(directory, "ui");
  const storageDirectory = join(directory, "assets", "ui", "assets");
  for (const folder of [join(uiDirectory, "assets"), join(storageDirectory, "media")])
    await mkdir(folder, { recursive: true });
  await writeFile(join(uiDirectory, "index.html"), "the screen");
  await writeFile(join(uiDirectory, "assets", "screen-1a2b.js"), "its code");
  await writeFile(join(storageDirectory, "media", "c.jpg"), "the picture");
  const capture = { id: "c", kind: "still", fileRemovedAt: null, state: "saved", file: "media/c.jpg" };
  const procedures = { capture: () => capture } as never;
  server = await buildApi({ ...documentationContext(), procedures, storageDirectory, uiDirectory }, "test");
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

it.each([
  ["/assets/screen-1a2b.js", "its code", "public, max-age=31536000, immutable"],
  ["/", "the screen", "no-store"],
  // A patient's picture is kept by no browser and no proxy, wherever the storage folder lies.
  ["/api/captures/c/media", "the picture", "no-store"],
])("%s is kept by a browser as it should be", async (url, body, cacheControl) => {
  const answer = await server.inject({ url, headers: { host: "127.0.0.1" } });
  expect(answer.body).toBe(body);
  expect(answer.headers["cache-control"]).toBe(cacheControl);
});

it.each([
  ["POST", "/api/clips", 201, "recording"],
  ["POST", "/api/captures/c/stop", 200, "saved"],
] as const)(
  "%s %s that was done is told so by a database that cannot be read any more",
  async (method, url, status, state) => {
    const capture = {
      id: "c",
      procedureId: "p",
      number: 1,
      kind: "clip",
      state,
      source: "s",
      pressedAt: 1,
      markers: [],
    };
    const fields = Object.fromEntries(
      [
        "epoch",
        "seq",
        "facts",
        "frameDistance",
        "lostFrames",
        "rescuedMissingMs",
        "derivedFrom",
        "derivation",
        "notice",
      ]
        .concat(["savedAt", "sizeBytes", "sha256", "sopInstanceUid", "fileRemovedAt", "composeFailure"])
        .map((name) => [name, null]),
    );
    const done = async () => ({ ...fields, ...capture, frameExact: true });
    const procedures = {
      ...{ startClip: done, stopClip: done },
      captures: () => {
        throw new Error("database is locked");
      },
    } as never;
    await using other = await buildApi({ ...documentationContext(), procedures }, "test");
    const answer = await other.inject({ method, url, headers: { host: "127.0.0.1" } });
    expect([answer.statusCode, answer.json().progress]).toEqual([status, state]);
  },
);
