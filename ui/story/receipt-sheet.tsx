import { ArrowLeft, Printer } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ApiError, getText } from "../api/client.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import css from "./receipt-sheet.module.css";

interface ReceiptSheetProps {
  /** Under `/api/`. */
  readonly path: string;
  readonly onClose: () => void;
}

/** The receipt as it will be on paper. In a frame, not a window: a panel in the room has no way to close one. */
export function ReceiptSheet({ path, onClose }: ReceiptSheetProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [page, setPage] = useState<string>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let wanted = true;
    getText(path).then(
      (text) => wanted && setPage(text),
      (reason: unknown) => {
        if (!(reason instanceof ApiError)) throw reason;
        if (wanted) setError(reason.message);
      },
    );
    return () => {
      wanted = false;
    };
  }, [path]);
  return (
    <Sheet
      title={t("story.receiptTitle")}
      onClose={onClose}
      topActions={
        <>
          <Button
            look="primary"
            icon={<Printer aria-hidden />}
            disabled={page === undefined}
            onClick={() => frame.current?.contentWindow?.print()}
            data-testid="receipt-print"
          >
            {t("story.print")}
          </Button>
          <Button icon={<ArrowLeft aria-hidden />} onClick={onClose} data-testid="receipt-close">
            {t("common.back")}
          </Button>
        </>
      }
    >
      {error === undefined ? null : <Notice level="caution">{error}</Notice>}
      {page === undefined ? (
        error === undefined ? (
          <p>{t("common.loading")}</p>
        ) : null
      ) : (
        // The page brings no script, and could not run one.
        <iframe
          ref={frame}
          className={css.page}
          title={t("story.receiptTitle")}
          sandbox="allow-same-origin allow-modals"
          srcDoc={page}
          data-testid="receipt"
        />
      )}
    </Sheet>
  );
}
