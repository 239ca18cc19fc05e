/** Whether the box remembers pictures of this source to look back at: it says how many seconds of them, if any. */
export function remembersPictures(source: object | undefined): boolean {
  if (source === undefined || !("lookBackS" in source)) return false;
  const { lookBackS } = source;
  return typeof lookBackS === "object" && lookBackS !== null && "stills" in lookBackS && Number(lookBackS.stills) > 0;
}

/** The pictures that can be looked back at, oldest first, never none; the older ones with gaps between them. */
export interface Remembered {
  readonly seqs: readonly number[];
  /** Those before it are taken from the recording; null: all are. */
  readonly exactFromSeq: number | null;
}

/** The picture that is closest to a place on the slider, which runs in frames. */
export function seqNear({ seqs }: Remembered, place: number): number {
  return seqs.reduce((best, seq) => (Math.abs(seq - place) < Math.abs(best - place) ? seq : best), seqs[0] ?? place);
}

/** The picture so many steps later (before: negative), at most the oldest or newest. */
export function seqBeside({ seqs }: Remembered, seq: number, by: number): number {
  const at = seqs.indexOf(seq) + by;
  return seqs[Math.min(seqs.length - 1, Math.max(0, at))] ?? seq;
}

/** Whether it is kept as it was recorded and not as it came. */
export function isRecorded({ exactFromSeq }: Remembered, seq: number): boolean {
  return exactFromSeq === null || seq < exactFromSeq;
}

/** How long before the newest, in seconds with a tenth: `2.4`. */
export function secondsBefore({ seqs }: Remembered, seq: number, fps: number): string {
  return (((seqs.at(-1) ?? seq) - seq) / Math.max(1, fps)).toFixed(1);
}
