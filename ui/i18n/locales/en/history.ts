export const history = {
  history: {
    title: "Procedures on this box",
    empty: "No procedures yet.",
    state: {
      open: "In progress",
      completed: "Completed, not sent yet",
      released: "Released",
    },
    today: "Today, {{day}}",
    yesterday: "Yesterday, {{day}}",
    noCaptures: "No pictures in this procedure",
    otherPatient: "Other patient",
    resumed: "Resumed from an earlier procedure",
    unassigned: "No patient",
    begun: "Begun {{time}}",
    physician: "by {{name}}",
  },
} as const;
