import type { User } from "../../src/api/schemas-people.ts";
import { setPreferences } from "../api/people.ts";
import { useSession } from "../api/queries.ts";
import { useAction } from "../kit/use-action.ts";

type Preferences = User["preferences"];

interface OwnPreferences {
  /** Whose they are. */
  readonly name: string;
  /** Why the last wish was not kept. */
  readonly error: string | null;
  /** What else one wanted stays as it is. */
  readonly prefer: (change: Preferences) => void;
}

/** What whoever is signed in wants of the screen; null: nobody is, what is chosen is this screen's. */
export function usePreferences(): OwnPreferences | null {
  const user = useSession()?.user ?? null;
  const action = useAction();
  if (user === null) return null;
  const prefer = (change: Preferences): void =>
    void action.run(() => setPreferences({ ...user.preferences, ...change }));
  return { name: user.displayName, error: action.error, prefer };
}
