import type { Words } from "../../words-type.ts";
import type { display as english } from "../en/display.ts";

export const display: Words<typeof english> = {
  display: {
    button: "画面",
    title: "この画面",
    theme: "明るさ",
    dark: "暗い",
    bright: "明るい",
    fullScreen: "全画面",
    leaveFullScreen: "全画面を終了",
    panel: "パネルの大きさ",
    inches: "{{inches}}インチ",
    assumed: "{{inches}}インチ(推定)",
    change: "変更…",
    cardTitle: "カードを画面に当ててください",
    cardMeans:
      "銀行カードや身分証などのカードで結構です。バーがカードとちょうど同じ長さになるまで大きさを変えてください。",
    bar: "85.6 mm になるべきバー",
    diagonal: "対角線(インチ)",
    smaller: "小さく",
    larger: "大きく",
    keep: "{{inches}}インチに決定",
    forget: "この大きさを忘れる",
    days: "表示する日",
    deliveries: "表示する送信",
  },
};
