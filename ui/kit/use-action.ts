import { useCallback, useRef, useState } from "react";
import { ApiError } from "../api/client.ts";

export interface Action {
  readonly busy: boolean;
  /** Why the last run failed, for the person at the screen. */
  readonly error: string | null;
  /** True when it succeeded. A second tap while busy does nothing. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** One thing a person asked for: at most once at a time, and its failure is said. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const running = useRef(false);
  const run = useCallback(async (work: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason;
      setError(reason.message);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, error, run };
}
