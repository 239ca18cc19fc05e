import type { en } from "./locales/en/en.ts";

type Category = "zero" | "one" | "two" | "few" | "many" | "other";

/**
 * The same keys in another language. A counted word (`_one`, `_other`) has whichever plural categories that language
 * needs; a test proves that it has all of them (Unicode CLDR, Intl.PluralRules).
 */
export type Words<English> = {
  readonly [Key in keyof English as Key extends `${string}_${Category}` ? never : Key]: English[Key] extends string
    ? string
    : Words<English[Key]>;
} & {
  readonly [Key in keyof English as Key extends `${infer Base}_${Category}` ? `${Base}_${Category}` : never]?: string;
};

/** A whole language. */
export type Locale = Words<typeof en>;
