import { UsersError } from "./errors.ts";
import type { Identity, Role } from "./roles.ts";

/** What a site may decide: whether somebody has to be signed in for it. */
export interface SiteRules {
  readonly pickPatient: "anyone" | "signed-in";
  readonly review: "anyone" | "signed-in";
  readonly send: "anyone" | "signed-in";
}

interface Permission {
  /** For people: "may …". */
  readonly what: string;
  /** Open to anyone at the box: always, by the site's choice, or never. */
  readonly open: "always" | keyof SiteRules | "never";
  /** Who may where it is not open. */
  readonly roles: readonly Role[];
}

const clinical = ["operator", "surgeon", "biomed"] as const;
const everybody = ["operator", "surgeon", "biomed", "auditor", "administrator"] as const;

/** The one table: every route names an action of it. Capture is never restricted: a missed picture cannot be taken again. */
export const permissions = {
  look: { what: "see the picture, the lists, the captures and how far they are", open: "always", roles: everybody },
  "sign-in": { what: "sign in and out", open: "always", roles: everybody },
  capture: {
    what: "keep stills and clips, set markers, look back, complete and resume a procedure",
    open: "always",
    roles: everybody,
  },
  "pick-patient": { what: "begin with a patient, assign one, refresh the list", open: "pickPatient", roles: clinical },
  review: { what: "cut a clip, take a still out of one", open: "review", roles: clinical },
  send: { what: "send now, retry, hold or cancel a delivery", open: "send", roles: clinical },
  delete: { what: "delete a capture that was not released", open: "never", roles: ["operator", "surgeon"] },
  "set-up": { what: "try nodes, learn and forget triggers, list devices", open: "never", roles: ["biomed"] },
  prove: { what: "read receipts", open: "never", roles: ["biomed", "auditor"] },
  "own-account": { what: "change one's own PIN and preferences", open: "never", roles: everybody },
  users: { what: "make, change and disable users and tokens", open: "never", roles: ["administrator"] },
} as const satisfies Readonly<Record<string, Permission>>;

export type Action = keyof typeof permissions;

export const actions = Object.keys(permissions) as readonly Action[];

export type Verdict = "allowed" | "sign-in" | "another-role";

/** Whether this may be done; `identity` null: nobody is signed in. */
export function mayDo(action: Action, identity: Identity | null, site: SiteRules): Verdict {
  const { open, roles }: Permission = permissions[action];
  if (open === "always" || (open !== "never" && site[open] === "anyone")) return "allowed";
  if (identity === null) return "sign-in";
  // A script has no account.
  if (action === "own-account" && identity.userId === null) return "another-role";
  return identity.roles.some((role) => roles.includes(role)) ? "allowed" : "another-role";
}

/** The refusal of a verdict in words; `isSetUp`: somebody has a PIN at all. */
export function refusalOf(action: Action, verdict: Exclude<Verdict, "allowed">, isSetUp: boolean): UsersError {
  const { roles }: Permission = permissions[action];
  if (verdict === "another-role") {
    if (action === "own-account")
      return new UsersError("not-allowed", "A token has no account: a person must sign in.");
    return new UsersError("not-allowed", `This needs somebody with the role ${roles.join(" or ")}.`);
  }
  if (isSetUp) return new UsersError("not-signed-in", "Sign in with your PIN to do this.");
  const message =
    "An administrator must be set first, at the screen of this box. Until then pictures are kept and sent, and no more.";
  return new UsersError("administrator-needed", message);
}

/** Who may do it, in words, for the documents. */
export function whoMay(action: Action): string {
  const { open, roles }: Permission = permissions[action];
  if (open === "always") return "anyone at the box";
  const named = roles.length === everybody.length ? "any user" : roles.join(", ");
  return open === "never" ? named : `anyone at the box; with \`users.${open}: signed-in\` ${named}`;
}
