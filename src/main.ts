/** The commands of Scopeline: `serve` runs the box, `check` proves its invariants, `settings` checks a settings file. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { type Appliance, startAppliance } from "./appliance.ts";
import { findReceipt, type ReceiptFinding } from "./audit/audit.ts";
import { loadSettings, type Settings, SettingsError, settingsWarnings } from "./config/config.ts";
import { conformanceStatement } from "./conformance/conformance.ts";
import { DeviceError, devicesText, listDevices } from "./devices/devices.ts";
import { FitError } from "./fit/fit.ts";
import { FitTests } from "./fit-tests.ts";
import { systemClock } from "./lib/clock.ts";
import { memoryWarnings, readMemoryFacts } from "./memory-only.ts";
import { checkProof } from "./proof/proof.ts";
import { resetAdministrator } from "./reset-administrator.ts";
import { assumptionsOf, buildSources } from "./sources.ts";
import { checkStore, openDatabaseForReading, StoreError } from "./store/store.ts";
import { version } from "./version.ts";
import { TlsOfSettings } from "./wiring.ts";

const root = resolve(import.meta.dirname, "..");

const usage = `Scopeline ${version}

  scopeline serve    --config FILE           run the box
  scopeline check    --config FILE [--fast]  prove that nothing is lost or changed; --fast compares sizes only
                     [--receipt HASH]        and find the hash that is printed on a receipt
  scopeline fit      --config FILE --node NAME  try a node with synthetic pictures and propose its settings
  scopeline conformance --config FILE        write the DICOM Conformance Statement of a box with these settings
  scopeline devices  --config FILE           list the video devices of this machine, and how settings name them
  scopeline reset-administrator --config FILE [--user NAME]  give an administrator who forgot their PIN another
  scopeline settings --config FILE           check a settings file and say everything that is wrong with it
`;

async function serve(settings: Settings): Promise<number> {
  const { level, file } = settings.log;
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: file ?? 1, sync: true }),
  );
  for (const { place, message } of settingsWarnings(settings)) log.warn({ place }, message);
  for (const message of memoryWarnings(await readMemoryFacts())) log.warn(message);
  const stopping = Promise.withResolvers<string>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.resolve(signal));
  for (const fault of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(fault, (error: unknown) => {
      // A defect. What is on the disk is safe; a clean start is safer than going on in an unknown state.
      log.fatal({ error: error instanceof Error ? error.stack : String(error) }, fault);
      process.exitCode = 1;
      stopping.resolve("fault");
    });
  }
  let appliance: Appliance;
  try {
    appliance = await startAppliance(
      settings,
      { deviceProfiles: join(root, "device-profiles"), ui: join(root, "ui/dist") },
      log,
    );
  } catch (error) {
    log.fatal({ error: error instanceof Error ? error.message : String(error) }, "cannot start");
    return 1;
  }
  log.info({ url: appliance.url, dicomPort: appliance.dicomPort, version }, "Scopeline is ready");
  const signal = await stopping.promise;
  log.info({ signal }, "stopping");
  await appliance.stop();
  log.info({}, "stopped");
  return Number(process.exitCode ?? 0);
}

async function check(settings: Settings, full: boolean, receipt: string | undefined): Promise<number> {
  const databaseFile = join(settings.storage.directory, "scopeline.db");
  if (!existsSync(databaseFile)) {
    process.stderr.write(`There is no database at ${databaseFile}. Is storage.directory right?\n`);
    return 2;
  }
  using database = openDatabaseForReading(databaseFile);
  const { findings, checked } = await checkStore(database, settings.storage.directory, {
    full,
    now: Date.now(),
    hasStorageNodes: settings.nodes.some((node) => node.roles.includes("storage")),
  });
  const proof = full ? checkProof(database) : undefined;
  for (const { invariant, subject, message } of [...findings, ...(proof?.findings ?? [])])
    process.stdout.write(`NOT SO: ${invariant}: ${subject}: ${message}\n`);
  const { captures, instances, deliveries, bytesHashed } = checked;
  const what = `${captures} captures, ${instances} instances, ${deliveries} deliveries, ${bytesHashed} bytes hashed`;
  const found = findings.length + (proof?.findings.length ?? 0);
  const chained = proof === undefined ? "" : `, ${proof.chain.rows} audit rows chained`;
  process.stdout.write(`${found === 0 ? "clean" : `${found} findings`}: ${what}${chained}\n`);
  if (proof?.chain.head) process.stdout.write(`head of the audit: ${proof.chain.head.hash}\n`);
  const isFound = receipt === undefined || tellReceipt(findReceipt(database, receipt));
  return found === 0 && isFound ? 0 : 1;
}

/** Whether the hash on a printed receipt is in the audit, in words. */
function tellReceipt(finding: ReceiptFinding): boolean {
  switch (finding.kind) {
    case "malformed":
      process.stdout.write("receipt: not a hash. Type all 64 digits and letters as they are printed.\n");
      return false;
    case "unknown":
      process.stdout.write(
        "NOT SO: receipt: no row of the audit has this hash. The audit was changed, or it is another box's.\n",
      );
      return false;
    case "found":
      process.stdout.write(
        `receipt: found, row ${finding.row.id} of ${new Date(finding.row.at).toISOString()}, ${finding.rowsSince} rows since\n`,
      );
      return true;
    default:
      return finding satisfies never;
  }
}

/** Tries one node, without a running service; a report of commitment that would come to our port is not heard. */
async function fitTest(settings: Settings, node: string): Promise<number> {
  const log = pino({ level: "silent" });
  const { profileOf, ffmpegPath, sources } = await buildSources(
    settings,
    join(root, "device-profiles"),
    log,
    () => undefined,
  );
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new Error("stopped")));
  const tests = new FitTests(
    {
      settings,
      tls: new TlsOfSettings(settings),
      ffmpegPath,
      storageDirectory: settings.storage.directory,
      softwareVersion: version,
      profiles: [...sources.values()].flatMap(({ profileId }) => profileOf(profileId) ?? []),
      clock: systemClock,
      signal: stop.signal,
    },
    false,
  );
  const result = await tests.run(node, (words) => process.stderr.write(`${words}\n`));
  if (result === undefined || result === "busy") {
    const names = settings.nodes.map(({ name }) => name).join(", ");
    process.stderr.write(`There is no node ${node} in the settings; there are: ${names}.\n`);
    return 2;
  }
  process.stdout.write(result.report);
  return 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      config: { type: "string" },
      fast: { type: "boolean" },
      receipt: { type: "string" },
      node: { type: "string" },
      user: { type: "string" },
      help: { type: "boolean" },
    },
  });
  const [command] = positionals;
  if (values.help === true || values.config === undefined || command === undefined) {
    process.stdout.write(usage);
    return values.help === true ? 0 : 2;
  }
  const settings = await loadSettings(values.config);
  switch (command) {
    case "serve":
      return serve(settings);
    case "check":
      if (values.fast === true && values.receipt !== undefined) {
        process.stderr.write("--receipt needs the whole check: leave out --fast.\n");
        return 2;
      }
      return check(settings, values.fast !== true, values.receipt);
    case "fit":
      if (values.node === undefined) {
        process.stderr.write(`Say which node: --node NAME.\n${usage}`);
        return 2;
      }
      return fitTest(settings, values.node);
    case "conformance":
      process.stdout.write(conformanceStatement(settings, version));
      return 0;
    case "devices":
      process.stdout.write(devicesText(await listDevices({ ffmpeg: settings.ffmpeg.path ?? "ffmpeg" })));
      return 0;
    case "reset-administrator": {
      const { code, words } = await resetAdministrator(settings, values.user);
      process[code === 0 ? "stdout" : "stderr"].write(`${words}\n`);
      return code;
    }
    case "settings":
      for (const { place, message } of settingsWarnings(settings)) process.stdout.write(`note: ${place}: ${message}\n`);
      for (const note of await assumptionsOf(settings, join(root, "device-profiles")))
        process.stdout.write(`note: ${note}\n`);
      process.stdout.write(`${values.config} is right.\n`);
      return 0;
    default:
      process.stderr.write(`Unknown command ${command}.\n${usage}`);
      return 2;
  }
}

try {
  process.exit(await main());
} catch (error) {
  const isKnown =
    error instanceof SettingsError ||
    error instanceof StoreError ||
    error instanceof FitError ||
    error instanceof DeviceError;
  if (!isKnown) throw error;
  process.stderr.write(`${error.message}\n`);
  // EX_CONFIG of sysexits(3): a restart does not heal it, and the systemd unit does not try.
  process.exit(error instanceof SettingsError ? 78 : 2);
}
