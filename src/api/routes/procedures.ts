import { Type } from "typebox";
import { discontinuationReasons } from "../../procedures/procedures.ts";
import type { ApiContext, ApiServer } from "../context.ts";
import { AssignPatient, BeginProcedure, Code, Discontinue, Procedure, ProcedureList } from "../schemas.ts";
import { procedureSummary, procedureView } from "../views.ts";
import { ById, describe } from "./describe.ts";

export function procedureRoutes(server: ApiServer, { procedures }: ApiContext): void {
  const view = (id: string) => procedureView(procedures.get(id), procedures.captures(id));

  server.post(
    "/api/procedures",
    {
      config: { action: "pick-patient" },
      schema: {
        ...describe("Begin a procedure: scheduled, emergency, or with nothing: unassigned", Procedure, 201),
        body: Type.Union([BeginProcedure, Type.Null()]),
      },
    },
    async (request, reply) => reply.code(201).send(view(procedures.begin(request.body ?? {}, request.actor).id)),
  );

  server.get(
    "/api/procedures",
    {
      config: { action: "look" },
      schema: {
        ...describe("Procedures on this box, newest first", ProcedureList),
        querystring: Type.Object({
          state: Type.Optional(Type.Enum(["open", "completed", "released"])),
          before: Type.Optional(Type.String({ maxLength: 64 })),
          limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
        }),
      },
    },
    async (request) => {
      const { limit } = request.query;
      const page = procedures.list(request.query);
      return {
        procedures: page.map(procedureSummary),
        openProcedureId: procedures.open()?.id ?? null,
        next: page.length < limit ? null : (page.at(-1)?.id ?? null),
      };
    },
  );

  server.get(
    "/api/procedures/:id",
    { config: { action: "look" }, schema: { ...describe("One procedure with its captures", Procedure), params: ById } },
    async (request) => view(request.params.id),
  );

  server.post(
    "/api/procedures/:id/patient",
    {
      config: { action: "pick-patient" },
      schema: {
        ...describe("Give a procedure its patient, or another one before it is released", Procedure),
        params: ById,
        body: AssignPatient,
      },
    },
    async (request) => view(procedures.assign(request.params.id, request.body, request.actor).id),
  );

  server.post(
    "/api/procedures/:id/complete",
    {
      config: { action: "capture" },
      schema: { ...describe("End a procedure; the hold window begins", Procedure), params: ById },
    },
    async (request) => view((await procedures.complete(request.params.id, request.actor)).id),
  );

  server.get(
    "/api/discontinuation-reasons",
    {
      config: { action: "look" },
      schema: describe("Why a procedure may end before it is done (PS3.16 CID 9301)", Type.Array(Code)),
    },
    async () => [...discontinuationReasons],
  );

  server.post(
    "/api/procedures/:id/discontinue",
    {
      config: { action: "capture" },
      schema: {
        ...describe("End a procedure that was not done; what was kept is sent all the same", Procedure),
        params: ById,
        body: Discontinue,
      },
    },
    async (request) =>
      view((await procedures.discontinue(request.params.id, request.body.reasonCode, request.actor)).id),
  );

  server.post(
    "/api/procedures/:id/release",
    { config: { action: "send" }, schema: { ...describe("Send now: end the hold window", Procedure), params: ById } },
    async (request) => view(procedures.release(request.params.id, request.actor).id),
  );

  server.post(
    "/api/procedures/:id/resume",
    {
      config: { action: "capture" },
      schema: {
        ...describe("Go on after complete: a new Performed Procedure Step in the same study", Procedure, 201),
        params: ById,
      },
    },
    async (request, reply) => reply.code(201).send(view(procedures.resume(request.params.id, request.actor).id)),
  );
}
