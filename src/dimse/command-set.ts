import { strip } from "../lib/strip.ts";
import { malformed } from "./pdu-reader.ts";

/** Group 0000 (PS3.7 Annex E), by keyword; what a message does not have is absent. */
export interface CommandSet {
  readonly affectedSopClassUid?: string;
  readonly requestedSopClassUid?: string;
  readonly commandField?: number;
  readonly messageId?: number;
  readonly messageIdBeingRespondedTo?: number;
  readonly moveDestination?: string;
  readonly priority?: number;
  readonly commandDataSetType?: number;
  readonly status?: number;
  /** Tags, `"ggggeeee"`. */
  readonly offendingElement?: readonly string[];
  readonly errorComment?: string;
  readonly errorId?: number;
  readonly affectedSopInstanceUid?: string;
  readonly requestedSopInstanceUid?: string;
  readonly eventTypeId?: number;
  readonly attributeIdentifierList?: readonly string[];
  readonly actionTypeId?: number;
}

export type CommandKeyword = keyof CommandSet;
type Vr = "UI" | "US" | "AE" | "LO" | "AT";

/** Element number, keyword and VR, in the order in which they are written. */
const elements: readonly (readonly [element: number, keyword: CommandKeyword, vr: Vr])[] = [
  [0x0002, "affectedSopClassUid", "UI"],
  [0x0003, "requestedSopClassUid", "UI"],
  [0x0100, "commandField", "US"],
  [0x0110, "messageId", "US"],
  [0x0120, "messageIdBeingRespondedTo", "US"],
  [0x0600, "moveDestination", "AE"],
  [0x0700, "priority", "US"],
  [0x0800, "commandDataSetType", "US"],
  [0x0900, "status", "US"],
  [0x0901, "offendingElement", "AT"],
  [0x0902, "errorComment", "LO"],
  [0x0903, "errorId", "US"],
  [0x1000, "affectedSopInstanceUid", "UI"],
  [0x1001, "requestedSopInstanceUid", "UI"],
  [0x1002, "eventTypeId", "US"],
  [0x1005, "attributeIdentifierList", "AT"],
  [0x1008, "actionTypeId", "US"],
];
const byElement = new Map(elements.map(([element, keyword, vr]) => [element, { keyword, vr }]));

/** Command fields (PS3.7 E.1); a response has the high bit set. */
export const commandField = {
  store: 0x0001,
  get: 0x0010,
  find: 0x0020,
  echo: 0x0030,
  eventReport: 0x0100,
  set: 0x0120,
  action: 0x0130,
  create: 0x0140,
  cancel: 0x0fff,
} as const;
export const responseBit = 0x8000;
/** Command Data Set Type: no data set follows; anything else means that one does. */
export const noDataSet = 0x0101;
export const withDataSet = 0x0001;

/** Implicit VR little endian with its group length (PS3.7 6.3.1). */
export function encodeCommandSet(command: CommandSet): Buffer {
  const parts: Buffer[] = [Buffer.alloc(12)];
  for (const [element, keyword, vr] of elements) {
    const value = command[keyword];
    if (value === undefined) continue;
    const bytes = encodeValue(vr, value);
    const head = Buffer.alloc(8);
    head.writeUInt16LE(element, 2);
    head.writeUInt32LE(bytes.length, 4);
    parts.push(head, bytes);
  }
  const all = Buffer.concat(parts);
  all.writeUInt32LE(4, 4);
  all.writeUInt32LE(all.length - 12, 8);
  return all;
}

/** Elements we do not know are skipped. Throws DimseError `protocol` for bytes that are no command set. */
export function decodeCommandSet(bytes: Buffer): CommandSet {
  const command: Partial<Record<CommandKeyword, CommandSet[CommandKeyword]>> = {};
  let at = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length) throw malformed("a command element is cut off");
    if (bytes.readUInt16LE(at) !== 0) throw malformed("a command set holds another group than 0000");
    const known = byElement.get(bytes.readUInt16LE(at + 2));
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    if (end > bytes.length) throw malformed("a command element is longer than its command set");
    if (known !== undefined && end > at + 8) {
      command[known.keyword] = decodeValue(known.vr, known.keyword, bytes.subarray(at + 8, end));
    }
    at = end;
  }
  // Checked: decodeValue gives each VR its type, and the table gives each keyword its VR.
  return command as CommandSet;
}

function encodeValue(vr: Vr, value: string | number | readonly string[]): Buffer {
  switch (vr) {
    case "US": {
      const bytes = Buffer.alloc(2);
      bytes.writeUInt16LE(Number(value));
      return bytes;
    }
    case "AT": {
      const tags = typeof value === "object" ? value : [String(value)];
      return Buffer.concat(tags.map(encodeTag));
    }
    case "UI":
      return padded(String(value), "\0");
    case "AE":
    case "LO":
      return padded(String(value), " ");
    default:
      return vr satisfies never;
  }
}

function decodeValue(vr: Vr, keyword: string, bytes: Buffer): string | number | readonly string[] {
  switch (vr) {
    case "US":
      if (bytes.length !== 2) throw malformed(`${keyword} of a command set is not 2 bytes`);
      return bytes.readUInt16LE(0);
    case "AT": {
      if (bytes.length % 4 !== 0) throw malformed(`${keyword} of a command set holds half a tag`);
      const tags: string[] = [];
      for (let at = 0; at < bytes.length; at += 4) {
        const tag = bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
        tags.push(tag.toString(16).padStart(8, "0"));
      }
      return tags;
    }
    case "UI":
    case "AE":
    case "LO":
      return strip(bytes.toString("latin1"), " \0", "both");
    default:
      return vr satisfies never;
  }
}

function encodeTag(tag: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  bytes.writeUInt16LE(Number.parseInt(tag.slice(4, 8), 16), 2);
  return bytes;
}

function padded(text: string, pad: string): Buffer {
  return Buffer.from(text.length % 2 === 0 ? text : text + pad, "latin1");
}
