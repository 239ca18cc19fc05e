import iconv from "iconv-lite";

/** One graphic set that text can be written in: PS3.3 Tables C.12-3, C.12-4; the twin of the decoding one in iso-2022.ts. */
interface WritableSet {
  readonly into: "G0" | "G1";
  /** Behind ESC. */
  readonly escape: string;
  /** The bytes of one character; undefined where the set lacks it. */
  encode(character: string): Buffer | undefined;
}

/** Bytes that the codec gives and takes back for one character, and that the standard's set has. */
function throughCodec(codec: string, character: string, isInSet: (bytes: Buffer) => boolean): Buffer | undefined {
  const bytes = iconv.encode(character, codec);
  return isInSet(bytes) && iconv.decode(bytes, codec) === character ? bytes : undefined;
}

const isHighByte = (bytes: Buffer): boolean => bytes.length === 1 && (bytes[0] ?? 0) >= 0xa0;
const isHighPair = (bytes: Buffer): boolean => bytes.length === 2 && bytes.every((byte) => byte >= 0xa1);
const single = (designation: string, codec: string): WritableSet => ({
  into: "G1",
  escape: designation,
  encode: (character) => throughCodec(codec, character, isHighByte),
});

const ascii: WritableSet = {
  into: "G0",
  escape: "(B",
  encode: (character) => (/^[!-~]$/.test(character) ? Buffer.from(character, "latin1") : undefined),
};
/** JIS X 0201: 5C is a yen sign and 7E an overline there, so backslash and tilde are not in it. */
const romaji: WritableSet = {
  into: "G0",
  escape: "(J",
  encode: (character) =>
    character === "‾" ? Buffer.of(0x7e) : /^[!-[\]-}]$/.test(character) ? Buffer.from(character, "latin1") : undefined,
};
const katakana: WritableSet = {
  into: "G1",
  escape: ")I",
  encode: (character) =>
    character >= "｡" && character <= "ﾟ" ? Buffer.of(character.charCodeAt(0) - 0xfec0) : undefined,
};
const withoutHighBits = (bytes: Buffer | undefined): Buffer | undefined =>
  bytes && Buffer.from(bytes.map((byte) => byte & 0x7f));
const kanji: WritableSet = {
  into: "G0",
  escape: "$B",
  encode: (character) =>
    withoutHighBits(throughCodec("euc-jp", character, (bytes) => isHighPair(bytes) && !isVendorKanji(bytes[0] ?? 0))),
};
/** Rows that vendors added to JIS X 0208. */
const isVendorKanji = (lead: number): boolean => lead === 0xad || lead >= 0xf9;
const supplementaryKanji: WritableSet = {
  into: "G0",
  escape: "$(D",
  encode: (character) => {
    const bytes = throughCodec("euc-jp", character, (all) => all.length === 3 && all[0] === 0x8f);
    return withoutHighBits(bytes?.subarray(1));
  },
};
const korean: WritableSet = {
  into: "G1",
  escape: "$)C",
  encode: (character) =>
    throughCodec("euc-kr", character, (bytes) => isHighPair(bytes) && bytes.readUInt16BE(0) !== 0xa4d4),
};
/** iconv-lite's gb2312 is GBK, which added these to the rows of GB 2312. */
const isAddedByGbk = (pair: number): boolean =>
  (pair >= 0xa2a1 && pair <= 0xa2aa) || (pair >= 0xa6e0 && pair <= 0xa6f5) || (pair >= 0xa8bb && pair <= 0xa8c0);
const chinese: WritableSet = {
  into: "G1",
  escape: "$)A",
  encode: (character) =>
    throughCodec("gb2312", character, (bytes) => isHighPair(bytes) && !isAddedByGbk(bytes.readUInt16BE(0))),
};

const setsByNumber = new Map<string, WritableSet>([
  ["13", katakana],
  ["87", kanji],
  ["159", supplementaryKanji],
  ["149", korean],
  ["58", chinese],
  ["100", single("-A", "iso-8859-1")],
  ["101", single("-B", "iso-8859-2")],
  ["109", single("-C", "iso-8859-3")],
  ["110", single("-D", "iso-8859-4")],
  ["144", single("-L", "iso-8859-5")],
  ["127", single("-G", "iso-8859-6")],
  ["126", single("-F", "iso-8859-7")],
  ["138", single("-H", "iso-8859-8")],
  ["148", single("-M", "iso-8859-9")],
  ["166", single("-T", "tis620")],
]);

const setOf = (term: string): WritableSet | undefined => setsByNumber.get(/(\d+)$/.exec(term)?.[1] ?? "");

/**
 * Text with code extensions, PS3.5 6.1.2.5: at the start, and again at every control character, delimiter and end,
 * the sets of value 1 are the ones in use, so that a reader which begins anew there reads on rightly. `terms` are the
 * values of (0008,0005), `delimiters` the characters that structure the text (`\\^=` in PN). undefined: the sets cannot
 * hold it, or one of them is not known.
 */
export function encodeIso2022(text: string, terms: readonly string[], delimiters: string): Buffer | undefined {
  const [first = "", ...others] = terms;
  const initialG0 = first.endsWith(" 13") ? romaji : ascii;
  const initialG1 = first === "" || first === "ISO 2022 IR 6" ? undefined : setOf(first);
  const more = others.map(setOf).filter((set) => set !== undefined);
  if (more.length < others.length || (initialG1 === undefined && setOf(first) !== undefined)) return undefined;
  const sets = [initialG0, ...(initialG1 === undefined ? [] : [initialG1]), ...more];
  const active = { G0: initialG0, G1: initialG1 };
  const parts: Buffer[] = [];
  const use = (set: WritableSet): void => {
    if (active[set.into] === set) return;
    active[set.into] = set;
    parts.push(Buffer.from(`\x1b${set.escape}`, "latin1"));
  };
  const begin = (): void => {
    use(initialG0);
    if (initialG1 === undefined) active.G1 = undefined;
    else use(initialG1);
  };
  for (const character of text) {
    if (character === "\x1b") return undefined;
    if (character === " ") {
      // In G0, as a pair of bytes, a space is none.
      use(initialG0);
      parts.push(Buffer.from(character, "latin1"));
      continue;
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (delimiters.includes(character) || /[\x00-\x1f\x7f]/.test(character)) {
      begin();
      parts.push(Buffer.from(character, "latin1"));
      continue;
    }
    const set = sets.find((one) => one.encode(character) !== undefined);
    const bytes = set?.encode(character);
    if (set === undefined || bytes === undefined) return undefined;
    use(set);
    parts.push(bytes);
  }
  begin();
  return Buffer.concat(parts);
}
