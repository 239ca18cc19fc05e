import { describe, expect, it } from "vitest";
import { type SoundName, silence, wavOf } from "./tones.ts";

const names: readonly SoundName[] = ["saved", "record-start", "record-stop", "failed", "scanned"];
const samplesOf = (wav: Buffer): Int16Array => {
  const body = wav.subarray(44);
  return Int16Array.from({ length: body.length / 2 }, (_, index) => body.readInt16LE(index * 2));
};
const loudest = (wav: Buffer): number => samplesOf(wav).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
/** How often it goes through zero upwards, a second, over its first tone. */
const pitch = (wav: Buffer, seconds: number): number => {
  const samples = samplesOf(wav).subarray(0, seconds * 48_000);
  let rises = 0;
  for (let index = 1; index < samples.length; index++) {
    if ((samples[index - 1] ?? 0) < 0 && (samples[index] ?? 0) >= 0) rises += 1;
  }
  return rises / seconds;
};

describe.each(names)("the sound %s", (name) => {
  it("is a WAV that says how long it is: one channel, 48 kHz, 16 bits, at most 0.6 s", () => {
    const wav = wavOf(name, 70);
    expect(wav.toString("latin1", 0, 4)).toBe("RIFF");
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
    expect([wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]).toEqual([1, 48_000, 16]);
    expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
    expect((wav.length - 44) / 96_000).toBeLessThanOrEqual(0.6);
  });

  it("is louder with more volume, and begins and ends without a click", () => {
    expect(loudest(wavOf(name, 100))).toBeGreaterThan(loudest(wavOf(name, 60)));
    const samples = samplesOf(wavOf(name, 100));
    expect([samples[0], samples.at(-1)]).toEqual([0, 0]);
  });
});

it("no two sounds are alike", () => {
  expect(new Set(names.map((name) => wavOf(name, 70).toString("base64"))).size).toBe(names.length);
});

it("a recording rises as it begins and falls as it ends", () => {
  expect(pitch(wavOf("record-start", 70), 0.09)).toBeLessThan(800);
  expect(pitch(wavOf("record-stop", 70), 0.09)).toBeGreaterThan(900);
});

it("only a failure is heard at volume 0", () => {
  expect(names.filter((name) => loudest(wavOf(name, 0)) > 0)).toEqual(["failed"]);
  expect(loudest(wavOf("failed", 0))).toBe(loudest(wavOf("failed", 40)));
  expect(loudest(silence())).toBe(0);
});
