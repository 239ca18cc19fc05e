import type { Words } from "../../words-type.ts";
import type { story as english } from "../en/story.ts";

export const story: Words<typeof english> = {
  story: {
    button: "Story",
    receipt: "Print receipt",
    receiptTitle: "Receipt",
    print: "Print",
    file: "The file as it was saved",
    fileOfSize: "The file as it was saved, {{size}}",
    hash: "SHA-256 {{sha256}}",
    none: "Not saved yet",
    instance: "DICOM instance",
    instanceAs: "DICOM instance, {{rendition}}",
    part: "{{what}}, part {{at}} of {{all}}",
    row: "audit {{rows}}",
    by: "by {{actor}}",
    whereItIs: "Where it is",
    nowhere: "On this box only. It is sent when the procedure is released.",
    sentAt: "Taken {{when}}",
    promisedAt: "Promised to keep it {{when}}",
    foundAt: "Found there when asked {{when}}: weaker than a promise to keep it",
    notProven: "Not proven to be kept yet",
    whatHappened: "What happened",
    state: {
      waiting: "Waiting",
      sending: "Sending",
      held: "Held",
      sent: "Sent",
      cancelled: "Cancelled",
    },
    leftOut_one: "{{count}} repeated event is left out here. The audit has it.",
    leftOut_other: "{{count}} repeated events are left out here. The audit has them all.",
    title: "{{what}}: its story",
  },
};
