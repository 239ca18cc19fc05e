/** With FIFOs for event files and a script for gpiomon. */
import { execFile } from "node:child_process";
import { chmod, type FileHandle, mkdir, mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../lib/log.ts";
import { NewsFeed } from "../lib/news.ts";
import { openDatabase } from "../store/store.ts";
import { inputEvent } from "./input-event.fixture.ts";
import { type Moment, Triggers } from "./triggers.ts";

const run = promisify(execFile);
const path = process.env.PATH ?? "";
const [b, c] = [48, 46];

let directory: string;
let input: string;
let database: ReturnType<typeof openDatabase>;
let ending: AbortController;
let running: Promise<void>;
let triggers: Triggers;
let acted: string[];
let scans: string[];
let refused: string[];
let hold: Promise<void>;
const handles: FileHandle[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "triggers-"));
  input = join(directory, "input");
  await mkdir(input);
  database = openDatabase(join(directory, "scopeline.db"));
  running = Promise.resolve();
  [acted, scans, refused, hold] = [[], [], [], Promise.resolve()];
});
afterEach(async () => {
  ending.abort();
  await running;
  await Promise.all(handles.splice(0).map((handle) => handle.close()));
  database.close();
  process.env.PATH = path;
  await rm(directory, { recursive: true });
});

function start(more: Partial<ConstructorParameters<typeof Triggers>[0]> = {}): void {
  ending = new AbortController();
  triggers = new Triggers({
    ...{ enabled: true, inputFolder: input, sysfs: join(directory, "sys"), gpio: [], database },
    presses: {
      moment: (): Moment => new Map(),
      act: async (action, source) => {
        acted.push(source === null ? action : `${action} ${source}`);
        await hold;
      },
      refuse: (message) => refused.push(message),
      scanned: (text) => scans.push(text),
    },
    ...{ clock: Date.now, log: silentLog, news: new NewsFeed(), ...more },
  });
  running = triggers.run(ending.signal);
}

/** A device that a person may press; what the kernel says of it is under `sys`. */
async function plugIn(name: string, facts: Readonly<Record<string, string>> = {}) {
  for (const [fact, text] of Object.entries(facts)) {
    await mkdir(join(directory, "sys", name, "device", fact, ".."), { recursive: true });
    await writeFile(join(directory, "sys", name, "device", fact), `${text}\n`);
  }
  const file = join(input, name);
  await run("mkfifo", [file]);
  // For reading as well, so that opening does not wait and the reader sees no end until it is closed.
  const handle = await open(file, "r+");
  handles.push(handle);
  let atMs = 0;
  return {
    wait: (ms: number): void => {
      atMs += ms;
    },
    send: (code: number, value: number): Promise<unknown> =>
      handle.write(inputEvent({ type: 1, code, value, seconds: 0, microseconds: atMs * 1000 })),
    write: (bytes: Buffer): Promise<unknown> => handle.write(bytes),
    unplug: async (): Promise<void> => {
      handles.splice(handles.indexOf(handle), 1);
      await rm(file);
      await handle.close();
    },
  };
}

const problem = (level: string, words: string) => ({ level, message: expect.stringContaining(words) as string });
const until = (isSo: () => boolean) => expect.poll(isSo, { timeout: 20_000, interval: 20 }).toBe(true);
const listening = (count: number) => until(() => triggers.state().devices.length === count);

/** Presses key B of a device to learn it. */
async function learn(device: Awaited<ReturnType<typeof plugIn>>, action: "still" | "clip", heldMs = 100) {
  const learned = triggers.learn({ action, source: null }, "screen", new AbortController().signal);
  await until(() => triggers.state().isLearning);
  await device.send(b, 1);
  device.wait(heldMs);
  await device.send(b, 0);
  device.wait(1_000);
  return learned;
}

async function scan(device: Awaited<ReturnType<typeof plugIn>>): Promise<void> {
  for (const code of [25, 30, 20, 11, 2, 28]) {
    await device.send(code, 1);
    await device.send(code, 0);
    device.wait(3);
  }
}

const pedal = { name: "Foot Switch", "id/bustype": "0003", "id/vendor": "3553", "id/product": "b001", uniq: "" };

describe("a pedal", () => {
  it("is learned by being pressed, and then does it; after a restart, too, and in another socket", async () => {
    const first = await plugIn("event3", pedal);
    start();
    await listening(1);
    expect(await learn(first, "still")).toMatchObject({
      ...{ device: "0003:3553:b001", deviceName: "Foot Switch", key: "B", press: "short", action: "still" },
      isConnected: true,
    });
    await first.send(b, 1);
    await until(() => acted.length === 1);
    expect(triggers.state().triggers[0]).toMatchObject({ presses: 1 });

    ending.abort();
    await running;
    await first.unplug();
    const second = await plugIn("event8", pedal);
    start();
    await listening(1);
    await second.send(b, 1);
    await until(() => acted.length === 2);
    expect(acted).toEqual(["still", "still"]);
  });

  it("that comes back after it was unplugged does it again, and is missed meanwhile", async () => {
    const first = await plugIn("event3", pedal);
    start();
    await listening(1);
    await learn(first, "still");
    await first.unplug();
    await listening(0);
    expect(triggers.problems()).toEqual([problem("caution", "Foot Switch is not connected")]);
    const second = await plugIn("event3", pedal);
    await listening(1);
    expect(triggers.problems()).toEqual([]);
    second.wait(60_000);
    await second.send(b, 1);
    await until(() => acted.length === 1);
  });

  it("has its event put together when it comes in halves", async () => {
    const device = await plugIn("event3", pedal);
    start();
    await listening(1);
    await learn(device, "still");
    const whole = inputEvent({ type: 1, code: b, value: 1, seconds: 60 });
    await device.write(whole.subarray(0, 13));
    await device.write(whole.subarray(13));
    await until(() => acted.length === 1);
  });

  it("may do another thing when it is held", async () => {
    const device = await plugIn("event3", pedal);
    start();
    await listening(1);
    await learn(device, "still");
    expect(await learn(device, "clip", 1_200)).toMatchObject({ press: "long" });
    await device.send(b, 1);
    await until(() => acted.length === 1);
    expect(acted).toEqual(["clip"]);
  });

  it("is forgotten", async () => {
    const device = await plugIn("event3", pedal);
    start();
    await listening(1);
    const { id } = await learn(device, "still");
    triggers.forget(id, "screen");
    expect(() => triggers.forget(id, "screen")).toThrow("There is no such trigger");
    expect(triggers.state().triggers).toEqual([]);
    const other = await learn(device, "clip");
    await device.send(b, 1);
    await until(() => acted.length === 1);
    expect(acted).toEqual(["clip"]);
    await triggers.test(other.id);
    expect(acted).toEqual(["clip", "clip"]);
  });
});

it("a flood of events costs neither the pedal nor the memory", async () => {
  const device = await plugIn("event3", pedal);
  const chatty = await plugIn("event4", { ...pedal, name: "Chatty", "id/product": "0001" });
  start();
  await listening(2);
  await learn(device, "still");
  const moves = Buffer.concat(Array.from({ length: 100 }, (_, at) => inputEvent({ type: 1, code: c, value: at % 2 })));
  for (let count = 0; count < 100; count++) await chatty.write(moves);
  await device.send(b, 1);
  await until(() => acted.length === 1);
});

it("presses that the box cannot keep up with are refused, and said so", async () => {
  const device = await plugIn("event3", pedal);
  start();
  await listening(1);
  await learn(device, "still");
  const held = Promise.withResolvers<void>();
  hold = held.promise;
  for (let count = 0; count < 20; count++) {
    device.wait(200);
    await device.send(b, 1);
    device.wait(100);
    await device.send(b, 0);
  }
  await until(() => acted.length + refused.length === 20);
  expect([acted.length, refused.length]).toEqual([16, 4]);
  held.resolve();
  hold = Promise.resolve();
  device.wait(1_000);
  await device.send(b, 1);
  await until(() => acted.length === 17);
});

it("one screen learns at a time, and who goes away learns nothing", async () => {
  const device = await plugIn("event3", pedal);
  start();
  await listening(1);
  const gone = new AbortController();
  const asked = { action: "still", source: null } as const;
  const learning = triggers.learn(asked, "screen", gone.signal);
  await expect(triggers.learn(asked, "screen", gone.signal)).rejects.toMatchObject({ code: "already-learning" });
  gone.abort();
  await expect(learning).rejects.toMatchObject({ code: "learning-cancelled" });
  expect(triggers.state()).toMatchObject({ isLearning: false, triggers: [] });
  expect(await learn(device, "still")).toMatchObject({ action: "still" });
});

it("what was down as learning began is let go all the same", async () => {
  const device = await plugIn("event3", pedal);
  start();
  await listening(1);
  await learn(device, "still");
  await learn(device, "clip", 1_200);
  await device.send(b, 1);
  // Once what came behind it was read, it was.
  await scan(device);
  await until(() => scans.length === 1);
  const learning = triggers.learn({ action: "still", source: null }, "screen", new AbortController().signal);
  device.wait(200);
  await device.send(b, 0);
  await until(() => acted.length === 1);
  expect(acted).toEqual(["still"]);
  triggers.cancelLearning();
  await expect(learning).rejects.toMatchObject({ code: "learning-cancelled" });
});

it("what a scanner types is told, and its keys press nothing", async () => {
  const scanner = await plugIn("event5", { ...pedal, name: "Scanner", "id/product": "0002" });
  start();
  await listening(1);
  await scan(scanner);
  await until(() => scans.length === 1);
  expect([scans, acted]).toEqual([["pat01"], []]);
});

it("a device that may not be read is said with its cure, and one without keys is left alone", async () => {
  await plugIn("event1", { ...pedal, "capabilities/key": "0" });
  await symlink(join(directory, "nowhere"), join(input, "event2"));
  start();
  await until(() => triggers.problems().length > 0);
  expect(triggers.problems()).toEqual([problem("notice", "to the group input")]);
  expect(triggers.state().devices).toEqual([]);
});

it("nothing is learned when triggers are switched off", async () => {
  start({ enabled: false });
  await running;
  const learning = triggers.learn({ action: "still", source: null }, "screen", ending.signal);
  await expect(learning).rejects.toMatchObject({ code: "triggers-off" });
});

describe("a button on a GPIO line", () => {
  const gpio = [{ chip: "gpiochip0", line: 17, activeLow: true, bias: "pull-up" }] as const;

  /** A gpiomon that says what is written into a FIFO, in the words of a version. */
  async function gpiomon(version: string, first = ":"): Promise<FileHandle> {
    const fifo = join(directory, "edges");
    await run("mkfifo", [fifo]);
    const file = join(directory, "gpiomon");
    const asked = `[ "$1" = --version ] && { echo 'gpiomon (libgpiod) ${version}'; exit; }`;
    const script = `#!/bin/sh\n${asked}\n${first}\nexec cat ${fifo}\n`;
    await writeFile(file, script);
    await chmod(file, 0o755);
    process.env.PATH = `${directory}:${path}`;
    const handle = await open(fifo, "r+");
    handles.push(handle);
    return handle;
  }

  it.each([
    ["v1.6.3", ["1 17 10 0\n0 17 10 100000000\n", "1 17 20 0\n"]],
    ["v2.1.2", ["1 17 10.000000000\n2 17 10.100000000\n", "1 17 20.000000000\n"]],
  ])("is learned and pressed through gpiomon %s", async (version, [taught = "", pressed = ""]) => {
    const edges = await gpiomon(version);
    start({ gpio });
    const learned = triggers.learn({ action: "clip", source: "scope" }, "screen", new AbortController().signal);
    await edges.write(taught);
    expect(await learned).toMatchObject({ deviceName: "GPIO gpiochip0", key: "line 17", isConnected: true });
    await edges.write(pressed);
    await until(() => acted.length === 1);
    expect(acted).toEqual(["clip scope"]);
  });

  it("works on when another one of its chip cannot be watched, which stays said", async () => {
    const edges = await gpiomon("v2.1.2", "case $* in *active-low*) ;; *) echo 'line busy' >&2; exit 1;; esac");
    start({ gpio: [...gpio, { chip: "gpiochip0", line: 5, activeLow: false, bias: "as-is" }] });
    const busy = [problem("caution", "The button on line 5 of gpiochip0 is not watched")];
    await until(() => triggers.problems().length > 0);
    expect(triggers.problems()).toEqual(busy);
    const learned = triggers.learn({ action: "still", source: null }, "screen", new AbortController().signal);
    await edges.write("1 17 10.000000000\n2 17 10.100000000\n");
    expect(await learned).toMatchObject({ key: "line 17", isConnected: true });
    expect(triggers.problems()).toEqual(busy);
  });

  it("says that gpiomon is not there", async () => {
    process.env.PATH = directory;
    start({ gpio });
    await until(() => triggers.problems().length > 0);
    expect(triggers.problems()).toEqual([problem("caution", "apt-get install gpiod")]);
  });
});
