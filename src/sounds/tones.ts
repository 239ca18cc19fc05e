/** What the box can say. */
export type SoundName = "saved" | "record-start" | "record-stop" | "failed" | "scanned";

interface Tone {
  readonly hertz: number;
  /** From the begin of the sound, seconds. */
  readonly at: number;
  readonly seconds: number;
}

/**
 * Short, within 500 to 2000 Hz, and told apart by rhythm, not only by pitch: the surgeon's eyes are in the oculars. They
 * inform; none has the three or ten pulses of a medical alarm (IEC 60601-1-8).
 */
const tones: Readonly<Record<SoundName, readonly Tone[]>> = {
  saved: [{ hertz: 1400, at: 0, seconds: 0.06 }],
  "record-start": [
    { hertz: 700, at: 0, seconds: 0.09 },
    { hertz: 1050, at: 0.12, seconds: 0.09 },
  ],
  "record-stop": [
    { hertz: 1050, at: 0, seconds: 0.09 },
    { hertz: 700, at: 0.12, seconds: 0.09 },
  ],
  failed: [
    { hertz: 500, at: 0, seconds: 0.24 },
    { hertz: 500, at: 0.34, seconds: 0.24 },
  ],
  scanned: [{ hertz: 1900, at: 0, seconds: 0.04 }],
};

const sampleRate = 48_000;
/** A failure is heard however low the volume is. */
const failureFloor = 40;
const fadeSeconds = 0.004;

/** The sound as a WAV file: one channel, 16 bits. `volume` is 0 to 100. */
export function wavOf(name: SoundName, volume: number): Buffer {
  const loudness = amplitude(name === "failed" ? Math.max(volume, failureFloor) : volume);
  const isBuzz = name === "failed";
  const length = Math.max(...tones[name].map(({ at, seconds }) => at + seconds)) + 0.02;
  const samples = new Int16Array(Math.round(length * sampleRate));
  for (const { hertz, at, seconds } of tones[name]) {
    const first = Math.round(at * sampleRate);
    const count = Math.round(seconds * sampleRate);
    for (let index = 0; index < count; index++) {
      const time = index / sampleRate;
      const fade = Math.min(1, time / fadeSeconds, (seconds - time) / fadeSeconds);
      const phase = (time * hertz) % 1;
      const wave = isBuzz ? 1 - 2 * phase : Math.sin(2 * Math.PI * phase);
      samples[first + index] = Math.round(32_000 * loudness * fade * wave);
    }
  }
  return wav(samples);
}

/** A moment of silence: tells whether a loudspeaker can be played on at all. */
export function silence(): Buffer {
  return wav(new Int16Array(sampleRate / 20));
}

/** Half the setting sounds about half as loud. */
const amplitude = (volume: number): number => (Math.min(Math.max(volume, 0), 100) / 100) ** 2;

/** RIFF, WAVE_FORMAT_PCM. */
function wav(samples: Int16Array): Buffer {
  const header = Buffer.alloc(44);
  const bytes = samples.length * 2;
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + bytes, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(bytes, 40);
  const body = Buffer.alloc(bytes);
  for (const [index, sample] of samples.entries()) body.writeInt16LE(sample, index * 2);
  return Buffer.concat([header, body]);
}
