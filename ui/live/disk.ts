import type { Health } from "../../src/api/schemas.ts";

/** Whole percent, rounded down as the box does: what it warns of and what this says must not differ. */
export function usedPercent({ freeBytes, totalBytes }: Health["disk"]): number {
  return totalBytes > 0 ? Math.floor((100 * (totalBytes - freeBytes)) / totalBytes) : 0;
}

/** The box warns at the same levels: 80 and 90 %. */
export function diskLevel(disk: Health["disk"]): "plain" | "warned" | "pressing" {
  const used = usedPercent(disk);
  if (used >= 90) return "pressing";
  return used >= 80 ? "warned" : "plain";
}
