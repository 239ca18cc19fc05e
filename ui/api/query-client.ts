import { type Query, QueryClient } from "@tanstack/react-query";
import type { NewsMessage } from "../../src/api/schemas.ts";

export type Topic = NewsMessage["topic"];

/** Nobody watches: how long an answer is kept for a screen that comes back. */
const KEEP_MS = 30_000;

/**
 * What the box last said, for every screen. It asks when told to and not by itself: the box may have no network at all
 * (`always`), a failure is shown at once and asked again soon (no retry), and a person's wish is never sent twice.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      ...{ networkMode: "always", retry: false, staleTime: 0, gcTime: KEEP_MS },
      ...{ refetchOnWindowFocus: false, refetchOnReconnect: false },
    },
    mutations: { networkMode: "always", retry: false },
  },
});

const topicsOf = ({ meta }: Query): readonly Topic[] => (meta?.topics as readonly Topic[] | undefined) ?? [];

const waiting = new Set<string>();

/** News during an answer may be newer than the answer: then it is asked once more after it, however much news there is. */
async function askAgain(query: Query): Promise<void> {
  if (waiting.has(query.queryHash)) return;
  if (query.state.fetchStatus !== "idle") {
    waiting.add(query.queryHash);
    await query.promise?.catch(() => {});
    waiting.delete(query.queryHash);
  }
  if (query.isActive()) await queryClient.refetchQueries({ queryKey: query.queryKey, exact: true });
}

/** Asks again for everything on the screen that the news is about; `hello` is about everything. */
export function refreshTopic(topic: Topic): void {
  const about = (query: Query): boolean => query.isActive() && (topic === "hello" || topicsOf(query).includes(topic));
  for (const query of queryClient.getQueryCache().findAll({ predicate: about })) void askAgain(query);
}
