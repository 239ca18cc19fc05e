/** What a user may be; several at a time. */
export const roles = ["operator", "surgeon", "biomed", "auditor", "administrator"] as const;

export type Role = (typeof roles)[number];

/** Each role in a sentence, for people. */
export const roleWords: Readonly<Record<Role, string>> = {
  operator: "works at the box during a procedure",
  surgeon: "the same, and is offered as performing physician",
  biomed: "keeps the box running: devices, nodes, triggers",
  auditor: "reads receipts; changes nothing",
  administrator: "says who is who: users, PINs, tokens of scripts",
};

/** Who asks: a signed-in user or a script. `actor` is what stands in the audit. */
export interface Identity {
  readonly actor: string;
  /** Null: a script with a token. */
  readonly userId: string | null;
  readonly roles: readonly Role[];
}
