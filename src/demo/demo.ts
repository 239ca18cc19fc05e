/** `npm run demo`: a simulated hospital and a box with a simulated microscope, each a process of its own. */
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Child, startChild } from "./child.ts";
import { administratorName, administratorPin } from "./demo-administrator.ts";
import { demoSettings, stationAeTitle } from "./demo-settings.ts";

const sources = path.resolve(import.meta.dirname, "..");
const hospitalAeTitle = "HOSPITAL";
const readyWithinMs = 60_000;

const { values } = parseArgs({
  options: { data: { type: "string", default: "./demo-data" }, port: { type: "string", default: "8400" } },
});

/** Ends the demo; the reason is what the person at the terminal reads. */
class DemoEnd extends Error {}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Rejects when the child ends: none is to end before the demo does. */
async function untilEnds(child: Child): Promise<never> {
  const how = await child.ended;
  throw new DemoEnd(`${child.name} ${how}. Its last lines:\n${(await child.lastLines()) || "(none)"}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

async function isHealthy(url: string): Promise<boolean> {
  return fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
}

async function run(stopped: Promise<unknown>): Promise<void> {
  const directory = path.resolve(values.data);
  const port = Number(values.port) || (await freePort());
  const logs = path.join(directory, "logs");
  const hospitalDirectory = path.join(directory, "hospital");
  await mkdir(logs, { recursive: true });
  await mkdir(hospitalDirectory, { recursive: true });
  await using children = new AsyncDisposableStack();
  const ends: Promise<never>[] = [];
  const start = async (name: string, file: string, args: string[]): Promise<Child> => {
    const logFile = path.join(logs, `${name.toLowerCase().replaceAll(" ", "-")}.log`);
    const child = children.use(await startChild({ name, file: path.join(sources, file), args, logFile }));
    const end = untilEnds(child);
    // Handled below; this keeps Node quiet until then.
    end.catch(() => {});
    ends.push(end);
    return child;
  };

  // Known beforehand: the hospital has to be told where it can report.
  const listenerPort = await freePort();
  const aeTitles = ["--ae-title", hospitalAeTitle, "--station-ae-title", stationAeTitle];
  const reportTo = ["--report-to", `${stationAeTitle}=127.0.0.1:${listenerPort}`];
  const hospitalArgs = ["--directory", hospitalDirectory, ...aeTitles, ...reportTo];
  const hospital = await start("The hospital", "hospital/main.ts", hospitalArgs);
  const ready = await Promise.race([hospital.line((line) => line.includes('"dicomPort"')), stopped, ...ends]);
  if (typeof ready !== "string") return;
  // What src/hospital/main.ts prints when it is ready.
  const { dicomPort, httpPort } = JSON.parse(ready) as { dicomPort: number; httpPort: number };

  const settingsFile = path.join(directory, "scopeline.yaml");
  const places = { port, listenerPort, hospitalAeTitle, hospitalDicomPort: dicomPort };
  await writeFile(settingsFile, demoSettings(places));
  await start("Scopeline", "main.ts", ["serve", "--config", settingsFile]);
  const url = `http://127.0.0.1:${port}`;
  const giveUpAt = Date.now() + readyWithinMs;
  while (!(await isHealthy(url))) {
    if (Date.now() > giveUpAt) throw new DemoEnd(`Scopeline does not answer at ${url}; see ${logs}`);
    const isStopped = await Promise.race([sleep(100, false), stopped.then(() => true), ...ends]);
    if (isStopped) return;
  }

  const pin = await administratorPin(url, directory);
  say(`
Scopeline     ${url}
Signing in    ${administratorName}, PIN ${pin}
Archive       ${path.join(hospitalDirectory, "archive")}${path.sep}
Hospital      http://127.0.0.1:${httpPort} (faults, worklist, archive, steps, commitments)
Logs          ${logs}

Ctrl-C ends all of it.`);
  await Promise.race([stopped, ...ends]);
  say("ending …");
}

const stopped = Promise.withResolvers<void>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopped.resolve());
try {
  await run(stopped.promise);
} catch (error) {
  if (!(error instanceof DemoEnd)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}
