import { declarationOf } from "./character-set.ts";
import { type DataSet, isItems, type Value } from "./data-set.ts";
import { encodeDataSet } from "./encode.ts";
import { DicomError } from "./error.ts";
import { type Part10Meta, readBeforePixelData } from "./part10-read.ts";

/** A data set that declares the character set, or the attributes whose text the set cannot hold. */
export type Recoded = { readonly dataSet: DataSet } | CannotHold;

export interface CannotHold {
  /** Keywords, with their sequences: `RequestAttributesSequence.RequestedProcedureDescription`. Never values. */
  readonly cannotHold: readonly string[];
}

/** What is sent instead of the first `replacesBytes` of a stored data set; the rest goes as it is. */
export type RecodedHead = { readonly head: Buffer; readonly replacesBytes: number } | CannotHold;

/**
 * The same data set, to be written in a destination's character set (`characterSets`): its text does not change, only
 * (0008,0005) does, and items follow it. What the set cannot hold is named, never replaced.
 */
export function recodeDataSet(dataSet: DataSet, characterSet: string): Recoded {
  const values = declarationOf(characterSet);
  const cannotHold = [...new Set(unheld(dataSet, characterSet, ""))];
  if (cannotHold.length > 0) return { cannotHold };
  const { SpecificCharacterSet: _, ...rest } = dataSet;
  const recoded = withoutDeclarations(rest);
  return { dataSet: values.length === 0 ? recoded : { ...recoded, SpecificCharacterSet: values } };
}

/**
 * The beginning of a stored Instance, up to Pixel Data, in a destination's character set; the pixels are not read. Same SOP
 * Instance UID: nothing but the encoding of text differs. An Instance in that set already gives an empty head. Throws
 * DicomError: malformed, or unsupported for what is not in explicit VR or was not written by `encodeDataSet`.
 */
export async function recodedHead(file: string, meta: Part10Meta, characterSet: string): Promise<RecodedHead> {
  const { bytes, dataSet } = await readBeforePixelData(file, meta);
  // What could not be written back as it is would change by more than its text's encoding.
  if (!encodeDataSet(dataSet, { transferSyntax: "explicit" }).equals(bytes)) {
    throw new DicomError("unsupported", "This instance was not written by Scopeline and is sent only as it is.");
  }
  const recoded = recodeDataSet(dataSet, characterSet);
  if ("cannotHold" in recoded) return recoded;
  const head = encodeDataSet(recoded.dataSet, { transferSyntax: "explicit", ...defaultRepertoire(recoded.dataSet) });
  return head.equals(bytes) ? { head: Buffer.alloc(0), replacesBytes: 0 } : { head, replacesBytes: bytes.length };
}

/** Without (0008,0005) nothing beyond ASCII is written: encodeDataSet would otherwise declare UTF-8. */
function defaultRepertoire(dataSet: DataSet): { readonly characterSet?: string } {
  return dataSet.SpecificCharacterSet === undefined ? { characterSet: "ISO_IR 6" } : {};
}

function unheld(dataSet: DataSet, characterSet: string, path: string): readonly string[] {
  return Object.entries(dataSet).flatMap(([keyword, value]) => {
    if (value === undefined || keyword === "SpecificCharacterSet") return [];
    if (isItems(value)) return value.flatMap((item) => unheld(item, characterSet, `${path}${keyword}.`));
    return isHeld(keyword, value, characterSet) ? [] : [`${path}${keyword}`];
  });
}

function isHeld(keyword: string, value: Value, characterSet: string): boolean {
  try {
    encodeDataSet({ [keyword]: value }, { transferSyntax: "explicit", characterSet });
    return true;
  } catch (error) {
    if (error instanceof DicomError && error.code === "unencodable-text") return false;
    throw error;
  }
}

/** Items that declared a set of their own have the data set's now. */
function withoutDeclarations(dataSet: DataSet): DataSet {
  const entries = Object.entries(dataSet).map(([keyword, value]): [string, Value | undefined] => {
    if (value === undefined || !isItems(value)) return [keyword, value];
    return [keyword, value.map(({ SpecificCharacterSet: _, ...item }) => withoutDeclarations(item))];
  });
  return Object.fromEntries(entries);
}
