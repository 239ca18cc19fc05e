/** Whether the box remembers pictures of this source to look back at: it says how many seconds of them, if any. */
export function remembersPictures(source: object | undefined): boolean {
  if (source === undefined || !("lookBackS" in source)) return false;
  const { lookBackS } = source;
  return typeof lookBackS === "object" && lookBackS !== null && "stills" in lookBackS && Number(lookBackS.stills) > 0;
}

/** The pictures that can be looked back at: `firstSeq`, and every `everyNth` from there to `lastSeq` at most. */
export interface Remembered {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly everyNth: number;
}

/** How many steps lie between the oldest and the newest. */
export function stepsOf({ firstSeq, lastSeq, everyNth }: Remembered): number {
  return Math.max(0, Math.floor((lastSeq - firstSeq) / everyNth));
}

/** The sequence number at a step from the oldest. */
export function seqAt(remembered: Remembered, step: number): number {
  const within = Math.min(Math.max(0, Math.round(step)), stepsOf(remembered));
  return remembered.firstSeq + within * remembered.everyNth;
}

/** How long before the newest, in seconds with a tenth: `2.4`. */
export function secondsBefore(remembered: Remembered, seq: number, fps: number): string {
  const newest = seqAt(remembered, stepsOf(remembered));
  return ((newest - seq) / Math.max(1, fps)).toFixed(1);
}
