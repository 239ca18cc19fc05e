import type { Words } from "../../words-type.ts";
import type { triggers as english } from "../en/triggers.ts";

export const triggers: Words<typeof english> = {
  triggers: {
    title: "الدواسات والأزرار",
    empty: "لم يُعلَّم أي منها بعد.",
    learn: "تعليم دواسة أو زر يقوم بما يلي:",
    action: {
      still: "صورة",
      clip: "تسجيل / إيقاف",
      "keep-last": "حفظ آخر 30 ث",
      marker: "علامة",
    },
    pressNow: "اضغط الآن، ضغطة قصيرة أو لثانية: {{action}}",
    by: "{{device}}، {{key}}.",
    byLong: "{{device}}، {{key}}، مع الضغط لثانية.",
    pressed_zero: "عدد الضغطات منذ تشغيل الجهاز: لا شيء.",
    pressed_one: "عدد الضغطات منذ تشغيل الجهاز: مرة واحدة.",
    pressed_two: "عدد الضغطات منذ تشغيل الجهاز: مرتان.",
    pressed_few: "عدد الضغطات منذ تشغيل الجهاز: {{count}} مرات.",
    pressed_many: "عدد الضغطات منذ تشغيل الجهاز: {{count}} مرة.",
    pressed_other: "عدد الضغطات منذ تشغيل الجهاز: {{count}} مرة.",
    missing: "غير متصل.",
    forget: "نسيان",
    notDone: "الدواسة: لم يُنفذ",
    ended: "انتهى التسجيل",
  },
};
