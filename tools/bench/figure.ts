/** One measured figure, as `npm run bench -- --json` prints it: one JSON line each. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The peer's figure from the same run; null where there is none. */
  readonly reference: number | null;
  /** value through reference; null where there is no reference. */
  readonly ratio: number | null;
  /** Of the ratio where there is a reference, else of the value; null: printed for the record. */
  readonly limit: number | null;
  readonly ok: boolean;
}

export interface Bench {
  readonly name: string;
  readonly what: string;
  /** Each round measures ours and the peer's in turn. `isQuick`: far smaller, to see that it runs; says nothing. */
  readonly run: (rounds: number, isQuick: boolean) => Promise<Figure[]>;
}

export function compared(
  name: string,
  unit: string,
  ours: readonly number[],
  theirs: readonly number[],
  limit: number,
): Figure {
  const value = median(ours);
  const reference = median(theirs);
  const ratio = value / reference;
  return { name, value, unit, reference, ratio, limit, ok: ratio <= limit };
}

export function bounded(name: string, unit: string, value: number, limit: number | null): Figure {
  return { name, value, unit, reference: null, ratio: null, limit, ok: limit === null || value <= limit };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The nearest-rank quantile, `q` from 0 to 1. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}
