import type { Words } from "../../words-type.ts";
import type { frame as english } from "../en/frame.ts";

export const frame: Words<typeof english> = {
  nav: {
    label: "画面",
    live: "ライブ",
    patient: "患者",
    outbox: "送信",
    history: "履歴",
  },
  problems: {
    healthFault:
      "録画装置が自分の記録を読めません。この画面の表示は古い可能性があり、操作が保存されないことがあります。臨床工学技士に連絡してください。",
    linkLost: "この画面は記録装置との通信が切れています。録画は続いています",
    title: "発生している問題",
    none: "問題はなくなりました。",
    button_other: "問題 {{count}} 件を表示",
    since: "{{when}} から",
    detail: "相手側：{{said}}",
  },
};
