import { mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Settings as TypeBoxSettings } from "typebox/system";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultSettings, loadSettings, type Settings, SettingsError, settingsWarnings } from "./config.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-config-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const minimal = "station: { aeTitle: SCOPELINE, stationName: OR4 }\nstorage: { directory: data }\n";

async function load(yaml: string | Buffer): Promise<Settings> {
  const file = join(folder, "config.yaml");
  await writeFile(file, yaml);
  return loadSettings(file);
}

/** `place: message` of each problem; fails when the file is accepted. */
async function problemsOf(yaml: string | Buffer): Promise<string[]> {
  const error: unknown = await load(yaml).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SettingsError)) throw new Error("the settings were accepted", { cause: error });
  return error.problems.map(({ place, line, message }) => `${line ?? "-"} ${place}: ${message}`);
}

describe("a settings file", () => {
  test("needs only the station and the storage folder; the rest has defaults", async () => {
    const settings = await load(minimal);
    expect(settings).toMatchObject({
      server: { host: "127.0.0.1", port: 8400, allowRemote: false, allowedOrigins: [] },
      listener: { enabled: true, host: "127.0.0.1", port: 11112 },
      nodes: [],
      sources: [],
      worklist: { daysBack: 0, daysAhead: 0, refreshS: 60, maxItems: 2000, keepHours: 72 },
      procedures: { holdWindowMinutes: 10, performingPhysicians: [] },
      log: { level: "info" },
    });
    expect(settings.storage.directory).toBe(join(folder, "data"));
  });

  test("gives each node its deadlines and its retries", async () => {
    const settings = await load(`${minimal}nodes: [{ name: A, aeTitle: A, host: h, port: 104, roles: [storage] }]\n`);
    expect(settings.nodes[0]).toMatchObject({
      name: "A",
      aeTitle: "A",
      host: "h",
      port: 104,
      roles: ["storage"],
      deadlines: { connectMs: 10_000, associationMs: 15_000, readMs: 30_000, writeMs: 30_000, responseMs: 120_000 },
      maxPduBytes: 131_072,
      retry: { firstS: 5, maxS: 300, heldAfterAttempts: 20 },
      sending: { associations: 2 },
      encoding: { characterSet: "ISO_IR 192", maxInstanceBytes: 2_000_000_000, fragmentable: false },
      commitment: { reportWithinMinutes: 60, askAgain: 3 },
    });
  });

  test("asks the worklist for its own station, unless another or any is named", async () => {
    expect((await load(minimal)).worklist.stationAeTitle).toBe("SCOPELINE");
    expect((await load(`${minimal}worklist: { stationAeTitle: "*" }\n`)).worklist.stationAeTitle).toBe("*");
  });

  test("may have sections of which every line is commented out", async () => {
    expect((await load(`${minimal}ffmpeg:\n  # path: x\nnodes:\nlog:\n`)).nodes).toEqual([]);
  });

  test("is refused with every problem at once, each with its line", async () => {
    const yaml = [
      "station:",
      "  aeTitle: SCOPE\\LINE",
      "  stationName: 12",
      "  uidRoot: 1.02.3",
      "server:",
      "  host: 0.0.0.0",
      "  prot: 80",
      "  allowedOrigins: [https://or4.example/x]",
      "storage:",
      "  minimumFreeBytes: lots",
      "nodes:",
      "  - name: A",
      "    aeTitle: A_TITLE_OF_17_CHARS",
      "    host: h",
      "    port: 0",
      "    roles: [printer]",
      "  - name: a",
      "    aeTitle: B",
      "    host: h:104",
      "    port: 104",
      "    roles: []",
      "worklist: 7",
      "procedures:",
      "  holdWindowMinutes: -1",
      "log:",
      "  level:",
    ].join("\n");
    const problems = await problemsOf(yaml);
    const beginnings = [
      "2 station.aeTitle: must be an AE title",
      "3 station.stationName: must be text; got 12: put it in quotes",
      "4 station.uidRoot: must be a UID root",
      "6 server.host: is reachable from the network",
      "7 server.prot: is not a setting; remove it, or correct it to one of: host, port,",
      "8 server.allowedOrigins[0]: must be http:// or https://",
      "9 storage.directory: is missing; add it.",
      "10 storage.minimumFreeBytes: must be a whole number",
      "13 nodes[0].aeTitle: must have at most 16 characters; got 19",
      "15 nodes[0].port: must be 1 to 65535; got 0",
      '16 nodes[0].roles[0]: must be one of: worklist, storage, mpps, commitment, query; got "printer"',
      "17 nodes[1].name: another node has this name",
      "19 nodes[1].host: must be a host name or an IP address",
      "21 nodes[1].roles: must have at least 1 entry",
      "22 worklist: must be a section",
      "24 procedures.holdWindowMinutes: must be 0 to 1440; got -1",
      "26 log.level: is empty; write a value or remove the line",
    ];
    for (const beginning of beginnings) {
      expect(
        problems.some((problem) => problem.startsWith(beginning)),
        `${beginning}\n${problems.join("\n")}`,
      ).toBe(true);
    }
    expect(problems.map((problem) => Number(problem.split(" ")[0]))).toEqual(
      problems.map((problem) => Number(problem.split(" ")[0])).sort((a, b) => a - b),
    );
  });

  test("more than TypeBox's eight problems are told, and TypeBox's own limit is left as it was", async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `wrong${index}: 1`).join("\n");
    expect(await problemsOf(`${minimal}${keys}\n`)).toHaveLength(30);
    expect(TypeBoxSettings.Get().maxErrors).toBe(8);
  });
});

describe("rules between settings", () => {
  const node = (extra: string) => `{ name: A, aeTitle: A, host: h, port: 104, roles: [storage]${extra} }`;

  test.each([
    ["the same source id twice", "sources: [{ id: a, profile: p }, { id: A, profile: p }]", "sources[1].id: another"],
    [
      "one device for two sources",
      "sources: [{ id: a, profile: p, input: { device: /dev/video0 } }, { id: b, profile: p, input: { device: /dev/video0 } }]",
      "sources[1].input.device: is already used by sources[0]",
    ],
    [
      "two inputs for one source",
      "sources: [{ id: a, profile: p, input: { device: /dev/video0, file: x.mp4 } }]",
      "sources[0].input: has device and file; keep one of them",
    ],
    [
      "a fifth source",
      `sources: [${"abcde".split("").map((id) => `{ id: ${id}, profile: p }`)}]`,
      "sources: must have at most 4",
    ],
    [
      "one peer under two names",
      `nodes: [${node("")}, { name: B, aeTitle: A, host: h, port: 104, roles: [worklist] }]`,
      "nodes[1]: has the same AE title, host and port as nodes[0]",
    ],
    [
      "a longest pause below the first",
      `nodes: [${node(", retry: { firstS: 60, maxS: 5 }")}]`,
      "nodes[0].retry.maxS: must not be shorter",
    ],
    ["one port for two listeners", "listener: { port: 8400 }", "listener.port: is also server.port"],
    ["an AE title that is a pattern", "worklist: { stationAeTitle: OR* }", "worklist.stationAeTitle: must be"],
    [
      "the same role twice",
      `nodes: [{ name: A, aeTitle: A, host: h, port: 104, roles: [storage, storage] }]`,
      "nodes[0].roles: must not have the same",
    ],
    ["an ffmpeg that is not there", "ffmpeg: { path: ./no-such-ffmpeg }", "ffmpeg.path: is not a program"],
    ["a log file in a folder that cannot be", "log: { file: /dev/null/x.log }", "log.file: must be a folder"],
    [
      "a rate that is not a number",
      "sources: [{ id: a, profile: p, input: { fps: .nan } }]",
      "sources[0].input.fps: must be a number",
    ],
  ])("%s is refused", async (_name, yaml, beginning) => {
    const problems = await problemsOf(`${minimal}${yaml}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.replace(/^\S+ /, "")).toContain(beginning);
  });

  test("a storage folder that cannot be written is refused", async () => {
    await writeFile(join(folder, "plain"), "");
    await symlink(join(folder, "plain"), join(folder, "link")).catch(() => {});
    const yaml = (directory: string) =>
      `station: { aeTitle: A, stationName: B }\nstorage: { directory: ${directory} }\n`;
    expect(await problemsOf(yaml("plain/data"))).toEqual([
      expect.stringContaining("storage.directory: must be a folder;"),
    ]);
    expect(await problemsOf(yaml("link"))).toEqual([expect.stringContaining("storage.directory: must be a folder;")]);
  });

  test("a password in an address is not repeated", async () => {
    const problems = await problemsOf(
      `${minimal}sources: [{ id: a, profile: p, input: { url: "ftp://me:secret@h/x" } }]\n`,
    );
    expect(problems.join()).not.toContain("secret");
  });

  test("the network is served only when that is said twice", async () => {
    const settings = await load(`${minimal}server: { host: 0.0.0.0, allowRemote: true }\n`);
    expect(settings.server.host).toBe("0.0.0.0");
    expect((await load(`${minimal}server: { host: "::1" }\n`)).server.host).toBe("::1");
  });

  test("a box without archive, worklist or source starts, with a warning for each", async () => {
    expect(settingsWarnings(defaultSettings("/tmp")).map((warning) => warning.place)).toEqual([
      "nodes",
      "nodes",
      "sources",
    ]);
    const complete = await load(
      `${minimal}nodes: [{ name: A, aeTitle: A, host: h, port: 104, roles: [storage, worklist, query] }]\nsources: [{ id: a, profile: p }]\n`,
    );
    expect(settingsWarnings(complete)).toEqual([]);
    const unproven = await load(
      `${minimal}nodes: [{ name: A, aeTitle: A, host: h, port: 104, roles: [storage, worklist] }]\nsources: [{ id: a, profile: p }]\n`,
    );
    expect(settingsWarnings(unproven).map((warning) => warning.place)).toEqual(["nodes", "retention.withoutProof"]);
  });

  test("what works and does not do what it seems to has a warning", async () => {
    await writeFile(join(folder, "secret"), "s");
    const warnings = async (nodes: string, more = ""): Promise<string> => {
      const rest = `nodes: [${nodes}, { name: W, aeTitle: W, host: w, port: 104, roles: [worklist] }]\nsources: [{ id: a, profile: p }]\n`;
      return settingsWarnings(await load(`${minimal}${more}${rest}`))
        .map(({ place, message }) => `${place}: ${message}`)
        .join("\n");
    };
    const web = (url: string, more: string) =>
      `{ name: A, roles: [storage, query], dicomweb: { url: "${url}", ${more} } }`;
    const dimse = (host: string, roles: string) =>
      `{ name: A, aeTitle: A, host: ${host}, port: 104, roles: [${roles}] }`;
    expect(await warnings(web("http://h/x", "tokenFile: secret"))).toMatch(/^nodes: dicomweb of A: .*in the clear/);
    expect(await warnings(web("http://h/x", "user: u, passwordFile: secret"))).toContain("in the clear");
    expect(await warnings(web("http://h/x", "caFile: secret"))).toContain("no effect");
    expect(await warnings(web("https://h/x", "tokenFile: secret, caFile: secret"))).toBe("");
    const query = dimse("h", "storage, query");
    const hook = (url: string) => `alarms: { webhook: { url: "${url}", tokenFile: secret } }\n`;
    expect(await warnings(query, hook("http://h/x"))).toMatch(/^alarms\.webhook: .*in the clear/);
    expect(await warnings(query, hook("https://h/x"))).toBe("");
    const other = "{ name: B, aeTitle: B, host: b, port: 104, roles: [commitment, query] }";
    expect(await warnings(`${query}, ${other}`, "listener: { host: 0.0.0.0 }\n")).toMatch(/^nodes: B has the role/);
    const proven = dimse("h", "storage, commitment");
    expect(await warnings(proven)).toMatch(/^listener\.host: is 127\.0\.0\.1: .* A sends/);
    expect(await warnings(proven, "listener: { host: 0.0.0.0 }\n")).toBe("");
    expect(await warnings(dimse("localhost", "storage, commitment"))).toBe("");
    const tls = "listener: { enabled: false, tls: { certificateFile: secret, keyFile: secret } }\n";
    expect(await warnings(query, tls)).toBe("listener.tls: has no effect while listener.enabled is false");
  });
});

describe("a hostile file", () => {
  test.each([
    ["a key twice", `${minimal}log: { level: info, level: warn }\n`, "has this key twice"],
    ["an alias bomb", "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "uses an anchor"],
    ["an anchor that nothing uses", `${minimal}log: { file: &a x.log }\n`, "uses an anchor"],
    ["a tag", `${minimal}log: !!js/function "x"\n`, "uses a tag"],
    ["a binary tag", `${minimal}log: { file: !!binary aGVsbG8= }\n`, "uses a tag"],
    ["two documents", `${minimal}---\n${minimal}`, "more than one document"],
    ["a directive", `%YAML 1.1\n---\n${minimal}`, "has a %YAML line"],
    ["a tab", "station:\n\taeTitle: A\n", "tab"],
    ["an unclosed bracket", "nodes: [\n", "is not YAML here"],
    ["depth without end", "[".repeat(20_000), "the file"],
    ["a list at the top", "- a\n", "the file: must be a section"],
  ])("%s is refused with words", async (_name, yaml, words) => {
    expect((await problemsOf(yaml)).join("\n")).toContain(words);
  });

  test("the prototype of objects cannot be reached", async () => {
    expect((await problemsOf(`${minimal}__proto__: { polluted: true }\n`)).join()).toContain(
      "__proto__: is not a setting",
    );
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("nothing in it: what must be there is asked for", async () => {
    expect(await problemsOf("")).toEqual([
      expect.stringContaining("station: is missing"),
      expect.stringContaining("storage: is missing"),
    ]);
  });

  test("too large, not text, not a file, not there: said so, without a line", async () => {
    const file = join(folder, "large.yaml");
    await writeFile(file, "");
    await truncate(file, 1_048_577);
    await expect(loadSettings(file)).rejects.toMatchObject({
      code: "unreadable",
      message: expect.stringContaining("larger than 1 MB"),
    });
    expect(await problemsOf(Buffer.from([0x61, 0xff, 0xfe]))).toEqual([expect.stringContaining("not UTF-8")]);
    await expect(loadSettings(folder)).rejects.toThrow("is not a file");
    await expect(loadSettings(join(folder, "none.yaml"))).rejects.toThrow("cannot be read (ENOENT)");
  });
});
