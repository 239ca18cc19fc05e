import { useMutation } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
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

/** One thing a person asked for: at most once at a time, never sent twice by itself, and its failure is said. */
export function useAction(): Action {
  const { mutateAsync, isPending, error } = useMutation<unknown, Error, () => Promise<unknown>>({
    mutationFn: (work) => work(),
  });
  const running = useRef(false);
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      if (running.current) return false;
      running.current = true;
      try {
        await mutateAsync(work);
        return true;
      } catch (reason) {
        if (!(reason instanceof ApiError)) throw reason;
        return false;
      } finally {
        running.current = false;
      }
    },
    [mutateAsync],
  );
  return { busy: isPending, error: error?.message ?? null, code: error instanceof ApiError ? error.code : null, run };
}
