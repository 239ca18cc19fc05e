import { isDeepStrictEqual } from "node:util";
import { declarationOf } from "./character-set.ts";
import { type DataSet, isItems, type Value } from "./data-set.ts";
import { decodeDataSet } from "./decode.ts";
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
  const recoded = undeclared(dataSet);
  return { dataSet: values.length === 0 ? recoded : { ...recoded, SpecificCharacterSet: values } };
}

/**
 * The beginning of a stored Instance, up to Pixel Data, in a destination's character set; the pixels are not read. Same SOP
 * Instance UID: nothing but the encoding of text differs. An Instance in that set already gives an empty head. Throws
 * DicomError: malformed, or unsupported for what is not in explicit VR or would not be read back the same.
 */
export async function recodedHead(file: string, meta: Part10Meta, characterSet: string): Promise<RecodedHead> {
  const { bytes, dataSet } = await readBeforePixelData(file, meta);
  const recoded = recodeDataSet(dataSet, characterSet);
  if ("cannotHold" in recoded) return recoded;
  const head = encodeDataSet(recoded.dataSet, { transferSyntax: "explicit", ...defaultRepertoire(recoded.dataSet) });
  // More than the encoding of text must not differ, whatever is in there.
  if (!isDeepStrictEqual(undeclared(decodeDataSet(head, { transferSyntax: "explicit" })), undeclared(dataSet))) {
    throw new DicomError("unsupported", "This instance cannot be written in another character set; send it as it is.");
  }
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

/** Without any (0008,0005), in items neither: what they have is the data set's then. */
function undeclared({ SpecificCharacterSet: _, ...dataSet }: DataSet): DataSet {
  const entries = Object.entries(dataSet).map(([keyword, value]): [string, Value | undefined] => [
    keyword,
    value !== undefined && isItems(value) ? value.map(undeclared) : value,
  ]);
  return Object.fromEntries(entries);
}
