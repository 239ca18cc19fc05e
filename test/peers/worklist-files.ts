/** Worklist files for DCMTK's provider: answers in which none of our code had a hand. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A value may be raw bytes, in whatever character set. */
export interface WorklistFile {
  readonly characterSet?: string;
  readonly patientName: string | Buffer;
  readonly patientId: string;
  readonly description?: string | Buffer;
  readonly startDate?: string;
  readonly station?: string;
  readonly stepId?: string;
}

/** The text dump2dcm makes a worklist file of. */
export function dumpOf(file: WorklistFile): Buffer {
  const lines: (string | Buffer)[][] = [
    ...(file.characterSet === undefined ? [] : [["(0008,0005) CS [", file.characterSet, "]"]]),
    ["(0008,0050) SH [ACC-", file.patientId, "]"],
    ["(0008,0090) PN [Ref^Doc]"],
    ["(0010,0010) PN [", file.patientName, "]"],
    ["(0010,0020) LO [", file.patientId, "]"],
    ["(0010,0021) LO [HOSP]"],
    ["(0010,0030) DA [19700101]"],
    ["(0010,0040) CS [F]"],
    ["(0020,000d) UI [1.2.826.0.1.3680043.8.498.777.1]"],
    ["(0032,1060) LO [", file.description ?? "Cataract surgery", "]"],
    ["(0032,1064) SQ"],
    ["(fffe,e000) -"],
    ["(0008,0100) SH [54885007]"],
    ["(0008,0102) SH [SCT]"],
    ["(0008,0104) LO [Cataract extraction]"],
    ["(fffe,e00d) -"],
    ["(fffe,e0dd) -"],
    ["(0038,0010) LO [ADM1]"],
    ["(0040,0100) SQ"],
    ["(fffe,e000) -"],
    ["(0008,0060) CS [GM]"],
    ["(0040,0001) AE [", file.station ?? "SCOPELINE", "]"],
    ["(0040,0002) DA [", file.startDate ?? "20261124", "]"],
    ["(0040,0003) TM [101500]"],
    ["(0040,0006) PN [Op^Surgeon]"],
    ["(0040,0007) LO [Phaco]"],
    ["(0040,0009) SH [", file.stepId ?? "SPS1", "]"],
    ["(0040,0010) SH [OR1]"],
    ["(fffe,e00d) -"],
    ["(fffe,e0dd) -"],
    ["(0040,1001) SH [RP1]"],
    ["(0040,1003) SH [ROUTINE]"],
  ];
  return Buffer.concat(lines.flatMap((parts) => [...parts, "\n"].map((part) => Buffer.from(part))));
}

const numbered = (index: number) => ({ patientId: `P${sixDigits(index)}`, stepId: `S${sixDigits(index)}` });
const sixDigits = (index: number): string => String(index).padStart(6, "0");

/** The first of `count` numbered patients: `P000000` with step `S000000`. */
export const firstNumbered = dumpOf({ patientName: "Test^Patient", ...numbered(0) });

/** Writes the other patients beside the first, whose file is `0.wl`, by changing its numbers in place. */
export async function writeNumbered(folder: string, count: number): Promise<void> {
  const bytes = await readFile(join(folder, "0.wl"));
  const places = Object.values(numbered(0)).map((text) => [text.slice(0, 1), indexesOf(bytes, text)] as const);
  for (let index = 1; index < count; index += 1) {
    const copy = Buffer.from(bytes);
    for (const [letter, offsets] of places) {
      for (const offset of offsets) copy.write(`${letter}${sixDigits(index)}`, offset, "latin1");
    }
    await writeFile(join(folder, `n${index}.wl`), copy);
  }
}

function indexesOf(bytes: Buffer, text: string): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) found.push(at);
  return found;
}
