// Proxies LiveKit's signaling: LiveKit's SDKs know a single address, the page's. Requests to `/rtc` go to the best
// signaling node for the client, with some of their headers; after an upgrade, bytes pass unchanged. Media goes
// directly to the media nodes.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionGate } from '@meridian/node-shell';
import { AddressPlaces, type AddressRange, clientAddress } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { askNode, type Outcome, VIA } from './livekit-upstream.ts';
import { signalingNodes } from './signaling-nodes.ts';

/** Time in which the proxy tries signaling nodes for one request of a client. */
const ATTEMPTS_MS_MAX = 8000;
/** Signaling nodes ping a silent client within 5 s. */
const IDLE_MS_MAX = 30_000;
const UNREACHABLE = 'NODE_UNREACHABLE: No signaling node answers. Try again in a minute.';
const FULL = 'OVERLOADED: This server has too many clients now. Try again in a minute.';
const NO_SUCH_ADDRESS = 'REQUEST_INVALID: There is no such address.';
/** Headers of the signaling node's response that the client gets. */
const RESPONSE_HEADERS = [
  'content-type',
  'access-control-allow-origin',
  'vary',
  'cache-control',
  'retry-after',
] as const;

const SOCKET_PATH = /^\/rtc\/?(?:\?|$)/;

export const isOfLiveKit = (url: string): boolean => /^\/rtc(?:[/?]|$)/.test(url);

/** Returns whether a request is forwarded as a WebSocket; other upgrades are ignored and the request is answered. */
export const isLiveKitUpgrade = ({ url = '', headers }: IncomingMessage): boolean =>
  isOfLiveKit(url) && headers.upgrade?.toLowerCase() === 'websocket';

export interface LiveKitProxyOptions {
  readonly entryUrls: readonly string[];
  /** Concurrent clients, a connection to a signaling node each. */
  readonly clients: { readonly total: number; readonly perAddress: number };
  readonly trustedProxies: readonly AddressRange[];
  /** Idle limit of a socket; IDLE_MS_MAX by default. */
  readonly idleMsMax?: number;
  readonly gate: ConnectionGate;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Forwards `/rtc` and the addresses of `validate` to a signaling node, and to the next when that does not answer or is
 * full. `/rtc/v1` does not exist, upon which SDKs fall back to `/rtc`.
 */
export function addLiveKitProxy(app: FastifyInstance, o: LiveKitProxyOptions): void {
  const proxy = new LiveKitProxy(o);
  app.addHook('preClose', async () => proxy.close());
  app.server.on('upgrade', (request, socket, head) => void proxy.upgrade(request, socket as Socket, head));
  for (const url of ['/rtc/validate', '/rtc/v1/validate'])
    app.get(url, (request, reply) => proxy.validate(request, reply));
  for (const url of ['/rtc/v1', '/rtc/v1/*'])
    app.get(url, async (_request, reply) =>
      reply
        .code(404)
        .header('access-control-allow-origin', '*')
        .send({ code: 'NOT_FOUND', message: 'no such address' }),
    );
}

class LiveKitProxy {
  readonly #o: LiveKitProxyOptions;
  readonly #clientPlaces: AddressPlaces;
  readonly #sockets = new Set<Duplex>();

  constructor(o: LiveKitProxyOptions) {
    this.#o = o;
    this.#clientPlaces = new AddressPlaces(o.clients);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async validate({ raw }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    // A URL with a host could reach another virtual host at the node.
    if (raw.url?.startsWith('/') !== true)
      return reply.code(400).type('text/plain; charset=utf-8').send(NO_SUCH_ADDRESS);
    const clientIp = this.#clientIp(raw);
    const refuse = (text: string): FastifyReply =>
      reply
        .code(503)
        .headers({ 'access-control-allow-origin': '*', 'cache-control': 'no-store', 'retry-after': '1' })
        .type('text/plain; charset=utf-8')
        .send(text);
    const leave = this.#clientPlaces.enter(clientIp);
    if (leave === undefined) return refuse(FULL);
    try {
      const outcome = await this.#passOn(raw, clientIp, reply.raw);
      if (outcome?.kind !== 'answered') return refuse(UNREACHABLE);
      const { headers } = outcome;
      for (const name of RESPONSE_HEADERS) if (headers[name] !== undefined) reply.header(name, headers[name]);
      reply.raw.statusMessage = reasonPhraseOf(outcome.text);
      return reply.code(outcome.status).send(outcome.text);
    } finally {
      leave();
    }
  }

  /** Never rejects. */
  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    // 'close' follows an error.
    socket.on('error', () => undefined);
    if (!SOCKET_PATH.test(request.url ?? '')) {
      refuse(socket, 404, NO_SUCH_ADDRESS);
      return;
    }
    const clientIp = this.#clientIp(request);
    const leave = this.#clientPlaces.enter(clientIp);
    if (leave === undefined) {
      refuse(socket, 503, FULL);
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => {
      leave();
      this.#sockets.delete(socket);
    });
    const connection = this.#o.gate.connectionOf(request.socket);
    if (connection?.moveToAddress(clientIp) !== true) return; // it has ended, or its address has no place left
    const outcome = await this.#passOn(request, clientIp, socket);
    if (outcome === undefined) refuse(socket, 503, UNREACHABLE);
    else if (outcome.kind === 'answered') refuse(socket, outcome.status, outcome.text, outcome.headers['retry-after']);
    else if (socket.destroyed || !connection.prove()) {
      outcome.socket.destroy();
      if (!socket.destroyed) refuse(socket, 503, FULL);
    } else {
      socket.write(headOf(outcome.answer));
      socket.write(outcome.head);
      outcome.socket.write(head);
      join(socket, outcome.socket, this.#o.idleMsMax ?? IDLE_MS_MAX);
    }
  }

  /**
   * Returns the first answer below 500, otherwise the last one; undefined when no node answers, when the request has
   * passed this proxy already, or when the client (`from`) has gone.
   */
  async #passOn(request: IncomingMessage, clientIp: string, from: NodeJS.EventEmitter): Promise<Outcome | undefined> {
    const { entryUrls, clock, log } = this.#o;
    if (request.headers.via?.includes(VIA) === true) {
      log.error(
        'the proxy in front of a signaling node passes /rtc back to the page (examples/proxy has a correct configuration)',
      );
      return undefined;
    }
    const controller = new AbortController();
    let hasLeft = false;
    const onLeft = (): void => {
      hasLeft = true;
      controller.abort();
    };
    const timer = clock.after(ATTEMPTS_MS_MAX, () => controller.abort());
    from.once('close', onLeft);
    const isUpgrade = isLiveKitUpgrade(request);
    try {
      const { signal } = controller;
      const nodes = await signalingNodes(entryUrls, { clientIp, signal });
      return await firstAnswer(nodes, (node) => askNode(node, request, { isUpgrade, clientIp, clock, signal }), signal);
    } catch (error) {
      if (!hasLeft) log.warn({ err: error }, 'no signaling node answers a LiveKit client');
      return undefined;
    } finally {
      timer.cancel();
      from.removeListener('close', onLeft);
    }
  }

  #clientIp({ socket, headers }: IncomingMessage): string {
    const forwarded = headers['x-forwarded-for'];
    const text = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    return clientAddress(socket.remoteAddress ?? '', text, this.#o.trustedProxies);
  }
}

/**
 * Asks the nodes in turn, since a node that is full or leaving answers 503. Returns the first answer below 500,
 * otherwise the last one; rejects when no node answers.
 */
async function firstAnswer(
  nodes: readonly URL[],
  ask: (node: URL) => Promise<Outcome>,
  signal: AbortSignal,
): Promise<Outcome> {
  let last: Outcome | undefined;
  let failure: unknown;
  for (const node of nodes) {
    try {
      last = await ask(node);
      if (last.kind === 'upgraded' || last.status < 500) return last;
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  if (last === undefined) throw failure;
  return last;
}

/** Pipes both ways until either side ends; the other side first gets the remaining bytes. */
function join(client: Socket, node: Socket, idleMsMax: number): void {
  const ways = [
    [client, node],
    [node, client],
  ] as const;
  for (const [from, to] of ways) {
    from.pipe(to);
    from.setTimeout(idleMsMax, () => from.destroy());
    from.on('error', () => undefined); // followed by close
    from.once('close', () => to.destroySoon());
  }
}

function headOf({ statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 101 ${statusMessage ?? ''}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Returns the text as a reason phrase (RFC 9112, 4), which SDKs show if they do not read the body. */
const reasonPhraseOf = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 200);

function refuse(socket: Socket, status: number, text: string, retryAfter = status === 503 ? '1' : ''): void {
  const lines = [
    `HTTP/1.1 ${status} ${reasonPhraseOf(text) || (STATUS_CODES[status] ?? '')}`,
    ...(retryAfter === '' ? [] : [`Retry-After: ${retryAfter}`]),
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
