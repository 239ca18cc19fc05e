import type { ChainHead } from "../audit/audit.ts";
import { Html, html } from "./html.ts";
import { linesOf } from "./lines.ts";
import { receiptStyle } from "./receipt-style.ts";
import type { InstanceStory, ProcedureStory, StoryEvent } from "./story.ts";
import { dayOf, nameOf, timeOf } from "./words.ts";

export interface ReceiptOptions {
  /** When it is made. */
  readonly now: number;
  readonly stationName: string;
  /** The display name of the user or token that the audit knows as this actor; undefined: it is none. */
  readonly nameOfActor?: (actor: string) => string | undefined;
}

/** A page of its own: no script, nothing loaded, readable without a network in twenty years. */
export function page(title: string, options: ReceiptOptions, body: readonly Html[]): string {
  const { now, stationName } = options;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>${title}</title><style>${new Html(receiptStyle)}</style></head>
<body><header><h1>${title}</h1><div class="made">${stationName}<br>made ${timeOf(now)}</div></header>
${body}</body></html>
`.text;
}

/** Whose it is, in a line: at the head of every table, so on every page. */
export function whose({ patient }: ProcedureStory): string {
  if (patient === null) return "No patient chosen";
  const { patientName, patientId, patientBirthDate = "" } = patient;
  const born = patientBirthDate === "" ? "" : ` · born ${dayOf(patientBirthDate)}`;
  return `${nameOf(patientName)} · ID ${patientId}${born}`;
}

/** Two identifiers at least, large; then what the hospital calls the work. */
export function patientBlock(story: ProcedureStory): Html {
  const { patient, temporaryIdentity, studyInstanceUid, accessionNumbers, performingPhysicianName, begunAt } = story;
  const sexes = { M: "male", F: "female", O: "other" } as const;
  const identity =
    patient === null
      ? html`<dt>Patient</dt><dd><strong>none chosen</strong></dd>`
      : html`<dt>Patient</dt><dd><strong>${nameOf(patient.patientName)}</strong></dd>
<dt>Patient ID</dt><dd><strong>${patient.patientId}</strong>${patient.issuerOfPatientId ? ` (${patient.issuerOfPatientId})` : ""}</dd>
<dt>Born</dt><dd>${dayOf(patient.patientBirthDate ?? "") || "unknown"}${patient.patientSex ? `, ${sexes[patient.patientSex]}` : ""}</dd>
${temporaryIdentity ? html`<dt>Identity</dt><dd>temporary, given by this box in an emergency</dd>` : ""}`;
  return html`<section class="patient"><dl>${identity}</dl><dl>
<dt>Procedure begun</dt><dd>${timeOf(begunAt)}</dd>
${performingPhysicianName === "" ? "" : html`<dt>Performed by</dt><dd>${nameOf(performingPhysicianName)}</dd>`}
${accessionNumbers.length === 0 ? "" : html`<dt>Accession</dt><dd>${accessionNumbers.join(", ")}</dd>`}
<dt>Study</dt><dd><code>${studyInstanceUid}</code></dd></dl></section>`;
}

/** Events in a table, in order of time. `instances`: of the capture that it is about. */
export function eventTable(
  story: ProcedureStory,
  events: readonly StoryEvent[],
  instances: readonly InstanceStory[],
  { nameOfActor = () => undefined }: ReceiptOptions,
): Html {
  // The name for who reads it, the id because it is what the audit has: names change.
  const who = (actor: string): string => {
    const name = nameOfActor(actor);
    return name === undefined ? actor : `${name} (${actor})`;
  };
  const lines = linesOf(events, instances).map(
    ({ at, words, actor, rows }) => html`<tr><td class="time">${timeOf(at)}</td><td>${words}</td>
<td class="time">${who(actor)}</td><td class="number">${rows}</td></tr>`,
  );
  return html`<table><thead><tr><th class="whose" colspan="4">${whose(story)}</th></tr>
<tr><th>Time</th><th>What happened</th><th>Who</th><th class="number">Audit row</th></tr></thead><tbody>${lines}</tbody></table>`;
}

export function leftOutNote(leftOut: number): Html | string {
  return leftOut === 0
    ? ""
    : html`<p class="quiet">${leftOut} repeated events are left out here. The audit has them all.</p>`;
}

/** The anchor: what this paper proves once the box is checked against it. */
export function chainBlock(head: ChainHead | null): Html {
  if (head === null) return html`<section class="chain"><p>This box has no chained audit yet.</p></section>`;
  const grouped = head.hash.replaceAll(/(.{8})(?!$)/g, "$1 ");
  return html`<section class="chain"><p>Audit of this box, up to row ${head.id} (${timeOf(head.at)}):</p>
<p><code>${grouped}</code></p>
<p>Each audit row carries the hash of the one before it. While <code>scopeline check --receipt</code> with this number finds it in an
unbroken chain, nothing in the audit up to that row was changed, removed or inserted since this receipt was made. A
receipt that is kept elsewhere shows what the box alone cannot: a history that was written anew as a whole.</p>
<p class="quiet">Times are those of this box's clock. Scopeline is not a certified medical device.</p></section>`;
}
