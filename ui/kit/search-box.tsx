import { Search, X } from "lucide-react";
import { Button, Input, SearchField } from "react-aria-components";
import css from "./search-box.module.css";

interface SearchBoxProps {
  readonly label: string;
  /** What the cross does. */
  readonly clear: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly testId: string;
}

const AT_MOST = 64;

/** Text to look for; the cross and Escape empty it. */
export function SearchBox({ label, clear, value, onChange, testId }: SearchBoxProps) {
  return (
    <SearchField className={css.search ?? ""} aria-label={label} value={value} onChange={onChange} maxLength={AT_MOST}>
      <Search aria-hidden />
      <Input placeholder={label} autoComplete="off" spellCheck="false" data-testid={testId} />
      {value === "" ? null : (
        <Button className={css.clear ?? ""} aria-label={clear}>
          <X aria-hidden />
        </Button>
      )}
    </SearchField>
  );
}
