import { type Box, BoxError, findBox, fullBox } from "../streams/box-reader.ts";

/** What one movie fragment (`moof`) says about its samples. */
export interface FragmentFacts {
  /** Decode time of the first sample, in the track's time scale. */
  readonly decodeTime: number;
  readonly samples: number;
  /** Of each sample, in the track's time scale; 0: not said in this fragment. */
  readonly sampleDuration: number;
  readonly startsWithKey: boolean;
  /** Sizes of the samples, in order, where the fragment lists them. */
  readonly sizes: readonly number[];
}

const maxSamples = 100_000;
const nonSync = 0x10000;

/** Reads a `moof` of one track with one run (14496-12 8.8). Throws BoxError where it is no such thing. */
export function readFragment(moof: Box): FragmentFacts {
  try {
    return fragmentOf(moof);
  } catch (error) {
    throw error instanceof BoxError ? error : new BoxError("a movie fragment is broken");
  }
}

function fragmentOf(moof: Box): FragmentFacts {
  const tfhd = findBox(moof, "traf/tfhd");
  const tfdt = findBox(moof, "traf/tfdt");
  const trun = findBox(moof, "traf/trun");
  if (tfhd === null || tfdt === null || trun === null) throw new BoxError("a movie fragment has no run of samples");
  const defaults = readDefaults(tfhd);
  const time = fullBox(tfdt);
  const decodeTime = time.version === 1 ? Number(time.body.readBigUInt64BE(0)) : time.body.readUInt32BE(0);
  const { flags, body } = fullBox(trun);
  const samples = body.readUInt32BE(0);
  if (samples > maxSamples) throw new BoxError(`a movie fragment claims ${samples} samples`);
  let at = 4;
  if ((flags & 0x1) !== 0) at += 4;
  let firstFlags: number | undefined;
  if ((flags & 0x4) !== 0) {
    firstFlags = body.readUInt32BE(at);
    at += 4;
  }
  const sizes: number[] = [];
  let sampleDuration = defaults.duration;
  for (let sample = 0; sample < samples; sample += 1) {
    if ((flags & 0x100) !== 0) {
      if (sample === 0) sampleDuration = body.readUInt32BE(at);
      at += 4;
    }
    sizes.push((flags & 0x200) !== 0 ? body.readUInt32BE(at) : defaults.size);
    if ((flags & 0x200) !== 0) at += 4;
    if ((flags & 0x400) !== 0) {
      if (sample === 0) firstFlags ??= body.readUInt32BE(at);
      at += 4;
    }
    if ((flags & 0x800) !== 0) at += 4;
  }
  const startsWithKey = samples > 0 && ((firstFlags ?? defaults.flags) & nonSync) === 0;
  return { decodeTime, samples, sampleDuration, startsWithKey, sizes };
}

function readDefaults(tfhd: Box): { duration: number; size: number; flags: number } {
  const { flags, body } = fullBox(tfhd);
  let at = 4;
  if ((flags & 0x1) !== 0) at += 8;
  if ((flags & 0x2) !== 0) at += 4;
  const next = (bit: number): number => {
    if ((flags & bit) === 0) return 0;
    at += 4;
    return body.readUInt32BE(at - 4);
  };
  return { duration: next(0x8), size: next(0x10), flags: next(0x20) };
}
