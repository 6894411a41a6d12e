// Which link, region and nodes of the fed world get a fault each, so that none has anything to do with another. Pure.
import type { WorldLink } from '../../../api/src/console/schemas.ts';
import { busiestLink, type SeenWorld } from './world-events.ts';

/** As the fleet's REST shows a node. */
export interface ShownNode {
  readonly nodeId: string;
  readonly kind: string;
  readonly region: string;
  readonly city: string;
  readonly hostId: string;
  readonly state: string;
  readonly sessions: number;
  readonly clockOffsetMs?: number;
  readonly disk?: { readonly bytes: number; readonly freeBytes: number };
  readonly configDrift?: readonly { readonly key: string }[];
}

export interface Chosen {
  readonly link: WorldLink;
  /** With two hosts or more; it has nothing of the others. */
  readonly region: string;
  readonly victim: ShownNode;
  readonly clock: ShownNode;
  readonly disk: ShownNode;
  readonly drift: ShownNode;
}

/** Of fewer hosts a lost region is the alarm of its host. */
const REGION_HOSTS_MIN = 2;

/** The busiest link and nodes; of the regions left the one with fewest sessions. Throws: the world is too small. */
export function chosenFrom(world: SeenWorld, nodes: readonly ShownNode[]): Chosen {
  const link = busiestLink(world);
  if (link === undefined) throw new Error('the map shows no link that is in use');
  const media = nodes
    .filter(({ kind, state }) => kind === 'sfu' && state === 'alive')
    .sort((a, b) => b.sessions - a.sessions);
  const [victim] = media;
  const taken = new Set([regionOf(link.from), regionOf(link.to), victim?.region]);
  const sessionsOf = (some: readonly ShownNode[]): number => some.reduce((sum, { sessions }) => sum + sessions, 0);
  const [region] = [...Map.groupBy(media, (node) => node.region)]
    .filter(([name, some]) => !taken.has(name) && new Set(some.map(({ hostId }) => hostId)).size >= REGION_HOSTS_MIN)
    .sort(([, a], [, b]) => sessionsOf(a) - sessionsOf(b));
  const [clock, disk, drift] = media.filter((node) => node !== victim && node.region !== region?.[0]);
  if (victim === undefined || region === undefined || clock === undefined || disk === undefined || drift === undefined)
    throw new Error('the world is too small for all faults: a region of two hosts, and four nodes elsewhere');
  return { link, region: region[0], victim, clock, disk, drift };
}

const regionOf = (site: string): string => site.split('/')[0] ?? '';
