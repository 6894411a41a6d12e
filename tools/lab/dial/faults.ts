// What goes wrong, which alarm of dial tests is to say so, and which others may rightly fire as well.
import type { TestCloud } from '../../../test/support/cloud.ts';
import type { ApiFront } from './api-front.ts';
import { cut } from './cut.ts';
import { type Part, THIRD, type ThirdRegion } from './region.ts';

export interface Wanted {
  readonly rule: string;
  readonly subject: string;
  readonly stage?: string;
}

export interface Fault {
  readonly name: string;
  readonly wanted: readonly Wanted[];
  /** From the fault to the last of them. */
  readonly aimS: number;
  /** Rules that say the same in their own way. */
  readonly mayFire: readonly string[];
  /** Resolves when the fault is there, with what heals it. */
  begin(stage: Stage): Promise<() => Promise<void> | void>;
}

export interface Stage {
  readonly cloud: TestCloud;
  readonly third: ThirdRegion;
  readonly front: ApiFront;
}

/** A region that fails is to be named so soon. */
const REGION_S = 60;
/** Two rounds until a pair has failed twice, and 25 s in which the whole region may be named instead. */
const PAIR_S = 90;
/** Every third round of 20 s has a stream, another third a booking: two failures come within two such turns. */
const THIRD_ROUND_S = 150;
/** A report every 20 s, silence after 60 s, for 25 s. */
const SILENT_S = 110;

const media = { frankfurt: '127.0.1.5', singapore: '127.0.2.5', virginia: `${THIRD.net}.5` } as const;
type Region = keyof typeof media;

const ofRegion = (stage: string, region: string = THIRD.id): Wanted => ({
  rule: 'dial-region',
  subject: region,
  stage,
});

type Begin = Fault['begin'];

const kill =
  (part: Part): Begin =>
  async ({ third }) => {
    await third.kill(part);
    return () => third.start(part);
  };

const cordon =
  (...ids: readonly string[]): Begin =>
  async ({ cloud }) => {
    await Promise.all(ids.map((id) => cloud.cordon(id, true)));
    return async () => void (await Promise.all(ids.map((id) => cloud.cordon(id, false))));
  };

/** The pipes between these regions, in both directions; clients and probes are not concerned. */
const cutPipes =
  (...pairs: readonly (readonly [Region, Region])[]): Begin =>
  async ({ cloud }) => {
    const [from, to] = [7920, 7940].map((base) => base + cloud.portOffset);
    const ways = pairs.flatMap(([one, other]) => [
      [media[one], media[other]],
      [media[other], media[one]],
    ]);
    return cut(ways.map(([near, far]) => `ip saddr ${near} ip daddr ${far} udp dport ${from}-${to}`));
  };

export const faults: readonly Fault[] = [
  {
    name: 'signaling',
    wanted: [ofRegion('signaling')],
    aimS: REGION_S,
    mayFire: ['node-lost', 'host-lost'],
    begin: kill('sig'),
  },
  {
    // One call fails, and what it left in the room sends nothing: no alarm of others, that media does not reach them.
    name: 'signaling-restart',
    wanted: [],
    aimS: REGION_S,
    mayFire: [],
    begin: async ({ third }) => {
      await third.kill('sig');
      await third.start('sig');
      return () => undefined;
    },
  },
  {
    name: 'media',
    wanted: [ofRegion('media')],
    aimS: REGION_S,
    mayFire: ['join-failures'],
    // It lives and is chosen, but nothing of clients comes to it.
    begin: async ({ cloud }) => cut([`ip daddr ${media.virginia} udp dport ${7900 + cloud.portOffset}`]),
  },
  {
    name: 'placement',
    wanted: ['frankfurt', 'singapore', THIRD.id].map((region) => ofRegion('placement', region)),
    aimS: REGION_S,
    mayFire: ['join-failures'],
    begin: cordon('sfu-fra-1', 'sfu-sgp-1', 'sfu-iad-1'),
  },
  {
    // No alarm of dial tests: its callers are served by other regions.
    name: 'cordoned-region',
    wanted: [],
    aimS: REGION_S,
    mayFire: [],
    begin: cordon('sfu-iad-1'),
  },
  {
    // As well: the one round that was under way fails.
    name: 'media-killed',
    wanted: [],
    aimS: REGION_S,
    mayFire: ['node-lost', 'host-lost', 'region-lost'],
    begin: kill('sfu-1'),
  },
  {
    name: 'relay-pair',
    wanted: [{ rule: 'dial-pair', subject: `singapore - ${THIRD.id}`, stage: 'relay' }],
    aimS: PAIR_S,
    mayFire: [],
    begin: cutPipes(['singapore', 'virginia']),
  },
  {
    name: 'relay-region',
    wanted: [ofRegion('relay')],
    aimS: REGION_S,
    mayFire: [],
    begin: cutPipes(['singapore', 'virginia'], ['frankfurt', 'virginia']),
  },
  {
    // Both at once: rounds with either are rare, and they share nothing.
    name: 'ingest-booking',
    wanted: [
      { rule: 'dial-stream', subject: THIRD.id, stage: 'ingest' },
      { rule: 'dial-booking', subject: THIRD.id, stage: 'api' },
    ],
    aimS: THIRD_ROUND_S,
    mayFire: ['node-lost'],
    begin: async ({ third, front }) => {
      await third.kill('gw');
      front.isBroken = true;
      return async () => {
        front.isBroken = false;
        await third.start('gw');
      };
    },
  },
  {
    name: 'silent',
    wanted: [{ rule: 'dial-silent', subject: THIRD.id }],
    aimS: SILENT_S,
    mayFire: ['node-lost', 'host-lost'],
    begin: kill('probe'),
  },
];

export const faultNames: readonly string[] = faults.map(({ name }) => name);
