import type { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { Clock, Timer } from '../clock.ts';
import type { Logger } from '../log.ts';
import { type Credentials, type Identity, verifyCertificate } from '../pki/identity.ts';
import type { Rng } from '../rng.ts';
import { FRAME_HEADER_BYTES_MAX } from './frame.ts';
import { SocketLink } from './link.ts';
import { addressesOf } from './server.ts';
import { defaultLinkLimits, HANDSHAKE_LIMIT_MS, LINK_PROTOCOL, type Link, type LinkLimits } from './types.ts';

const BACKOFF_DEFAULT = { first: 200, max: 5_000 }; // ms
/** Least age of a good link: after such a link the back-off starts again, and the next outage is logged. */
const STABLE_MS = 5_000;

interface Backoff {
  readonly first: number;
  readonly max: number;
}

export interface LinkDialerOptions {
  /** wss://host:port; a function is called at every dial. */
  url: string | (() => string);
  /** Called at every dial, so that the next dial uses renewed credentials. */
  credentials: () => Credentials;
  log: Logger;
  clock: Clock;
  rng: Rng;
  limits?: Partial<LinkLimits>;
  /** Returns whether the identity in the server's verified certificate is acceptable; host names play no part. */
  expect(remote: Identity): boolean;
  onLink(link: Link): void;
  onDown?(cause: string): void;
  /** Called when a dial fails. `isRefused`: no process listens at the address. */
  onDialFailed?(isRefused: boolean): void;
  backoffMs?: Backoff | (() => Backoff);
  /** True while the owner ends: a link that goes down then, often because the other side ends too, is not redialled. */
  isClosing?(): boolean;
}

interface Attempt {
  socket: WebSocket;
  deadline: Timer;
}

interface Outage {
  sinceMs: number;
  isUpLogged: boolean;
}

/**
 * The dialling side: keeps a link up until `close`. After a failure it waits a random time below min(max, first ·
 * 2^failures), "full jitter" (M. Brooker, Exponential Backoff and Jitter, AWS 2015), so that the clients of a restarted
 * server do not return in the same instant. The log gets two lines per outage, the first failure (warn) and the new
 * link (info); everything else, and a link that comes and goes, is logged at debug.
 */
export class LinkDialer {
  readonly #options: LinkDialerOptions;
  readonly #limits: LinkLimits;
  #attempt: Attempt | undefined;
  #waiting: Timer | undefined;
  #link: SocketLink | undefined;
  #url = '';
  #failures = 0;
  #outage: Outage | undefined;
  #closed = false;

  constructor(o: LinkDialerOptions) {
    this.#options = o;
    this.#limits = { ...defaultLinkLimits, ...o.limits };
    // The first dial waits for the next turn, so that the owner has its dialer before onLink or onDown is called.
    queueMicrotask(() => this.#dial());
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** Ends the dialer and its link. Calls the link's close handlers and `onDown`, and nothing afterwards. Idempotent. */
  close(cause: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting?.cancel();
    this.#waiting = undefined;
    this.#abandon();
    this.#link?.close(cause);
  }

  #dial(): void {
    this.#waiting = undefined;
    if (this.#closed) return;
    let remote: Identity | undefined;
    let connection: TLSSocket | undefined;
    let socket: WebSocket;
    let caPem: string;
    try {
      const credentials = this.#options.credentials();
      caPem = credentials.caPem;
      socket = this.#connect(credentials);
    } catch (error) {
      this.#dialFailed(error instanceof Error ? error.message : String(error), false);
      return;
    }
    const deadline = this.#options.clock.after(HANDSHAKE_LIMIT_MS, () => socket.terminate());
    const attempt: Attempt = { socket, deadline };
    this.#attempt = attempt;
    let failure = 'closed during the handshake';
    socket.once('upgrade', (response) => {
      connection = response.socket as TLSSocket;
      const certificate = connection.getPeerX509Certificate();
      remote = certificate && verifyCertificate(certificate.raw, caPem, this.#options.clock.wallMs());
      if (remote !== undefined && this.#options.expect(remote)) return;
      failure =
        remote === undefined
          ? 'the server has no valid identity'
          : `unexpected server ${remote.kind}/${remote.region}/${remote.id}`;
      remote = undefined;
      socket.terminate();
    });
    let isRefused = false;
    const onError = (error: NodeJS.ErrnoException): void => {
      isRefused = error.code === 'ECONNREFUSED';
      if (failure === 'closed during the handshake') failure = error.message;
    };
    socket.on('error', onError);
    const onClose = (): void => {
      deadline.cancel();
      if (this.#attempt !== attempt) return;
      this.#attempt = undefined;
      this.#dialFailed(failure, isRefused);
    };
    socket.once('close', onClose);
    socket.once('open', () => {
      deadline.cancel();
      if (this.#attempt !== attempt || remote === undefined || connection === undefined) return;
      this.#attempt = undefined;
      socket.off('error', onError);
      socket.off('close', onClose);
      this.#onOpen(socket, connection, remote);
    });
  }

  #connect(credentials: Credentials): WebSocket {
    const { url } = this.#options;
    this.#url = typeof url === 'string' ? url : url();
    return new WebSocket(this.#url, LINK_PROTOCOL, {
      key: credentials.keyPem,
      cert: credentials.certPem,
      ca: credentials.caPem,
      minVersion: 'TLSv1.3',
      rejectUnauthorized: true,
      // The chain is verified against our CA, and `expect` judges the identity inside. (Node wants undefined for
      // success; the types of ws say boolean.)
      checkServerIdentity: acceptAnyName as unknown as () => boolean,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: this.#limits.maxPayloadBytes + FRAME_HEADER_BYTES_MAX,
    });
  }

  #onOpen(socket: WebSocket, connection: TLSSocket, remote: Identity): void {
    const { clock, log } = this.#options;
    const openedMs = clock.nowMs();
    const link = new SocketLink({
      socket,
      connection,
      remote,
      ...addressesOf(connection),
      limits: this.#limits,
      isDialer: true,
      clock,
      log,
      onGone: () => undefined,
    });
    this.#link = link;
    this.#logUp(openedMs);
    link.onClose((cause) => {
      this.#link = undefined;
      if (clock.nowMs() - openedMs >= STABLE_MS) {
        this.#failures = 0;
        this.#outage = undefined;
      }
      this.#options.onDown?.(cause);
      this.#failed(cause);
    });
    try {
      this.#options.onLink(link);
    } catch (error) {
      log.error({ remote, err: error }, 'onLink failed; closing the link');
      link.close('the receiver failed');
    }
  }

  #dialFailed(cause: string, isRefused: boolean): void {
    this.#failed(cause);
    this.#options.onDialFailed?.(isRefused);
  }

  #failed(cause: string): void {
    if (this.#closed) return;
    if (this.#options.isClosing?.() === true) {
      this.#options.log.info({ url: this.#url, cause }, 'link down while closing');
      return;
    }
    const { backoffMs = BACKOFF_DEFAULT } = this.#options;
    const { first, max } = typeof backoffMs === 'function' ? backoffMs() : backoffMs;
    // The exponent is capped so that the product stays finite; 2^30 is far above any sensible maximum.
    const ceilingMs = Math.min(max, first * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    const delayMs = this.#options.rng.next() * ceilingMs;
    const { clock, log } = this.#options;
    const url = this.#url;
    const level = this.#outage === undefined ? 'warn' : 'debug';
    this.#outage ??= { sinceMs: clock.nowMs(), isUpLogged: false };
    log[level]({ url, cause, failures: this.#failures, delayMs: Math.round(delayMs) }, 'link down; dialling again');
    this.#waiting = clock.after(delayMs, () => this.#dial());
  }

  #logUp(nowMs: number): void {
    if (this.#outage === undefined) return;
    const { sinceMs, isUpLogged: toldUp } = this.#outage;
    const { log } = this.#options;
    const url = this.#url;
    const downMs = Math.round(nowMs - sinceMs);
    log[toldUp ? 'debug' : 'info']({ url, downMs, failures: this.#failures }, 'link up again');
    this.#outage.isUpLogged = true;
  }

  #abandon(): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    attempt?.deadline.cancel();
    attempt?.socket.terminate();
  }
}

function acceptAnyName(): undefined {
  return undefined;
}
