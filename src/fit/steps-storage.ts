import { transferSyntaxes } from "../dicom/dicom.ts";
import type { Candidate } from "./candidates.ts";
import { isTaken, type SizeSeen, type StoreSeen } from "./seen.ts";
import { megabytes, tryLarge } from "./sizes.ts";
import { failed, passed, type StepOutcome, skipped } from "./steps.ts";
import type { Trial } from "./trial.ts";

export const nothingKept = "There is nothing that it is known to keep.";

/** So many in a row without an answer about the instance, and the rest is not tried. */
const mostFailures = 3;

export interface StoreRungsOptions {
  readonly accepts: (candidate: Candidate) => boolean | null;
  readonly tell: (words: string) => void;
  readonly signal: AbortSignal;
}

/** Makes and sends one real instance for every candidate that was not refused in negotiation. */
export async function storeRungs(trial: Trial, options: StoreRungsOptions): Promise<StepOutcome> {
  const { accepts, tell, signal } = options;
  if (trial.storesBy === null) return skipped("The settings name no way to store at this node.");
  const untried = { accepted: null, found: null, committed: null, readBack: null } as const;
  for (const candidate of trial.candidates) {
    trial.note({ ...untried, candidate, store: { kind: "not-tried", words: "not sent: the time was up" } });
  }
  let failures = 0;
  for (const candidate of trial.candidates) {
    const unknown = { ...untried, candidate, accepted: accepts(candidate) };
    const why =
      unknown.accepted === false
        ? "refused in negotiation"
        : failures >= mostFailures
          ? `not sent: there was no answer ${mostFailures} times in a row`
          : null;
    if (why !== null) {
      trial.note({ ...unknown, store: { kind: "not-tried", words: why } });
      continue;
    }
    tell(`Storing: ${candidate.label}`);
    const instance = await trial.study.write(candidate, await trial.media.of(candidate), signal);
    const store = await trial.store(instance, signal);
    failures = store.kind === "failed" ? failures + 1 : 0;
    trial.note({ ...unknown, store }, instance);
  }
  return storeOutcome(trial);
}

function storeOutcome({ rungs, storesBy }: Trial): StepOutcome {
  const sent = rungs.filter(({ store }) => store.kind !== "not-tried");
  if (sent.length === 0) return skipped("Nothing that this box can send is accepted in negotiation.");
  const stored = sent.filter(({ store }) => store.kind === "stored");
  const said = new Set(sent.flatMap(({ store }) => (store.kind === "stored" ? (store.warning ?? []) : store.words)));
  const isNone = sent.every(({ store }) => !isTaken(store));
  const words = [`${storesBy}: success for ${stored.length} of ${sent.length} instances.`, ...said]
    .slice(0, 5)
    .join(" ");
  if (isNone) return failed(words);
  return { result: stored.length === sent.length && said.size === 0 ? "passed" : "partly", words };
}

/** The same instance again, as after an answer that was lost. */
export async function sendAgain(
  trial: Trial,
  signal: AbortSignal,
): Promise<{ readonly seen: StoreSeen; readonly outcome: StepOutcome }> {
  const first = trial.usable();
  if (first === undefined) {
    const words = nothingKept;
    return { seen: { kind: "not-tried", words }, outcome: skipped(words) };
  }
  const seen = await trial.store(first.instance, signal);
  switch (seen.kind) {
    case "stored":
      return { seen, outcome: passed("It says success again: a second send does no harm.") };
    case "refused": {
      const isDuplicate = seen.words.includes("0x0111");
      const words = `The second time: ${seen.words}.`;
      return { seen, outcome: isDuplicate ? passed(words) : { result: "partly", words } };
    }
    case "unconfirmed":
    case "failed":
    case "not-tried":
      return { seen, outcome: failed(seen.words) };
    default:
      return seen satisfies never;
  }
}

/** One large clip, and smaller ones until one is taken. */
export async function storeLarge(
  trial: Trial,
  tell: (words: string) => void,
  signal: AbortSignal,
): Promise<{ readonly seen: readonly SizeSeen[]; readonly outcome: StepOutcome }> {
  const { largeBytes } = trial.options;
  if (largeBytes === undefined) return { seen: [], outcome: skipped("No large instance was asked for.") };
  const usable = trial.usable(({ transferSyntaxUid }) => transferSyntaxUid === transferSyntaxes.h264HighLevel41);
  if (usable === undefined) return { seen: [], outcome: skipped("It takes no clip as it is recorded.") };
  const seen = await tryLarge({
    media: trial.media,
    study: trial.study,
    directory: trial.directory,
    candidate: usable.seen.candidate,
    largeBytes,
    store: (instance, within) => trial.store(instance, within),
    limitMs: trial.limits.largeMs,
    onSize: (bytes) => tell(`Storing a clip of ${megabytes(bytes)}`),
    signal,
  });
  return { seen, outcome: sizeOutcome(seen) };
}

function sizeOutcome(seen: readonly SizeSeen[]): StepOutcome {
  const of = ({ sizeBytes, store }: SizeSeen): string =>
    store.kind === "stored" ? `${megabytes(sizeBytes)} is taken.` : `${megabytes(sizeBytes)} is not: ${store.words}.`;
  const words = seen.map(of).join(" ");
  const tried = seen.filter(({ store }) => store.kind !== "not-tried");
  if (tried.length === 0) return skipped(words);
  const isTaken = tried.at(-1)?.store.kind === "stored";
  return !isTaken ? failed(words) : tried.length === 1 ? passed(words) : { result: "partly", words };
}
