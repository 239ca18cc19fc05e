/** Short sounds that differ by rhythm, not only by pitch: the surgeon's eyes are in the oculars. */
const SOUNDS = {
  saved: [[1400, 0, 0.06]],
  recordStart: [
    [700, 0, 0.09],
    [1050, 0.12, 0.09],
  ],
  recordStop: [
    [1050, 0, 0.09],
    [700, 0.12, 0.09],
  ],
  failed: [
    [220, 0, 0.35],
    [220, 0.45, 0.35],
  ],
} as const satisfies Record<string, readonly (readonly [hertz: number, at: number, seconds: number])[]>;

let context: AudioContext | undefined;
let isMuted = false;

/** While the box itself plays the sounds, whoever pressed, a screen does not play them a second time. */
export function muteSounds(muted: boolean): void {
  isMuted = muted;
}

/** Silent where the browser has no audio device or nobody has touched the page yet. */
export function sound(name: keyof typeof SOUNDS): void {
  if (isMuted) return;
  try {
    context ??= new AudioContext();
    void context.resume();
    for (const [hertz, at, seconds] of SOUNDS[name]) {
      const start = context.currentTime + at;
      const gain = context.createGain();
      gain.gain.setValueAtTime(0.25, start);
      gain.gain.exponentialRampToValueAtTime(0.001, start + seconds);
      const tone = context.createOscillator();
      tone.type = name === "failed" ? "sawtooth" : "sine";
      tone.frequency.value = hertz;
      tone.connect(gain).connect(context.destination);
      tone.start(start);
      tone.stop(start + seconds);
    }
  } catch {
    // A screen without sound still captures.
  }
}
