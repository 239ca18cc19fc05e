import { Choice } from "../kit/choice.tsx";
import { Notice } from "../kit/notice.tsx";
import { useStore } from "../lib/store.ts";
import { languageFailed } from "./choice.ts";
import { t, useSpoken } from "./i18n.ts";
import { isLanguage, type Language, languages } from "./languages.ts";

const ALL = Object.keys(languages).filter(isLanguage);

/** Every language by its own name, so that nobody has to read another to find theirs. */
export function LanguageChoice({ onChoose }: { readonly onChoose: (language: Language) => void }) {
  const spoken = useSpoken();
  const failed = useStore(languageFailed);
  return (
    <>
      <Choice
        label={t("language.title")}
        options={ALL.map((id) => ({
          id,
          words: <bdi lang={id}>{languages[id].name}</bdi>,
          testId: `language-${id}`,
        }))}
        chosen={isLanguage(spoken) ? spoken : null}
        onChoose={onChoose}
      />
      {failed ? <Notice level="caution">{t("language.loadFailed")}</Notice> : null}
    </>
  );
}
