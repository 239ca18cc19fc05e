import type { Words } from "../../words-type.ts";
import type { common as english } from "../en/common.ts";

export const common: Words<typeof english> = {
  common: {
    unreachable: "記録装置が応答しません。装置は単独で動作を続けています。少し待ってからもう一度お試しください。",
    refusedWithoutReason:
      "記録装置が理由を示さずに拒否しました（HTTP {{status}}）。もう一度お試しください。続く場合は臨床工学室に連絡してください。",
    inProgress_other: "手術中：撮影 {{count}} 件",
    returnToLive: "ライブに戻る",
    back: "戻る",
    close: "閉じる",
    cancel: "キャンセル",
    more: "さらに表示",
    loading: "記録装置に問い合わせ中…",
    acknowledge: "了解",
    details: "詳細",
  },
  language: {
    title: "言語",
    loadFailed: "この言語を読み込めませんでした。少し待ってからもう一度お試しください。",
  },
};
