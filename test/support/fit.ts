/** A node for fit tests, and a fit test with small pictures and short waits. */
import { join } from "node:path";
import { type FitNode, type FitOptions, type FitReport, runFitTest } from "../../src/fit/fit.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { need } from "./programs.ts";

export const fitDefaults = {
  roles: ["storage"],
  encoding: {
    characterSet: "ISO_IR 192",
    maxInstanceBytes: 2_000_000_000,
    fragmentable: false,
    stills: ["original", "secondaryCapture", "secondaryCaptureUncompressed"],
    clips: [
      "original",
      "videoMicroscopic",
      "videoEndoscopic",
      "videoPhotographic",
      "videoMicroscopicMpeg2",
      "videoEndoscopicMpeg2",
      "videoPhotographicMpeg2",
      "multiFrameTrueColor",
      "keyFrames",
    ],
  },
  sending: { associations: 2 },
  commitment: { reportWithinMinutes: 60, askAgain: 3 },
} as const satisfies Pick<FitNode, "roles" | "encoding" | "sending" | "commitment">;

/** A node over DIMSE on loopback, with the settings of a new one. */
export function dimseNode(name: string, peer: { readonly aeTitle: string; readonly port: number }): FitNode {
  const address = { host: "127.0.0.1", port: peer.port, calledAeTitle: peer.aeTitle, callingAeTitle: "SCOPELINE" };
  return { ...fitDefaults, name, dimse: { address }, dicomweb: null };
}

export const webDeadlines = { connectMs: 5_000, readMs: 10_000, writeMs: 10_000, responseMs: 30_000 };

/** Pictures of a size that two cores make in a moment. */
export async function fitQuickly(
  node: FitNode,
  directory: string,
  more: Partial<Omit<FitOptions, "limits">> & { readonly limits?: FitOptions["limits"] } = {},
): Promise<FitReport> {
  return runFitTest(node, {
    ffmpegPath: need("ffmpeg"),
    workDirectory: join(directory, "fit"),
    station: { stationName: "OR1", institutionName: "Test", serialNumber: "1", softwareVersion: "0" },
    clock: systemClock,
    signal: new AbortController().signal,
    sizes: {
      still: { width: 320, height: 240 },
      clip: { width: 320, height: 240 },
      fastClip: { width: 320, height: 240 },
    },
    ...more,
    limits: { stepMs: 60_000, indexMs: 1_500, reportMs: 5_000, ...more.limits },
  });
}
