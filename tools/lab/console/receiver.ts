// Stands for an api where the feed alone is looked at: a node of that kind, with real links to the centre and to the
// signaling nodes of its plan, which counts what they send.
import { limits, rpc, serve, type wire } from '@meridian/protocol';
import { createLogger, LinkDialer, secureRng, systemClock } from '@meridian/runtime';
import type { CentreAddress } from '../../../scheduler/test/service/support/centre.ts';
import { enrolNode, FakeNode } from '../../../scheduler/test/service/support/fake-node.ts';

const log = createLogger({ name: 'receiver', level: 'silent' });
const clock = systemClock();
const rng = secureRng();
/** How soon a signaling node of a new plan is dialled. */
const FOLLOW_EVERY_MS = 500;

export class Receiver {
  readonly #node: FakeNode;
  readonly #dialers = new Map<string, LinkDialer>();
  readonly #following: { cancel(): void };
  readonly #known = new Set<string>();
  /** Sessions of which a record came, and no facts before it. */
  readonly withoutFacts = new Set<string>();
  records = 0;
  events = 0;

  private constructor(node: FakeNode, dial: (ref: wire.NodeRef) => void) {
    this.#node = node;
    this.#following = clock.every(FOLLOW_EVERY_MS, () => {
      for (const ref of node.plans.at(-1)?.nodes ?? []) if (ref.kind === 'signaling') dial(ref as wire.NodeRef);
    });
  }

  static async start(centre: CentreAddress): Promise<Receiver> {
    const identity = { id: 'api-double', kind: 'api', region: 'eu-central' };
    const credentials = await enrolNode(centre, identity);
    const node = await FakeNode.start(centre, { ...identity, plansMax: 1 }, credentials);
    const receiver: Receiver = new Receiver(node, ({ nodeId, addresses }) => {
      const address = addresses.find(({ purpose }) => purpose === 'control');
      if (address === undefined || receiver.#dialers.has(nodeId)) return;
      const dialer = new LinkDialer({
        url: `wss://${address.ip}:${address.port}`,
        credentials: () => credentials,
        clock,
        rng,
        log,
        limits: limits.centreLink,
        expect: ({ id, kind }) => id === nodeId && kind === 'signaling',
        onLink: (link) => serve(link, rpc.qualityBatch, (batch) => receiver.#take(batch)),
      });
      receiver.#dialers.set(nodeId, dialer);
    });
    return receiver;
  }

  get sessions(): number {
    return this.#known.size;
  }

  #take({ facts, records, events }: wire.QualityBatch): wire.Empty.$Properties {
    for (const { sessionId } of facts) this.#known.add(sessionId ?? '');
    for (const sessionId of records.map((record) => record.sessionId ?? ''))
      if (!this.#known.has(sessionId)) this.withoutFacts.add(sessionId);
    this.records += records.length;
    this.events += events.length;
    return {};
  }

  /** Idempotent. */
  close(): void {
    this.#following.cancel();
    for (const dialer of this.#dialers.values()) dialer.close('the receiver is over');
    this.#node.close();
  }
}
