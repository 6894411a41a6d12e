// Parses options of the command line.
import { isIP, SocketAddress } from 'node:net';
import { cityOf } from '@meridian/protocol/cities';
import { isUnspecified } from '@meridian/runtime';
import { HostError } from './core/error.ts';
import type { Addresses, AddressPair, Place } from './core/host.ts';

const NAME = /^[A-Za-z0-9._-]{1,40}$/;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i;

const optionError = (option: string, value: string, allowed: string): HostError =>
  new HostError('OPTION_INVALID', `${option} ${value}`, `give ${allowed}`);

/** Parses `--region`, `--city` and `--at`: a region may have the name of a city; otherwise the place must be given. */
export function placeOf({ region, city, at }: { region: string; city?: string; at?: string }): Place {
  if (!NAME.test(region)) throw optionError('--region', region, 'a name of letters, digits, ".", "_", "-"');
  const named = city ?? region;
  const knownCity = cityOf(named);
  if (at !== undefined) return { region, city: knownCity?.nameEn ?? named, ...pointOf(at) };
  if (knownCity !== undefined)
    return { region, city: knownCity.nameEn, latitude: knownCity.latitude, longitude: knownCity.longitude };
  const example = '--city Frankfurt, or --at 50.11,8.68 (degrees north and east) for a place that is not in our list';
  throw optionError(city === undefined ? '--region' : '--city', named, example);
}

function pointOf(text: string): { latitude: number; longitude: number } {
  const [latitude = Number.NaN, longitude = Number.NaN, ...rest] = text.split(',').map(Number);
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) || rest.length > 0)
    throw optionError('--at', text, 'degrees north and east, as 50.11,8.68');
  return { latitude, longitude };
}

export function domainOf(text: string): string {
  if (!DOMAIN.test(text)) throw optionError('--domain', text, 'the name of the certificate, as meet.example.org');
  return text.toLowerCase();
}

export function hostIdOf(text: string): string {
  if (!NAME.test(text)) throw optionError('--host', text, 'a name of letters, digits, ".", "_", "-"');
  return text;
}

/** At most one address of each family. */
export interface AddressOptions {
  readonly address?: readonly string[];
  readonly publicAddress?: readonly string[];
  readonly privateAddress?: string;
  /** `IP` or `IP=PUBLIC`. */
  readonly tlsAddress?: string;
}

/** A centre and its standbys. */
const CENTRES_MAX = 8;

/** Parses one or several `HOST:PORT` separated by commas, IPv6 in brackets. HostError OPTION_INVALID. */
export function centresOf(text: string): string[] {
  const centres = text.split(',').map((part) => part.trim());
  const isGood = centres.every(isHostAndPort) && new Set(centres).size === centres.length;
  if (isGood && centres.length <= CENTRES_MAX) return centres;
  const allowed = `HOST:PORT, up to ${CENTRES_MAX} with commas between, each once: 203.0.113.11:7000`;
  throw optionError('centre', text, allowed);
}

function isHostAndPort(text: string): boolean {
  const [, host = '', inner, port] = /^(\[([^\]]*)\]|[^:[\]]+):(\d{1,5})$/.exec(text) ?? [];
  const isHost = inner === undefined ? isIP(host) === 4 || DOMAIN.test(host) : isIP(inner) === 6;
  return isHost && !isUnspecified(inner ?? host) && Number(port) >= 1 && Number(port) <= 65_535;
}

type Family = 4 | 6;
export type ByFamily = Readonly<Partial<Record<Family, string>>>;

const familyName = (family: Family): string => `IPv${family}`;
const familyOf = (ip: string): Family => (isIP(ip) === 6 ? 6 : 4);

/**
 * `routeAddresses` are the addresses by which this machine reaches others. `centre` is the address of an existing
 * centre, whose family all hosts share; without it IPv4 is preferred. HostError OPTION_INVALID.
 */
export function addressesOf(o: AddressOptions, routeAddresses: ByFamily, centre = ''): Addresses {
  const givenAddresses = addressesByFamily('--address', o.address);
  const shown = addressesByFamily('--public-address', o.publicAddress);
  const named = ([4, 6] as const).filter((family) => (givenAddresses[family] ?? shown[family]) !== undefined);
  const centreFamily = isIP(centre) === 0 ? undefined : familyOf(centre);
  const families = named.length > 0 ? named : [centreFamily ?? (routeAddresses[4] === undefined ? 6 : 4)];
  const pairs = families.map((family): AddressPair => {
    const local = givenAddresses[family] ?? routeAddresses[family];
    if (local !== undefined) return { local, public: shown[family] ?? local };
    const why = `a local address: this machine has no route to others by ${familyName(family)}`;
    throw shown[family] === undefined
      ? optionError('--address', '(none)', why)
      : optionError('--public-address', shown[family], `--address too, ${why}`);
  });
  const ofWanted = pairs.find(({ local }) => familyOf(local) === centreFamily);
  const inner = o.privateAddress === undefined ? undefined : ipOf('--private-address', o.privateAddress);
  const [first, second] = ofWanted === undefined ? pairs : [ofWanted, ...pairs.filter((pair) => pair !== ofWanted)];
  if (first === undefined) throw new Error('a host has an address');
  checkFamily(inner ?? first.local, centre);
  const all: Addresses = Object.assign({}, first, { private: inner, second });
  return o.tlsAddress === undefined ? all : Object.assign({}, all, { tls: tlsOf(o.tlsAddress, all) });
}

function addressesByFamily(option: string, texts: readonly string[] = []): ByFamily {
  const byFamily: Partial<Record<Family, string>> = {};
  for (const text of texts) {
    const ip = ipOf(option, text);
    const family = familyOf(ip);
    if (byFamily[family] !== undefined)
      throw optionError(option, text, `one address of ${familyName(family)}: ${byFamily[family]} is given already`);
    byFamily[family] = ip;
  }
  return byFamily;
}

/** Checks that others can dial the address; returns IPv6 in its short form. */
function ipOf(option: string, text: string): string {
  const family = isIP(text);
  if (family === 0 || text.includes('%') || isUnspecified(text)) throw optionError(option, text, 'an IP address');
  return family === 6 ? new SocketAddress({ address: text, family: 'ipv6' }).address : text;
}

/** Checks that the address has the family of the centre's (IPv4 or IPv6), by which all hosts reach each other. */
function checkFamily(meeting: string, centre: string): void {
  if (isIP(centre) === 0 || familyOf(meeting) === familyOf(centre)) return;
  const allowed = `an address of ${familyName(familyOf(centre))} too: the centre has ${centre}, and all servers reach each other`;
  throw optionError('--address', meeting, allowed);
}

/** Parses the address whose port 443 is for media; the host's other addresses are refused, as nginx uses their 443. */
function tlsOf(text: string, { local, private: inner, second, public: shown }: Addresses): AddressPair {
  const [ip = '', publicIp, ...rest] = text.split('=');
  const tls = { local: ipOf('--tls-address', ip), public: ipOf('--tls-address', publicIp ?? ip) };
  if (rest.length > 0 || familyOf(tls.local) !== familyOf(tls.public))
    throw optionError('--tls-address', text, 'IP, or IP=PUBLIC of one family: 10.0.0.3=203.0.113.12');
  const otherAddresses = [local, inner, second?.local, shown, second?.public];
  if (otherAddresses.includes(tls.local) || otherAddresses.includes(tls.public))
    throw optionError(
      '--tls-address',
      text,
      'an address that the host has besides the others: their port 443 is for nginx',
    );
  return tls;
}

/** HostError OPTION_INVALID: the address for media at port 443 needs a media node. */
export function checkTls({ tls }: Addresses, mediaNodes: number): void {
  if (tls !== undefined && mediaNodes === 0)
    throw optionError('--tls-address', tls.local, 'it to a host with media nodes: this one has none');
}

/** Returns the number of media nodes; by default one core of several is left to other services. */
export function mediaNodesOf(text: string | undefined, cores: number): number {
  if (text === undefined) return Math.min(64, Math.max(1, cores - 1));
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0 || count > 64)
    throw optionError('--media-nodes', text, 'a number from 0 to 64');
  return count;
}

/** Parses `--valid 2h` to ms. */
export function durationMs(text: string): number {
  const match = /^(\d{1,4})(m|h|d)$/.exec(text);
  const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  const ms = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN);
  if (!(ms > 0 && ms <= 7 * 86_400_000))
    throw optionError('--valid', text, 'minutes, hours or days up to seven days: 30m, 24h, 7d');
  return ms;
}
