// A signaling node's links to media nodes, which it dials at first need, and again when they end. A node is lost when
// it has no link for `nodeLostAfterMs`, or when another process answers under its id.
import { isProcessEnd } from '@meridian/runtime';
import { bounds } from '../../../signaling/src/limits.ts';
import type { SimLink } from './link.ts';
import type { Net } from './net.ts';
import type { Process } from './process.ts';

type Use = (link: SimLink | undefined) => void;

interface Entry {
  link: SimLink | undefined;
  incarnation: string;
  isDialling: boolean;
  readonly waitingUses: Use[];
}

export interface SignalingNodeLinksOptions {
  readonly net: Net;
  readonly process: Process;
  incarnationOf(nodeId: string): string;
  isDead(nodeId: string): boolean;
  onLost(nodeId: string): void;
}

const REDIAL_MS = 500;

export class SignalingNodeLinks {
  readonly #o: SignalingNodeLinksOptions;
  readonly #entries = new Map<string, Entry>();
  #denied: ReadonlySet<string> = new Set();

  constructor(o: SignalingNodeLinksOptions) {
    this.#o = o;
  }

  linked(): string[] {
    return [...this.#entries].filter(([, { link }]) => link !== undefined).map(([nodeId]) => nodeId);
  }

  /** Sends a request. `answer` gets undefined if the node is not reached, its link ends, or it does not answer. */
  ask(nodeId: string, kind: string, body: unknown, answer: (body: unknown) => void): void {
    this.#use(nodeId, (link) => (link === undefined ? answer(undefined) : link.ask(kind, body, answer)));
  }

  /** Sends a request as `ask`, and again when the link ends meanwhile, as `adopt` in signaling/src/clients/join.ts. */
  askTwice(nodeId: string, kind: string, body: unknown, answer: (body: unknown) => void): void {
    this.#use(nodeId, (link) => {
      if (link === undefined) return answer(undefined);
      link.ask(kind, body, (reply) => {
        if (reply === undefined && link.closed) this.ask(nodeId, kind, body, answer);
        else answer(reply);
      });
    });
  }

  deny(nodeIds: ReadonlySet<string>): void {
    this.#denied = nodeIds;
    for (const nodeId of nodeIds) this.#entries.get(nodeId)?.link?.close('shut out by the centre');
  }

  #use(nodeId: string, use: Use): void {
    const entry = this.#entries.get(nodeId) ?? { link: undefined, incarnation: '', isDialling: false, waitingUses: [] };
    this.#entries.set(nodeId, entry);
    if (entry.link !== undefined) {
      use(entry.link);
      return;
    }
    if (this.#denied.has(nodeId)) {
      use(undefined);
      return;
    }
    entry.waitingUses.push(use);
    if (!entry.isDialling) this.#dial(nodeId, entry);
  }

  #dial(nodeId: string, entry: Entry): void {
    entry.isDialling = true;
    this.#o.net.dial(this.#o.process, nodeId, (link) => {
      entry.isDialling = false;
      if (link !== undefined) this.#linkOpened(nodeId, entry, link);
      for (const use of entry.waitingUses.splice(0)) use(entry.link);
    });
  }

  #linkOpened(nodeId: string, entry: Entry, link: SimLink): void {
    const incarnation = this.#o.incarnationOf(nodeId);
    const isOther = entry.incarnation !== '' && entry.incarnation !== incarnation;
    entry.link = link;
    entry.incarnation = incarnation;
    link.onClose((cause) => {
      entry.link = undefined;
      // The plan counts only after a reset link was redialled once, as in signaling/src/links/nodes.ts.
      this.#redial(nodeId, entry, { sinceMs: this.#o.process.clock.nowMs(), isPlanHeard: !isProcessEnd(cause) });
    });
    if (isOther) this.#o.onLost(nodeId);
  }

  #redial(nodeId: string, entry: Entry, o: { sinceMs: number; isPlanHeard: boolean }): void {
    if (entry.link !== undefined) return;
    const { clock } = this.#o.process;
    const isDead = o.isPlanHeard && this.#o.isDead(nodeId);
    if (this.#denied.has(nodeId) || isDead || clock.nowMs() - o.sinceMs >= bounds.nodeLostAfterMs) {
      entry.incarnation = '';
      this.#o.onLost(nodeId);
      return;
    }
    if (!entry.isDialling) this.#dial(nodeId, entry);
    clock.after(REDIAL_MS, () => this.#redial(nodeId, entry, { ...o, isPlanHeard: true }));
  }
}
