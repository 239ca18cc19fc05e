import type { Words } from "../../words-type.ts";
import type { history as english } from "../en/history.ts";

export const history: Words<typeof english> = {
  history: {
    title: "العمليات على هذا الجهاز",
    empty: "لا عمليات بعد.",
    state: {
      open: "جارية",
      completed: "منتهية، لم تُرسل بعد",
      released: "معتمدة للإرسال",
    },
    today: "اليوم، {{day}}",
    yesterday: "أمس، {{day}}",
    noCaptures: "لا صور في هذه العملية",
    otherPatient: "مريض آخر",
    resumed: "استئناف لعملية سابقة",
    unassigned: "لا مريض",
    begun: "بدأت {{time}}",
    physician: "بيد {{name}}",
  },
};
