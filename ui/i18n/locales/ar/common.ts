import type { Words } from "../../words-type.ts";
import type { common as english } from "../en/common.ts";

export const common: Words<typeof english> = {
  common: {
    unreachable: "جهاز التسجيل لا يستجيب. وهو يواصل العمل وحده؛ أعد المحاولة بعد لحظة.",
    refusedWithoutReason:
      "رفض جهاز التسجيل هذا دون ذكر السبب (HTTP {{status}}). أعد المحاولة؛ وإن استمر فاتصل بالهندسة الطبية.",
    inProgress_zero: "العملية جارية: لا لقطات",
    inProgress_one: "العملية جارية: لقطة واحدة",
    inProgress_two: "العملية جارية: لقطتان",
    inProgress_few: "العملية جارية: {{count}} لقطات",
    inProgress_many: "العملية جارية: {{count}} لقطة",
    inProgress_other: "العملية جارية: {{count}} لقطة",
    returnToLive: "العودة إلى البث المباشر",
    back: "رجوع",
    close: "إغلاق",
    cancel: "إلغاء",
    more: "عرض المزيد",
    loading: "جارٍ سؤال جهاز التسجيل…",
    acknowledge: "مفهوم",
    details: "التفاصيل",
  },
  language: {
    title: "اللغة",
    loadFailed: "تعذر تحميل هذه اللغة. أعد المحاولة بعد لحظة.",
  },
};
