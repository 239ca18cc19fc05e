import type { DeviceProfile } from "../devices/devices.ts";
import { type Derivation, sopClasses } from "../dicom/dicom.ts";
import type { Database } from "../store/store.ts";
import { lostWords } from "./clip-notices.ts";
import type { Capture, CaptureDerivation } from "./procedure.ts";
import { originalEncodingOf } from "./release-plan.ts";
import { findCapture } from "./rows.ts";

/** CID 7203. */
const lossyCompression = { codeValue: "113040", codingSchemeDesignator: "DCM", codeMeaning: "Lossy Compression" };

/**
 * How the Instance of a capture that was made from a clip says so (PS3.3 C.7.6.1.1.3 and .4); undefined: it came from a
 * source. It names the clip's own original Instance, and of a still the frame of it. A clip that was deleted before it
 * was ever released has none: then the words alone say it. Where the original went in parts the first is named, and no
 * frame of it, for frames are counted through all parts here.
 */
export function madeFromClip(
  database: Database,
  profileOf: (profileId: string) => DeviceProfile | undefined,
  { derivedFrom, derivation }: Capture,
): Derivation | undefined {
  if (derivedFrom === null || derivation === null) return undefined;
  const clip = findCapture(database, derivedFrom);
  if (clip === undefined) throw new Error(`the clip ${derivedFrom} has no row`);
  const description = descriptionOf(clip, derivation);
  const codes = derivation.kind === "frame" ? [lossyCompression] : [];
  if (clip.sopInstanceUid === null) return { description, codes, sources: [] };
  const instance = database
    .prepare("SELECT sop_class_uid AS uid, parts FROM instance WHERE sop_instance_uid = ?")
    .get(clip.sopInstanceUid);
  const planned = sopClasses[originalEncodingOf(clip, profileOf(clip.profileId)).sopClass].uid;
  const isWhole = Number(instance?.parts ?? 1) === 1;
  return {
    description,
    codes,
    sources: [
      {
        referencedSopClassUid: String(instance?.uid ?? "") || planned,
        referencedSopInstanceUid: clip.sopInstanceUid,
        ...(derivation.kind === "frame" && isWhole && { referencedFrameNumbers: [derivation.frame + 1] }),
      },
    ],
  };
}

function descriptionOf(clip: Capture, derivation: CaptureDerivation): string {
  const of = clip.facts?.kind === "clip" ? ` of ${clip.facts.frames}` : "";
  if (derivation.kind === "frame") {
    return `Frame ${derivation.frame + 1}${of} of clip ${clip.number}, decoded and stored as JPEG`;
  }
  const cut = `Frames ${derivation.firstFrame + 1} to ${derivation.lastFrame + 1}${of} of clip ${clip.number}, cut at key frames, not re-encoded`;
  return [cut, lostWords(clip)].filter(Boolean).join(". ");
}
