import type { WorklistNodeState } from "./rows.ts";

/** Why there is nothing to show, in words. `withoutFilter`: how many there are when nothing is searched or filtered. */
export function emptyReason(states: readonly WorklistNodeState[], withoutFilter: number): string {
  if (withoutFilter > 0) {
    const count = withoutFilter === 1 ? "1 procedure is" : `${withoutFilter} procedures are`;
    return `Nothing matches the search. ${count} on the whole list.`;
  }
  if (states.length === 0) return "No worklist is set up. Add a node with the role worklist to the settings.";
  return states.map(nodeReason).join(" ");
}

function nodeReason(state: WorklistNodeState): string {
  if (state.error !== null) return state.error;
  if (state.lastAnsweredAt === null) return `${state.node} is being asked for the first time.`;
  if (state.matches === 0) return `${state.node} answered: no procedures ${state.query}.`;
  const count = state.matches === 1 ? "1 procedure" : `${state.matches} procedures`;
  return `${state.node} answered with ${count}, all before the days that are shown.`;
}

const told: Readonly<Record<string, string>> = {
  missing: "without",
  invalid: "with invalid",
  "too-long": "with too long",
  repeated: "with repeated",
  garbled: "not written in the character set it names:",
};

/** What was odd about an answer, in one sentence for the worklist's administrator; null when nothing was. */
export function noticeOf(
  node: string,
  answer: { readonly cutShort: boolean; readonly oddities: ReadonlyMap<string, number> },
  maxItems: number,
): string | null {
  const sentences: string[] = [];
  if (answer.cutShort) {
    sentences.push(
      `${node} has more than ${maxItems} procedures; only the first ${maxItems} are here. Narrow the query: station, modality or days in the settings.`,
    );
  }
  const odd = [...answer.oddities].slice(0, 10).map(([key, count]) => {
    const [what = "", attribute = ""] = key.split(" ");
    return what === "unreadable" ? `${count} unreadable and left out` : `${count} ${told[what] ?? what} ${attribute}`;
  });
  if (odd.length > 0) sentences.push(`Answers of ${node}: ${odd.join(", ")}. Tell its administrator.`);
  return sentences.length === 0 ? null : sentences.join(" ");
}
