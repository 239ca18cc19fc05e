import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parseSetup } from "./arguments.mjs";
import { isNewEnough } from "./ffmpeg.mjs";
import { withLock } from "./lock.mjs";
import { isInstalled } from "./packages.mjs";

describe("the arguments of set-up", () => {
  it("leave everything behind --then to the program", () => {
    expect(parseSetup(["--peers", "--then", "a.ts", "--peers", "--port", "1"])).toEqual({
      peers: true,
      appliance: false,
      program: ["a.ts", "--peers", "--port", "1"],
    });
    expect(parseSetup([])).toEqual({ peers: false, appliance: false, program: undefined });
    expect(parseSetup(["--appliance"])).toMatchObject({ appliance: true });
  });

  it("are refused when they are not known", () => {
    expect(() => parseSetup(["--peer"])).toThrow("--peer");
    expect(() => parseSetup(["--then"])).toThrow("--then");
  });
});

describe("what is installed", () => {
  const wanted = { "": { version: "0" }, "node_modules/a": { version: "1.0.0" } };

  it("is enough with every package in its version", () => {
    expect(isInstalled(wanted, { "node_modules/a": { version: "1.0.0" } })).toBe(true);
  });

  it("is not, without a record, with a package missing or in another version", () => {
    expect(isInstalled(wanted, undefined)).toBe(false);
    expect(isInstalled(wanted, {})).toBe(false);
    expect(isInstalled(wanted, { "node_modules/a": { version: "1.0.1" } })).toBe(false);
  });

  it("may lack what is optional", () => {
    expect(isInstalled({ "node_modules/b": { version: "1.0.0", optional: true } }, {})).toBe(true);
  });
});

describe("an ffmpeg", () => {
  it.each(["ffmpeg version 5.1.9-0+deb12u1", "ffmpeg version n7.1", "ffmpeg version 6.1.1", "ffmpeg version N-1-g0"])(
    "is new enough: %s",
    (text) => {
      expect(isNewEnough(`${text} Copyright`)).toBe(true);
    },
  );

  it.each(["ffmpeg version 4.4.2", "ffmpeg version 5.0.1", "avconv version 11", ""])("is not: %s", (text) => {
    expect(isNewEnough(text)).toBe(false);
  });
});

describe("the lock of set-up", () => {
  const folders = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const newFolder = () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "scopeline-test-"));
    folders.push(folder);
    return folder;
  };

  it("lets one after the other", async () => {
    const folder = newFolder();
    const order = [];
    const work = (name) => () =>
      Promise.resolve(order.push(`${name} begins`))
        .then(() => new Promise((resolve) => setTimeout(resolve, 20)))
        .then(() => order.push(`${name} ends`));
    await Promise.all([withLock(folder, work("one")), withLock(folder, work("two"))]);
    expect(order).toEqual(["one begins", "one ends", "two begins", "two ends"]);
  });

  it("of a process that is gone counts for nothing", async () => {
    const folder = newFolder();
    await withLock(folder, async () => {});
    writeFileSync(path.join(folder, ".cache", "set-up.lock"), "99999999");
    expect(await withLock(folder, async () => "done")).toBe("done");
  });
});
