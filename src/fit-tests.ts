import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Settings } from "./config/config.ts";
import { type DeviceProfile, makesHevc } from "./devices/devices.ts";
import type { EventReport } from "./dimse/dimse.ts";
import { type FitNode, type FitOriginals, FitReports, fitReportText, fitSettingsYaml, runFitTest } from "./fit/fit.ts";
import type { Clock } from "./lib/clock.ts";
import { endpointOf, type TlsOfSettings, webTargetOf } from "./wiring.ts";

export interface FitTestsOptions {
  readonly settings: Settings;
  readonly tls: TlsOfSettings;
  readonly ffmpegPath: string;
  /** On a disk with room. */
  readonly storageDirectory: string;
  readonly softwareVersion: string;
  /** Of the sources: what this box really sends. */
  readonly profiles: readonly DeviceProfile[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface FitTestResult {
  readonly node: string;
  readonly at: number;
  /** For people, Markdown. */
  readonly report: string;
  /** The node's entry for the settings file; a comment where nothing can be proposed. */
  readonly settings: string;
  readonly differences: string[];
  readonly warnings: string[];
}

/** What sources with these profiles record; the SOP classes of the first. Undefined: there is none. */
export function originalsOf(
  profiles: readonly Pick<DeviceProfile, "sopClasses" | "still" | "clip" | "stereo">[],
): FitOriginals | undefined {
  const [first] = profiles;
  if (first === undefined) return undefined;
  return {
    ...first.sopClasses,
    stillEncodings: profiles.map(({ still }) => still.encoding),
    recordsHevc: profiles.some(({ clip }) => makesHevc(clip.encoder.codec)),
    recordsStereo: profiles.some(({ stereo }) => stereo !== undefined),
  };
}

/** The largest instance that is tried. */
const largeBytes = 100_000_000;

/** Tries the nodes of the settings, one at a time, with synthetic pictures only. */
export class FitTests {
  readonly #options: FitTestsOptions;
  readonly #reports: FitReports | null;
  #isRunning = false;

  /** `hears`: whether reports of storage commitment that come to our port are given to `take`. */
  constructor(options: FitTestsOptions, hears: boolean) {
    this.#options = options;
    this.#reports = hears ? new FitReports() : null;
  }

  /** Whether a report of commitment was about a fit test's instances. */
  take(report: EventReport): boolean {
    return this.#reports?.take(report) ?? false;
  }

  /** Undefined: there is no such node; "busy": another test is running. Throws FitError. */
  async run(name: string, onProgress: (words: string) => void = () => {}): Promise<FitTestResult | "busy" | undefined> {
    const { settings, ffmpegPath, storageDirectory, softwareVersion, profiles, clock, signal } = this.#options;
    const node = settings.nodes.find((one) => one.name === name);
    if (node === undefined) return undefined;
    if (this.#isRunning) return "busy";
    this.#isRunning = true;
    try {
      const { stationName, institutionName = "", serialNumber = "" } = settings.station;
      const reports = this.#reports;
      const originals = originalsOf(profiles);
      const workDirectory = join(storageDirectory, "work");
      await mkdir(workDirectory, { recursive: true, mode: 0o700 });
      const report = await runFitTest(this.#fitNode(node), {
        ffmpegPath,
        workDirectory,
        station: { stationName, institutionName, serialNumber, softwareVersion },
        clock,
        signal,
        onProgress: ({ words, number, of }) => onProgress(`${number} of ${of}: ${words}`),
        largeBytes,
        ...(originals && { originals }),
        ...(reports && { awaitReport: reports.awaitReport }),
      });
      const { at } = report;
      const [differences, warnings] = [[...report.differences], [...report.warnings]];
      return {
        node: name,
        at,
        report: fitReportText(report),
        settings: fitSettingsYaml(report),
        differences,
        warnings,
      };
    } finally {
      this.#isRunning = false;
    }
  }

  #fitNode(node: Settings["nodes"][number]): FitNode {
    const { settings, tls } = this.#options;
    const target = webTargetOf(node, tls);
    return {
      name: node.name,
      dimse: endpointOf(settings, node, tls),
      dicomweb: target && { target, uses: node.dicomweb?.uses ?? [] },
      roles: node.roles,
      encoding: node.encoding,
      sending: { associations: node.sending.associations },
      commitment: node.commitment,
    };
  }
}
