import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { endsWithUs } from "../../src/lib/ends-with-us.ts";
import { type RunningProgram, runTool, start, temporaryDirectory } from "../support/run.ts";

const demo = path.resolve(import.meta.dirname, "../../src/demo/demo.ts");

function startDemo(directory: string, ...more: string[]): RunningProgram {
  return start({ program: process.execPath, args: [demo, "--data", directory, "--port", "0", ...more] });
}

/** The processes whose command line names this folder: the demo's own children all do. */
async function processesOf(directory: string): Promise<string[]> {
  const { stdout } = await runTool("ps", ["-eo", "pid,args"]);
  return stdout.split("\n").filter((line) => line.includes(directory));
}

it("the demo shows today's worklist, keeps everything under its folder, and ends all of it", async () => {
  await using directory = await temporaryDirectory();
  const data = path.join(directory.path, "demo");
  const program = startDemo(data);
  const address = /http:\/\/\S+/.exec(await program.line((line) => line.startsWith("Scopeline "), 90_000))?.[0] ?? "";
  const archive = await program.line((line) => line.startsWith("Archive"));
  expect(archive).toContain(path.join(data, "hospital", "archive"));
  await access(path.join(data, "hospital", "archive"));
  expect((await processesOf(data)).length).toBeGreaterThanOrEqual(3);

  const entries = async (): Promise<number> => {
    const response = await fetch(`${address}/api/worklist`);
    const worklist: { entries?: unknown[] } = await response.json();
    return worklist.entries?.length ?? 0;
  };
  await expect.poll(entries, { timeout: 30_000 }).toBe(13);
  const pin = /PIN (\d+)/.exec(program.output())?.[1];
  const { people } = (await (await fetch(`${address}/api/people`)).json()) as { people: { id: string }[] };
  const body = JSON.stringify({ userId: people[0]?.id, pin });
  const headers = { "content-type": "application/json" };
  expect(await fetch(`${address}/api/session`, { method: "POST", headers, body })).toMatchObject({ status: 200 });

  await program[Symbol.asyncDispose]();
  expect(await processesOf(data)).toEqual([]);
  expect((await readdir(data)).sort()).toEqual(["administrator-pin.txt", "box", "hospital", "logs", "scopeline.yaml"]);
});

it("the demo says what ended, with its last words, and ends the rest", async () => {
  await using directory = await temporaryDirectory();
  await using program = startDemo(directory.path);
  await program.line((line) => line.startsWith("Scopeline "), 90_000);
  const [hospital = ""] = (await processesOf(directory.path)).filter((line) => line.includes("hospital/main.ts"));
  process.kill(Number.parseInt(hospital, 10), "SIGKILL");
  await program.ended;
  expect(program.output()).toContain("The hospital was ended by SIGKILL");
  expect(await processesOf(directory.path)).toEqual([]);
});

it("the demo leaves nothing running when it is killed itself", async () => {
  await using directory = await temporaryDirectory();
  const child = spawn(...endsWithUs(process.execPath, [demo, "--data", directory.path, "--port", "0"]), {
    detached: true,
  });
  const ready = Promise.withResolvers<void>();
  child.stdout.on("data", (text: Buffer) => text.includes("Ctrl-C") && ready.resolve());
  const ended = once(child, "exit");
  await ready.promise;
  child.kill("SIGKILL");
  await ended;
  await expect.poll(() => processesOf(directory.path), { timeout: 20_000 }).toEqual([]);
  expect(await readFile(path.join(directory.path, "logs", "scopeline.log"), "utf8")).toContain("stopped");
});
