import { useEffect, useRef } from "react";
import { endSignIn, signInWish } from "../api/permission.ts";
import { useSession } from "../api/queries.ts";
import { useStore } from "../lib/store.ts";
import { SetUpSheet } from "./set-up-sheet.tsx";
import { SignInSheet } from "./sign-in-sheet.tsx";

/** Left alone, it closes: what one person asked for is not done by the PIN of the next. */
const ALONE_MS = 60_000;

const give = (): void => endSignIn(false);
const done = (): void => endSignIn(true);

/** Where somebody has to sign in: who one is and the PIN, or the first administrator. */
export function WhoSheet() {
  const wish = useStore(signInWish);
  const session = useSession();
  useLeftAlone(wish !== null);
  if (wish === null || session === undefined) return null;
  if (session.setup === "administrator-needed") {
    return <SetUpSheet needsCode={session.needsSetupCode} onDone={done} onClose={give} />;
  }
  return <SignInSheet why={wish.why} onSignedIn={done} onClose={give} />;
}

function useLeftAlone(isOpen: boolean): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (!isOpen) return;
    const again = (event?: Event): void => {
      // CAPTURE beside it, pressed by somebody else, is no sign of whoever asked.
      const isElsewhere = event?.target instanceof Element && event.target.closest('[role="dialog"]') === null;
      if (event?.type === "pointerdown" && isElsewhere) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(give, ALONE_MS);
    };
    again();
    addEventListener("pointerdown", again, { capture: true });
    addEventListener("keydown", again, { capture: true });
    return () => {
      clearTimeout(timer.current);
      removeEventListener("pointerdown", again, { capture: true });
      removeEventListener("keydown", again, { capture: true });
    };
  }, [isOpen]);
}
