// Taking a node out of service: a cordon lets no new session in, a drain also moves the present ones away, an uncordon
// ends both. All three may be repeated, survive a restart and a change of leader.
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { AUTOSCALER_DRAIN } from '../../fleet/core/fleet.ts';
import type { Terms } from '../../leading/terms.ts';
import { allOptional, nodeParams, reasonBody, reasonOf, reasonText, refuse } from './shapes.ts';

const drainBody = Type.Object({ on: Type.Boolean(), reason: reasonText }, { additionalProperties: false });

export interface NodeRouteOptions {
  readonly terms: Terms;
  sendDrain(nodeId: string, on: boolean, reason: string): Promise<boolean>;
  planChanged(): void;
}

const NO_NODE = 'there is no such node';

export function addNodeRoutes(app: FastifyInstance, { terms, sendDrain, planChanged }: NodeRouteOptions): void {
  app.post<{ Params: { id: string }; Body: Static<typeof drainBody> }>(
    '/v1/nodes/:id/drain',
    { schema: { body: drainBody } },
    async ({ params, body }, reply) => {
      const reason = reasonOf(body.reason);
      if (reason.startsWith(AUTOSCALER_DRAIN)) {
        return refuse(
          reply,
          400,
          'REQUEST_INVALID',
          `a reason that begins with "${AUTOSCALER_DRAIN}" is the autoscaler's`,
        );
      }
      if (!(await terms.centre.drain(params.id, body.on ? reason : undefined))) {
        return refuse(reply, 404, 'NOT_FOUND', NO_NODE);
      }
      // `told`: the node has a link and was informed at once; otherwise it learns of the drain when it registers next.
      return { on: body.on, told: await sendDrain(params.id, body.on, reason) };
    },
  );
  app.post<{ Params: { id: string }; Body: Static<typeof reasonBody> }>(
    '/v1/nodes/:id/cordon',
    { schema: { params: nodeParams, body: reasonBody }, preValidation: allOptional },
    async ({ params: { id }, body }, reply) => {
      if (!(await terms.centre.cordon(id, reasonOf(body.reason)))) return refuse(reply, 404, 'NOT_FOUND', NO_NODE);
      planChanged();
      return { cordoned: true };
    },
  );
  app.post<{ Params: { id: string } }>(
    '/v1/nodes/:id/uncordon',
    { schema: { params: nodeParams } },
    async ({ params: { id } }, reply) => {
      if (!(await terms.centre.cordon(id, undefined))) return refuse(reply, 404, 'NOT_FOUND', NO_NODE);
      await terms.centre.drain(id, undefined);
      planChanged();
      return { cordoned: false, draining: false, told: await sendDrain(id, false, 'uncordoned') };
    },
  );
}
