import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { loadDeviceProfiles } from "../../devices/devices.ts";
import { Receiver } from "./receiver.ts";

test("the encoder's call is ended with a word, not cut", async () => {
  const { profiles } = await loadDeviceProfiles(resolve(import.meta.dirname, "../../../device-profiles"));
  const input = profiles.get("network-srt")?.input;
  if (input?.kind !== "srt") throw new Error("no network input");
  const folder = await mkdtemp(join(tmpdir(), "scopeline-receiver-"));
  const program = join(folder, "ffmpeg");
  const says = `trap '' TERM\necho '[info] Input #0' >&2\nread -r -n1 said\necho "$said" > '${program}.heard'\n`;
  await writeFile(program, `#!/bin/bash\n${says}`, { mode: 0o755 });
  const receiver = new Receiver(program, input, { onUnit: () => {}, onOver: () => {} });
  while (!receiver.hasOpened) await sleep(20);
  await receiver.end();
  expect(await readFile(`${program}.heard`, "utf8")).toBe("q\n");
  await rm(folder, { recursive: true });
});
