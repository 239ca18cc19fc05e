import type { AlarmMessage } from "./told.ts";

/** The subject of an e-mail: which box, and how bad. */
export function subjectOf({ station, raised, reminded, cleared }: AlarmMessage): string {
  const isFailure = [...raised, ...reminded].some(({ level }) => level === "failure");
  const parts = [
    raised.length > 0 ? `${raised.length} new` : "",
    reminded.length > 0 ? `${reminded.length} still on` : "",
    cleared.length > 0 ? `${cleared.length} over` : "",
  ];
  return `[Scopeline ${station}] ${isFailure ? "FAILURE, " : ""}alarms: ${parts.filter((part) => part !== "").join(", ")}`;
}

/** The whole of an e-mail, as plain text. */
export function textOf({ station, at, raised, reminded, cleared, onCount }: AlarmMessage): string {
  const lines = (title: string, alarms: readonly { level: string; message: string; since: number }[]): string[] =>
    alarms.length === 0
      ? []
      : [title, ...alarms.map(({ level, message, since }) => `- ${level}: ${message} (since ${utc(since)})`), ""];
  return [
    `Scopeline ${station}, ${utc(at)}`,
    "",
    ...lines("New:", raised),
    ...lines("Still on:", reminded),
    ...lines("Over:", cleared),
    onCount === 0 ? "Nothing is wrong any more." : `Wrong at this moment: ${onCount}. The screen of the box shows all.`,
    "",
  ].join("\n");
}

function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
