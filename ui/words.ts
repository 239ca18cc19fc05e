import type { Side } from "./lib/side.ts";

/** What of one procedure is how far. */
interface OutboxCounts {
  readonly all: number;
  readonly safe: number;
  readonly found: number;
  readonly sent: number;
  readonly notKept: number;
  readonly cancelled: number;
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** Every word a person reads, in one place, so that another language is one more file like this. */
export const words = {
  unreachable: "The recorder does not answer. It goes on working by itself; try again in a moment.",
  refusedWithoutReason: (status: number) =>
    `The recorder refused this without saying why (HTTP ${status}). Try again; if it stays so, call biomed.`,

  nav: { label: "Screens", live: "Live", patient: "Patient", outbox: "Outbox", history: "History" },

  linkLost: "Screen lost contact with the recorder; recording continues",
  problems: {
    title: "What is wrong",
    none: "Nothing is wrong any more.",
    button: (n: number) => `${count(n, "problem", "problems")}, show`,
    since: (when: string) => `since ${when}`,
    detail: (said: string) => `the other side: ${said}`,
  },

  patient: {
    none: "NO PATIENT",
    noneMeans: "pictures are kept as unassigned",
    choose: "Choose patient",
    temporary: "TEMPORARY IDENTITY",
    match: "Match patient",
    nameUnknown: "Name unknown",
    born: "Born",
    bornUnknown: "Birth date unknown",
    sex: { M: "Male", F: "Female", O: "Other sex" },
    sexUnknown: "Sex unknown",
    id: "ID",
    idUnknown: "ID unknown",
    procedureUnknown: "Procedure not stated",
  },
  side: { L: "LEFT", R: "RIGHT", B: "BOTH SIDES" } satisfies Record<Side, string>,
  sideUnknown: "Side not stated",

  inProgress: (captures: number) => `Procedure in progress: ${count(captures, "capture", "captures")}`,
  returnToLive: "Return to live",
  back: "Back",
  close: "Close",
  cancel: "Cancel",
  more: "Show more",
  loading: "Asking the recorder…",

  live: {
    picture: "Live picture",
    connecting: "Connecting to the picture…",
    noSource: "No video source is set up. Ask biomed to add one to the settings.",
    noSignal: "NO SIGNAL",
    lastPicture: (time: string) => `Last picture ${time}`,
    restarting: "RESTARTING",
    starting: "STARTING",
    frozen: "PICTURE FROZEN",
    reduced: "PREVIEW REDUCED",
    frozenMeans: "What you see is not live",
    refused: "SOURCE REFUSED",
    linkLost: "NO CONTACT WITH RECORDER",
    linkLostMeans: "Recording continues. Trying again…",
    choose: "Video source",
    untested: "untested",
    untestedMeans: (paths: readonly string[]) => `No test ever ran: ${paths.join(", ")}`,
  },

  capture: "CAPTURE",
  captureNoSource: "No source",
  captureNoPicture: "No picture",
  record: "RECORD",
  stop: "STOP",
  stopping: "STOPPING…",
  recording: "REC",
  recordNoPicture: "No picture",
  free: (amount: string) => `${amount} free`,
  full: (percent: number) => `${percent} % full`,
  still: (n: number) => `Image ${n}`,
  clip: (n: number) => `Clip ${n}`,
  tray: "Captures of this procedure, newest first",
  lastProcedure: "Last procedure:",
  trayEmpty: "No captures yet",
  saving: "Saving…",
  notYet: "Not saved yet",
  saidSaved: (what: string) => `${what} saved`,
  notSaved: (what: string) => `${what.toUpperCase()} NOT SAVED`,
  pressAgain: "press again",
  notStopped: "Recording not stopped",
  goesOn: "Goes on when the picture is back",
  notSavedYet: "On the disk, but the box's database does not take it",
  acknowledge: "Understood",
  otherFrame: "Not the exact picture",
  remarks: {
    later: (frames: number) => `${count(frames, "frame", "frames")} later than pressed`,
    earlier: (frames: number) => `${count(frames, "frame", "frames")} earlier than pressed`,
    lost: (frames: number) => `${count(frames, "frame", "frames")} lost`,
    rescued: (seconds: string) => `Rescued; at most ${seconds} s missing at its end`,
    fromClip: (n: number) => `From clip ${n}`,
    marks: (n: number) => count(n, "mark", "marks"),
  },
  keepLast: (seconds: number) => `Keep last ${seconds}\u00a0s`,
  mark: "Mark",
  marked: (n: number) => `Mark · ${n}`,
  notMarked: "Not marked",
  lookBack: {
    button: "Look back",
    title: "Choose the picture to keep",
    ago: (seconds: string) => `${seconds} s before`,
    now: "When you pressed",
    recorded: "from the recording",
    position: "How far back",
    earlier: "Earlier",
    later: "Later",
    keep: "Keep",
    lapsed: "These pictures are not here any more.",
    again: "Look back again",
    unreadable: "This picture is not here any more. Choose a later one.",
  },

  progress: {
    recording: "Recording",
    "not-saved-yet": "Not saved yet",
    saved: "Saved",
    sending: "Sending",
    sent: "Sent",
    safe: "Safe",
    held: "Held",
    cancelled: "Not sent, cancelled",
    failed: "Not saved",
    deleted: "Deleted",
  },

  removed: (day: string) => `Removed from this box ${day}`,
  safeByQuery: "Safe, by query",
  proof: {
    query: "It was found in the archive when asked. That is weaker than the archive's own promise to keep it.",
  },

  viewer: {
    previous: "Previous",
    next: "Next",
    play: "Play",
    pause: "Pause",
    position: "Position in the clip",
    delete: "Delete…",
    takenAt: (time: string) => `Taken ${time}`,
    stillRecording: "This clip is still being recorded.",
    notSavedYet: "This clip is on the disk, but the box's database does not take it yet. The box goes on trying.",
    gone: "This capture was deleted.",
    removed: (progress: string, day: string) =>
      `${progress}, removed from this box on ${day}. The archive has it; its story has the proof.`,
    broken: "This picture cannot be shown. It may be damaged; ask biomed to run the check.",
    copyMaking: "This screen does not play HEVC. A copy that it plays is being made.",
    copyWaiting: "This screen does not play HEVC. A copy that it plays is made after another one.",
    copyFailed: "This screen does not play HEVC, and the box does not answer. The clip itself is kept.",
    copyShown: (width: number | null, height: number | null) =>
      `A smaller copy is shown. The clip itself is ${width ?? "?"}×${height ?? "?"}, HEVC.`,
    marks: (list: string) => `Marks: ${list}`,
    of: (at: number, all: number) => `${at} of ${all}`,
  },
  clipTools: {
    button: "Cut, still…",
    back: "Back",
    from: "From here",
    to: "To here",
    cut: "Cut out",
    still: "Keep picture",
    stepBack: "Back one picture",
    stepOn: "On one picture",
    nextMark: "Next mark",
    working: "Working…",
    means: "A new clip is made. This one stays as it is.",
    range: (from: string, to: string) => `from ${from} to ${to}`,
    made: (what: string, how: string) => [`${what} saved`, how].filter(Boolean).join(". "),
  },
  deletion: {
    title: (what: string) => `Why delete ${what.toLowerCase()}?`,
    warning: "It is taken out of this procedure and not sent.",
    reasons: ["Blurred or empty", "Test picture", "Wrong patient", "Patient refused", "Other reason"],
    keep: "Keep it",
  },

  complete: {
    button: "Complete",
    title: "Complete without a patient?",
    titleFor: (name: string) => `Complete for ${name}?`,
    contents: (stills: number, clips: number) =>
      `${count(stills, "image", "images")}, ${count(clips, "clip", "clips")}`,
    willSend: "They are sent when the hold time is over. Until then you can resume or send at once.",
    noPatient: "No patient is chosen: the pictures stay on this box and are not sent until one is.",
    nothing: "Nothing was captured.",
    stopsRecording: "The recording is stopped first.",
    confirm: (name: string) => `Complete for ${name}`,
    confirmWithout: "Complete without patient",
    stay: "Go on capturing",
    discontinue: "Not done: discontinue…",
  },
  discontinue: {
    title: (name: string) => `Why was the procedure for ${name} not done?`,
    means: (all: number) =>
      all === 0
        ? "The procedure ends as discontinued. Nothing was captured."
        : `The procedure ends as discontinued. ${count(all, "capture is", "captures are")} sent all the same when the hold time is over.`,
    wrongPatient: "Wrong patient picked? Then do not discontinue.",
    keep: "Go back, it goes on",
    done: (why: string) => `Discontinued: ${why}`,
  },
  hold: {
    sentIn: "Sending starts in",
    soon: "Sending starts now",
    kept: "Kept on this box, no patient chosen",
    sendNow: "Send now",
    resume: "Resume",
    released: "Released",
  },

  list: {
    title: "Worklist",
    assignTitle: (captures: number) => `Choose the patient for ${count(captures, "capture", "captures")}`,
    search: "Search name or ID",
    clear: "Clear search",
    today: "Today",
    all: "All days",
    refresh: "Refresh",
    refreshing: "Asking…",
    age: (age: string) => `List from ${age} ago`,
    fresh: "List is current",
    never: "The worklist has not answered yet",
    lookUp: (search: string) => `Ask the hospital for “${search}”`,
    lookingUp: "Asking the hospital…",
    more: (shown: number, total: number) => `${shown} of ${total} shown. Search to see the others.`,
    similar: "Similar name",
    sameBirth: "Same birth date",
    noTime: "No time",
    emergency: "Emergency",
    emergencyMeans: "Temporary identity, start at once",
    without: "Continue without patient",
    busy: "A procedure with a patient is in progress. Complete it before you choose another patient.",
  },
  confirm: {
    title: "Does the patient match?",
    prompt: "Compare both with the patient or the wristband",
    procedures: "Procedures",
    alsoFor: "More for this patient",
    included: "Included",
    notIncluded: "Tap to include",
    physician: "Performing physician",
    physicianUnknown: "Not stated",
    change: "Change",
    choosePhysician: "Who performs the procedure?",
    noPhysicians: "The worklist names nobody, and the settings list nobody.",
    start: (name: string) => `Both match – start for ${name}`,
    startUnchecked: "Start without time-out check",
    assign: (name: string) => `Both match – assign to ${name}`,
    assignUnchecked: "Assign without time-out check",
    other: "Other patient",
    similar: (n: number) =>
      n === 1
        ? "Another patient on the list has a similar name."
        : `${n} other patients on the list have similar names.`,
    sameBirth: "Another patient on the list has the same birth date.",
  },

  outbox: {
    title: "Outbox",
    /** The filters, and how far a picture is. */
    transfer: {
      pending: "Waiting",
      sending: "Sending",
      stored: "Sent and safe",
      held: "Held",
      cancelled: "Cancelled",
      replaced: "Replaced",
    },
    /** How far the news about a procedure is. */
    step: { sending: "Telling", stored: "Told", cancelled: "Not told" },
    begun: "Procedure begun",
    ended: "Procedure ended",
    capture: "Capture",
    part: (at: number, all: number) => `part ${at} of ${all}`,
    sentAs: (encoding: string) => `Instead of the original: ${encoding}`,
    original: "as it was captured",
    notTaken: "Not taken before:",
    standby: "Stands by",
    standbyMeans: "Sent only if its first place cannot be reached.",
    notNeeded: "Not needed",
    notKept: "Sent, not kept",
    notKeptMeans: "The archive says that it does not have it. Press Send again.",
    noProof: "This archive gives no proof that it keeps what it gets.",
    proofOwed: "The archive is asked soon whether it keeps it.",
    proofAsked: "Waiting for the archive to confirm that it keeps it.",
    foundMeans: "Found there when asked: weaker than the archive's own promise to keep it.",
    all: "All",
    empty: "Nothing is waiting. Pictures appear here when a procedure is released.",
    emptyFilter: "None of these.",
    summary: ({ all, safe, found, sent, notKept, cancelled }: OutboxCounts): string =>
      [
        `${safe} of ${all} safe`,
        found > 0 ? `${found} of them by query` : "",
        sent > 0 ? `${sent} sent, not yet proven` : "",
        notKept > 0 ? `${notKept} sent, not kept` : "",
        cancelled > 0 ? `${cancelled} cancelled` : "",
      ]
        .filter(Boolean)
        .join(" · "),
    cause: (n: number, state: string, node: string) => `${n} ${state.toLowerCase()} · ${node}:`,
    listed: (n: number) => `${n} listed`,
    onlyNews: "News about the procedure",
    to: (node: string) => `to ${node}`,
    tries: (n: number) => `${count(n, "try", "tries")}`,
    nextTry: (time: string) => `next at ${time}`,
    noCause: "Waiting for its turn.",
    details: "Details",
    peerWords: "The archive said",
    warning: "Warning",
    instance: "SOP Instance UID",
    owedSince: "In the outbox since",
    storedAt: "Taken by the archive at",
    provenAt: "Proven at",
    sendAs: (encoding: string) => `Send as ${encoding}`,
    sendAllAs: (n: number, encoding: string) => `Send ${n} as ${encoding}`,
    sendAgain: "Send again",
    retry: "Retry now",
    retryAll: "Retry all",
    hold: "Hold",
    cancel: "Cancel sending",
    cancelTitle: (what: string, node: string) => `Do not send ${what.toLowerCase()} to ${node}?`,
    cancelMeans: "It stays on this box. The archive will not have it unless somebody retries.",
    cancelStepMeans: "The node is not told. The pictures are sent all the same.",
    cancelYes: "Cancel sending",
    cancelNo: "Keep it in the outbox",
    show: "Show each",
    hide: "Hide each",
    nodes: "Nodes",
    nodesDown: (n: number) => `${count(n, "node is", "nodes are")} not reached`,
  },

  nodes: {
    title: "Where things are sent",
    empty: "No nodes are set up. Ask biomed to add an archive to the settings.",
    does: "It",
    well: "In order",
    down: (since: string) => `Not reached since ${since}`,
    nextTry: (time: string) => `Next try at ${time}`,
    role: {
      worklist: "gives the worklist",
      storage: "takes pictures",
      mpps: "is told of procedures",
      commitment: "confirms what it keeps",
      query: "can be asked what it has",
    } as Readonly<Record<string, string>>,
    proof: {
      commitment: "Safe here means: it promised to keep it.",
      query: "Safe here means only: it was found when asked.",
      none: "It proves nothing: pictures stay at Sent.",
    },
    needs: (kind: string, encoding: string) => `${kind} go to it as ${encoding}`,
    kind: { still: "Images", clip: "Clips" },
    learned: (when: string) => `It refused the original ${when}:`,
    forget: "Send originals again",
    forgetMeans: "From the next procedure on.",
    detail: (sopClass: string, syntax: string) => `SOP class ${sopClass}, transfer syntax ${syntax}`,
  },

  triggers: {
    title: "Pedals and buttons",
    empty: "None is learned yet.",
    learn: "Learn a pedal or button that does:",
    action: { still: "Image", clip: "Record / stop", "keep-last": "Keep the last 30 s", marker: "Marker" },
    pressNow: (action: string) => `Press it now, shortly or for a second: ${action}`,
    cancel: "Cancel",
    by: (device: string, key: string, isLong: boolean) => `${device}, ${key}${isLong ? ", held for a second" : ""}.`,
    pressed: (n: number) => `Pressed ${count(n, "time", "times")} since the box was started.`,
    missing: "Not connected.",
    forget: "Forget",
    notDone: "PEDAL: NOT DONE",
    ended: "RECORDING ENDED",
  },

  story: {
    button: "Story",
    receipt: "Print receipt",
    receiptTitle: "Receipt",
    print: "Print",
    file: "The file as it was saved,",
    hash: (sha256: string) => `SHA-256 ${sha256}`,
    none: "Not saved yet",
    instance: (rendition: string) =>
      rendition.startsWith("original") ? "DICOM instance" : `DICOM instance, ${rendition.split("/")[0]}`,
    row: (rows: string) => `audit ${rows}`,
    by: (actor: string) => `by ${actor}`,
    whereItIs: "Where it is",
    nowhere: "On this box only. It is sent when the procedure is released.",
    sentAt: (when: string) => `Taken ${when}`,
    promisedAt: (when: string) => `Promised to keep it ${when}`,
    foundAt: (when: string) => `Found there when asked ${when}: weaker than a promise to keep it`,
    notProven: "Not proven to be kept yet",
    part: (at: number, all: number) => `part ${at} of ${all}`,
    whatHappened: "What happened",
    state: {
      waiting: "Waiting",
      sending: "Sending",
      held: "Held",
      sent: "Sent",
      cancelled: "Cancelled",
    },
    leftOut: (n: number) => `${n} repeated events are left out here. The audit has them all.`,
    title: (what: string) => `${what}: its story`,
  },

  history: {
    title: "Procedures on this box",
    empty: "No procedures yet.",
    state: { open: "In progress", completed: "Completed, not sent yet", released: "Released" },
    openIt: "Open",
    today: "Today",
    yesterday: "Yesterday",
    noCaptures: "No pictures in this procedure",
    otherPatient: "Other patient",
    resumed: "Resumed from an earlier procedure",
    emergency: "Emergency",
    unassigned: "No patient",
    begun: (time: string) => `Begun ${time}`,
    physician: (name: string) => `by ${name}`,
  },
} as const;

/** `2 min`, `3 h 05 min`, `4 days`: how long ago, for people. */
export function showAgo(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** `412 GB`. */
export function showBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
