import { useQuery } from "@tanstack/react-query";
import { ApiError, get } from "./client.ts";
import { Pace } from "./pace.ts";
import { queryClient } from "./query-client.ts";
import type { Question } from "./questions.ts";

/** What the box last said; the old answer stays, beside the reason, when a newer one could not be had. */
export interface Loaded<T> {
  readonly data?: T;
  readonly error?: ApiError;
}

const pace = new Pace();
const NOTHING: Loaded<never> = {};

/**
 * A failure is kept as part of the answer, so that it stays in sight while it is asked again: a screen that cannot reach
 * the box would else jump between why and "loading" each time.
 */
async function ask<T>(path: string, onAnswer?: (data: T) => void): Promise<Loaded<T>> {
  await pace.turn(path);
  try {
    const data = await get<T>(path);
    onAnswer?.(data);
    return { data };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const before = queryClient.getQueryData<Loaded<T>>([path])?.data;
    return before === undefined ? { error } : { data: before, error };
  }
}

/** The box's answer to a question, kept current while somebody watches; null asks nothing. */
export function useAnswer<T>(question: Question<T> | null, onAnswer?: (data: T) => void): Loaded<T> {
  const path = question?.path ?? "";
  const { data } = useQuery<Loaded<T>>({
    queryKey: [path],
    queryFn: () => ask(path, onAnswer),
    enabled: question !== null,
    meta: { topics: question?.topics ?? [] },
  });
  return question === null ? NOTHING : (data ?? NOTHING);
}
