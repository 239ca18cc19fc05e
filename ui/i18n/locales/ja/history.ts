import type { Words } from "../../words-type.ts";
import type { history as english } from "../en/history.ts";

export const history: Words<typeof english> = {
  history: {
    title: "この装置の手術",
    empty: "手術はまだありません。",
    state: {
      open: "進行中",
      completed: "終了・未送信",
      released: "送信確定",
    },
    today: "本日、{{day}}",
    yesterday: "昨日、{{day}}",
    noCaptures: "この手術に画像はありません",
    otherPatient: "別の患者",
    resumed: "以前の手術からの再開",
    unassigned: "患者なし",
    begun: "開始 {{time}}",
    physician: "術者 {{name}}",
  },
};
