// A reproducible cloud of 120 sites with 20,000 people in 400 places, and its changes.
import { distanceKm } from '@meridian/protocol';
import { cities } from '@meridian/protocol/cities';
import { addCounts, noCounts } from '../console/core/levels.ts';
import type { StrengthCounts, World, WorldLink, WorldPlace, WorldSite } from '../console/types.ts';

/** name | latitude | longitude | country: cities in addition to those of the protocol. */
const more = `
Lyon|45.76|4.84|FR,Turin|45.07|7.69|IT,Porto|41.15|-8.61|PT,Seville|37.39|-5.98|ES,Kraków|50.06|19.94|PL,Riga|56.95|24.11|LV
Vilnius|54.69|25.28|LT,Tallinn|59.44|24.75|EE,Izmir|38.42|27.14|TR,Almaty|43.24|76.89|KZ,Novosibirsk|55.03|82.92|RU
Lahore|31.55|74.34|PK,Kolkata|22.57|88.36|IN,Colombo|6.93|79.86|LK,Phnom Penh|11.56|104.92|KH,Surabaya|-7.26|112.75|ID
Brisbane|-27.47|153.03|AU,Adelaide|-34.93|138.60|AU,Wellington|-41.29|174.78|NZ,Accra|5.60|-0.19|GH,Dakar|14.72|-17.47|SN
Addis Ababa|9.03|38.74|ET,Durban|-29.86|31.02|ZA,Luanda|-8.84|13.29|AO,Tunis|36.81|10.18|TN,Amman|31.95|35.93|JO
Doha|25.29|51.53|QA,Quito|-0.18|-78.47|EC,Caracas|10.48|-66.90|VE,Fortaleza|-3.73|-38.53|BR,Montevideo|-34.90|-56.16|UY
Guadalajara|20.67|-103.35|MX,Panama City|8.98|-79.52|PA,Minneapolis|44.98|-93.27|US,Salt Lake City|40.76|-111.89|US
Calgary|51.05|-114.07|CA,Halifax|44.65|-63.58|CA,Reykjavik|64.15|-21.94|IS,Tashkent|41.30|69.24|UZ,Ulaanbaatar|47.89|106.91|MN
`;

interface Town {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly countryCode: string;
}

const towns: readonly Town[] = [
  ...cities.map(({ nameEn: name, latitude, longitude, countryCode }) => ({ name, latitude, longitude, countryCode })),
  ...more
    .trim()
    .split(/[,\n]/)
    .map((line) => {
      const [name = '', latitude = '', longitude = '', countryCode = ''] = line.split('|');
      return { name, latitude: Number(latitude), longitude: Number(longitude), countryCode };
    }),
].filter((one, at, all) => all.findIndex(({ name }) => name === one.name) === at);

const SITES = 120;
const PLACES = 400;
const USED_LINKS = 1000;
const PEOPLE = 20_000;

/** Returns a generator of numbers 0 … 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function countsOf(people: number, random: () => number, weakness: number): StrengthCounts {
  const weak = Math.floor(people * weakness * random());
  const medium = Math.floor(people * 0.3 * random());
  const unknown = Math.floor(people * 0.04 * random());
  return { strong: Math.max(0, people - weak - medium - unknown), medium, weak, unknown };
}

function sitesOf(random: () => number): WorldSite[] {
  const rare = ['suspect', 'draining', 'dead'];
  return towns.slice(0, SITES).map(({ name: city, latitude, longitude, countryCode }, at) => {
    const state = at % 31 === 7 ? (rare[Math.floor(at / 31) % 3] ?? 'alive') : 'alive';
    const nodes = 1 + Math.floor(random() * 3);
    const load = state === 'dead' ? 0 : Math.min(0.97, 0.15 + 0.9 * random() * random());
    const sessionsMax = nodes * 500;
    const sessions = Math.floor(load * sessionsMax * 0.8);
    const region = countryCode.toLowerCase();
    return {
      site: `${region}/${city}`,
      city,
      region,
      latitude,
      longitude,
      state,
      nodes,
      hosts: nodes,
      nodesAlive: state === 'dead' ? 0 : nodes,
      sessions,
      sessionsMax,
      load,
      strength: countsOf(sessions, random, 0.1),
    };
  });
}

function linksOf(sites: readonly WorldSite[], random: () => number): WorldLink[] {
  const links: WorldLink[] = [];
  for (const [at, a] of sites.entries())
    for (const b of sites.slice(at + 1)) {
      const km = distanceKm(a, b);
      // Nearby sites share rooms more often.
      if (random() > 0.03 + 900 / (km + 1500)) continue;
      const isBad = random() < 0.03;
      const rttMs = 4 + km / 75 + random() * 30 + (isBad ? 120 : 0);
      const loss = random() < 0.06 ? random() * 0.03 : random() * 0.002;
      const isUsed = links.filter((one) => one.isUsed).length < USED_LINKS && random() < 0.8;
      const relay = isUsed && km > 6000 && random() < 0.12 ? sites[Math.floor(random() * 20)] : undefined;
      const via = relay === undefined || relay === a || relay === b ? [] : [relay.site];
      const [from = '', to = ''] = [a.site, b.site].sort();
      const isReachable = a.state !== 'dead' && b.state !== 'dead';
      const sessions = isUsed && isReachable ? 1 + Math.floor(200 * random() ** 4) : 0;
      const measured = isReachable ? { rttMs, loss, jitterMs: random() * 8 } : {};
      links.push({ from, to, ...measured, isUsed: isUsed && isReachable, isReachable, via, sessions });
    }
  return links;
}

function placesOf(random: () => number): WorldPlace[] {
  const weights = Array.from({ length: PLACES }, () => random() ** 5 + 0.01);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight, at) => {
    const town = towns[at % towns.length] ?? { name: '', latitude: 0, longitude: 0, countryCode: 'DE' };
    const ring = Math.floor(at / towns.length);
    const name = ring === 0 ? town.name : `${town.name} ${['East', 'West', 'North', 'South'][ring % 4]}`;
    const spread = ring === 0 ? 0 : 5;
    return {
      place: `${name}, ${town.countryCode}`,
      countryCode: town.countryCode,
      latitude: Math.round(10 * (town.latitude + (random() - 0.5) * spread)) / 10,
      longitude: Math.round(10 * (town.longitude + (random() - 0.5) * spread * 1.5)) / 10,
      strength: countsOf(Math.max(1, Math.round((PEOPLE * weight) / sum)), random, at % 17 === 3 ? 0.9 : 0.12),
    };
  });
}

export function fakeWorld(seed = 33): World {
  const random = seededRandom(seed);
  const sites = sitesOf(random);
  const links = linksOf(sites, random);
  const places = placesOf(random);
  const strength = places.map((one) => one.strength).reduce(addCounts, noCounts);
  const nodes = sites.reduce((sum, one) => sum + one.nodes, 0);
  const nodesAlive = sites.reduce((sum, one) => sum + one.nodesAlive, 0);
  const sessions = strength.strong + strength.medium + strength.weak + strength.unknown;
  return {
    seq: 1,
    at: '2026-11-26T09:00:00Z',
    centre: { isReachable: true, sinceMs: 3_600_000 },
    totals: { sessions, rooms: 4127, nodes, nodesAlive, strength },
    sites,
    links,
    places,
  };
}
