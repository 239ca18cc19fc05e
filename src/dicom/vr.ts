/** How a value representation is put into bytes, PS3.5 6.2 and 7.1.2. */
export interface VrRule {
  readonly kind: "text" | "number" | "tag" | "bytes" | "sequence";
  /** Explicit VR: two reserved bytes and a 32 bit length. */
  readonly long: boolean;
  /** Text: decoded by Specific Character Set (PS3.5 6.1.2.3). */
  readonly charset?: boolean;
  /** Text: backslash separates values. */
  readonly multi?: boolean;
  /** Text: leading spaces do not count. */
  readonly trimStart?: boolean;
  /** Byte that makes the length even. */
  readonly pad: number;
  /** Number: bytes of one value. */
  readonly size?: number;
}

const ascii = (trimStart: boolean): VrRule => ({ kind: "text", long: false, multi: true, trimStart, pad: 0x20 });
const words = (trimStart: boolean): VrRule => ({ ...ascii(trimStart), charset: true });
const prose = (long: boolean): VrRule => ({ kind: "text", long, charset: true, pad: 0x20 });
const numbers = (size: number, long = false): VrRule => ({ kind: "number", long, size, pad: 0 });
const bulk: VrRule = { kind: "bytes", long: true, pad: 0 };

const rules = {
  AE: ascii(true),
  AS: ascii(false),
  AT: { kind: "tag", long: false, size: 4, pad: 0 },
  CS: ascii(true),
  DA: ascii(false),
  DS: ascii(true),
  DT: ascii(false),
  FD: numbers(8),
  FL: numbers(4),
  IS: ascii(true),
  LO: words(true),
  LT: prose(false),
  OB: bulk,
  OD: bulk,
  OF: bulk,
  OL: bulk,
  OV: bulk,
  OW: bulk,
  PN: words(false),
  SH: words(true),
  SL: numbers(4),
  SQ: { kind: "sequence", long: true, pad: 0 },
  SS: numbers(2),
  ST: prose(false),
  SV: { kind: "bytes", long: true, pad: 0 },
  TM: ascii(false),
  UC: { ...words(false), long: true },
  UI: { ...ascii(true), pad: 0 },
  UL: numbers(4),
  UN: bulk,
  UR: { kind: "text", long: true, pad: 0x20 },
  US: numbers(2),
  UT: prose(true),
  UV: { kind: "bytes", long: true, pad: 0 },
} satisfies Record<string, VrRule>;

export type Vr = keyof typeof rules;

export const vrs: Readonly<Record<Vr, VrRule>> = rules;
