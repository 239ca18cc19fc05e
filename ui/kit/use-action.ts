import { useCallback, useRef, useState } from "react";
import { ApiError } from "../api/client.ts";

export interface Action {
  readonly busy: boolean;
  /** Why the last run failed, for the person at the screen. */
  readonly error: string | null;
  /** The same for the code: some failures are only "not yet". */
  readonly code: string | null;
  /** True when it succeeded. A second tap while busy does nothing. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** One thing a person asked for: at most once at a time, and its failure is said. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const running = useRef(false);
  const run = useCallback(async (work: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setFailure(null);
    try {
      await work();
      return true;
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason;
      setFailure(reason);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, error: failure?.message ?? null, code: failure?.code ?? null, run };
}
