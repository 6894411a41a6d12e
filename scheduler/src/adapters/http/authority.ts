// Routes for the replacement of the certificate authority: its state and its steps.
import type { Logger } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import {
  type Lineage,
  type NodeTrust,
  nodesNotReady,
  type RotationStep,
  refusalOf,
} from '../../administration/authority-steps.ts';

const rotateBody = Type.Object(
  { step: Type.Enum(['begin', 'switch', 'end']), force: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);

export interface AuthorityRouteOptions {
  readonly authority: Lineage & { advance(wanted: RotationStep): Promise<boolean> };
  readonly nodeTrusts: () => readonly NodeTrust[];
  readonly log: Logger;
}

/** `GET /v1/authority`, `POST /v1/authority/rotate`: a step out of order or too early is refused with 409. */
export function addAuthorityRoutes(app: FastifyInstance, o: AuthorityRouteOptions): void {
  const { authority, nodeTrusts, log } = o;
  app.get('/v1/authority', async () => view(o));
  app.post<{ Body: Static<typeof rotateBody> }>(
    '/v1/authority/rotate',
    { schema: { body: rotateBody } },
    async ({ body: { step, force = false } }, reply) => {
      const requestedStep: RotationStep = step;
      const refusal = refusalOf(authority, { requested: requestedStep, nodes: nodeTrusts(), isForced: force });
      if (refusal !== undefined) return reply.code(409).send(refusal);
      const notReadyNodeIds = nodesNotReady(authority, nodeTrusts());
      if (!(await authority.advance(requestedStep)))
        return reply.code(409).send({ code: 'OUT_OF_ORDER', message: 'another request was first', nodeIds: [] });
      log.warn({ step, force, nodeIds: notReadyNodeIds }, 'the certificate authority is replaced by an administrator');
      return view(o);
    },
  );
}

function view({ authority, nodeTrusts }: AuthorityRouteOptions) {
  const { step, fingerprint, nextFingerprint = null } = authority;
  return { step, fingerprint, nextFingerprint, waitsFor: nodesNotReady(authority, nodeTrusts()) };
}
