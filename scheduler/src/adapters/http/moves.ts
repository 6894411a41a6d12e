// Routes to move a session by hand, and to list the moves.
import { isSessionId, partsOfRoomKey } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { movesView } from '../../administration/move-report.ts';
import type { Terms } from '../../leading/terms.ts';
import { roomModes } from '../../placing/core/view.ts';
import { allOptional, NO_ROOM, name, reasonOf, reasonText, refuse } from './shapes.ts';

const moveBody = Type.Object({ toNodeId: Type.Optional(name), reason: reasonText }, { additionalProperties: false });

const modeBody = Type.Object({ mode: Type.Enum([...roomModes]) }, { additionalProperties: false });

export function addMoveRoutes(app: FastifyInstance, { terms, clock }: { terms: Terms; clock: Clock }): void {
  app.get('/v1/moves', async () => movesView(terms.centre, clock.nowMs()));
  app.post<{ Params: { id: string }; Body: Static<typeof moveBody> }>(
    '/v1/sessions/:id/move',
    { schema: { body: moveBody }, preValidation: allOptional },
    async ({ params: { id }, body }, reply) => {
      if (!isSessionId(id)) return refuse(reply, 400, 'REQUEST_INVALID', 'this is not a session id');
      const moveResult = terms.centre.askMove(id, body.toNodeId, reasonOf(body.reason));
      if (moveResult.ok) return reply.code(202).send(moveResult.queued);
      return refuse(reply, moveResult.status, moveResult.code, moveResult.message);
    },
  );
  app.put<{ Params: { key: string }; Body: Static<typeof modeBody> }>(
    '/v1/rooms/:key/mode',
    { schema: { body: modeBody } },
    async ({ params: { key }, body: { mode } }, reply) => {
      if (partsOfRoomKey(key) === undefined) return refuse(reply, 400, 'REQUEST_INVALID', NO_ROOM);
      if (await terms.centre.setMode(key, mode)) return { roomKey: key, mode };
      return refuse(reply, 503, 'RATE_LIMITED', 'too many rooms have a mode of their own');
    },
  );
  app.delete<{ Params: { key: string } }>('/v1/rooms/:key/mode', async ({ params: { key } }, reply) => {
    if (partsOfRoomKey(key) === undefined) return refuse(reply, 400, 'REQUEST_INVALID', NO_ROOM);
    await terms.centre.setMode(key, undefined);
    return { roomKey: key, mode: terms.centre.modeOf(key, undefined) };
  });
}
