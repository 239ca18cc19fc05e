import type { WorklistItem } from "../dicom/identity.ts";
import { foldedFamilyNames, foldName } from "./fold.ts";

export type Similarity = "same-family-name" | "similar-name" | "same-birth-date";

/** Two different patients on one list that a person in a hurry could take for each other. */
export interface LookAlike {
  /** Every item of the one, and every item of the other. */
  readonly itemIds: readonly [readonly string[], readonly string[]];
  readonly because: readonly Similarity[];
}

interface Name {
  readonly text: string;
  readonly length: number;
  /** One bit for each letter that is in it, 32 kinds of letters. */
  readonly letters: number;
}

interface Patient {
  readonly itemIds: string[];
  readonly key: string;
  readonly families: readonly string[];
  readonly names: readonly Name[];
  readonly birthDate: string;
}

/** From here on names are as good as the same (Jaro–Winkler, 0 to 1). */
const similarFrom = 0.92;
/** Every pair is compared: 500 patients are 125,000 pairs. A longer list is compared up to here. */
const maximumPatients = 500;

/**
 * Patients on the list that look alike: same folded family name, Jaro–Winkler of the whole name of at least 0.92, or
 * the same birth date. Several steps of one patient are not alike.
 */
export function similarNames(items: readonly WorklistItem[]): readonly LookAlike[] {
  const patients = new Map<string, Patient>();
  for (const item of items) {
    const patient = patientOf(item);
    const known = patients.get(patient.key);
    if (known !== undefined) known.itemIds.push(item.id);
    else if (patients.size < maximumPatients) patients.set(patient.key, patient);
  }
  const all = [...patients.values()];
  return all.flatMap((a, index) =>
    all.slice(index + 1).flatMap((b): LookAlike[] => {
      const because = similaritiesOf(a, b);
      return because.length === 0 ? [] : [{ itemIds: [a.itemIds, b.itemIds], because }];
    }),
  );
}

function patientOf({ id, patient }: WorklistItem): Patient {
  const birthDate = patient.patientBirthDate ?? "";
  return {
    itemIds: [id],
    key: JSON.stringify([patient.patientId, patient.issuerOfPatientId ?? "", patient.patientName, birthDate]),
    families: foldedFamilyNames(patient.patientName),
    names: patient.patientName
      .split("=")
      .map(foldName)
      .filter((name) => name !== "")
      .map(nameOf),
    birthDate,
  };
}

function similaritiesOf(a: Patient, b: Patient): Similarity[] {
  const because: Similarity[] = [];
  if (a.families.some((family) => b.families.includes(family))) because.push("same-family-name");
  if (
    a.names.some((name) =>
      b.names.some((other) => couldBeSimilar(name, other) && jaroWinkler(name.text, other.text) >= similarFrom),
    )
  ) {
    because.push("similar-name");
  }
  if (a.birthDate !== "" && a.birthDate === b.birthDate) because.push("same-birth-date");
  return because;
}

function nameOf(text: string): Name {
  const points = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  return { text, length: points.length, letters: points.reduce((bits, point) => bits | (1 << (point & 31)), 0) };
}

/**
 * False only where Jaro–Winkler cannot reach the limit: it needs a Jaro similarity of 1 - 0.08 / 0.6, and letters that
 * the other name has not cannot match. Spares nearly all of the 125,000 comparisons.
 */
function couldBeSimilar(a: Name, b: Name): boolean {
  const matches = Math.min(a.length - bitsIn(a.letters & ~b.letters), b.length - bitsIn(b.letters & ~a.letters));
  return (matches / a.length + matches / b.length + 1) / 3 >= 1 - (1 - similarFrom) / 0.6 - 1e-9;
}

function bitsIn(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Jaro–Winkler similarity of two texts, 0 (nothing in common) to 1 (the same). */
export function jaroWinkler(first: string, second: string): number {
  const a = [...first];
  const b = [...second];
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 1 : 0;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Array<boolean>(b.length).fill(false);
  const matchedOfA = a.filter((letter, index) => {
    for (let at = Math.max(0, index - reach); at <= Math.min(b.length - 1, index + reach); at += 1) {
      if (taken[at] || b[at] !== letter) continue;
      taken[at] = true;
      return true;
    }
    return false;
  });
  if (matchedOfA.length === 0) return 0;
  const matchedOfB = b.filter((_letter, index) => taken[index]);
  const transposed = matchedOfA.filter((letter, index) => letter !== matchedOfB[index]).length / 2;
  const matches = matchedOfA.length;
  const jaro = (matches / a.length + matches / b.length + (matches - transposed) / matches) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}
