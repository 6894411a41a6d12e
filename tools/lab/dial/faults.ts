// What goes wrong, which alarm of dial tests is to say so, and which others may rightly fire as well.
import type { TestCloud } from '../../../test/support/cloud.ts';
import type { ApiFront } from './api-front.ts';
import { cut } from './cut.ts';
import { type Part, THIRD, type ThirdRegion } from './region.ts';

export interface Wanted {
  readonly rule: string;
  readonly subject: string;
  readonly stage?: string;
  /** From the fault to its coming. */
  readonly aimS: number;
}

export interface Fault {
  readonly name: string;
  readonly wanted: readonly Wanted[];
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
  aimS: REGION_S,
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

const faults: readonly Fault[] = [
  {
    name: 'signaling',
    wanted: [ofRegion('signaling')],
    mayFire: ['node-lost', 'host-lost'],
    begin: kill('sig'),
  },
  {
    // One call fails, and what it left in the room sends nothing: no alarm of others, that media does not reach them.
    name: 'signaling-restart',
    wanted: [],
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
    mayFire: ['join-failures'],
    // It lives and is chosen, but nothing of clients comes to it.
    begin: async ({ cloud }) => cut([`ip daddr ${media.virginia} udp dport ${7900 + cloud.portOffset}`]),
  },
  {
    name: 'placement',
    wanted: ['frankfurt', 'singapore', THIRD.id].map((region) => ofRegion('placement', region)),
    mayFire: ['join-failures'],
    begin: cordon('sfu-fra-1', 'sfu-sgp-1', 'sfu-iad-1'),
  },
  {
    // No alarm of dial tests: its callers are served by other regions.
    name: 'cordoned-region',
    wanted: [],
    mayFire: [],
    begin: cordon('sfu-iad-1'),
  },
  {
    // As well: the one round that was under way fails.
    name: 'media-killed',
    wanted: [],
    mayFire: ['node-lost', 'host-lost', 'region-lost'],
    begin: kill('sfu-1'),
  },
  {
    name: 'relay-pair',
    wanted: [{ rule: 'dial-pair', subject: `singapore - ${THIRD.id}`, stage: 'relay', aimS: PAIR_S }],
    mayFire: [],
    begin: cutPipes(['singapore', 'virginia']),
  },
  {
    name: 'relay-region',
    wanted: [ofRegion('relay')],
    mayFire: [],
    begin: cutPipes(['singapore', 'virginia'], ['frankfurt', 'virginia']),
  },
  {
    name: 'ingest',
    wanted: [{ rule: 'dial-stream', subject: THIRD.id, stage: 'ingest', aimS: THIRD_ROUND_S }],
    mayFire: ['node-lost', 'host-lost'],
    begin: kill('gw'),
  },
  {
    name: 'booking',
    wanted: [{ rule: 'dial-booking', subject: THIRD.id, stage: 'api', aimS: THIRD_ROUND_S }],
    mayFire: [],
    begin: async ({ front }) => {
      front.isBroken = true;
      return () => {
        front.isBroken = false;
      };
    },
  },
  {
    name: 'silent',
    wanted: [{ rule: 'dial-silent', subject: THIRD.id, aimS: SILENT_S }],
    mayFire: ['node-lost', 'host-lost'],
    begin: kill('probe'),
  },
];

/**
 * Those of these words: a name, or several with + between, which begin and are healed together. Undefined: there is
 * none of such a name.
 */
export function faultOf(word: string): Fault | undefined {
  const parts = word.split('+').map((name) => faults.find((one) => one.name === name));
  const all = parts.flatMap((one) => one ?? []);
  if (all.length < parts.length) return undefined;
  return {
    name: word,
    wanted: all.flatMap(({ wanted }) => wanted),
    mayFire: all.flatMap(({ mayFire }) => mayFire),
    begin: async (stage) => {
      const heals = await Promise.all(all.map(({ begin }) => begin(stage)));
      return async () => void (await Promise.all(heals.map((heal) => heal())));
    },
  };
}

/** All; streams and bookings have rounds of their own and share nothing, so that they fail at once. */
export const usualWords: readonly string[] = [
  ...faults.map(({ name }) => name).filter((name) => name !== 'ingest' && name !== 'booking'),
  'ingest+booking',
];
