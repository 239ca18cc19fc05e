import type { FrameRef } from "../capture/capture.ts";
import type { TriggerAction } from "./bindings.ts";

/** The frame on the screen of each source when something was pressed. */
export type Moment = ReadonlyMap<string, FrameRef>;

/** What a press does: given by who knows the procedures. */
export interface Presses {
  moment(): Moment;
  /**
   * Does it, exactly as the same press by HTTP, on that source or the box's first; at that moment, or now. Whoever listens
   * to outcomes hears how it went, before this resolves or rejects with the refusal.
   */
  act(action: TriggerAction, source: string | null, moment?: Moment): Promise<void>;
  /** A press that is not even tried, with the words for the screen. */
  refuse(message: string): void;
  /** A scanner read this. */
  scanned(text: string): void;
}
