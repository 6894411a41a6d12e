// Services of a host: names, units, users and files.
import { nodeKind } from '@meridian/protocol';

/** Kinds of services, in start order. */
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

/** Kinds with a certificate of the centre. */
export const nodeKinds = ['signaling', 'sfu', 'edge-probe', 'gateway', 'recorder', 'library', 'api'] as const;

/** Kinds that a host may lack. */
export const optionalKinds = ['gateway', 'recorder', 'library'] as const;
/** Returns the kinds that were not refused by options such as `--no-gateway`. */
export const chosenKinds = (o: Readonly<Record<(typeof optionalKinds)[number], boolean>>) =>
  optionalKinds.filter((kind) => o[kind]);

/** `sfu-2` is the second media node of the host; all others are named after their kind. */
const NAME = /^(scheduler|signaling|sfu-([1-9]\d?)|edge-probe|gateway|recorder|library|api|web)$/;

export interface Folders {
  /** Folder of configuration files, such as `/etc/meridian`. */
  readonly etc: string;
  /** Folder of the services' state, such as `/var/lib/meridian`. */
  readonly state: string;
}

export interface Service {
  readonly name: string;
  readonly kind: ServiceKind;
  /** Number among the services of this kind on the host, from 1; only media nodes have more than one. */
  readonly number: number;
}

export function serviceOf(name: string): Service | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const number = match[2] === undefined ? 1 : Number(match[2]);
  return { name, kind: match[2] === undefined ? (name as ServiceKind) : 'sfu', number };
}

export const nameOf = (kind: ServiceKind, number = 1): string => (kind === nodeKind.media ? `sfu-${number}` : kind);

export const unitOf = ({ kind, number }: Service): string =>
  kind === nodeKind.media ? `meridian-sfu@${number}.service` : `meridian-${kind}.service`;

export const userOf = ({ kind }: Service): string => `meridian-${kind}`;

/** Returns whether the service runs ffmpeg on media from outside. */
export const runsFfmpeg = ({ kind }: Service): boolean => optionalKinds.some((one) => one === kind);

export const isNode = ({ kind }: Service): boolean => nodeKinds.some((one) => one === kind);

/** Returns the files for `--config` in order; nodes share the first with their host. */
export function configFilesOf(service: Service, { etc }: Folders): string[] {
  const own = `${etc}/${service.name}.yaml`;
  return isNode(service) ? [`${etc}/host.yaml`, own] : [own];
}

export const stateDirOf = ({ name }: Service, { state }: Folders): string => `${state}/${name}`;

/** Returns the services in start order; files with other names are ignored. */
export function servicesAmong(files: readonly string[]): Service[] {
  const found = files.flatMap((file) => (file.endsWith('.yaml') ? (serviceOf(file.slice(0, -5)) ?? []) : []));
  const rank = (one: Service): number => serviceKinds.indexOf(one.kind) * 100 + one.number;
  return found.sort((one, other) => rank(one) - rank(other));
}
