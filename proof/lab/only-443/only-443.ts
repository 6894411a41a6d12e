// Tests calls behind a company's firewall that lets out only TCP to port 443, and calls in an open network, which use
// UDP, that lose UDP while they run.
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { signDevToken } from '../../../product/web/server/dev-token.ts';
import type { LabCase, LabResult, Metrics, Say } from '../../support/case.ts';
import { Participant } from '../../test/support/browser.ts';
import type { TestCloud } from '../../test/support/cloud.ts';
import { until } from '../../test/support/poll.ts';
import { closeResources } from '../../test/support/resources.ts';
import { Authority } from '../two-servers/authority.ts';
import { Call, type Gaps } from '../two-servers/call.ts';
import { type ClientName, Clients } from '../two-servers/clients.ts';
import { TwoPlaces } from '../two-servers/network.ts';
import { pageUrl, siteNames, startSite, tlsAddresses } from './site.ts';

/** Round trip of the far client. The near client is connected to the servers by a veth. */
const slowMs = 160;
const gapAimMs = 3000;
const camera = { width: 320, height: 180, frameRate: 15 };
const limitMs = 60_000;
/** Time over which gaps are measured: longer than any gap that the case expects. */
const windowMs = 15_000;
const quietMs = 4000;

/** Returns a firewall that lets out only TCP to 443. Names need no DNS, since the hosts file resolves them. */
const only443 = (verdict: 'drop' | 'reject'): string => `
  chain out {
    type filter hook output priority 0; policy accept;
    oif lo accept
    tcp dport 443 accept
    ${verdict}
  }
  chain in {
    type filter hook input priority 0; policy accept;
    iif lo accept
    tcp sport 443 accept
    drop
  }`;
const noUdp = `
  chain out {
    type filter hook output priority 0; policy accept;
    oif lo accept
    meta l4proto udp drop
  }
  chain in {
    type filter hook input priority 0; policy accept;
    iif lo accept
    meta l4proto udp drop
  }`;

export const only443Case: LabCase = {
  name: 'only-443',
  summary: 'a call from behind a firewall that lets out TCP to 443 alone, and UDP lost in the middle of a call (root)',
  run: async (_options, say) => {
    if (process.getuid?.() !== 0) throw new Error('cannot run: this case needs root (namespaces, nftables)');
    try {
      return await new Only443(await open(), say).run();
    } finally {
      await closeResources(() => undefined);
    }
  },
};

interface Stage {
  readonly net: TwoPlaces;
  readonly cloud: TestCloud;
  readonly clients: Clients;
}

async function open(): Promise<Stage> {
  const net = await TwoPlaces.create({ rttMs: slowMs, names: siteNames });
  const authority = new Authority();
  const cloud = await startSite(net, authority);
  return { net, cloud, clients: new Clients({ net, caFile: authority.file }) };
}

class Only443 {
  readonly #net: TwoPlaces;
  readonly #cloud: TestCloud;
  readonly #clients: Clients;
  readonly #say: Say;
  readonly #missed: string[] = [];
  #rooms = 0;

  constructor({ net, cloud, clients }: Stage, say: Say) {
    this.#net = net;
    this.#cloud = cloud;
    this.#clients = clients;
    this.#say = say;
  }

  async run(): Promise<LabResult> {
    const metrics: Record<string, Metrics> = {};
    for (const verdict of ['drop', 'reject'] as const) {
      this.#net.setFirewall('client-1', only443(verdict));
      metrics[verdict] = await this.#behindFirewall(verdict);
    }
    this.#net.setFirewall('client-1', '');
    for (const name of ['client-1', 'client-2'] as const)
      metrics[name === 'client-1' ? 'udpLostNear' : 'udpLostFar'] = await this.#udpLost(name);
    return { params: { slowRttMs: slowMs }, metrics, missed: this.#missed };
  }

  async #behindFirewall(verdict: string): Promise<Metrics> {
    const { call, pictureMs } = await this.#call();
    const pairs = await pairsOf(call.people[0]);
    this.#expect(`${verdict}: media by TCP to 443 of an address of its own`, pairs, (pair) =>
      tlsAddresses.some((ip) => pair === `tcp ${ip}:443`),
    );
    await call.watch();
    const fromMs = Date.now();
    await pause(quietMs);
    const gaps = await call.gaps(fromMs, Date.now());
    await call.close();
    const shown = { pictureMs, pairs, gapsMs: Object.assign({}, gaps) };
    this.#say(`${verdict}: ${JSON.stringify(shown)}`);
    return shown;
  }

  /** Drops UDP in both directions for a client of an open network. */
  async #udpLost(name: ClientName): Promise<Metrics> {
    const { call } = await this.#call();
    const loser = call.people[name === 'client-1' ? 0 : 1];
    const before = await pairsOf(loser);
    this.#expect(`${name}: UDP where it is there`, before, (pair) => pair.startsWith('udp'));
    await call.watch();
    await pause(quietMs);
    await call.forget();
    const fromMs = Date.now();
    this.#net.setFirewall(name, noUdp);
    await pause(windowMs);
    await call.plays();
    const toMs = Date.now();
    const [first, second] = await Promise.all(call.people.map((p) => call.gapsOf(p, fromMs, toMs)));
    const after = await pairsOf(loser);
    this.#net.setFirewall(name, '');
    await call.close();
    this.#expect(`${name}: TCP without UDP`, after, (pair) => pair.startsWith('tcp'));
    const shown = { before, after, near: metricsOf(first), far: metricsOf(second) };
    const worst = Math.max(...[first, second].flatMap((gaps) => [gaps?.audio ?? Infinity, gaps?.video ?? Infinity]));
    if (worst > gapAimMs)
      this.#missed.push(`${name} lost UDP: ${worst} ms without sound or picture, aim ${gapAimMs} ms`);
    this.#say(`${name} lost UDP: ${JSON.stringify(shown)}`);
    return shown;
  }

  /** Starts a call of near Ana and far Bo. `pictureMs`: time from Ana's loaded page to her first picture of Bo. */
  async #call(): Promise<{ call: Call; pictureMs: number }> {
    this.#rooms += 1;
    const room = `only-443-${this.#rooms}`;
    const bo = await this.#enter('client-2', { room, name: 'Bo', from: 'singapore' });
    await bo.connected(limitMs);
    const ana = await this.#enter('client-1', { room, name: 'Ana', from: 'frankfurt' });
    const startMs = Date.now();
    const hasPicture = async (): Promise<boolean> => (await ana.stats()).video.some((v) => v.framesDecoded > 0);
    await until('Ana sees Bo', hasPicture, limitMs);
    const pictureMs = Date.now() - startMs;
    await ana.connected(limitMs);
    return { call: await Call.ofPeople([ana, bo]), pictureMs };
  }

  async #enter(at: ClientName, o: { room: string; name: string; from: string }): Promise<Participant> {
    const { room, name, from } = o;
    const request = { room, identity: name, name };
    const token = await signDevToken(Object.assign({ request, nowMs: Date.now() }, this.#cloud.secrets().devKey));
    const query = { join: '1', codec: 'vp8', room, name, from };
    return Participant.open(await this.#clients.browser(at), pageUrl, query, camera, `#token=${token}`);
  }

  #expect(what: string, pairs: readonly string[], holds: (pair: string) => boolean): void {
    if (pairs.length === 0 || !pairs.every(holds)) this.#missed.push(`${what}: ${pairs.join(', ') || 'no pair'}`);
  }
}

/** Returns the protocol and the media node's address of each transport of the browser. */
const pairsOf = (p: Participant): Promise<string[]> =>
  p.page.evaluate(async () => {
    const { pcs } = window as unknown as { pcs: RTCPeerConnection[] };
    const pairs: string[] = [];
    for (const pc of pcs.filter(({ connectionState }) => connectionState !== 'closed')) {
      const all = new Map<string, Record<string, unknown>>();
      (await pc.getStats()).forEach((entry) => void all.set(entry.id, entry));
      const statOf = (id: unknown): Record<string, unknown> => all.get(String(id)) ?? {};
      const transport = [...all.values()].find((entry) => entry['type'] === 'transport');
      const { localCandidateId, remoteCandidateId } = statOf(transport?.['selectedCandidatePairId']);
      const { address, port } = statOf(remoteCandidateId);
      pairs.push(`${statOf(localCandidateId)['protocol']} ${address}:${port}`);
    }
    return pairs;
  });

const metricsOf = (gaps: Gaps | undefined): Metrics => ({
  audioGapMs: gaps?.audio ?? Number.NaN,
  videoGapMs: gaps?.video ?? Number.NaN,
});
