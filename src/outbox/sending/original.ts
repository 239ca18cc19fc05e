import { type SopClassName, sopClasses, sopClassNames } from "../../dicom/dicom.ts";
import type { OriginalEncoding } from "../../encoding/encoding.ts";

/** What a capture was composed as first; undefined for a SOP class that this box does not compose. */
export function originalEncoding(sopClassUid: string, transferSyntaxUid: string): OriginalEncoding | undefined {
  const sopClass: SopClassName | undefined = sopClassNames.find((name) => sopClasses[name].uid === sopClassUid);
  return sopClass && { kind: sopClasses[sopClass].kind, sopClass, transferSyntaxUid };
}
