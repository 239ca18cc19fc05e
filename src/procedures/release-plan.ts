import type { StillEncoding } from "../capture/capture.ts";
import type { DeviceProfile } from "../devices/devices.ts";
import { chooseVideoTransferSyntax, transferSyntaxes } from "../dicom/dicom.ts";
import type { OriginalEncoding } from "../encoding/encoding.ts";
import type { RouteFacts } from "../outbox/outbox.ts";
import type { Capture, ClipFacts, Procedure } from "./procedure.ts";

/** By chroma_format_idc (ITU-T H.264 and H.265 Table 6-1). */
const chromaFormats = ["4:0:0", "4:2:0", "4:2:2", "4:4:4"] as const;

/** The transfer syntax of a clip as it was recorded; `refused`: why it is not legal DICOM. */
export function clipTransferSyntax(facts: ClipFacts): { readonly uid: string } | { readonly refused: string } {
  const chromaFormat = chromaFormats[facts.video.chromaFormat];
  if (chromaFormat === undefined) return { refused: "its stream does not say how its colours are stored" };
  const frameRate = facts.fpsNum / facts.fpsDen;
  return chooseVideoTransferSyntax({ ...facts.video, frameRate, chromaFormat });
}

const stillSyntaxes = {
  jpeg: transferSyntaxes.jpegBaseline,
  "jpeg-ls": transferSyntaxes.jpegLsLossless,
  uncompressed: transferSyntaxes.explicitLittleEndian,
} as const satisfies Record<StillEncoding, string>;

/** The transfer syntax of a still as it was kept. */
export function stillTransferSyntax(facts: Capture["facts"]): string {
  return stillSyntaxes[facts?.kind === "still" ? (facts.encoding ?? "jpeg") : "jpeg"];
}

/** What a capture is composed as first. What cannot be composed gets a guess: composing tells why. */
export function originalEncodingOf(capture: Capture, profile: DeviceProfile | undefined): OriginalEncoding {
  if (capture.kind === "still") {
    const sopClass = profile?.sopClasses.still ?? "secondaryCapture";
    return { kind: "still", sopClass, transferSyntaxUid: stillTransferSyntax(capture.facts) };
  }
  const sopClass = profile?.sopClasses.clip ?? "videoPhotographic";
  const chosen = capture.facts?.kind === "clip" ? clipTransferSyntax(capture.facts) : undefined;
  const uid = chosen !== undefined && "uid" in chosen ? chosen.uid : transferSyntaxes.h264HighLevel41;
  return { kind: "clip", sopClass, transferSyntaxUid: uid };
}

/** What the rules of routing look at. */
export function routeFactsOf(
  { worklistItems }: Procedure,
  capture: Capture,
  profile: DeviceProfile | undefined,
  recipientAttribute: string,
): RouteFacts {
  const steps = worklistItems.map((item) => item.step);
  const ofOrders = (keyword: string): string[] => steps.flatMap((step) => step.orderAttributes?.[keyword] ?? []);
  return {
    source: capture.source,
    deviceProfile: capture.profileId,
    modality: profile?.modality ?? "",
    procedureCodes: steps.flatMap((step) => [...step.requestedProcedureCodes, ...step.scheduledProtocolCodes]),
    requestingServices: ofOrders("RequestingService"),
    recipients: ofOrders(recipientAttribute),
  };
}
