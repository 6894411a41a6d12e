// Changes the addresses in a first server's files. Values as `init` wrote them become what `init` would write for the
// new addresses; in values changed by hand only the addresses change.
import { bracketed, nodeKind } from '@meridian/protocol';
import { type ConfigContext, linkAddress, type Values, valuesOf } from './configs.ts';
import { type Addresses, type AddressPair, type Host, ports, TLS_PORT } from './host.ts';
import { nodeKinds, type Service, serviceKinds } from './services.ts';

export interface ServiceFile {
  readonly service: Service;
  readonly values: Values;
}

export interface AddressMove {
  readonly from: Addresses;
  readonly to: Addresses;
}

const addressKeys = [
  'linkHost',
  'linkUrl',
  'controlListen',
  'mediaListen',
  'pipeListen',
  'plainListen',
  'pathListen',
  'probeListen',
  'rtmpListen',
  'udpListen',
];

interface Listen {
  readonly ip: string;
  readonly announcedAddress?: string;
  readonly port?: number;
}

/** Returns the addresses in a host's files; undefined when no service listens to other hosts. */
export function addressesIn(files: readonly ServiceFile[]): Addresses | undefined {
  const configValue = (kind: string, key: string): unknown =>
    files.find(({ service, values }) => service.kind === kind && values[key] !== undefined)?.values[key];
  const media = (configValue(nodeKind.media, 'mediaListen') ?? []) as readonly Listen[];
  const links = ['sfu', 'signaling', 'gateway', 'recorder', 'library'].flatMap(
    (kind) => (configValue(kind, 'controlListen') ?? []) as Listen,
  )[0];
  const tls = media.find(({ port }) => port === TLS_PORT);
  const [first, second] = media.filter((listen) => listen !== tls);
  const ownListen = first ?? (configValue(nodeKind.gateway, 'udpListen') as Listen | undefined) ?? links;
  if (ownListen === undefined) return undefined;
  const inner = links === undefined || links.ip === ownListen.ip ? undefined : links.ip;
  return Object.assign(
    {},
    pairOf(ownListen),
    inner === undefined ? {} : { private: inner },
    second === undefined ? {} : { second: pairOf(second) },
    tls === undefined ? {} : { tls: pairOf(tls) },
  );
}

const pairOf = ({ ip, announcedAddress = ip }: Listen): AddressPair => ({ local: ip, public: announcedAddress });

/** Returns the changed keys of a service's file, with their new values. */
export function movedValues({ service, values }: ServiceFile, { from, to }: AddressMove): Values {
  const [before, after] = [usualValues(service, from), usualValues(service, to)];
  const changes = addressKeys.flatMap((key): [string, unknown][] => {
    const value = values[key];
    if (value === undefined) return [];
    const moved = isSame(value, before[key]) ? after[key] : movedValue(value, { from, to });
    return isSame(value, moved) ? [] : [[key, moved]];
  });
  return Object.fromEntries(changes);
}

/**
 * Returns the changed keys of host.yaml, by which the host's nodes find the centre on the same host. Other centres
 * stay.
 */
export function movedCentres(values: Values, moved: AddressMove): Values {
  const changes = ['centreUrl', 'enrolUrl'].flatMap((key): [string, unknown][] => {
    const value = values[key];
    const urls = typeof value === 'string' ? movedText(value, moved.from, () => linkAddress(moved.to)) : value;
    return urls === value ? [] : [[key, urls]];
  });
  return Object.fromEntries(changes);
}

function usualValues(service: Service, addresses: Addresses): Values {
  const host: Host = {
    hostId: '',
    region: '',
    city: '',
    latitude: 0,
    longitude: 0,
    addresses,
    domain: '',
    mediaNodes: service.number,
    kinds: serviceKinds,
    centres: [`${bracketed(linkAddress(addresses))}:${ports.centreLinks}`],
    pageUrl: '',
  };
  const none = { clusterToken: '', clusterSecret: '', sealSecret: '', operatorSecret: '', tenantKey: '' };
  const secrets = Object.assign({ tenantSecret: '' }, none);
  const context: ConfigContext = { host, folders: { etc: '', state: '' }, installed: '', hasPathd: true, secrets };
  return [...nodeKinds, 'scheduler'].includes(service.kind) ? valuesOf(service, context) : {};
}

/** Replaces addresses anywhere in a value: listeners, lists of them, addresses, URLs. */
function movedValue(value: unknown, moved: AddressMove): unknown {
  if (typeof value === 'string') return movedText(value, moved.from, (old) => reachedAt(old, moved));
  if (Array.isArray(value)) return value.map((each) => movedValue(each, moved));
  if (typeof value !== 'object' || value === null) return value;
  const { ip, announcedAddress } = value as Partial<Listen>;
  const pair = ip === undefined ? undefined : pairAt(ip, announcedAddress, moved);
  if (pair === undefined) return value;
  const rest = Object.entries(value).filter(([key]) => key !== 'ip' && key !== 'announcedAddress');
  const shown = pair.local === pair.public ? {} : { announcedAddress: pair.public };
  return Object.assign({ ip: pair.local }, shown, Object.fromEntries(rest));
}

/** Returns the new address of a listener; undefined for an address that is not of the host, as loopback. */
function pairAt(ip: string, announced: string | undefined, { from, to }: AddressMove): AddressPair | undefined {
  if (ip === from.private) {
    const inner = linkAddress(to);
    return { local: inner, public: inner };
  }
  if (ip === from.tls?.local) return to.tls;
  if (ip === from.second?.local) return to.second;
  if (ip !== from.local) return undefined;
  return announced === undefined && from.local !== from.public ? { local: to.local, public: to.local } : to;
}

/** `nowOf` maps an old address to the new one. */
function movedText(text: string, from: Addresses, nowOf: (old: string) => string): string {
  const parts = text.split(',').map((part) => {
    for (const old of [from.private, from.public, from.local]) {
      if (old === undefined) continue;
      if (part === old) return nowOf(old);
      const url = new RegExp(String.raw`^(\w+://)?${escaped(bracketed(old))}(:\d+)$`);
      if (url.test(part)) return part.replace(url, (_all, scheme = '', port) => scheme + bracketed(nowOf(old)) + port);
    }
    return part;
  });
  return parts.join(',');
}

/** Returns the address for other hosts; for the local address, that for this host. */
const reachedAt = (old: string, { from, to }: AddressMove): string =>
  old === from.private || old === from.public ? (to.private ?? to.public) : linkAddress(to);

const escaped = (text: string): string => text.replaceAll(/[.[\]]/g, String.raw`\$&`);

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
