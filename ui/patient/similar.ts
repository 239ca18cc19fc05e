import type { Patient, WorklistEntry } from "../../src/api/schemas.ts";

export type Alike = "name" | "birth";

const SAME_ENOUGH = 0.92;

/** Letters only, without case or diacritics: `MÜLLER` and `Muller` are the same to a hurried eye. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, " ")
    .trim();
}

/** Jaro-Winkler similarity, 0 to 1 (Winkler 1990): prefix scale 0.1, at most 4 letters. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Array<boolean>(b.length).fill(false);
  const matchedA: string[] = [];
  for (let i = 0; i < a.length; i += 1) {
    const end = Math.min(b.length, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j += 1) {
      if (taken[j] || a[i] !== b[j]) continue;
      taken[j] = true;
      matchedA.push(a[i] ?? "");
      break;
    }
  }
  const matches = matchedA.length;
  if (matches === 0) return 0;
  const matchedB = [...b].filter((_, j) => taken[j]);
  const swaps = matchedA.filter((letter, i) => letter !== matchedB[i]).length / 2;
  const jaro = (matches / a.length + matches / b.length + (matches - swaps) / matches) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < Math.min(a.length, b.length) && a[prefix] === b[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

interface Folded {
  readonly families: readonly string[];
  readonly full: string;
}

function foldName(patientName: string): Folded {
  const groups = patientName.split("=");
  const families = groups.map((group) => fold(group.split("^")[0] ?? "")).filter(Boolean);
  return { families, full: fold(groups.find((group) => fold(group) !== "") ?? "") };
}

export const samePatient = (a: Patient, b: Patient): boolean =>
  a.patientId !== "" && a.patientId === b.patientId && (a.issuerOfPatientId ?? "") === (b.issuerOfPatientId ?? "");

/** Entries that could be taken for another patient's, by entry id: a name alike weighs more than a birth date. */
export function lookAlikes(entries: readonly WorklistEntry[]): ReadonlyMap<string, Alike> {
  const names = entries.map(({ patient }) => foldName(patient.patientName));
  const alike = new Map<string, Alike>();
  const mark = (id: string, kind: Alike): void => {
    if (alike.get(id) !== "name") alike.set(id, kind);
  };
  entries.forEach((one, i) => {
    for (let j = i + 1; j < entries.length; j += 1) {
      const [other, a, b] = [entries[j], names[i], names[j]];
      if (!other || !a || !b || samePatient(one.patient, other.patient)) continue;
      const name =
        a.families.some((family) => b.families.includes(family)) ||
        (a.full !== "" && b.full !== "" && jaroWinkler(a.full, b.full) >= SAME_ENOUGH);
      const birth = one.patient.patientBirthDate;
      const kind = name ? "name" : birth && birth === other.patient.patientBirthDate ? "birth" : null;
      if (kind === null) continue;
      mark(one.id, kind);
      mark(other.id, kind);
    }
  });
  return alike;
}
