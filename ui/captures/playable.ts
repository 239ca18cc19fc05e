import { useEffect, useState } from "react";
import type { Capture, Playback } from "../../src/api/schemas.ts";
import { ApiError, get } from "../api/client.ts";
import { addressOf } from "../api/transport.ts";
import { t } from "../i18n/i18n.ts";

/** Main Profile, level 5.1, as the box records it (ISO/IEC 14496-15 E.3). */
const hevc = 'video/mp4; codecs="hvc1.1.6.L153.B0"';
/** While a copy is being made; the box goes on with it only as long as somebody asks. */
const askAgainMs = 1500;

export interface Playable {
  /** Of what this screen plays; null: not yet, or never. */
  readonly src: string | null;
  readonly isCopy: boolean;
  /** Why nothing plays, in words. */
  readonly told: string | null;
  /** The player could not play the clip itself after all. */
  readonly refuse: () => void;
}

/** What to play of a clip: the clip itself, or the copy that the box makes for a screen which does not play HEVC. */
export function usePlayable({ id, codec }: Pick<Capture, "id" | "codec">): Playable {
  const [needsCopy, setNeedsCopy] = useState(() => codec === "hevc" && !playsHevc());
  const [playback, setPlayback] = useState<Playback>();
  const path = `captures/${encodeURIComponent(id)}`;
  useEffect(() => {
    if (!needsCopy) return;
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const answer = await get<Playback>(`${path}/playback`).catch((error: unknown): Playback => {
        if (!(error instanceof ApiError)) throw error;
        return { state: error.passing ? "waiting" : "failed", message: error.passing ? null : error.message };
      });
      if (isGone) return;
      setPlayback(answer);
      if (answer.state === "making" || answer.state === "waiting") timer = setTimeout(() => void ask(), askAgainMs);
    };
    void ask();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [needsCopy, path]);
  const refuse = (): void => setNeedsCopy(true);
  if (!needsCopy) return { src: addressOf(`${path}/media`), isCopy: false, told: null, refuse };
  const state = playback?.state ?? "waiting";
  if (state === "ready") return { src: addressOf(`${path}/playback/media`), isCopy: true, told: null, refuse };
  const failed = playback?.message ?? t("viewer.copyFailed");
  const told = state === "making" ? t("viewer.copyMaking") : state === "waiting" ? t("viewer.copyWaiting") : failed;
  return { src: null, isCopy: false, told, refuse };
}

function playsHevc(): boolean {
  return document.createElement("video").canPlayType(hevc) !== "";
}
