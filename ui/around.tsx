import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { I18nProvider } from "react-aria-components";
import { type BaseLocationHook, Router } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { queryClient } from "./api/query-client.ts";
import { intlTag, useSpoken } from "./i18n/i18n.ts";

interface AroundProps {
  /** Where the screen is; without it, where the hash of the address says. */
  readonly place?: BaseLocationHook;
  readonly children: ReactNode;
}

/** What every screen stands in: the answers of the box, the place, the language of ready-made parts. */
export function Around({ place = useHashLocation, children }: AroundProps) {
  useSpoken();
  return (
    <QueryClientProvider client={queryClient}>
      <Router hook={place}>
        <I18nProvider locale={intlTag()}>{children}</I18nProvider>
      </Router>
    </QueryClientProvider>
  );
}
