import { countAssociations } from "./associations.ts";
import { syntaxName } from "./candidates.ts";
import { askCommitment } from "./commitment.ts";
import { findByDimse } from "./dimse-channel.ts";
import type { FitInstance, FitSubject } from "./instances.ts";
import { look } from "./look.ts";
import { wordsOf } from "./peer-words.ts";
import { readBack } from "./read-back.ts";
import { readerOf } from "./readers.ts";
import { type AbilitySeen, type CommitmentSeen, isTaken, type Seen, type TextSeen } from "./seen.ts";
import { passed, type StepOutcome, skipped } from "./steps.ts";
import { nothingKept } from "./steps-storage.ts";
import { characterSetsToTry, inCharacterSet, judgeText, studyKeys, textSubject } from "./text.ts";
import type { StoredRung, Trial } from "./trial.ts";

const nothingStored = "Nothing was stored.";

/** Whether a query finds what was stored; noted for each. */
export async function findStored(
  trial: Trial,
  signal: AbortSignal,
): Promise<{ readonly seen: AbilitySeen; readonly outcome: StepOutcome }> {
  const { node, limits, stored } = trial;
  if (stored.length === 0) {
    return { seen: { kind: "not-tried", words: nothingStored }, outcome: skipped(nothingStored) };
  }
  const instances = stored.map(({ instance }) => instance);
  const { found, query } = await look(node, instances, limits.indexMs, signal);
  for (const { seen, instance } of stored) {
    if (found !== null) trial.note({ ...seen, found: found.has(instance.sopInstanceUid) });
  }
  const missing = instances.filter(({ sopInstanceUid }) => found?.has(sopInstanceUid) === false).length;
  const result = query.kind === "works" ? (missing === 0 ? "passed" : "partly") : "failed";
  return { seen: query, outcome: { result, words: query.words } };
}

/** So many in a row that do not come back, and the rest is not asked for. */
const mostFailures = 3;

/** Retrieves each of what was stored and compares; noted for each. */
export async function readBackStored(trial: Trial, signal: AbortSignal): Promise<StepOutcome> {
  const { node, directory, stored } = trial;
  if (stored.length === 0) return skipped(nothingStored);
  try {
    const encodings = stored.map(({ instance }) => instance);
    await using reader = await readerOf(node, encodings, signal);
    if (reader === null) return skipped("It takes no C-GET, and no DICOMweb address of it is set.");
    let failures = 0;
    for (const { seen, instance } of stored) {
      if (failures >= mostFailures) break;
      const { seen: back } = await readBack(reader, instance, directory, signal);
      trial.note({ ...seen, readBack: back });
      failures = back.kind === "failed" ? failures + 1 : 0;
    }
    return readBackOutcome(reader.how, trial.stored);
  } catch (error) {
    signal.throwIfAborted();
    return { result: "failed", words: wordsOf(error) };
  }
}

function readBackOutcome(how: string, stored: readonly StoredRung[]): StepOutcome {
  const words = stored.map(({ seen: { readBack: back, candidate } }) => {
    switch (back?.kind) {
      case undefined:
      case "same":
        return "";
      case "changed":
        return `Other pixels come back: ${candidate.label}.`;
      case "recoded":
        return `Comes back as ${syntaxName(back.transferSyntaxUid)}: ${candidate.label}.`;
      case "failed":
        return back.words;
      default:
        return back satisfies never;
    }
  });
  const same = stored.filter(({ seen }) => seen.readBack?.kind === "same").length;
  const first = `${how}: ${same} of ${stored.length} instances come back with the pixels that were sent.`;
  const isNone = stored.every(({ seen }) => seen.readBack === null || seen.readBack.kind === "failed");
  const result = same === stored.length ? "passed" : isNone ? "failed" : "partly";
  return {
    result,
    words: [first, ...new Set(words)]
      .filter((one) => one !== "")
      .slice(0, 5)
      .join(" "),
  };
}

/** Sends a name beyond ASCII, in one character set after the other until it comes back as it was. */
export async function tryTexts(
  trial: Trial,
  signal: AbortSignal,
): Promise<{ readonly seen: readonly TextSeen[]; readonly outcome: StepOutcome }> {
  const usable = trial.usable();
  if (usable === undefined) return { seen: [], outcome: skipped(nothingKept) };
  const { candidate } = usable.seen;
  const seen: TextSeen[] = [];
  const words: string[] = [];
  for (const characterSet of characterSetsToTry(trial.node.encoding.characterSet)) {
    const subject = textSubject(characterSet);
    const study = trial.newStudy(subject);
    const written = await study.write(candidate, await trial.media.of(candidate), signal);
    const instance = await inCharacterSet(written, characterSet);
    if (instance === null) continue;
    const store = await trial.store(instance, signal);
    if (!isTaken(store)) {
      words.push(`${characterSet}: ${store.kind === "stored" ? "" : store.words}.`);
      seen.push({ characterSet, latin: "not-stored", wide: "unknown", seenIn: null });
      continue;
    }
    // One that serves a single association must not be held up by ours.
    await trial.close();
    const text = await textBack(trial, instance, subject, characterSet, signal);
    seen.push(text);
    words.push(wordsOfText(text));
    // What cannot be read cannot be compared: another one would not tell more.
    if (text.latin !== "changed") break;
  }
  return { seen, outcome: textOutcome(seen, words.join(" ")) };
}

function textOutcome(seen: readonly TextSeen[], words: string): StepOutcome {
  const last = seen.at(-1);
  if (last === undefined || last.latin === "unknown") return skipped(words);
  if (last.latin !== "kept") return { result: "failed", words };
  return { result: seen.length === 1 && last.wide !== "changed" ? "passed" : "partly", words };
}

function wordsOfText({ characterSet, latin, wide, seenIn }: TextSeen): string {
  if (latin === "unknown") return `${characterSet}: stored; what became of the name cannot be seen from here.`;
  if (latin !== "kept") return `${characterSet}: the name comes back changed.`;
  const where = seenIn === "query" ? "in the answer to a query" : "in the instance";
  const kept = `${characterSet}: the name comes back as it was, ${where}`;
  return wide === "changed" ? `${kept}; letters beyond Western European do not.` : `${kept}.`;
}

/** The text as the node tells it: in the instance where that can be read back, else in the answer to a query. */
async function textBack(
  { node, directory, limits, rungs }: Trial,
  instance: FitInstance,
  subject: FitSubject,
  characterSet: string,
  signal: AbortSignal,
): Promise<TextSeen> {
  const { dimse } = node;
  if (rungs.some(({ readBack: back }) => back !== null && back.kind !== "failed")) {
    await using reader = await readerOf(node, [instance], signal).catch(() => null);
    const back = reader && (await readBack(reader, instance, directory, signal));
    if (back?.dataSet) return judgeText(characterSet, subject, back.dataSet, "instance");
  }
  const { query } = await look(node, [instance], limits.indexMs, signal);
  if (dimse === null || query.kind !== "works") return judgeText(characterSet, subject, undefined, null);
  const answers = await findByDimse(dimse, [studyKeys(instance.studyInstanceUid)], signal).catch(() => []);
  signal.throwIfAborted();
  return judgeText(characterSet, subject, answers[0], "query");
}

/** How many associations it serves at once. */
export async function tryAssociations(
  trial: Trial,
  signal: AbortSignal,
): Promise<{ readonly seen: Seen["associations"]; readonly outcome: StepOutcome }> {
  const { dimse } = trial.node;
  const usable = trial.usable();
  if (trial.storesBy !== "C-STORE" || dimse === null) {
    return { seen: null, outcome: skipped("HTTP requests need no associations.") };
  }
  if (usable === undefined) return { seen: null, outcome: skipped(nothingKept) };
  const { most, tried, words } = await countAssociations(dimse, usable.seen.candidate, signal);
  const first = `${most} of ${tried} at the same time.`;
  if (words === null) return { seen: { most, tried }, outcome: passed(first) };
  return { seen: { most, tried }, outcome: { result: most > 0 ? "partly" : "failed", words: `${first} ${words}` } };
}

/** Asks for commitment of everything that was stored; noted for each. */
export async function tryCommitment(
  trial: Trial,
  signal: AbortSignal,
): Promise<{ readonly seen: CommitmentSeen; readonly outcome: StepOutcome }> {
  const { node, limits, options, stored } = trial;
  const why = stored.length === 0 ? nothingStored : "Storage commitment needs a DICOM address, and none is set.";
  if (stored.length === 0 || node.dimse === null)
    return { seen: { kind: "not-tried", words: why }, outcome: skipped(why) };
  const { awaitReport } = options;
  const asked = stored.map(({ instance }) => instance);
  const { seen, instances } = await askCommitment(node.dimse, asked, {
    reportMs: limits.reportMs,
    signal,
    ...(awaitReport && { awaitReport }),
  });
  for (const { seen: rung, instance } of stored) {
    const committed = instances.get(instance.sopInstanceUid);
    if (committed !== undefined) trial.note({ ...rung, committed });
  }
  const result = seen.kind === "works" ? "passed" : seen.kind === "no-report" ? "partly" : "failed";
  return { seen, outcome: { result, words: seen.words } };
}
