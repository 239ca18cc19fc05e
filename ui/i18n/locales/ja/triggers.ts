import type { Words } from "../../words-type.ts";
import type { triggers as english } from "../en/triggers.ts";

export const triggers: Words<typeof english> = {
  triggers: {
    title: "ペダルとボタン",
    empty: "登録されたものはありません。",
    learn: "ペダルまたはボタンを登録する動作：",
    action: {
      still: "静止画",
      clip: "録画／停止",
      "keep-last": "直前 30 秒を保存",
      marker: "マーク",
    },
    pressNow: "今、短くまたは1秒間押してください：{{action}}",
    by: "{{device}}、{{key}}。",
    byLong: "{{device}}、{{key}}、1秒長押し。",
    pressed_other: "起動後 {{count}} 回押されました。",
    missing: "未接続。",
    forget: "登録解除",
    notDone: "ペダル：実行されませんでした",
    ended: "録画が終了しました",
  },
};
