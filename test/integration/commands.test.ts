/** The commands beside `serve`, as programs, and the same over the API. */
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningHospital, startHospital, temporaryDirectory } from "../support/peers.ts";
import { runTool } from "../support/run.ts";
import { type Box, HttpProblem, startScopeline } from "../support/scopeline.ts";

const main = resolve(import.meta.dirname, "../../src/main.ts");
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let hospital: RunningHospital;
let box: Box;

beforeAll(async () => {
  directory = await temporaryDirectory();
  hospital = await startHospital({ directory: join(directory.path, "hospital") });
  const roles = ["storage", "commitment", "query"] as const;
  box = await startScopeline({
    directory: join(directory.path, "box"),
    input: { width: 320, height: 180, fps: 15 },
    nodes: [{ name: "Archive", aeTitle: hospital.aeTitle, port: hospital.dicomPort, roles }],
  });
  await hospital.setPeers({ SCOPELINE: { host: "127.0.0.1", port: box.dicomPort } });
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await hospital?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

const scopeline = (...args: string[]) =>
  runTool(process.execPath, [main, args[0] ?? "", "--config", box.settingsFile, ...args.slice(1)]);

it("conformance writes the statement of this box, with its nodes", async () => {
  const { code, stdout } = await scopeline("conformance");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^# .*Conformance/m);
  expect(stdout).toContain("SCOPELINE");
});

it("fit of a node that is not in the settings says which there are", async () => {
  expect(await scopeline("fit", "--node", "Nobody")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Archive"),
  });
  expect(await scopeline("fit")).toMatchObject({ code: 2, stderr: expect.stringContaining("--node") });
});

it("check finds no receipt that was never given, and says how a hash is typed", async () => {
  expect(await scopeline("check", "--receipt", "0".repeat(64))).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("no row"),
  });
  expect(await scopeline("check", "--receipt", "123")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("64"),
  });
  expect(await scopeline("check", "--fast", "--receipt", "0".repeat(64))).toMatchObject({ code: 2 });
});

it("a fit test over the API hears the commitment on the box's own port, and one runs at a time", async () => {
  const test = box.post<{ settings: string; report: string; warnings: string[] }>("/api/nodes/Archive/fit-test");
  const busy: unknown = await box.post("/api/nodes/Archive/fit-test").catch((error: unknown) => error);
  expect(busy).toBeInstanceOf(HttpProblem);
  expect(busy).toMatchObject({ status: 409 });
  const { settings, report } = await test;
  expect(report).toMatch(/Storage commitment \| passed/);
  expect(settings).toMatch(/name: Archive/);
  expect(settings).toMatch(/commitment/);
  expect(await hospital.archive()).not.toHaveLength(0);
  const unknown: unknown = await box.post("/api/nodes/Nobody/fit-test").catch((error: unknown) => error);
  expect(unknown).toMatchObject({ status: 404 });
});
