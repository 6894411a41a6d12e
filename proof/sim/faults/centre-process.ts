// The scheduling centre as a process: production code (Centre, Links, Copy, Terms) on the simulated clock, store and
// network, composed as in `scheduler/src/app.ts` without HTTP and certificates. The store survives a kill.
import { createLogger, OwnLogReader, type Rng } from '@meridian/runtime';
import { Links } from '../../../scheduler/src/adapters/links/links.ts';
import { centreMetrics } from '../../../scheduler/src/base/metrics.ts';
import type { Centre } from '../../../scheduler/src/centre/centre.ts';
import { aloneTerms, type Terms } from '../../../scheduler/src/leading/terms.ts';
import { Locator } from '../../../scheduler/src/locating/locate.ts';
import { type Mover, noMover } from '../../../scheduler/src/moving/mover.ts';
import { Admitting } from '../../../scheduler/src/placing/admitting.ts';
import type { Net } from './net.ts';
import { geo } from './people-places.ts';
import type { Process } from './process.ts';
import { silentMetrics } from './silent-metrics.ts';
import type { SimStore } from './store.ts';

export const CENTRE_ID = 'centre';
const TICK_MS = 250;
const RETRY_MS = 1000;

export const silentLog = createLogger({ name: 'sim', level: 'silent' });
const metrics = centreMetrics(silentMetrics);

export interface CentreProcessOptions {
  readonly process: Process;
  readonly net: Net;
  readonly store: SimStore;
  readonly rng: Rng;
  /** Called before the centre gets any request, so that the judge can watch it. */
  onMade(centre: Centre): void;
  /** Called when the centre could not start, or threw later. */
  onError(error: unknown): void;
}

export class CentreProcess {
  readonly process: Process;
  readonly #o: CentreProcessOptions;
  #terms: Terms | undefined;
  links: Links | undefined;

  constructor(o: CentreProcessOptions) {
    this.#o = o;
    this.process = o.process;
    this.#start().catch((error: unknown) => o.onError(error));
  }

  get centre(): Centre | undefined {
    return this.#terms?.centre;
  }

  async drain(nodeId: string, reason: string | undefined): Promise<void> {
    await this.centre?.drain(nodeId, reason);
    this.links?.planChanged();
    await this.links?.sendDrain(nodeId, reason !== undefined, reason ?? '');
  }

  async deny(nodeId: string): Promise<void> {
    const written = this.centre?.deny(nodeId, 'simulated theft');
    this.links?.planChanged();
    this.links?.cut(nodeId);
    await written;
  }

  async allow(nodeId: string): Promise<void> {
    await this.centre?.allow(nodeId);
    this.links?.planChanged();
  }

  #gate(centre: Centre): Admitting {
    const { ownership } = centre;
    const { process, rng } = this.#o;
    return new Admitting({
      clock: process.clock,
      rng,
      log: silentLog,
      metrics,
      fleet: () => centre.fleet,
      isExpected: (roomKey) => ownership.isOwned(roomKey),
      joinsPerCore: 100,
    });
  }

  async #start(): Promise<void> {
    const { net, process, rng, store, onMade } = this.#o;
    const { clock } = process;
    const locator = new Locator({ geo, developmentCities: false });
    // There is only one centre here. scheduler/test/unit/leadership-worlds.test.ts has worlds with several centres.
    const mover: Mover = {
      move: (ownerId, order, deadlineMs) => (this.links ?? noMover).move(ownerId, order, deadlineMs),
      requestEchoes: (signalingId, o) => (this.links ?? noMover).requestEchoes(signalingId, o),
    };
    const terms = await aloneTerms({ clock, rng, log: silentLog, metrics, locator, store, mover });
    const { centre, copy } = terms;
    this.#terms = terms;
    onMade(centre);
    const refuse = (): never => {
      throw new Error('there are no certificates here');
    };
    const admitting = this.#gate(centre);
    this.links = await Links.listen({
      id: CENTRE_ID,
      logReader: new OwnLogReader({}, clock),
      host: '',
      port: 0,
      credentials: { keyPem: '', certPem: '', caPem: '' } as Parameters<typeof Links.listen>[0]['credentials'],
      authority: { issue: refuse } as unknown as Parameters<typeof Links.listen>[0]['authority'],
      terms,
      clock,
      log: silentLog,
      metrics,
      clusterSecret: 'a secret of the simulated cluster',
      admitting,
      echoKeys: () => [],
      onHttp: async () => undefined,
      openServer: async ({ accept, onLink }) => {
        net.listen({ process, accept: ({ id, kind, region }) => accept({ id, kind, region }), onLink });
        return { port: 1, close: async () => undefined, replaceCredentials: refuse };
      },
    });
    centre.listening();
    let { planVersion } = centre.fleet;
    clock.every(TICK_MS, () => {
      centre.tick();
      centre.tickMoves();
      if (centre.fleet.planVersion !== planVersion) this.links?.planChanged();
      ({ planVersion } = centre.fleet);
    });
    clock.every(RETRY_MS, () => {
      copy.retry();
      // How many joins a region admits depends on its present nodes.
      admitting.update();
    });
  }
}
