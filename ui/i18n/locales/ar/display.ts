import type { Words } from "../../words-type.ts";
import type { display as english } from "../en/display.ts";

export const display: Words<typeof english> = {
  display: {
    button: "الشاشة",
    title: "هذه الشاشة",
    theme: "السطوع",
    dark: "داكن",
    bright: "فاتح",
    fullScreen: "ملء الشاشة",
    leaveFullScreen: "إنهاء ملء الشاشة",
    panel: "حجم اللوحة",
    inches: "{{inches}} بوصة",
    assumed: "{{inches}} بوصة (تقدير)",
    change: "تغيير…",
    cardTitle: "ضع بطاقة على الشاشة",
    cardMeans: "أي بطاقة مصرفية أو بطاقة هوية. غيّر الحجم حتى يصبح طول الشريط مساويًا لطول البطاقة تمامًا.",
    bar: "شريط يجب أن يكون طوله 85.6 مم",
    diagonal: "القطر بالبوصة",
    smaller: "أصغر",
    larger: "أكبر",
    keep: "اعتماد {{inches}} بوصة",
    forget: "نسيان هذا الحجم",
    days: "أي أيام",
    deliveries: "أي إرسالات",
  },
};
