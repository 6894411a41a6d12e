// A side of a simulated link. It implements the production interface `Link` (requests with deadlines, messages in
// order, a single end) with the production tables of pending and served requests. In addition, `ask` carries plain
// objects between the model's own agents.
import type { Clock, Identity, Link, MessageHandler, RequestHandler } from '@meridian/runtime';
import { LinkError } from '../../../base/runtime/src/link/errors.ts';
import { PendingRequests } from '../../../base/runtime/src/link/pending.ts';
import { ServedRequests } from '../../../base/runtime/src/link/served.ts';
import { defaultLinkLimits } from '../../../base/runtime/src/link/types.ts';
import type { Process } from './process.ts';

/** Packet on its way. A function runs at the other side; 'close' or 'vanish' is the last packet. */
type Packet = ((at: SimLink) => void) | 'close' | 'vanish';
type AskHandler = (kind: string, body: unknown, answer: (body: unknown) => void) => void;

export interface LinkNet {
  readonly clock: Clock;
  isOpen(from: Process, to: Process): boolean;
  latencyMs(from: Process, to: Process): number;
  delivered(from: Process, to: Process): void;
  forget(link: SimLink): void;
}

const DEADLINE_MS = 5000;
/** Most packets on their way. Further ones are refused, as by the real link. */
const PACKETS_MAX = 10_000;

export class SimLink implements Link {
  readonly remote: Identity;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly process: Process;
  receivedAtMs = Number.NEGATIVE_INFINITY;
  onAsk: AskHandler | undefined;
  readonly #net: LinkNet;
  readonly #pending: PendingRequests;
  readonly #served: ServedRequests;
  readonly #requestHandlers = new Map<number, RequestHandler>();
  readonly #messageHandlers = new Map<number, MessageHandler>();
  readonly #closeHandlers: ((cause: string) => void)[] = [];
  readonly #pendingAsks = new Map<number, (body: unknown) => void>();
  #lastAsk = 0;
  /** Sent packets that have not arrived, in order. */
  #outgoing: Packet[] = [];
  #lastArrivalMs = 0;
  #isDelivering = false;
  #endCause: string | undefined;
  #peer: SimLink | undefined;

  static pair(net: LinkNet, a: Process, b: Process): [SimLink, SimLink] {
    const near = new SimLink(net, a, b);
    const far = new SimLink(net, b, a);
    near.#peer = far;
    far.#peer = near;
    return [near, far];
  }

  private constructor(net: LinkNet, process: Process, peerProcess: Process) {
    this.#net = net;
    this.process = process;
    this.remote = { id: peerProcess.id, kind: peerProcess.kind, region: peerProcess.region };
    this.localAddress = process.machineId;
    this.remoteAddress = peerProcess.machineId;
    const { clock } = process;
    const max = defaultLinkLimits.maxPendingRequests;
    this.#pending = new PendingRequests({ clock, max });
    this.#served = new ServedRequests({ clock, max });
  }

  get peer(): SimLink {
    if (this.#peer === undefined) throw new Error('a link has two sides');
    return this.#peer;
  }

  get closed(): boolean {
    return this.#endCause !== undefined;
  }

  get isEnded(): boolean {
    return this.closed || !this.process.isAlive;
  }

  async request(type: number, payload: Uint8Array, o: { deadlineMs?: number } = {}): Promise<Uint8Array> {
    const deadlineMs = Math.ceil(o.deadlineMs ?? DEADLINE_MS);
    if (this.closed) throw new LinkError('LINK_CLOSED', `link is closed: ${this.#endCause}`);
    if (this.#outgoing.length >= PACKETS_MAX)
      throw new LinkError('LINK_BACKPRESSURE', 'too much is waiting to be sent');
    const { requestId, answer } = this.#pending.open(deadlineMs);
    this.#push((at) => at.#serve(requestId, type, payload, deadlineMs));
    return answer;
  }

  send(type: number, payload: Uint8Array): boolean {
    if (this.closed || this.#outgoing.length >= PACKETS_MAX) return false;
    this.#push((at) => at.#messageHandlers.get(type)?.(payload, at));
    return true;
  }

  /** Sends a request to the other agent. `answer` gets undefined if the link ends or no answer comes in time. */
  ask(kind: string, body: unknown, answer: (body: unknown) => void): void {
    if (this.closed) {
      answer(undefined);
      return;
    }
    this.#lastAsk += 1;
    const id = this.#lastAsk;
    const settle = (value: unknown): void => {
      if (!this.#pendingAsks.delete(id)) return;
      deadline.cancel();
      answer(value);
    };
    const deadline = this.process.clock.after(DEADLINE_MS, () => settle(undefined));
    this.#pendingAsks.set(id, settle);
    this.#push((at) => at.onAsk?.(kind, body, (value) => at.#push((back) => back.#pendingAsks.get(id)?.(value))));
  }

  onRequest(type: number, handler: RequestHandler): void {
    this.#requestHandlers.set(type, handler);
  }

  onMessage(type: number, handler: MessageHandler): void {
    this.#messageHandlers.set(type, handler);
  }

  onClose(handler: (cause: string) => void): void {
    if (this.#endCause !== undefined) handler(this.#endCause);
    else this.#closeHandlers.push(handler);
  }

  close(cause: string): void {
    if (this.isEnded) return;
    this.#push('close');
    this.end(cause);
  }

  /** Ends the side of a dead process, whose kernel closes the connection. */
  endDead(): void {
    this.#push('vanish');
    this.#endCause ??= 'dead';
    this.#net.forget(this);
  }

  /** Ends this side; the other side gets no notice. */
  end(cause: string): void {
    if (this.closed) return;
    this.#endCause = cause;
    this.#pending.rejectAll(new LinkError('LINK_CLOSED', cause));
    this.#served.forgetAll();
    if (this.process.isAlive) {
      for (const handler of this.#closeHandlers) handler(cause);
      for (const settle of [...this.#pendingAsks.values()]) settle(undefined);
    }
    this.#net.forget(this);
  }

  flush(): void {
    if (!this.#isDelivering && this.#outgoing.length > 0) this.#deliver();
  }

  #push(packet: Packet): void {
    this.#outgoing.push(packet);
    if (!this.#isDelivering) this.#deliver();
  }

  /** Delivers all packets that wait; packets sent meanwhile wait for the next delivery, as in a stream. */
  #deliver(): void {
    const { peer } = this;
    if (!this.#net.isOpen(this.process, peer.process)) return;
    this.#isDelivering = true;
    const nowMs = this.#net.clock.nowMs();
    const arrivalMs = Math.max(this.#lastArrivalMs, nowMs + this.#net.latencyMs(this.process, peer.process));
    this.#lastArrivalMs = arrivalMs;
    const packets = this.#outgoing;
    this.#outgoing = [];
    this.#net.clock.after(arrivalMs - nowMs, () => this.#arrive(packets));
  }

  #arrive(packets: Packet[]): void {
    this.#isDelivering = false;
    const { peer } = this;
    if (!this.#net.isOpen(this.process, peer.process)) {
      this.#outgoing = [...packets, ...this.#outgoing];
      return;
    }
    for (const packet of packets) peer.process.run(() => peer.#receive(packet));
    if (this.#outgoing.length > 0) this.#deliver();
  }

  #receive(packet: Packet): void {
    if (this.closed) return;
    this.receivedAtMs = this.#net.clock.nowMs();
    this.#net.delivered(this.peer.process, this.process);
    if (packet === 'vanish') this.end('the other side closed (1006)');
    else if (packet === 'close') this.end('the other side closed (1000)');
    else packet(this);
  }

  #serve(requestId: number, type: number, payload: Uint8Array, deadlineMs: number): void {
    const handler = this.#requestHandlers.get(type);
    const fail = (code: string, message: string): void => {
      if (!this.isEnded) this.#push((at) => at.#pending.reject(requestId, new LinkError(code, message)));
    };
    if (handler === undefined) {
      fail('LINK_NO_HANDLER', `no handler for type ${type}`);
      return;
    }
    const hasBegun = this.#served.begin({
      deadlineMs,
      handle: () => handler(payload, this),
      end: (outcome) => {
        if ('payload' in outcome) {
          const { payload: answer } = outcome;
          if (!this.isEnded) this.#push((at) => at.#pending.resolve(requestId, answer));
          return;
        }
        const { code, message } = outcome.error as { code?: string; message?: string };
        fail(code ?? 'LINK_HANDLER_FAILED', message ?? String(outcome.error));
      },
    });
    if (!hasBegun) fail('LINK_BACKPRESSURE', 'too many requests are being handled');
  }
}
