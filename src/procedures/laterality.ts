import type { WorklistItem } from "../dicom/identity.ts";

export type Laterality = "R" | "L" | "B";

// A word's border by letters of every alphabet: `\b` would find one after "ã".
const word = (words: string, flags: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, flags);

const right = word("right|rechts|rechte[rsn]?|rechtsseitige?[rsn]?|droite?|derech[oa]|destr[oa]", "iu");
const left = word("left|links|linke[rsn]?|linksseitige?[rsn]?|gauche|izquierd[oa]|sinistr[oa]", "iu");
const both = word("both|bilateral|beidseits|beidseitige?[rsn]?|bds|bilatéral|bilatérale", "iu");
// The eye surgeon's own, in capitals only: "os" is bone and a Portuguese article, "ou" is French for "or".
const rightEye = word("OD", "u");
const leftEye = word("OS|OG", "u");
const bothEyes = word("OU", "u");

/** The side that an order's words state; null when they state none. Japanese 右 and 左 need no word boundary. */
export function lateralityOfText(text: string): Laterality | null {
  const saysRight = right.test(text) || rightEye.test(text) || text.includes("右");
  const saysLeft = left.test(text) || leftEye.test(text) || text.includes("左");
  if (both.test(text) || bothEyes.test(text) || text.includes("両") || (saysRight && saysLeft)) return "B";
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
