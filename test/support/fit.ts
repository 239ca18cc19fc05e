/** A node for fit tests, a fit test with small pictures and short waits, and a port for reports of commitment. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { loadSettings, type Settings } from "../../src/config/config.ts";
import { clipRungs, defaultStillRungs } from "../../src/dicom/dicom.ts";
import { eventReportService, listen } from "../../src/dimse/dimse.ts";
import {
  type FitNode,
  type FitOptions,
  type FitReport,
  FitReports,
  fitSettingsYaml,
  runFitTest,
} from "../../src/fit/fit.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { need } from "./programs.ts";

/** The settings of a new node. */
const newNode = {
  roles: ["storage"],
  encoding: {
    characterSet: "ISO_IR 192",
    maxInstanceBytes: 2_000_000_000,
    fragmentable: false,
    stills: defaultStillRungs,
    clips: clipRungs,
  },
  sending: { associations: 2 },
  commitment: { reportWithinMinutes: 60, askAgain: 3 },
} as const satisfies Pick<FitNode, "roles" | "encoding" | "sending" | "commitment">;

type Peer = { readonly aeTitle: string } & ({ readonly port: number } | { readonly dicomPort: number });

/** A node over DIMSE on loopback. */
export function dimseNode(peer: Peer, deadlines: NonNullable<FitNode["dimse"]>["deadlines"] = {}): FitNode {
  const port = "port" in peer ? peer.port : peer.dicomPort;
  const address = { host: "127.0.0.1", port, calledAeTitle: peer.aeTitle, callingAeTitle: "SCOPELINE" };
  return { ...newNode, name: "Archive", dimse: { address, deadlines }, dicomweb: null };
}

/** What Orthanc's DICOMweb is asked to do. */
export function webOf(orthanc: { readonly url: string }, uses: readonly ("store" | "query")[]): FitNode["dicomweb"] {
  const deadlines = { connectMs: 5_000, readMs: 10_000, writeMs: 10_000, responseMs: 30_000 };
  return { target: { url: `${orthanc.url}/dicom-web`, deadlines }, uses };
}

export function webNode(orthanc: { readonly url: string }): FitNode {
  return { ...newNode, name: "Archive", dimse: null, dicomweb: webOf(orthanc, ["store", "query"]) };
}

/** Pictures that two cores make in a moment. */
export async function fitQuickly(node: FitNode, directory: string, more: Partial<FitOptions> = {}): Promise<FitReport> {
  const size = { width: 320, height: 240 };
  return runFitTest(node, {
    ffmpegPath: need("ffmpeg"),
    workDirectory: join(directory, "fit"),
    station: { stationName: "OR1", institutionName: "Test", serialNumber: "1", softwareVersion: "0" },
    clock: systemClock,
    signal: new AbortController().signal,
    sizes: { still: size, clip: size, fastClip: size, hevcClip: size },
    ...more,
    limits: { indexMs: 1_500, reportMs: 3_000, ...more.limits },
  });
}

/** A port of ours that takes reports of commitment for a fit test. */
export async function listenForReports(): Promise<AsyncDisposable & { readonly port: number; reports: FitReports }> {
  const reports = new FitReports();
  const service = eventReportService(async (report) => (reports.take(report) ? 0 : 0x0112));
  const acceptor = await listen({ host: "127.0.0.1", port: 0, aeTitle: "SCOPELINE", services: [service] });
  return { port: acceptor.port, reports, [Symbol.asyncDispose]: () => acceptor.close() };
}

/** The proposed lines in the entry of a node of a settings file, loaded as at a start; its first node. */
export async function settingsWith(
  report: FitReport,
  node: FitNode,
  directory: string,
): Promise<Settings["nodes"][number] | undefined> {
  const [proposed] = parse(fitSettingsYaml(report)) as [{ dicomweb?: object }];
  const address = { aeTitle: "ARCHIVE", host: "127.0.0.1", port: 104 };
  const dicomweb = node.dicomweb && { dicomweb: { url: node.dicomweb.target.url, ...proposed.dicomweb } };
  const entry = { ...(node.dimse && address), ...proposed, ...dicomweb };
  const storage = { directory: join(directory, "data") };
  const settings = { station: { aeTitle: "SCOPELINE", stationName: "OR1" }, storage, nodes: [entry] };
  await mkdir(storage.directory, { recursive: true });
  const file = join(directory, "scopeline.yaml");
  await writeFile(file, JSON.stringify(settings));
  return (await loadSettings(file)).nodes[0];
}
