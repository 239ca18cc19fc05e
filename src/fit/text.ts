import { type DataSet, readPart10Meta, recodedHead, textOf } from "../dicom/dicom.ts";
import type { FitInstance, FitSubject } from "./instances.ts";
import type { TextSeen } from "./seen.ts";

/** What Latin-1 holds, and what only Unicode does. */
const latinWord = "TÉST ÄÖÜ ñß";
const wideWord = "Łódź Ελλάδα 山田";

/** The somebody whose study carries the text; another one for each character set, so that nobody has two names. */
export function textSubject(characterSet: string): FitSubject {
  const isUnicode = characterSet === "ISO_IR 192";
  const suffix = characterSet.replace(/[^A-Z0-9]+/gi, "-");
  return {
    patientName: `SCOPELINE^FIT ${latinWord}`,
    patientId: `SCOPELINE-FIT-${suffix}`.slice(0, 64),
    studyDescription: isUnicode ? `Scopeline fit test ${wideWord}` : "Scopeline fit test, no patient",
  };
}

/** The character sets to try, one after the other, until one survives. */
export function characterSetsToTry(present: string): readonly string[] {
  return [...new Set([present, "ISO_IR 192", "ISO_IR 100"])];
}

/** An instance with its text in another character set, as the outbox sends it; null: it cannot hold the text. */
export async function inCharacterSet(instance: FitInstance, characterSet: string): Promise<FitInstance | null> {
  const recoded = await recodedHead(instance.file, await readPart10Meta(instance.file), characterSet);
  if ("cannotHold" in recoded) return null;
  const { head: bytes, replacesBytes } = recoded;
  return replacesBytes === 0 ? instance : { ...instance, head: { bytes, replacesBytes } };
}

/** What became of the text, by an answer or an instance that came back; undefined: nothing came. */
export function judgeText(
  characterSet: string,
  sent: FitSubject,
  back: DataSet | undefined,
  seenIn: TextSeen["seenIn"],
): TextSeen {
  const isWide = characterSet === "ISO_IR 192";
  return {
    characterSet,
    latin: judge(sent.patientName, back, "PatientName"),
    wide: isWide ? judge(sent.studyDescription, back, "StudyDescription") : "unknown",
    seenIn,
  };
}

function judge(sent: string, back: DataSet | undefined, keyword: string): "kept" | "changed" | "unknown" {
  const got = back === undefined ? "" : textOf(back, keyword);
  if (got.trim() === "") return "unknown";
  return comparable(got) === comparable(sent) ? "kept" : "changed";
}

/** Archives write names in capitals, and trim; that loses no letter. */
function comparable(text: string): string {
  return text
    .normalize("NFC")
    .toLocaleUpperCase("en")
    .replace(/[\s^]+/g, " ")
    .trim();
}

/** Keys at study level that name the text (PS3.4 C.6.2.1.2). */
export function studyKeys(studyInstanceUid: string): DataSet {
  return { QueryRetrieveLevel: "STUDY", StudyInstanceUID: studyInstanceUid, PatientName: "", StudyDescription: "" };
}
