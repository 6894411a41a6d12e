// Words of the command line, read and judged.
import { isIP } from 'node:net';
import { cityOf } from '@meridian/protocol/cities';
import { HostError } from './core/error.ts';
import type { Addresses, Place } from './core/host.ts';

const NAME = /^[A-Za-z0-9._-]{1,40}$/;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i;

const wrong = (option: string, value: string, allowed: string): HostError =>
  new HostError('OPTION_INVALID', `${option} ${value}`, `give ${allowed}`);

/** `--region`, `--city`, `--at`: a region may be named like a city; of others the place is given. */
export function placeOf({ region, city, at }: { region: string; city?: string; at?: string }): Place {
  if (!NAME.test(region)) throw wrong('--region', region, 'a name of letters, digits, ".", "_", "-"');
  const named = city ?? region;
  const known = cityOf(named);
  if (at !== undefined) return { region, city: known?.nameEn ?? named, ...pointOf(at) };
  if (known !== undefined) return { region, city: known.nameEn, latitude: known.latitude, longitude: known.longitude };
  const example = '--city Frankfurt, or --at 50.11,8.68 (degrees north and east) for a place that is not in our list';
  throw wrong(city === undefined ? '--region' : '--city', named, example);
}

function pointOf(text: string): { latitude: number; longitude: number } {
  const [latitude = Number.NaN, longitude = Number.NaN, ...rest] = text.split(',').map(Number);
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) || rest.length > 0)
    throw wrong('--at', text, 'degrees north and east, as 50.11,8.68');
  return { latitude, longitude };
}

export function domainOf(text: string): string {
  if (!DOMAIN.test(text)) throw wrong('--domain', text, 'the name of the certificate, as meet.example.org');
  return text.toLowerCase();
}

export function hostIdOf(text: string): string {
  if (!NAME.test(text)) throw wrong('--host', text, 'a name of letters, digits, ".", "_", "-"');
  return text;
}

/** `usual`: the address by which this machine reaches others. */
export function addressesOf(
  o: { address?: string; publicAddress?: string; privateAddress?: string },
  usual: string | undefined,
): Addresses {
  const local = o.address ?? usual;
  if (local === undefined) throw wrong('--address', '(none)', 'the local address: this machine has no route to others');
  const all = { '--address': local, '--public-address': o.publicAddress, '--private-address': o.privateAddress };
  for (const [option, value] of Object.entries(all))
    if (value !== undefined && isIP(value) === 0) throw wrong(option, value, 'an IP address');
  return { local, public: o.publicAddress ?? local, private: o.privateAddress };
}

/** How many media nodes; `cores` of this machine: one is left to the others, where there is more than one. */
export function mediaNodesOf(text: string | undefined, cores: number): number {
  if (text === undefined) return Math.min(64, Math.max(1, cores - 1));
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0 || count > 64) throw wrong('--media-nodes', text, 'a number from 0 to 64');
  return count;
}

/** `--valid 2h`: ms. */
export function durationMs(text: string): number {
  const match = /^(\d{1,4})(m|h|d)$/.exec(text);
  const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  const ms = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN);
  if (!(ms > 0 && ms <= 7 * 86_400_000))
    throw wrong('--valid', text, 'minutes, hours or days up to seven days: 30m, 24h, 7d');
  return ms;
}
