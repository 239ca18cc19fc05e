/** With a player that writes down what it was given, in place of aplay. */
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLog } from "../lib/log.ts";
import { Sounds } from "./sounds.ts";
import { type SoundName, wavOf } from "./tones.ts";

const path = process.env.PATH ?? "";
let directory: string;
let ending: AbortController;
let running: Promise<void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sounds-"));
  process.env.PATH = directory;
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await running;
  process.env.PATH = path;
  await rm(directory, { recursive: true });
});

async function player(script: string): Promise<void> {
  const file = join(directory, "aplay");
  await writeFile(file, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  await chmod(file, 0o755);
}
/** Plays in its turn: one line for each sound, its size in bytes. */
const notes = () => player(`echo "$* $(wc -c)" >> ${join(directory, "log")}`);
const played = async (): Promise<string[]> =>
  (await readFile(join(directory, "log"), "utf8").catch(() => "")).split("\n").filter(Boolean);

function start(options: { enabled?: boolean; device?: string } = {}): Sounds {
  const { enabled = true, device = null } = options;
  const sounds = new Sounds({ enabled, device, volume: 70, log: silentLog, onChange: () => {} });
  running = sounds.run(ending.signal);
  return sounds;
}
const sizeOf = (name: SoundName): number => wavOf(name, 70).length;
const until = (isSo: () => boolean | Promise<boolean>) => expect.poll(isSo, { timeout: 20_000 }).toBe(true);

it("plays each sound on the device that is set, one after the other", async () => {
  await notes();
  const sounds = start({ device: "plughw:0" });
  await until(() => sounds.isWorking);
  sounds.play("saved");
  sounds.play("failed");
  await until(async () => (await played()).length === 3);
  const [, saved, failed] = await played();
  expect(saved).toBe(`--quiet --file-type wav --device plughw:0 - ${sizeOf("saved")}`);
  expect(failed).toContain(` ${sizeOf("failed")}`);
});

it("says that there is no player, and plays once there is one", async () => {
  const sounds = start();
  await until(() => sounds.problem !== null);
  expect(sounds.problem).toContain("install the package alsa-utils");
  expect(sounds.isWorking).toBe(false);
  await notes();
  sounds.play("saved");
  await until(() => sounds.isWorking);
  expect(sounds.problem).toBeNull();
});

it("says why a loudspeaker does not play", async () => {
  await player("echo 'aplay: main:831: audio open error: No such file or directory' >&2; exit 1");
  const sounds = start();
  await until(() => sounds.problem !== null);
  expect(sounds.problem).toMatch(/check the loudspeaker.*audio open error/);
});

it("of a flood the failure is played, and not everything", async () => {
  await player(`sleep 0.2; echo "$(wc -c)" >> ${join(directory, "log")}`);
  const sounds = start();
  await until(() => sounds.isWorking);
  sounds.play("failed");
  for (let count = 0; count < 100; count++) sounds.play("saved");
  sounds.play("scanned");
  await until(async () => (await played()).includes(String(sizeOf("scanned"))));
  const sizes = await played();
  expect(sizes).toContain(String(sizeOf("failed")));
  expect(sizes.filter((size) => size === String(sizeOf("saved"))).length).toBeLessThanOrEqual(3);
});

it("is silent when it is switched off", async () => {
  await notes();
  const sounds = start({ enabled: false });
  sounds.play("failed");
  await running;
  expect(await played()).toEqual([]);
  expect(sounds.problem).toBeNull();
});
