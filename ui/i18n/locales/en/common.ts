export const common = {
  common: {
    unreachable: "The recorder does not answer. It goes on working by itself; try again in a moment.",
    refusedWithoutReason:
      "The recorder refused this without saying why (HTTP {{status}}). Try again; if it stays so, call biomed.",
    inProgress_one: "Procedure in progress: {{count}} capture",
    inProgress_other: "Procedure in progress: {{count}} captures",
    returnToLive: "Return to live",
    back: "Back",
    close: "Close",
    cancel: "Cancel",
    more: "Show more",
    loading: "Asking the recorder…",
    acknowledge: "Understood",
    details: "Details",
  },
  language: {
    title: "Language",
    loadFailed: "This language could not be loaded. Try again in a moment.",
  },
} as const;
