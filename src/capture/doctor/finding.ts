/** What the signal doctor can find wrong with a picture that does come. */
export type FindingId =
  /** The card delivers pictures, but says that it receives none, or none that it can take. */
  | "no-signal"
  | "black"
  | "frozen"
  | "wrong-mode"
  | "interlaced"
  | "letterbox"
  | "clipped-range"
  | "wrong-aspect"
  | "dropped"
  | "rate"
  | "overload";

export interface SourceFinding {
  readonly id: FindingId;
  /** `notice` is for the screen only; the others are told to whoever is set as well. */
  readonly level: "notice" | "caution";
  /** What is wrong and the cure, for the person at the screen. */
  readonly message: string;
  /** Wall clock, ms since the Unix epoch. */
  readonly since: number;
}
