import { open } from "node:fs/promises";
import path from "node:path";
import dimse from "dcmjs-dimse";
import type { ArchivedInstance } from "./archive-index.ts";
import { keysOf } from "./keys.ts";
import type { Elements } from "./matching.ts";
import { readPart10Header } from "./part10.ts";

/** More than all that comes before Instance Number in any instance this hospital was ever sent. */
const headBytes = 512 * 1024;

/** Reads and remembers what can be asked about: all up to Instance Number (0020,0013), never pixels. */
export class InstanceAttributes {
  readonly #folder: string;
  readonly #known = new Map<string, Elements>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rejects with the system's error where the file is not there any more. */
  async of(instance: ArchivedInstance): Promise<Elements> {
    const known = this.#known.get(instance.uid);
    if (known) return known;
    const attributes = await readAttributes(path.join(this.#folder, instance.file));
    this.#known.set(instance.uid, attributes);
    return attributes;
  }
}

async function readAttributes(file: string): Promise<Elements> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  const head = buffer.subarray(0, bytesRead);
  const { meta, headerBytes } = readPart10Header(head);
  const dataSet = new dimse.Dataset(head.subarray(headerBytes), meta.transferSyntaxUid, {
    ...{ untilTag: "00200013", includeUntilTagValue: true, stopOnGreaterTag: true },
  });
  return keysOf(dataSet.getElements());
}
