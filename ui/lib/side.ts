export type Side = "R" | "L" | "B";

const PATTERNS: readonly (readonly [Side, RegExp])[] = [
  ["B", /\b(bilateral|both|beidseits|beide|bilatéral\w*|OU)\b|両/iu],
  ["L", /\b(left|links|linkes|linke|gauche|izquierd[oa]|OS)\b|左/iu],
  ["R", /\b(right|rechts|rechtes|rechte|droite?|derech[oa]|OD)\b|右/iu],
];

/** The side a procedure's text names; null when it names none, or names both left and right without saying "both". */
export function sideInText(text: string): Side | null {
  const named = PATTERNS.filter(([, pattern]) => pattern.test(text)).map(([side]) => side);
  if (named[0] === "B") return "B";
  return named.length === 1 ? (named[0] ?? null) : null;
}
