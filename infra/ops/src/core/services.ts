// The services of a host: how they are named, which unit and user run them, where their files are.
import { nodeKind } from '@meridian/protocol';

/** In the order in which they start. */
export const serviceKinds = [
  'scheduler',
  'signaling',
  'sfu',
  'edge-probe',
  'gateway',
  'recorder',
  'library',
  'api',
  'web',
] as const;
export type ServiceKind = (typeof serviceKinds)[number];

/** Those that the centre gives a certificate; the others need none. */
export const nodeKinds = ['signaling', 'sfu', 'edge-probe', 'gateway', 'recorder', 'library', 'api'] as const;

/** Those that a host may be without. */
export const optionalKinds = ['gateway', 'recorder', 'library'] as const;
/** The ones that were not refused, by options as `--no-gateway`. */
export const chosenKinds = (o: Readonly<Record<(typeof optionalKinds)[number], boolean>>) =>
  optionalKinds.filter((kind) => o[kind]);

/** `sfu-2`: the second media node of the host; all others have the name of their kind. */
const NAME = /^(scheduler|signaling|sfu-([1-9]\d?)|edge-probe|gateway|recorder|library|api|web)$/;

export interface Folders {
  /** Of configuration files: `/etc/meridian`. */
  readonly etc: string;
  /** Of what services keep: `/var/lib/meridian`. */
  readonly state: string;
}

/** One process of a host. */
export interface Service {
  readonly name: string;
  readonly kind: ServiceKind;
  /** Of a media node, from 1. */
  readonly number: number;
}

/** The service of a name; undefined when there is none. */
export function serviceOf(name: string): Service | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const number = match[2] === undefined ? 1 : Number(match[2]);
  return { name, kind: match[2] === undefined ? (name as ServiceKind) : 'sfu', number };
}

export const nameOf = (kind: ServiceKind, number = 1): string => (kind === nodeKind.media ? `sfu-${number}` : kind);

/** Its systemd unit. */
export const unitOf = ({ kind, number }: Service): string =>
  kind === nodeKind.media ? `meridian-sfu@${number}.service` : `meridian-${kind}.service`;

/** The user of its unit. */
export const userOf = ({ kind }: Service): string => `meridian-${kind}`;

export const isNode = ({ kind }: Service): boolean => nodeKinds.some((one) => one === kind);

/** Files of `--config`, in their order: nodes have what their host shares too. */
export function configFilesOf(service: Service, { etc }: Folders): string[] {
  const own = `${etc}/${service.name}.yaml`;
  return isNode(service) ? [`${etc}/host.yaml`, own] : [own];
}

export const stateDirOf = ({ name }: Service, { state }: Folders): string => `${state}/${name}`;

/** In the order in which they start; files of other names are left out. */
export function servicesAmong(files: readonly string[]): Service[] {
  const found = files.flatMap((file) => (file.endsWith('.yaml') ? (serviceOf(file.slice(0, -5)) ?? []) : []));
  const rank = (one: Service): number => serviceKinds.indexOf(one.kind) * 100 + one.number;
  return found.sort((one, other) => rank(one) - rank(other));
}
