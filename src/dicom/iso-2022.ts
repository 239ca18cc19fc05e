import iconv from "iconv-lite";

/** One graphic set that an escape sequence brings into G0 (bytes 21–7E) or G1 (bytes A0–FF), PS3.3 Tables C.12-3, C.12-4. */
interface GraphicSet {
  readonly into: "G0" | "G1";
  readonly width: 1 | 2;
  /** Whole characters only. */
  decode(bytes: Uint8Array): string;
}

/**
 * Character by character, each looked up once: a text may change its set at every other byte, and a decoder made anew for
 * each stretch of it took seconds for the longest answer that a peer may send.
 */
function lookedUp(width: 1 | 2, decode: (bytes: Uint8Array) => string): GraphicSet["decode"] {
  const known = new Map<number, string>();
  return (bytes) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += width) {
      const code = width === 1 ? (bytes[at] ?? 0) : (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
      let character = known.get(code);
      if (character === undefined) {
        character = decode(bytes.subarray(at, at + width));
        known.set(code, character);
      }
      text += character;
    }
    return text;
  };
}

const single = (codec: string): GraphicSet => ({
  into: "G1",
  width: 1,
  decode: lookedUp(1, (b) => iconv.decode(b, codec)),
});
const pair = (codec: string): GraphicSet => ({
  into: "G1",
  width: 2,
  decode: lookedUp(2, (b) => iconv.decode(b, codec)),
});
const latin1 = (b: Uint8Array): string =>
  b.length < 8 ? String.fromCharCode(...b) : Buffer.from(b.buffer, b.byteOffset, b.length).toString("latin1");

const ascii: GraphicSet = { into: "G0", width: 1, decode: latin1 };
// JIS X 0201 Romaji is ASCII but for the yen sign, which stays a backslash because it still separates values.
const romaji: GraphicSet = { into: "G0", width: 1, decode: (b) => latin1(b).replaceAll("~", "‾") };
const katakana: GraphicSet = {
  into: "G1",
  width: 1,
  decode: (b) =>
    latin1(b).replace(/./gs, (c) =>
      c > "\xa0" && c < "\xe0" ? String.fromCharCode(c.charCodeAt(0) + 0xfec0) : "\ufffd",
    ),
};
// EUC is the same tables with the high bits set; JIS X 0212 has the prefix 8F there.
const kanji: GraphicSet = {
  into: "G0",
  width: 2,
  decode: lookedUp(2, (b) =>
    iconv.decode(
      b.map((c) => c | 0x80),
      "euc-jp",
    ),
  ),
};
const supplementaryKanji: GraphicSet = {
  into: "G0",
  width: 2,
  decode: lookedUp(2, ([lead = 0, trail = 0]) =>
    iconv.decode(Uint8Array.of(0x8f, lead | 0x80, trail | 0x80), "euc-jp"),
  ),
};

const setsByEscape = new Map<string, GraphicSet>([
  ["(B", ascii],
  ["(J", romaji],
  [")I", katakana],
  ["-A", single("iso-8859-1")],
  ["-B", single("iso-8859-2")],
  ["-C", single("iso-8859-3")],
  ["-D", single("iso-8859-4")],
  ["-L", single("iso-8859-5")],
  ["-G", single("iso-8859-6")],
  ["-F", single("iso-8859-7")],
  ["-H", single("iso-8859-8")],
  ["-M", single("iso-8859-9")],
  ["-b", single("iso-8859-15")],
  ["-T", single("tis620")],
  ["$B", kanji],
  ["$@", kanji],
  ["$(D", supplementaryKanji],
  ["$)C", pair("euc-kr")],
  ["$)A", pair("gb2312")],
]);

const escapeByTerm = new Map([
  ["13", ")I"],
  ["100", "-A"],
  ["101", "-B"],
  ["109", "-C"],
  ["110", "-D"],
  ["144", "-L"],
  ["127", "-G"],
  ["126", "-F"],
  ["138", "-H"],
  ["148", "-M"],
  ["203", "-b"],
  ["166", "-T"],
  ["149", "$)C"],
  ["58", "$)A"],
]);

function g1Of(term: string): GraphicSet | undefined {
  const number = /(\d+)$/.exec(term)?.[1] ?? "";
  return setsByEscape.get(escapeByTerm.get(number) ?? "");
}

/**
 * Text with code extensions, PS3.5 6.1.2.5: the sets of value 1 hold at the start and again after every control
 * character and after each of `delimiters` (`\\^=` in PN, `\\` in LO and SH). `terms` are the values of (0008,0005).
 * Never throws: what no set explains becomes U+FFFD.
 */
export function decodeIso2022(bytes: Uint8Array, terms: readonly string[], delimiters: string): string {
  const [first = ""] = terms;
  const initialG0 = first.endsWith(" 13") ? romaji : ascii;
  const initialG1 = g1Of(first);
  // Senders that escape once per value instead of once per component are common; the declared set is what they mean.
  const spareG1 = terms.map(g1Of).find((set) => set !== undefined);
  const stops = new Set(Array.from(delimiters, (c) => c.charCodeAt(0)));
  let g0 = initialG0;
  let g1 = initialG1;
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x1b) {
      const designation = escapeAt(bytes, at + 1);
      const set = setsByEscape.get(designation);
      if (set?.into === "G0") g0 = set;
      if (set?.into === "G1") g1 = set;
      at += set === undefined ? 1 : 1 + designation.length;
      continue;
    }
    const set = byte < 0x80 ? g0 : (g1 ?? spareG1);
    if (isControl(byte) || (set?.width === 1 && stops.has(byte))) {
      parts.push(String.fromCharCode(byte));
      g0 = initialG0;
      g1 = initialG1;
      at += 1;
      continue;
    }
    const end = byte === 0x20 ? at + 1 : endOfRun(bytes, at, set?.width === 2 ? noStops : stops);
    parts.push(byte === 0x20 ? " " : decodeRun(bytes.subarray(at, end), set));
    at = end;
  }
  return parts.join("");
}

const noStops: ReadonlySet<number> = new Set();
const isControl = (byte: number): boolean => byte < 0x20 || byte === 0x7f;

/** Where the bytes that belong to the same graphic set end. */
function endOfRun(bytes: Uint8Array, from: number, stops: ReadonlySet<number>): number {
  const high = (bytes[from] ?? 0) >= 0x80;
  let end = from + 1;
  while (end < bytes.length) {
    const byte = bytes[end] ?? 0;
    if (byte >= 0x80 !== high || isControl(byte) || byte === 0x20 || stops.has(byte)) break;
    end += 1;
  }
  return end;
}

function decodeRun(run: Uint8Array, set: GraphicSet | undefined): string {
  if (set === undefined) return "\ufffd".repeat(run.length);
  const whole = run.length - (run.length % set.width);
  return set.decode(run.subarray(0, whole)) + (whole < run.length ? "\ufffd" : "");
}

/** The intermediate and final bytes of an escape sequence (ISO 2022: 20–2F, then one more); at most 3. */
function escapeAt(bytes: Uint8Array, from: number): string {
  let end = from;
  while (end < bytes.length && end < from + 2 && (bytes[end] ?? 0) >= 0x20 && (bytes[end] ?? 0) <= 0x2f) end += 1;
  return latin1(bytes.subarray(from, Math.min(end + 1, bytes.length)));
}
