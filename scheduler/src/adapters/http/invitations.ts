// Invitations: a single-use text by which a new host gets the certificates of all its nodes. Minted in the
// administrator's API, redeemed at the port of the nodes' links.
import { limits, nodeIdOnHost, nodeKind, registeringKinds } from '@meridian/protocol';
import { type HttpHook, type Identity, type Issuer, type Logger, PkiError } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import type { Fleet } from '../../fleet/core/fleet.ts';
import type { Terms } from '../../leading/terms.ts';
import type { Invitation, InvitationBook } from './invitation-book.ts';
import { name, refuse } from './shapes.ts';

/** Bound of the settings, which the centre does not read; they travel in a single answer. */
const SETTINGS_BYTES_MAX = 2048;
/** A P-256 request has about 500 characters. */
const CSR_CHARS_MAX = 1024;
const NODES_MAX = limits.mediaNodesPerHostMax + registeringKinds.length - 1;

const hostFields = {
  hostId: Type.String({ pattern: `^[A-Za-z0-9._-]{1,${limits.hostIdLengthMax}}$` }),
  region: name,
  city: Type.String({ minLength: 1, maxLength: 64 }),
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
};
const mediaNumber = Type.Integer({ minimum: 1, maximum: limits.mediaNodesPerHostMax });

const invitationBody = Type.Object(
  {
    ...hostFields,
    kinds: Type.Array(Type.Enum([...registeringKinds]), { minItems: 1, uniqueItems: true }),
    mediaNodesMax: mediaNumber,
    settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    ttlMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: limits.invitationMs.max })),
  },
  { additionalProperties: false },
);

const redeemBody = Type.Object({
  token: Type.String({ maxLength: 256 }),
  csrs: Type.Array(
    Type.Object({
      kind: Type.String({ maxLength: 64 }),
      number: Type.Optional(mediaNumber),
      csrPem: Type.String({ maxLength: CSR_CHARS_MAX }),
    }),
    { minItems: 1, maxItems: NODES_MAX },
  ),
});

type IsDenied = Terms['isDenied'];

export interface InvitationRouteOptions {
  readonly terms: { readonly isDenied: IsDenied; readonly centre: { readonly fleet: Fleet } };
  readonly invitations: InvitationBook;
  readonly log: Logger;
}

/** `POST /v1/invitations`: refused when a node of the host is shut out, exists, or has an open invitation. */
export function addInvitationRoutes(app: FastifyInstance, { terms, invitations, log }: InvitationRouteOptions): void {
  app.post<{ Body: Static<typeof invitationBody> }>(
    '/v1/invitations',
    { schema: { body: invitationBody } },
    async ({ body }, reply) => {
      const { hostId, region, city, latitude, longitude, kinds, mediaNodesMax, settings = {} } = body;
      if (Buffer.byteLength(JSON.stringify(settings)) > SETTINGS_BYTES_MAX)
        return refuse(reply, 400, 'REQUEST_INVALID', `settings have more than ${SETTINGS_BYTES_MAX} bytes`);
      const host = { hostId, region, city, latitude, longitude };
      const invitation: Invitation = { host, kinds, mediaNodesMax, settings };
      const ids = everyId(invitation);
      const denied = await firstDenied(ids, (id) => terms.isDenied(id));
      if (denied !== undefined) return refuse(reply, 409, 'NODE_DENIED', `a node of this host is shut out: ${denied}`);
      const present = ids.find((id) => isTaken(terms.centre.fleet, id, hostId));
      if (present !== undefined) return refuse(reply, 409, 'NODE_ID_TAKEN', `the fleet has this node: ${present}`);
      const expiresInMs = body.ttlMs ?? limits.invitationMs.usual;
      const minted = await invitations.mint(invitation, expiresInMs);
      if ('takenKind' in minted)
        return refuse(reply, 409, 'NODE_ID_TAKEN', `another invitation holds ${minted.takenKind} of ${hostId}`);
      log.info({ hostId, region, kinds, mediaNodesMax }, 'invitation made');
      return reply.code(201).send({ token: minted.token, expiresInMs });
    },
  );
}

/**
 * Serves `POST /v1/invitations/redeem` in the HTTP hook of the links' port; other paths return undefined. Everything is
 * checked and signed before the invitation is used: a refusal does not use it up, and only one of two concurrent
 * redemptions succeeds.
 */
export function redeemHandler(o: {
  readonly authority: Issuer;
  readonly invitations: InvitationBook;
  readonly isDenied: IsDenied;
  readonly ttlMs: number;
  readonly log: Logger;
  readonly onCertificates: (count: number) => void;
}): HttpHook {
  return async (method, path, body, remoteAddress) => {
    if (path !== '/v1/invitations/redeem') return undefined;
    const refusal = (status: number, code: string, nodeId?: string) => {
      o.log.warn({ remoteAddress, code, nodeId }, 'an invitation was not redeemed');
      return { status, body: JSON.stringify({ code }) };
    };
    if (method !== 'POST') return refusal(405, 'ENROL_METHOD');
    const redemption = parseRedemption(body);
    if (redemption === undefined) return refusal(400, 'ENROL_BAD_REQUEST');
    const found = await o.invitations.find(redemption.token);
    if (found === undefined) return refusal(403, 'INVITATION_REFUSED');
    const { host, settings } = found.content;
    const identities = identitiesOf(found.content, redemption.csrs);
    if (identities === undefined) return refusal(400, 'INVITATION_NODES');
    const denied = await firstDenied(
      identities.map(({ id }) => id),
      o.isDenied,
    );
    if (denied !== undefined) return refusal(403, 'INVITATION_DENIED', denied);
    const nodes = await issueAll(o, identities, redemption.csrs);
    if (nodes === undefined) return refusal(400, 'PKI_BAD_CSR');
    if (!(await found.use())) return refusal(403, 'INVITATION_REFUSED');
    o.onCertificates(nodes.length);
    o.log.info({ hostId: host.hostId, remoteAddress, nodeIds: nodes.map(({ id }) => id) }, 'invitation redeemed');
    const answer = { host, settings, caPem: o.authority.caPem, nodes, seenAddress: remoteAddress };
    return { status: 200, body: JSON.stringify(answer) };
  };
}

interface NodeRequest {
  readonly kind: string;
  readonly number?: number;
  readonly csrPem: string;
}

function parseRedemption(body: Uint8Array): { token: string; csrs: readonly NodeRequest[] } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // Malformed JSON is no redemption.
    return undefined;
  }
  return Check(redeemBody, value) ? value : undefined;
}

/** Returns undefined when the invitation does not cover a request, or a node is requested twice. */
function identitiesOf(
  { host: { hostId, region }, kinds, mediaNodesMax }: Invitation,
  csrs: readonly NodeRequest[],
): Identity[] | undefined {
  const identities = csrs.flatMap(({ kind, number }) => {
    const id = nodeIdOnHost({ hostId, kind, number });
    const isCovered = kinds.includes(kind) && (number ?? 1) <= mediaNodesMax;
    return id !== undefined && isCovered ? [{ id, kind, region }] : [];
  });
  const areAll = identities.length === csrs.length && new Set(identities.map(({ id }) => id)).size === csrs.length;
  return areAll ? identities : undefined;
}

/** Returns undefined when any request cannot be signed. */
async function issueAll(
  { authority, ttlMs }: { authority: Issuer; ttlMs: number },
  identities: readonly Identity[],
  csrs: readonly NodeRequest[],
): Promise<{ id: string; kind: string; certPem: string; notAfterMs: number }[] | undefined> {
  const issuing = identities.map(async (identity, index) => {
    const { certPem, notAfterMs } = await authority.issue({ csrPem: csrs[index]?.csrPem ?? '', identity, ttlMs });
    return { id: identity.id, kind: identity.kind, certPem, notAfterMs };
  });
  try {
    return await Promise.all(issuing);
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}

function everyId({ host: { hostId }, kinds, mediaNodesMax }: Invitation): string[] {
  return kinds.flatMap((kind) => {
    const numbers =
      kind === nodeKind.media ? Array.from({ length: mediaNodesMax }, (_, index) => index + 1) : [undefined];
    return numbers.flatMap((number) => nodeIdOnHost({ hostId, kind, number }) ?? []);
  });
}

/** A dead node may come back to its own host by another invitation. */
function isTaken(fleet: Fleet, nodeId: string, hostId: string): boolean {
  const node = fleet.get(nodeId);
  return node !== undefined && (node.liveness !== 'dead' || node.description.hostId !== hostId);
}

async function firstDenied(ids: readonly string[], isDenied: IsDenied): Promise<string | undefined> {
  const denied = await Promise.all(ids.map(isDenied));
  return ids.find((_, index) => denied[index]);
}
