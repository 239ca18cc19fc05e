import { describe, expect, test } from "vitest";
import { readSps, readSpsParts } from "../clip/h264-sps.ts";
import { type AccessUnit, nalUnits } from "./access-unit.ts";
import { withColour } from "./sps-colour.ts";
import { type Judged, StreamJudge } from "./stream-judge.ts";
import { TsError } from "./ts-reader.ts";

/** x264, High, level 3.0, 640×360, 30 frames a second; its colour is not told, told in part, and told. */
const silent = "6764001eacb405017fcb8088000003000800000301e078b175";
const partly = "6764001eacb405017fcb80b501020240000003004000000f03c58ba8";
const told = "6764001eacb405017fcb80b501010140000003004000000f03c58ba8";
const sps = Buffer.from(told, "hex");
const pps = Buffer.from("68ce0fcb", "hex");
const wanted = { width: 640, height: 360, fpsNum: 30, fpsDen: 1, levelIdc: 41, colour: 1 };
const { log2MaxFrameNum } = readSpsParts(sps);

const ue = (value: number): string => {
  const code = (value + 1).toString(2);
  return "0".repeat(code.length - 1) + code;
};
/** The begin of a slice, with as many bytes behind it as a real one has at least. */
function slice(kind: "idr" | "p" | "b" | "unused", frameNum: number, firstBlock = 0): Buffer {
  const type = { idr: 7, p: 5, b: 6, unused: 5 }[kind];
  const bits = `${ue(firstBlock)}${ue(type)}${ue(0)}${frameNum.toString(2).padStart(log2MaxFrameNum, "0")}1`;
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  const header = { idr: 0x65, p: 0x41, b: 0x41, unused: 0x01 }[kind];
  return Buffer.from([header, ...bytes.map((byte) => Number.parseInt(byte, 2)), ...Array(8).fill(0x55)]);
}

const step = 3000;
const wrap = 2 ** 33;
/** Groups of ten pictures from this time on, as an encoder sends them. */
function stream(count: number, from = 0, gop = 10, sets: readonly Buffer[] = [sps, pps]): AccessUnit[] {
  return Array.from({ length: count }, (_unused, at) => {
    const inGroup = at % gop;
    const pts = (from + at * step) % wrap;
    const delimiter = Buffer.from([0x09, 0xf0]);
    const own = inGroup === 0 ? [...sets, slice("idr", 0)] : [slice("p", inGroup % 2 ** log2MaxFrameNum)];
    return { pts, nals: [delimiter, ...own] };
  });
}
function judgeAll(
  units: readonly AccessUnit[],
  want = wanted,
): { kinds: string; last: Judged | undefined; judge: StreamJudge } {
  const judge = new StreamJudge(want);
  const all = units.map((unit) => judge.push(unit));
  return { kinds: all.map(({ kind }) => kind[0]).join(""), last: all.at(-1), judge };
}
/** Why it is not kept; null: it is. */
function whyNot(units: readonly AccessUnit[], want = wanted): string | null {
  const { last } = judgeAll(units, want);
  return last?.kind === "unfit" ? last.because : null;
}
const changed = (units: readonly AccessUnit[], at: number, more: Partial<AccessUnit>): AccessUnit[] =>
  units.map((unit, index) => (index === at ? { ...unit, ...more } : unit));

describe("a stream that is legal as it comes", () => {
  test("is sure after two key frames, and passes without parameter sets, delimiters and what fills up", () => {
    const units = stream(21);
    const judge = new StreamJudge(wanted);
    const sure = units.map((unit) => {
      const judged = judge.push({ ...unit, nals: [...unit.nals, Buffer.from([0x0c, 0xff, 0x80])] });
      expect(judged.kind === "picture" && judged.nals.map((nal) => nal.readUInt8(0) & 0x1f)).toEqual([
        judged.kind === "picture" && judged.isKey ? 5 : 1,
      ]);
      return judge.isSure;
    });
    expect(sure.indexOf(true)).toBe(15);
    expect(judge.sets).toMatchObject({ sps, pps: [pps], lacksColour: false });
  });

  test("is waited for from its first key frame on, wherever it is joined", () => {
    expect(judgeAll(stream(30).slice(4)).kinds).toBe(`ssssss${"p".repeat(20)}`);
  });

  test("goes on where its time stamps begin again at 33 bits", () => {
    const { kinds, last } = judgeAll(stream(40, wrap - 15 * step));
    expect(kinds).toBe("p".repeat(40));
    expect(last).toMatchObject({ timeTicks: 39 * step });
  });

  test("may hold pictures that no other refers to", () => {
    const units = stream(10);
    const free = changed(changed(units, 4, { nals: [slice("unused", 4)] }), 5, { nals: [slice("p", 4)] });
    const rest = units.slice(6).map((unit, at) => ({ ...unit, nals: [slice("p", 5 + at)] }));
    expect(judgeAll([...free.slice(0, 6), ...rest]).kinds).toBe("p".repeat(10));
  });
});

describe("a stream that is not kept", () => {
  const twoViews = Buffer.from("062d0781038000030000000180", "hex");
  test.each([
    ["B frames", changed(stream(6), 5, { nals: [slice("b", 5)] }), /B frames.*none/],
    ["pictures out of order", changed(stream(6), 5, { pts: 3 * step + 5 }), /order/],
    ["no time stamps", changed(stream(6), 5, { pts: null }), /time stamps/],
    ["groups of four seconds", stream(35, 0, 120), /more than a second/],
    ["no key frame", stream(200, 0, 400).slice(1, 93), /no whole key frame/],
    ["several layers", changed(stream(6), 5, { nals: [Buffer.from([0x74, 1, 2])] }), /more than one plain stream/],
    ["half its rate", stream(21).map((unit, at) => ({ ...unit, pts: at * 2 * step })), /15.0 pictures.*30.0/],
    [
      "a parameter set that makes no sense",
      stream(1, 0, 10, [Buffer.from("67640029ac", "hex"), pps]),
      /not be read as H.264/,
    ],
  ])("for %s", (_what, units, words) => {
    expect(whyNot(units.slice(0, -1))).toBeNull();
    expect(whyNot(units)).toMatch(words);
  });

  test.each([
    ["another size", { width: 1920 }, /640 × 360.*1920 × 360/],
    ["a higher level", { levelIdc: 12 }, /level 3.0 and 1.2.*Set the encoder's level to 1.2/],
    ["another colour", { colour: 6 }, /another colour \(1\/1\/1\)/],
  ])("for %s than the profile's", (_what, other, words) => {
    expect(whyNot(stream(1), { ...wanted, ...other })).toMatch(words);
  });

  test.each([
    ["42", /Baseline.*High/],
    ["4d", /Main.*High/],
    ["6e", /High 10.*High/],
  ])("for profile %s", (profile, words) => {
    const other = Buffer.from(told, "hex");
    other.write(profile, 1, "hex");
    expect(whyNot(stream(1, 0, 10, [other, pps]))).toMatch(words);
  });

  test("for two views that its key frames tell of, where the message makes sense", () => {
    const units = stream(1);
    const [first] = units;
    expect(whyNot([{ pts: 0, nals: [twoViews, ...(first?.nals ?? [])] }])).toMatch(/two views/);
    expect(whyNot([{ pts: 0, nals: [Buffer.from("062d", "hex"), ...(first?.nals ?? [])] }])).toBeNull();
  });
});

describe("after a loss nothing passes until the next key frame", () => {
  const without = (...lost: readonly number[]): AccessUnit[] => stream(40).filter((_unit, at) => !lost.includes(at));
  test.each([
    ["a picture", without(13), `${"p".repeat(13)}ssssss${"p".repeat(20)}`],
    ["a key frame", without(20), `${"p".repeat(20)}sssssssss${"p".repeat(10)}`],
    [
      "the rest of a group and the key frame after it",
      without(11, 12, 13, 14, 15, 16, 17, 18, 19, 20),
      `${"p".repeat(11)}sssssssss${"p".repeat(10)}`,
    ],
    [
      "the begin of a picture",
      changed(stream(30), 13, { nals: [slice("p", 3, 40)] }),
      `${"p".repeat(13)}sssssss${"p".repeat(10)}`,
    ],
    [
      "a picture's own slice",
      changed(stream(30), 13, { nals: [Buffer.from([0x41])] }),
      `${"p".repeat(13)}sssssss${"p".repeat(10)}`,
    ],
  ])("of %s", (_what, units, kinds) => {
    expect(judgeAll(units).kinds).toBe(kinds);
  });

  test("of a slice at the end of a picture, where the pictures before were all cut in the same way", () => {
    const cut = stream(60).map((unit) => {
      const own = unit.nals.at(-1) ?? Buffer.alloc(0);
      const isKey = (own.readUInt8(0) & 0x1f) === 5;
      const second = slice(isKey ? "idr" : "p", isKey ? 0 : ((unit.pts ?? 0) / step) % 10, 400);
      return { ...unit, nals: [...unit.nals, second] };
    });
    const without = (at: number): AccessUnit[] => changed(cut, at, { nals: cut[at]?.nals.slice(0, -1) ?? [] });
    expect(judgeAll(cut).kinds).toBe("p".repeat(60));
    expect(judgeAll(without(33)).kinds).toBe(`${"p".repeat(33)}sssssss${"p".repeat(20)}`);
    expect(judgeAll(without(40)).kinds).toBe(`${"p".repeat(40)}${"s".repeat(10)}${"p".repeat(10)}`);
    // One that cuts them as it goes is left to the decoder.
    const other = cut.map((unit, at) => (at % 3 === 0 ? { ...unit, nals: unit.nals.slice(0, -1) } : unit));
    expect(judgeAll(other).kinds).toBe("p".repeat(60));
  });

  test("and losses that come again and again are another reason", () => {
    const units = stream(100).filter((_unit, at) => at % 10 !== 5);
    expect(judgeAll(units).kinds).toMatch(/^(p{5}s{4}){5}p{5}u/);
    expect(whyNot(units.slice(0, 51))).toMatch(/packets of it are lost/);
  });
});

describe("a key frame that is lost, and frame numbers that go on", () => {
  // With frame numbers of four bits P3 of the next group follows P18 of a group of 20.
  const round = 2 ** log2MaxFrameNum;
  const gop = round + 4;
  const without = (count: number, from: number, to: number): AccessUnit[] =>
    stream(count, 0, gop).filter((_unit, at) => at < from || at >= to);

  test("is a loss where the gap is shorter than a group", () => {
    const { kinds } = judgeAll(without(4 * gop, 2 * gop, 2 * gop + 4));
    expect(kinds).toBe(`${"p".repeat(2 * gop)}${"s".repeat(gop - 4)}${"p".repeat(gop)}`);
  });

  test("is one in the first group of a stream too", () => {
    expect(judgeAll(without(3 * gop, gop, gop + 4)).kinds).toBe(
      `${"p".repeat(gop)}${"s".repeat(gop - 4)}${"p".repeat(gop)}`,
    );
  });

  test("is not said to be a long group", () => {
    // A standstill of five pictures, with none of them lost: the group is longer than it was made.
    const late = stream(90, 0, 30).map((unit, at) => ({ ...unit, pts: at * step + (at < 40 ? 0 : 5 * step) }));
    expect(judgeAll(late).kinds).toBe(`${"p".repeat(59)}s${"p".repeat(30)}`);
  });
});

test("another parameter set, or another clock, is another stream", () => {
  const another = [...stream(10), ...stream(1, 10 * step, 10, [Buffer.from(silent, "hex"), pps])];
  expect(judgeAll(another).kinds).toBe(`${"p".repeat(10)}c`);
  const otherPps = [...stream(10), ...stream(1, 10 * step, 10, [sps, Buffer.from("68ce0fcc", "hex")])];
  expect(judgeAll(otherPps).kinds).toBe(`${"p".repeat(10)}c`);
  expect(judgeAll([...otherPps.slice(0, 8), ...otherPps.slice(9)]).kinds).toBe(`${"p".repeat(8)}sc`);
  expect(judgeAll(changed(stream(10), 9, { pts: 4_000_000 })).kinds).toBe(`${"p".repeat(9)}c`);
});

test("colour that is not told is put in, as ffmpeg's h264_metadata does it, and nothing else changes", () => {
  for (const before of [silent, partly, told])
    expect(withColour(Buffer.from(before, "hex"), 1).toString("hex")).toBe(told);
  expect(judgeAll(stream(1, 0, 10, [Buffer.from(silent, "hex"), pps])).judge.sets?.lacksColour).toBe(true);
  // Without any VUI.
  const { vuiAt } = readSpsParts(sps);
  const bits = [...sps.subarray(1)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const bare = `${bits.slice(0, vuiAt)}01`;
  const bytes = bare.padEnd(Math.ceil(bare.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  const plain = Buffer.from([0x67, ...bytes.map((byte) => Number.parseInt(byte, 2))]);
  expect(readSps(plain).colour).toBeNull();
  expect(readSps(withColour(plain, 6))).toEqual({
    ...readSps(plain),
    colour: { fullRange: false, primaries: 6, transfer: 6, matrix: 6 },
  });
});

test("any bytes at all are judged, never thrown out", () => {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  for (let run = 0; run < 60; run += 1) {
    const judge = new StreamJudge(wanted);
    for (const unit of stream(22)) {
      const bytes = Buffer.concat(unit.nals.flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]));
      for (let flip = 0; flip < 2; flip += 1)
        bytes.writeUInt8(Math.floor(random() * 256), Math.floor(random() * bytes.length));
      expect(["picture", "skipped", "changed", "unfit"]).toContain(
        judge.push({ pts: unit.pts, nals: nalUnits(bytes) }).kind,
      );
    }
  }
});

test("NAL units are found behind start codes of three and four bytes, without the zeros around them", () => {
  const bytes = Buffer.from("00000001670100000001680200000000000165030000", "hex");
  expect(nalUnits(bytes).map((nal) => nal.toString("hex"))).toEqual(["6701", "6802", "6503"]);
  expect(nalUnits(Buffer.from("ffff0000", "hex"))).toEqual([]);
  expect(nalUnits(Buffer.from("000001000001", "hex"))).toEqual([]);
  const many = Buffer.concat(Array.from({ length: 5000 }, () => Buffer.from("0000010c", "hex")));
  expect(() => nalUnits(many)).toThrow(TsError);
});
