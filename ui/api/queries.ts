import type { Procedure } from "../../src/api/schemas.ts";
import { hearBoxTime } from "../lib/now.ts";
import * as questions from "./questions.ts";
import { useAnswer } from "./use-answer.ts";

export const useHealth = () => useAnswer(questions.health, ({ now }) => hearBoxTime(now));

export const useSources = () => useAnswer(questions.sources);

export const useProcedure = (id: string | null) => useAnswer(id === null ? null : questions.procedure(id));

/** The procedure that takes the next press; undefined while none is open. */
export function useOpenProcedure(): Procedure | undefined {
  const id = useHealth().data?.openProcedureId ?? null;
  const { data } = useProcedure(id);
  return data?.state === "open" ? data : undefined;
}

export const useProcedures = (filter: Parameters<typeof questions.procedures>[0]) =>
  useAnswer(questions.procedures(filter));

export const useDeliveries = (filter: Parameters<typeof questions.deliveries>[0] | null) =>
  useAnswer(filter === null ? null : questions.deliveries(filter));

export const useTriggers = () => useAnswer(questions.triggers);

export const useNodes = () => useAnswer(questions.nodes);

/** Asked only while somebody chooses. */
export const useDiscontinuationReasons = () => useAnswer(questions.discontinuationReasons);

export const useCapture = (id: string) => useAnswer(questions.capture(id));

export const useStory = (captureId: string) => useAnswer(questions.story(captureId));

export const useWorklist = (filter: Parameters<typeof questions.worklist>[0]) => useAnswer(questions.worklist(filter));

/** Who is signed in on this screen, and what may be done from here. */
export const useSession = () => useAnswer(questions.session).data;

export const usePeople = () => useAnswer(questions.people);
