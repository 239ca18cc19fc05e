import { useEffect, useMemo } from "react";
import type { NewsMessage } from "../../src/api/schemas.ts";
import { Store, useStore } from "../lib/store.ts";
import { ApiError, get } from "./client.ts";

export type Topic = NewsMessage["topic"];

/** What the box last said about one path; the old answer stays when a newer one could not be had. */
export interface Loaded<T> {
  readonly data?: T;
  readonly error?: ApiError;
}

/** Nobody watches: how long the answer is kept for a screen that comes back. */
const KEEP_MS = 30_000;
/** News can come in a flood: no more often than this. */
const PAUSE_MS = 250;

/** One GET, kept while somebody watches it and asked again on news. */
class Resource<T> {
  readonly loaded = new Store<Loaded<T>>({});
  readonly path: string;
  readonly topics: readonly Topic[];
  readonly #onData: ((data: T) => void) | undefined;
  #watchers = 0;
  #busy = false;
  #again = false;

  constructor(path: string, topics: readonly Topic[], onData?: (data: T) => void) {
    this.path = path;
    this.topics = topics;
    this.#onData = onData;
  }

  get watched(): boolean {
    return this.#watchers > 0;
  }

  watch(): () => void {
    this.#watchers += 1;
    void this.refresh();
    return () => {
      this.#watchers -= 1;
      setTimeout(() => {
        if (!this.watched && resources.get(this.path) === this) resources.delete(this.path);
      }, KEEP_MS);
    };
  }

  async refresh(): Promise<void> {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#again) {
      this.#again = false;
      try {
        const data = await get<T>(this.path);
        this.#onData?.(data);
        this.loaded.set({ data });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.loaded.update(({ data }) => (data === undefined ? { error } : { data, error }));
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.#busy = false;
  }
}

const resources = new Map<string, Resource<unknown>>();

/** Asks again for everything on the screen that the news is about. */
export function refreshTopic(topic: Topic): void {
  for (const resource of resources.values()) {
    if (resource.watched && (topic === "hello" || resource.topics.includes(topic))) void resource.refresh();
  }
}

const NOTHING = new Resource<unknown>("", []);

/** The box's answer to `GET /api/{path}`, kept current; null asks nothing. */
export function useResource<T>(path: string | null, topics: readonly Topic[], onData?: (data: T) => void): Loaded<T> {
  // biome-ignore lint/correctness/useExhaustiveDependencies: topics and onData belong to the path
  const resource = useMemo(() => {
    if (path === null) return NOTHING as Resource<T>;
    const known = resources.get(path) as Resource<T> | undefined;
    const found = known ?? new Resource<T>(path, topics, onData);
    resources.set(path, found as Resource<unknown>);
    return found;
  }, [path]);
  useEffect(() => {
    if (path === null) return;
    resources.set(path, resource as Resource<unknown>);
    return resource.watch();
  }, [path, resource]);
  return useStore(resource.loaded);
}
