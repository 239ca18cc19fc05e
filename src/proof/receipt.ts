import { type Html, html } from "./html.ts";
import { instanceLabel } from "./lines.ts";
import {
  chainBlock,
  eventTable,
  leftOutNote,
  page,
  patientBlock,
  type ReceiptOptions,
  whose,
} from "./receipt-parts.ts";
import type { CaptureStory, ProcedureStory, StoryState } from "./story.ts";
import { proofWords, sizeOf, stateSentence, stateWords, timeOf } from "./words.ts";

/** A printable page about one capture; `story` from storyOfCapture. HTML, self-contained. */
export function captureReceipt(story: ProcedureStory, options: ReceiptOptions): string {
  const [capture] = story.captures;
  if (capture === undefined) throw new Error("a receipt of no capture");
  const { kind, number, source, pressedAt, savedAt, sizeBytes, sha256, instances } = capture;
  const events = [...story.events, ...capture.events].toSorted(
    (a, b) => a.at - b.at || (a.auditRow ?? 0) - (b.auditRow ?? 0),
  );
  return page(`Receipt: ${kind} ${number}`, options, [
    verdict(capture.state, isWeaker(capture), [...capture.nodes.map(proofWords), stateSentence(capture)]),
    patientBlock(story),
    html`<h2>${kind === "still" ? "Still" : "Clip"} ${number}</h2><dl>
<dt>Pressed</dt><dd>${timeOf(pressedAt)} on ${source}</dd>
<dt>Saved</dt><dd>${savedAt === null ? "no" : `${timeOf(savedAt)}, ${sizeBytes ?? "?"} bytes`}</dd>
${sha256 === null ? "" : html`<dt>SHA-256</dt><dd><code>${sha256}</code></dd>`}</dl>`,
    ...(instances.length === 0 ? [] : [html`<h2>DICOM instances</h2>`, instanceTable(story, capture)]),
    html`<h2>What happened</h2>`,
    eventTable(story, events, instances, options),
    html`${leftOutNote(story.eventsLeftOut)}`,
    chainBlock(story.head),
  ]);
}

/** A printable page about a procedure and all its captures; `story` from storyOfProcedure. HTML, self-contained. */
export function procedureReceipt(story: ProcedureStory, options: ReceiptOptions): string {
  const { captures } = story;
  return page("Receipt: procedure", options, [
    procedureVerdict(captures),
    patientBlock(story),
    html`<h2>Procedure</h2>`,
    eventTable(story, story.events, [], options),
    ...(captures.length === 0 ? [] : [html`<h2>Captures</h2>`, captureTable(story)]),
    html`${leftOutNote(story.eventsLeftOut)}`,
    chainBlock(story.head),
  ]);
}

/** Safe, and no node has promised to keep it. */
function isWeaker({ state, nodes }: CaptureStory): boolean {
  return state === "safe" && !nodes.some(({ provenBy }) => provenBy === "commitment");
}

function verdict(state: StoryState, weaker: boolean, sentences: readonly string[]): Html {
  const lines = sentences.map((sentence) => html`<p>${sentence}</p>`);
  return html`<section class="verdict ${state}"><b>${stateWords[state]}${weaker ? ", by a weaker proof" : ""}</b>${lines}</section>`;
}

/** The worst first: what a person has to look at must not be found on page nine. */
const worstFirst: readonly StoryState[] = [
  "failed",
  "held",
  "recording",
  "sending",
  "saved",
  "cancelled",
  "sent",
  "safe",
];

function procedureVerdict(captures: readonly CaptureStory[]): Html {
  const counting = captures.filter(({ state }) => state !== "deleted");
  const deleted = captures.length - counting.length;
  const worst = worstFirst.find((state) => counting.some((capture) => capture.state === state));
  if (worst === undefined) return verdict("saved", false, ["There are no captures."]);
  const counts = worstFirst.flatMap((state) => {
    const those = counting.filter((capture) => capture.state === state);
    if (those.length === 0) return [];
    const named =
      those.length <= 12 && state !== "safe" ? ` (number ${those.map(({ number }) => number).join(", ")})` : "";
    return [`${those.length} of ${counting.length} captures: ${stateWords[state]}${named}`];
  });
  const weaker = counting.filter(({ nodes }) => nodes.some(({ provenBy }) => provenBy === "query")).length;
  return verdict(worst, worst === "safe" && counting.some(isWeaker), [
    ...counts,
    ...(weaker === 0
      ? []
      : [
          `${weaker} of them at a node by a weaker proof: it showed them when asked, and did not promise to keep them.`,
        ]),
    ...(deleted === 0 ? [] : [`${deleted} more were deleted by a person.`]),
  ]);
}

function instanceTable(story: ProcedureStory, { instances }: CaptureStory): Html {
  const bodies = instances.map((instance) => {
    const { sopInstanceUid, sizeBytes, sha256, sopClassUid, transferSyntaxUid } = instance;
    return html`<tbody class="together"><tr><td>${instanceLabel(instance)}</td>
<td class="number">${sizeOf(sizeBytes)}</td><td><code>${sopInstanceUid}</code></td></tr>
<tr><td colspan="3"><code>SHA-256 ${sha256 ?? "not made yet"}</code><br>
<code class="quiet">SOP class ${sopClassUid} · transfer syntax ${transferSyntaxUid}</code></td></tr></tbody>`;
  });
  return html`<table><thead><tr><th class="whose" colspan="3">${whose(story)}</th></tr>
<tr><th>Made as</th><th class="number">Size</th><th>SOP Instance UID</th></tr></thead>${bodies}</table>`;
}

function captureTable(story: ProcedureStory): Html {
  const bodies = story.captures.map((capture) => {
    const { number, kind, pressedAt, sizeBytes, sha256, state, nodes, instances } = capture;
    const at = nodes.map(({ node, state: reached, provenBy }) => {
      return `${node}: ${provenBy === null ? reached : provenBy === "commitment" ? "promised" : "query, weaker"}`;
    });
    const uids = instances.map(
      (instance) =>
        html`<br><code>${instance.sopInstanceUid}</code>${instances.length > 1 ? ` ${instanceLabel(instance)}` : ""}`,
    );
    return html`<tbody class="together"><tr><td class="number">${number}</td><td class="time">${timeOf(pressedAt)}</td>
<td>${kind}, ${sizeOf(sizeBytes)}</td><td><b>${stateWords[state]}</b>${at.length === 0 ? "" : ` (${at.join("; ")})`}</td></tr>
<tr><td></td><td colspan="3"><code>${sha256 ?? "no SHA-256"}</code>${uids}</td></tr></tbody>`;
  });
  return html`<table><thead><tr><th class="whose" colspan="4">${whose(story)}</th></tr>
<tr><th class="number">No.</th><th>Pressed; SHA-256 and SOP Instance UIDs</th><th>What</th><th>Where it is</th></tr></thead>${bodies}</table>`;
}
