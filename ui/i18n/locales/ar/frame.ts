import type { Words } from "../../words-type.ts";
import type { frame as english } from "../en/frame.ts";

export const frame: Words<typeof english> = {
  nav: {
    label: "الشاشات",
    live: "مباشر",
    patient: "المريض",
    outbox: "الصادر",
    history: "السجل",
  },
  problems: {
    healthFault:
      "لا يستطيع المسجل قراءة سجلاته: قد يكون ما تعرضه هذه الشاشة قديمًا، وقد لا تُحفظ ضغطة. اتصل بالهندسة الطبية.",
    linkLost: "فقدت الشاشة الاتصال بجهاز التسجيل؛ والتسجيل مستمر",
    title: "ما الخطأ",
    none: "لم يعد هناك أي خطأ.",
    button_zero: "عرض: لا مشاكل",
    button_one: "عرض: مشكلة واحدة",
    button_two: "عرض: مشكلتان",
    button_few: "عرض: {{count}} مشاكل",
    button_many: "عرض: {{count}} مشكلة",
    button_other: "عرض: {{count}} مشكلة",
    since: "منذ {{when}}",
    detail: "الطرف الآخر: {{said}}",
  },
};
