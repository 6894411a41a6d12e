// Redeems an invitation: gets certificates for all nodes of a host at once. The centre decides which nodes a host may
// have, and their names.
import { createCsr } from './csr.ts';
import { checkedCredentials } from './enrol.ts';
import { PkiError, type PkiErrorCode } from './errors.ts';
import type { Credentials } from './identity.ts';
import { pinnedRequest } from './pinned-request.ts';
import { fingerprintInToken } from './tokens.ts';

const REDEEM_PATH = '/v1/invitations/redeem';
const JOIN_SCHEME = 'meridian-join:';
const ADDRESS_FORM = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):([1-9]\d{0,4})$/;
const ADDRESSES_MAX = 16;

export interface InvitedNode {
  readonly kind: string;
  readonly number?: number;
}

export interface InvitedHost {
  readonly hostId: string;
  readonly region: string;
  readonly city: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface RedeemedInvitation {
  readonly host: InvitedHost;
  /** Settings for the host's set-up, which the centre passes on unread. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seenAddress: string;
  /** In the order of the requested nodes. */
  readonly credentials: readonly Credentials[];
}

/**
 * Uses the invitation up and returns credentials for `nodes`, with keys made here. Like `enrol`, it trusts only the CA
 * fingerprint in the token. A refusal does not use the invitation up; ENROL_DEADLINE, ENROL_UNREACHABLE and
 * ENROL_BAD_REPLY may. Rejects with INVITATION_BAD_TOKEN, INVITATION_REFUSED, INVITATION_DENIED, INVITATION_NODES,
 * ENROL_UNREACHABLE, ENROL_WRONG_CA, ENROL_DEADLINE, ENROL_CLOCK, ENROL_BAD_REPLY.
 */
export async function redeemInvitation(o: {
  /** https://host:port; the first reachable address is used. */
  readonly urls: readonly string[];
  readonly token: string;
  readonly nodes: readonly InvitedNode[];
  readonly deadlineMs: number;
}): Promise<RedeemedInvitation> {
  const { urls, token, nodes, deadlineMs } = o;
  const fingerprint = fingerprintInToken(token, 'mti1');
  if (fingerprint === undefined)
    throw new PkiError('INVITATION_BAD_TOKEN', 'the invitation has not the form mti1.<id>.<secret>.<fingerprint>');
  const keys: string[] = [];
  const csrs: object[] = [];
  for (const { kind, number } of nodes) {
    // A request must contain a name, but the centre names the node.
    const { keyPem, csrPem } = await createCsr({ id: 'invited', kind: 'invited', region: 'invited' });
    keys.push(keyPem);
    csrs.push(number === undefined ? { kind, csrPem } : { kind, number, csrPem });
  }
  const reply = await pinnedRequest({
    urls,
    path: REDEEM_PATH,
    body: { token, csrs },
    fingerprints: [fingerprint],
    deadlineMs,
    nowMs: Date.now,
  });
  if (reply.status !== 200) throw refusalOf(reply);
  const { host, settings, seenAddress, certs, caPem } = checkedReply(reply.body, nodes);
  const credentials = keys.map((keyPem, index) =>
    checkedCredentials({ keyPem, certPem: certs[index] ?? '', caPem: caPem ?? reply.caPem, nowMs: Date.now() }),
  );
  return { host, settings, seenAddress, credentials };
}

export function joinLine({ addresses, token }: JoinLine): string {
  return `${JOIN_SCHEME}${addresses.join(',')}#${token}`;
}

export interface JoinLine {
  /** HOST:PORT of the centres' links. */
  readonly addresses: readonly string[];
  readonly token: string;
}

/** Returns undefined for any other text. Never throws. */
export function parseJoinLine(text: string): JoinLine | undefined {
  const [head = '', token = '', ...rest] = text.trim().split('#', 3);
  if (!head.startsWith(JOIN_SCHEME) || rest.length > 0) return undefined;
  if (fingerprintInToken(token, 'mti1') === undefined) return undefined;
  const addresses = head.slice(JOIN_SCHEME.length).split(',');
  return addresses.length <= ADDRESSES_MAX && addresses.every(isAddress) ? { addresses, token } : undefined;
}

function isAddress(text: string): boolean {
  const port = Number(ADDRESS_FORM.exec(text)?.[1]);
  return port <= 65_535 && URL.canParse(`https://${text}`);
}

const refusals: Readonly<Partial<Record<PkiErrorCode, string>>> = {
  INVITATION_REFUSED: 'the invitation is unknown, used or expired',
  INVITATION_DENIED: 'a node of this host is shut out',
  INVITATION_NODES: 'the invitation does not cover the nodes asked for',
};

function refusalOf({ status, body }: { status: number; body: unknown }): PkiError {
  const { code } = (body ?? {}) as { code?: unknown };
  const known = Object.entries(refusals).find(([name]) => name === code);
  if (known !== undefined) return new PkiError(known[0] as PkiErrorCode, known[1]);
  return new PkiError('ENROL_BAD_REPLY', `the answer to the invitation has status ${status} and no certificates`);
}

interface CheckedReply {
  readonly host: InvitedHost;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seenAddress: string;
  readonly caPem: string | undefined;
  readonly certs: readonly string[];
}

/** Throws ENROL_BAD_REPLY: the centre is ours, so a wrong reply is a mistake or another version. */
function checkedReply(body: unknown, requested: readonly InvitedNode[]): CheckedReply {
  const { host, settings, seenAddress, caPem, nodes } = (body ?? {}) as Record<string, unknown>;
  const { hostId, region, city, latitude, longitude } = (host ?? {}) as Record<string, unknown>;
  const certs = (Array.isArray(nodes) ? nodes : []).flatMap((node: unknown) => {
    const { certPem } = (node ?? {}) as { certPem?: unknown };
    return typeof certPem === 'string' ? [certPem] : [];
  });
  const areTexts = [hostId, region, city, seenAddress].every((text) => typeof text === 'string');
  const arePlaces = [latitude, longitude].every((degrees) => typeof degrees === 'number');
  const isObject = typeof settings === 'object' && settings !== null && !Array.isArray(settings);
  const isPem = caPem === undefined || typeof caPem === 'string';
  if (!areTexts || !arePlaces || !isObject || !isPem || certs.length !== requested.length)
    throw new PkiError('ENROL_BAD_REPLY', 'the answer to the invitation lacks a field, or a certificate');
  return { host, settings, seenAddress, caPem, certs } as CheckedReply;
}
