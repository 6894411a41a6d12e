import { request as httpsRequest } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  Authority,
  type Credentials,
  type Identity,
  type Link,
  LinkServer,
  ManualClock,
  systemClock,
} from '@meridian/runtime';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CLIENT, type Cluster, makeCluster, serverOptions } from '../support/cluster.ts';
import { collectingLog } from '../support/log.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
const PROTOCOL = 'meridian-link.1';

let cluster: Cluster;
const servers: LinkServer[] = [];
const sockets: Socket[] = [];
beforeAll(async () => {
  cluster = await makeCluster();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await server.close('test over');
});

async function listen(changes: Parameters<typeof serverOptions>[1] = {}): Promise<LinkServer> {
  const server = await LinkServer.listen(serverOptions(cluster, changes));
  servers.push(server);
  return server;
}

type TlsChanges = { credentials?: Pick<Credentials, 'keyPem' | 'certPem'>; protocol?: string; maxVersion?: 'TLSv1.2' };

/** Tries to open a link by hand. Returns 'open', the HTTP status, or the error's text. */
async function knock(port: number, { credentials, protocol, maxVersion }: TlsChanges): Promise<string> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}`, protocol ?? PROTOCOL, {
    rejectUnauthorized: false,
    perMessageDeflate: true,
    ...(credentials && { key: credentials.keyPem, cert: credentials.certPem }),
    ...(maxVersion && { maxVersion }),
  });
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      response.destroy();
      resolve(String(response.statusCode));
    });
    socket.on('error', (error) => resolve(error.message));
    socket.on('open', () => {
      resolve(`open ${socket.protocol} ${socket.extensions}`.trim());
      socket.terminate();
    });
  });
}

/** Opens a raw WebSocket with good credentials, to send frames that no Link would send. */
function openByHand(port: number, { keyPem, certPem }: Credentials = cluster.client): WebSocket {
  return new WebSocket(`wss://127.0.0.1:${port}`, PROTOCOL, { rejectUnauthorized: false, key: keyPem, cert: certPem });
}

/**
 * Issues credentials by the same authority at an earlier time; the authority itself is valid from five minutes ago on.
 */
async function expired(agoMs = 2 * HOUR_MS, ttlMs = HOUR_MS): Promise<Credentials> {
  const secret = 'a secret of some length';
  const clock = new ManualClock({ wallMs: Date.now() - agoMs });
  const early = await Authority.open(await cluster.authority.seal(secret), secret, { clock });
  return early.issueCredentials(CLIENT, ttlMs);
}

describe('a server of links', () => {
  it('refuses a client without a certificate', async () => {
    const { port } = await listen();
    expect(await knock(port, {})).toBe('401');
  });

  it('refuses a certificate that has expired', async () => {
    const { port } = await listen();
    expect(await knock(port, { credentials: await expired() })).toBe('401');
  });

  it('refuses the same identity from another authority', async () => {
    const other = await Authority.create({ clock: systemClock() });
    const { port } = await listen();
    expect(await knock(port, { credentials: await other.issueCredentials(CLIENT, HOUR_MS) })).toBe('401');
  });

  it('refuses a certificate signed by another certificate of ours', async () => {
    const { port } = await listen();
    const forged = await forgedBy(cluster.client);
    expect(await knock(port, { credentials: forged })).toBe('401');
  });

  it('refuses an identity that is not accepted and names it in the log', async () => {
    const judgedIdentities: Identity[] = [];
    const { log, lines } = collectingLog();
    const { port } = await listen({
      log,
      accept: (remote) => {
        judgedIdentities.push(remote);
        return false;
      },
    });
    expect(await knock(port, { credentials: cluster.client })).toBe('401');
    expect(judgedIdentities).toEqual([CLIENT]);
    expect(lines.map((line) => line['reason'])).toContain('identity leaf/eu/client-1 not accepted');
  });

  it('refuses TLS below 1.3', async () => {
    const { port } = await listen();
    expect(await knock(port, { credentials: cluster.client, maxVersion: 'TLSv1.2' })).toMatch(/protocol version/);
  });

  it('refuses links above the cap and accepts a new link when one has ended', async () => {
    let first: Link | undefined;
    const server = await listen({
      maxLinks: 1,
      onLink: (link) => {
        first ??= link;
      },
    });
    const held = openByHand(server.port);
    await until('first link', () => first !== undefined);
    expect(await knock(server.port, { credentials: cluster.client })).toBe('503');
    held.terminate();
    await until('first link gone', () => server.linkCount === 0);
    expect(await knock(server.port, { credentials: cluster.client })).toBe(`open ${PROTOCOL}`);
  });
});

describe('links of one identity', () => {
  /** Starts a server with a cap of six links; `opens` waits until the server has another link. */
  async function crowded(changes: Parameters<typeof serverOptions>[1] = {}) {
    const links: Link[] = [];
    const causes: (string | undefined)[] = [];
    const { port } = await listen({
      maxLinks: 6,
      ...changes,
      onLink: (link) => {
        const at = links.push(link) - 1;
        link.onClose((cause) => {
          causes[at] = cause;
        });
      },
    });
    const opens = async (credentials?: Credentials): Promise<WebSocket> => {
      const count = links.length;
      const socket = openByHand(port, credentials);
      await until('one more link', () => links.length > count && socket.readyState >= WebSocket.OPEN);
      return socket;
    };
    const other = await cluster.authority.issueCredentials({ ...CLIENT, id: 'client-2' }, HOUR_MS);
    return { port, links, causes, opens, other };
  }

  it('are four at most: the fifth closes the oldest, and another identity gets in and stays', async () => {
    const { links, causes, opens, other } = await crowded();
    await opens(other);
    const held: WebSocket[] = [];
    for (let at = 1; at <= 4; at++) held.push(await opens());
    expect(causes).toEqual([]);
    const reason = new Promise<string>((resolve) => held[0]?.once('close', (_code, why) => resolve(String(why))));
    held.push(await opens());
    expect(await reason).toBe('too many links of the same node');
    expect(links.map(({ closed }) => closed)).toEqual([false, true, false, false, false, false]);
    for (const socket of held) socket.terminate();
    await until('all of its links ended', () => links.slice(1).every(({ closed }) => closed));
    await opens(other);
    expect(links[0]?.closed).toBe(false);
  });
});

describe('connections that never become a link', () => {
  it('drops silent, half-open and slow connections after five seconds on its clock, many at once, and no earlier', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const { port } = await listen({ clock });
    const endCauses: string[] = [];
    const watch = (socket: Socket, kind: string): void => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => endCauses.push(kind));
    };
    const opened: Promise<unknown>[] = [];
    for (let at = 0; at < 60; at++) {
      const silentSocket = connectTcp(port, '127.0.0.1');
      watch(silentSocket, 'silent');
      opened.push(new Promise((resolve) => silentSocket.once('connect', resolve)));
      const tlsOnly = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
      watch(tlsOnly, 'TLS only');
      opened.push(new Promise((resolve) => tlsOnly.once('secureConnect', resolve)));
      const halfRequest = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
      watch(halfRequest, 'half request');
      opened.push(
        new Promise<void>((resolve) =>
          halfRequest.once('secureConnect', () => halfRequest.write('GET / HTTP/1.1\r\nUpgr', () => resolve())),
        ),
      );
    }
    await Promise.all(opened);
    // Each accepted connection has armed one timer.
    await until('all accepted', () => clock.pendingTimers === 180);
    clock.advance(4_999);
    // Between them a link can still be opened.
    expect(await knock(port, { credentials: cluster.client })).toBe(`open ${PROTOCOL}`);
    expect(endCauses).toEqual([]);
    clock.advance(1);
    await until('all dropped', () => endCauses.length === 180);
    await until('timers gone', () => clock.pendingTimers === 0);
  });
});

describe('plain HTTP on the link port', () => {
  interface Answer {
    status: number;
    body: string;
  }
  function http(port: number, method: string, path: string, body = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        { port, host: '127.0.0.1', method, path, rejectUnauthorized: false, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  it.each([
    ['no hook', undefined, 404],
    ['a hook that does not know the path', async () => undefined, 404],
    [
      'a hook that fails',
      async () => {
        throw new Error('a bug');
      },
      500,
    ],
  ])('answers a request with %s', async (_what, onHttp, status) => {
    const { port } = await listen({ ...(onHttp && { onHttp }) });
    const answer = await http(port, 'GET', '/anything');
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('a bug');
  });
});

/** Returns a certificate that a compromised process signed with its own key, and its own certificate as the chain. */
async function forgedBy(signer: Credentials): Promise<Pick<Credentials, 'keyPem' | 'certPem'>> {
  const { webcrypto } = await import('node:crypto');
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const der = Buffer.from(signer.keyPem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=admin',
    issuer: new x509.X509Certificate(signer.certPem).subjectName,
    notBefore: new Date(Date.now() - HOUR_MS),
    notAfter: new Date(Date.now() + HOUR_MS / 2),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: 'meridian:hub/eu/admin' }])],
  });
  const keyDer = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    keyPem: `-----BEGIN PRIVATE KEY-----\n${keyDer}\n-----END PRIVATE KEY-----\n`,
    certPem: `${certificate.toString('pem')}\n${signer.certPem}`,
  };
}
