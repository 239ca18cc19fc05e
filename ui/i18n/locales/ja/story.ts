import type { Words } from "../../words-type.ts";
import type { story as english } from "../en/story.ts";

export const story: Words<typeof english> = {
  story: {
    button: "経過",
    receipt: "証明書を印刷",
    receiptTitle: "証明書",
    print: "印刷",
    file: "保存時のファイル",
    fileOfSize: "保存時のファイル、{{size}}",
    hash: "SHA-256 {{sha256}}",
    none: "まだ保存されていません",
    instance: "DICOMインスタンス",
    instanceAs: "DICOMインスタンス、{{rendition}}",
    part: "{{what}}、{{all}} 分割の {{at}}",
    row: "監査 {{rows}}",
    by: "{{actor}} による",
    whereItIs: "保管場所",
    nowhere: "この装置だけにあります。手術の送信が確定すると送信されます。",
    sentAt: "受領 {{when}}",
    promisedAt: "保管を確約 {{when}}",
    foundAt: "{{when}} の照会で確認：保管の確約よりは弱い確認です",
    notProven: "保管はまだ確認されていません",
    whatHappened: "経過の内容",
    state: {
      waiting: "待機中",
      sending: "送信中",
      held: "保留",
      sent: "送信済み",
      cancelled: "取消",
    },
    leftOut_other: "繰り返しの記録 {{count}} 件を省略しました。監査記録にはすべて残っています。",
    title: "{{what}}：経過",
  },
};
