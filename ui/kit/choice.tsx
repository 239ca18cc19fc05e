import type { ReactNode } from "react";
import { type Key, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import css from "./button.module.css";
import own from "./choice.module.css";

interface Option<T extends string> {
  readonly id: T;
  readonly words: ReactNode;
  readonly icon?: ReactNode;
  readonly look?: "plain" | "caution";
  /** Says more than its words, to those who do not look. */
  readonly label?: string | undefined;
  readonly testId?: string;
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly Option<T>[];
  /** null: none of them yet. */
  readonly chosen: T | null;
  readonly onChoose: (id: T) => void;
  readonly className?: string | undefined;
}

/** One of a few, all of them in sight: one tap, or the arrow keys. */
export function Choice<T extends string>({ label, options, chosen, onChoose, className }: ChoiceProps<T>) {
  const choose = (keys: Set<Key>): void => {
    const id = options.find((option) => keys.has(option.id))?.id;
    if (id !== undefined) onChoose(id);
  };
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={className ?? own.choice ?? ""}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={chosen === null ? [] : [chosen]}
      onSelectionChange={choose}
    >
      {options.map(({ id, words, icon, look = "plain", label: more, testId }) => (
        <ToggleButton
          key={id}
          id={id}
          className={`${css.button} ${css[look] ?? ""}`}
          {...(more === undefined ? {} : { "aria-label": more })}
          data-testid={testId}
        >
          {icon}
          <span className={css.label}>{words}</span>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
