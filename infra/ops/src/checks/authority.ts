// Checks that an address belongs to a centre of this host's own cloud.
import { connect } from 'node:tls';
import { nodeKind } from '@meridian/protocol';
import { verifyCertificate } from '@meridian/runtime';
import { HostError } from '../core/error.ts';

const ASK_LIMIT_MS = 5000;

/**
 * Returns each `HOST:PORT` that does not answer; the others are centres of one of these authorities. One answer is
 * enough, since a standby may be away. HostError CENTRE_AWAY without an answer, CENTRE_OTHER for a centre of another
 * cloud.
 */
export async function ownCentres(addresses: readonly string[], authorities: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(addresses.map(certificateAt));
  for (const [at, answer] of answers.entries())
    if (!(answer instanceof Error)) checkOwn(addresses[at] ?? '', answer, authorities);
  const silentAddresses = addresses.filter((_, at) => answers[at] instanceof Error);
  const [cause] = answers;
  if (silentAddresses.length < addresses.length || !(cause instanceof Error)) return silentAddresses;
  throw new HostError(
    'CENTRE_AWAY',
    `no centre answers at ${addresses.join(', ')}: ${cause.message}`,
    'see that meridian-scheduler runs there, and open its TCP port to this host',
    { cause },
  );
}

function checkOwn(address: string, certificate: Uint8Array, authorities: readonly string[]): void {
  const nowMs = Date.now();
  const identities = authorities.map((caPem) => verifyCertificate(certificate, caPem, nowMs));
  if (identities.some((identity) => identity?.kind === nodeKind.centre)) return;
  const otherIdentity = identities.find((identity) => identity !== undefined);
  const what =
    otherIdentity === undefined
      ? 'what answers there is not of this cloud'
      : `a ${otherIdentity.kind} of this cloud answers`;
  const cure = "give the address of this cloud's centre, whose port is usually 7000";
  throw new HostError('CENTRE_OTHER', `${address}: ${what}`, cure);
}

/** Returns the server's certificate as DER, or an error. Sends nothing that a wrong server must not see. */
function certificateAt(address: string): Promise<Uint8Array | Error> {
  const { hostname, port } = new URL(`https://${address}`);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    // The caller checks the identity inside, since certificates of centres do not contain host names.
    const socket = connect({ host, port: Number(port || 443), minVersion: 'TLSv1.3', rejectUnauthorized: false });
    const end = (answer: Uint8Array | Error): void => {
      socket.destroy();
      resolve(answer);
    };
    const deadline = setTimeout(() => end(new Error(`no answer within ${ASK_LIMIT_MS / 1000} s`)), ASK_LIMIT_MS);
    socket.once('close', () => clearTimeout(deadline));
    socket.on('error', end);
    socket.once('secureConnect', () => end(socket.getPeerX509Certificate()?.raw ?? new Error('it has no certificate')));
  });
}
