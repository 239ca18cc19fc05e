import type { WorklistItem } from "../dicom/identity.ts";

export type Laterality = "R" | "L" | "B";

const right = /\b(right|rechts|rechte[rsn]?|droite?|derech[oa]|destr[oa]|od)\b/iu;
const left = /\b(left|links|linke[rsn]?|gauche|izquierd[oa]|sinistr[oa]|os)\b/iu;
const both = /\b(both|bilateral|beidseits|bds|bilatéral|ou)\b|両/iu;

/** The side that an order's words state; null when they state none. Japanese 右 and 左 need no word boundary. */
export function lateralityOfText(text: string): Laterality | null {
  const saysRight = right.test(text) || text.includes("右");
  const saysLeft = left.test(text) || text.includes("左");
  if (both.test(text) || (saysRight && saysLeft)) return "B";
  if (saysRight) return "R";
  return saysLeft ? "L" : null;
}

/**
 * The side of one scheduled step. Its own words come first: the request may speak of both eyes where this step does one.
 * Null where step and request name opposite sides: a side that is not stated is asked, a wrong one is believed.
 */
export function lateralityOfStep(stepWords: string, requestWords: string): Laterality | null {
  const own = lateralityOfText(stepWords);
  const requested = lateralityOfText(requestWords);
  if (own === null) return requested;
  const contradict = own !== "B" && requested !== null && requested !== "B" && own !== requested;
  return contradict ? null : own;
}

/** The side of a whole procedure: both where its items state both, none where one of them states none. */
export function lateralityOf(items: readonly WorklistItem[]): Laterality | null {
  const sides = items.map(({ step }) =>
    lateralityOfStep(step.scheduledProcedureStepDescription, step.requestedProcedureDescription),
  );
  const [first] = sides;
  if (first === undefined || first === null || sides.includes(null)) return null;
  return sides.every((side) => side === first) ? first : "B";
}
