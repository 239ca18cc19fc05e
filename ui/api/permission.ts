import { Store } from "../lib/store.ts";

/** Somebody is asked to sign in. */
export interface SignInWish {
  /** The refusal that this is about, in words; null: nothing was refused, somebody just wants to sign in. */
  readonly why: string | null;
}

/** What the screen asks for now; one at a time, whatever waits for it. */
export const signInWish = new Store<SignInWish | null>(null);

let waiting: ((isSignedIn: boolean) => void)[] = [];

const LIFTED: ReadonlySet<string> = new Set(["not-signed-in", "not-allowed", "administrator-needed"]);

/** Whether somebody who signs in can lift the refusal. The box did nothing then. */
export const canBeLifted = (code: string): boolean => LIFTED.has(code);

/** Asks at the screen for somebody to sign in; resolves with whether one did. */
export function askToSignIn(why: string | null): Promise<boolean> {
  if (signInWish.get() === null) signInWish.set({ why });
  return new Promise((resolve) => waiting.push(resolve));
}

/** Somebody has signed in, or will not: what waited for it goes on, or is given up. */
export function endSignIn(isSignedIn: boolean): void {
  const all = waiting;
  waiting = [];
  signInWish.set(null);
  for (const tell of all) tell(isSignedIn);
}
