import { countAssociations } from "./associations.ts";
import { syntaxName } from "./candidates.ts";
import { askCommitment } from "./commitment.ts";
import { findByDimse } from "./dimse-channel.ts";
import type { FitInstance, FitSubject } from "./instances.ts";
import { look } from "./look.ts";
import { readBack } from "./read-back.ts";
import { type AbilitySeen, type CommitmentSeen, isTaken, type Seen, type TextSeen } from "./seen.ts";
import { passed, type StepOutcome, skipped } from "./steps.ts";
import { nothingKept } from "./steps-storage.ts";
import { characterSetsToTry, inCharacterSet, judgeText, studyKeys, textSubject } from "./text.ts";
import type { Trial } from "./trial.ts";

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

/** Retrieves each of what was stored and compares; noted for each. */
export async function readBackStored(trial: Trial, signal: AbortSignal): Promise<StepOutcome> {
  const { node, directory, stored } = trial;
  const { dicomweb } = node;
  if (stored.length === 0) return skipped(nothingStored);
  if (dicomweb === null) return skipped("Only DICOMweb can be read back from, and no address of it is set.");
  const words: string[] = [];
  let same = 0;
  let compared = 0;
  for (const { seen, instance } of stored) {
    const { seen: back } = await readBack(dicomweb.target, instance, directory, signal);
    trial.note({ ...seen, readBack: back });
    if (back.kind !== "failed") compared += 1;
    if (back.kind === "same") same += 1;
    if (back.kind === "changed") words.push(`Other pixels come back: ${seen.candidate.label}.`);
    if (back.kind === "recoded")
      words.push(`Comes back as ${syntaxName(back.transferSyntaxUid)}: ${seen.candidate.label}.`);
    if (back.kind === "failed") words.push(back.words);
  }
  const first = `WADO-RS: ${same} of ${stored.length} instances come back with the pixels that were sent.`;
  const result = compared === 0 ? "failed" : same === stored.length ? "passed" : "partly";
  return { result, words: [first, ...new Set(words)].slice(0, 5).join(" ") };
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
  { node, directory, limits }: Trial,
  instance: FitInstance,
  subject: FitSubject,
  characterSet: string,
  signal: AbortSignal,
): Promise<TextSeen> {
  const { dicomweb, dimse } = node;
  if (dicomweb !== null) {
    const { dataSet } = await readBack(dicomweb.target, instance, directory, signal);
    if (dataSet !== null) return judgeText(characterSet, subject, dataSet, "instance");
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
