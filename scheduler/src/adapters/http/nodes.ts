// Cordon, drain and uncordon over HTTP (administration/node-commands.ts).
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { type NodeCommandPorts, orderCordon, orderDrain, orderUncordon } from '../../administration/node-commands.ts';
import type { Terms } from '../../leading/terms.ts';
import { allOptional, nodeParams, reasonBody, reasonOf, reasonText, refuse } from './shapes.ts';

const drainBody = Type.Object({ on: Type.Boolean(), reason: reasonText }, { additionalProperties: false });

export interface NodeRouteOptions extends Omit<NodeCommandPorts, 'centre'> {
  readonly terms: Terms;
}

const STATUS = { NOT_FOUND: 404, REQUEST_INVALID: 400 } as const;

export function addNodeRoutes(app: FastifyInstance, { terms, ...o }: NodeRouteOptions): void {
  const orders = (): NodeCommandPorts => ({ ...o, centre: terms.centre });
  app.post<{ Params: { id: string }; Body: Static<typeof drainBody> }>(
    '/v1/nodes/:id/drain',
    { schema: { body: drainBody } },
    async ({ params: { id }, body: { on, reason } }, reply) => {
      const outcome = await orderDrain(orders(), id, on, reasonOf(reason));
      // A node with a link was informed at once; otherwise the node learns of the drain at its next registration.
      return outcome.ok
        ? { on, told: outcome.isInformed }
        : refuse(reply, STATUS[outcome.code], outcome.code, outcome.message);
    },
  );
  app.post<{ Params: { id: string }; Body: Static<typeof reasonBody> }>(
    '/v1/nodes/:id/cordon',
    { schema: { params: nodeParams, body: reasonBody }, preValidation: allOptional },
    async ({ params: { id }, body }, reply) => {
      const outcome = await orderCordon(orders(), id, reasonOf(body.reason));
      return outcome.ok ? { cordoned: true } : refuse(reply, STATUS[outcome.code], outcome.code, outcome.message);
    },
  );
  app.post<{ Params: { id: string } }>(
    '/v1/nodes/:id/uncordon',
    { schema: { params: nodeParams } },
    async ({ params: { id } }, reply) => {
      const outcome = await orderUncordon(orders(), id);
      if (!outcome.ok) return refuse(reply, STATUS[outcome.code], outcome.code, outcome.message);
      return { cordoned: false, draining: false, told: outcome.isInformed };
    },
  );
}
