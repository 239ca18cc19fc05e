import type { InstanceStory, StoryEvent } from "./story.ts";
import { attemptWords, eventWords, timeOf } from "./words.ts";

/** One line of a receipt's table: an event, or attempts in a row. */
export interface Line {
  readonly at: number;
  readonly words: string;
  readonly actor: string;
  /** The audit rows it tells of: `7`, `7 … 31`; empty where the audit has none. */
  readonly rows: string;
}

type Attempt = Extract<StoryEvent, { readonly kind: "attempt" }>;

/** So many different answers are told; an archive may give a new one each time. */
const mostAnswers = 6;

/**
 * The lines for these events. Attempts at one delivery are one line until something else becomes of it, with each answer
 * once; a success is one line with its attempt. `instances`: of the capture, where it has several.
 */
export function linesOf(events: readonly StoryEvent[], instances: readonly InstanceStory[]): Line[] {
  const runs: { readonly first: StoryEvent; readonly attempts: Attempt[] }[] = [];
  const open = new Map<number, Attempt[]>();
  for (const event of events) {
    const deliveryId = "deliveryId" in event ? event.deliveryId : null;
    const run = deliveryId === null ? undefined : open.get(deliveryId);
    if (event.kind === "attempt" && event.outcome !== "stored") {
      if (run !== undefined) run.push(event);
      else {
        const attempts = [event];
        open.set(event.deliveryId, attempts);
        runs.push({ first: event, attempts });
      }
      continue;
    }
    if (deliveryId !== null) open.delete(deliveryId);
    const isTold = event.kind === "attempt" && events.some((one) => isSuccessOf(one, event));
    if (!isTold) runs.push({ first: event, attempts: [] });
  }
  return runs.map(({ first, attempts }) => {
    const success = events.find((one): one is Attempt => one.kind === "attempt" && isSuccessOf(first, one));
    const told = attempts.length > 0 ? attempts : success === undefined ? [first] : [success, first];
    const words = attempts.length > 1 ? runWords(attempts) : eventWords(first);
    return {
      at: first.at,
      words: `${words}${labelOf(first, instances)}`,
      actor: first.actor === "scopeline" ? "" : first.actor,
      rows: rowsOf(told),
    };
  });
}

function isSuccessOf(event: StoryEvent, attempt: Attempt): boolean {
  return (
    event.kind === "stored" &&
    attempt.outcome === "stored" &&
    event.deliveryId === attempt.deliveryId &&
    event.at === attempt.at
  );
}

function runWords(attempts: readonly Attempt[]): string {
  const counts = new Map<string, number>();
  for (const attempt of attempts) counts.set(attemptWords(attempt), (counts.get(attemptWords(attempt)) ?? 0) + 1);
  const answers = [...counts].slice(0, mostAnswers).map(([words, times]) => `${times} × ${words}`);
  const others = counts.size > mostAnswers ? `; and ${counts.size - mostAnswers} other answers` : "";
  const [first] = attempts;
  return `${first?.node}: ${attempts.length} attempts until ${timeOf(attempts.at(-1)?.at ?? 0)}: ${answers.join("; ")}${others}`;
}

/** Which of several Instances it is about. */
function labelOf(event: StoryEvent, instances: readonly InstanceStory[]): string {
  if (instances.length < 2 || !("sopInstanceUid" in event) || event.kind === "composed") return "";
  const instance = instances.find(({ sopInstanceUid }) => sopInstanceUid === event.sopInstanceUid);
  return instance === undefined ? "" : ` [${instanceLabel(instance)}]`;
}

/** `original`, `vlEndoscopic, part 2 of 3`. */
export function instanceLabel({ rendition, part, parts }: InstanceStory): string {
  const [name = ""] = rendition.split("/");
  return parts > 1 ? `${name}, part ${part} of ${parts}` : name;
}

function rowsOf(events: readonly StoryEvent[]): string {
  const rows = events.flatMap(({ auditRow }) => (auditRow === null ? [] : [auditRow]));
  if (rows.length === 0) return "";
  const [first, last] = [Math.min(...rows), Math.max(...rows)];
  return first === last ? String(first) : `${first} … ${last}`;
}
