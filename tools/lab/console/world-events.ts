// The world as the api's stream of events tells it: whole first, then changes. Pure.
import type { World, WorldChange, WorldLink, WorldSite } from '../../../api/src/console/schemas.ts';
import { pairOf } from './sessions.ts';

/** Takes events apart as they come in pieces (WHATWG HTML, 9.2.6). */
export class EventReader {
  #rest = '';

  /** What is whole by now. */
  take(text: string): { event: string; data: string }[] {
    const parts = (this.#rest + text).replaceAll('\r\n', '\n').split('\n\n');
    this.#rest = parts.pop() ?? '';
    return parts.flatMap((part) => {
      const lines = part.split('\n');
      const of = (name: string): string[] =>
        lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart());
      const data = of('data').join('\n');
      return data === '' ? [] : [{ event: of('event').at(-1) ?? 'message', data }];
    });
  }
}

export class SeenWorld {
  readonly sites = new Map<string, WorldSite>();
  readonly links = new Map<string, WorldLink>();
  seq = -1;
  sessions = 0;
  places = 0;
  /** Changes that did not follow on what was there. */
  gaps = 0;

  take(event: string, data: string): void {
    if (event === 'world') this.#whole(JSON.parse(data) as World);
    else if (event === 'change') this.#change(JSON.parse(data) as WorldChange);
  }

  #whole(world: World): void {
    this.sites.clear();
    this.links.clear();
    this.places = world.places.length;
    this.#put(world);
  }

  #change(change: WorldChange): void {
    if (change.seq !== this.seq + 1) this.gaps += 1;
    for (const site of change.goneSites) this.sites.delete(site);
    for (const link of change.goneLinks) this.links.delete(link);
    this.#put(change);
  }

  #put({ seq, sites, links, totals }: World | WorldChange): void {
    this.seq = seq;
    this.sessions = totals.sessions;
    for (const site of sites) this.sites.set(site.site, site);
    for (const link of links) this.links.set(pairOf(link.from, link.to), link);
  }
}

/** The used link without loss that most sessions cross. */
export function busiestLink(world: SeenWorld): WorldLink | undefined {
  return [...world.links.values()]
    .filter(({ isUsed, loss = 0, from, to }) => isUsed && loss < 0.01 && from !== to)
    .sort((a, b) => b.sessions - a.sessions)[0];
}
