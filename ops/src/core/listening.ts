// Where a service listens, as its configuration says.
import { nodeKind } from '@meridian/protocol';
import type { Values } from './configs.ts';
import type { ServiceKind } from './services.ts';

export type Protocol = 'tcp' | 'udp';

export interface Listener {
  /** The key of the configuration. */
  readonly key: string;
  readonly protocol: Protocol;
  readonly ip: string;
  readonly port: number;
  /** Of a range: the last one. */
  readonly portMax: number;
}

/** Of keys that hold an address with a port or a range, the protocols; others are no listeners. */
const protocolsOf: Readonly<Record<string, readonly Protocol[]>> = {
  mediaListen: ['udp', 'tcp'],
  pipeListen: ['udp'],
  plainListen: ['udp'],
  pathListen: ['udp'],
  controlListen: ['tcp'],
  probeListen: ['tcp', 'udp'],
  httpListen: ['tcp'],
  rtmpListen: ['tcp'],
  rtmpsListen: ['tcp'],
  udpListen: ['udp'],
};

interface Listen {
  readonly ip: string;
  readonly port?: number;
  readonly portMin?: number;
  readonly portMax?: number;
}

/** All listeners of a service; port 0 (any free one) is left out. */
export function listenersOf(kind: ServiceKind, values: Values): Listener[] {
  const flat: Listener[] = [];
  const add = (key: string, protocol: Protocol, listen: Listen): void => {
    const port = listen.port ?? listen.portMin ?? 0;
    if (port > 0) flat.push({ key, protocol, ip: listen.ip, port, portMax: listen.portMax ?? port });
  };
  if (kind === nodeKind.centre)
    add('linkPort', 'tcp', { ip: String(values['linkHost']), port: Number(values['linkPort']) });
  if (values['httpHost'] !== undefined)
    add('httpPort', 'tcp', { ip: String(values['httpHost']), port: Number(values['httpPort']) });
  for (const [key, protocols] of Object.entries(protocolsOf)) {
    const value = values[key] as Listen | readonly Listen[] | undefined;
    const all = value === undefined ? [] : Array.isArray(value) ? (value as readonly Listen[]) : [value as Listen];
    for (const listen of all) for (const protocol of protocols) add(key, protocol, listen);
  }
  return flat;
}
