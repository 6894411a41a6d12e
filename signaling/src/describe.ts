// How this instance describes itself to the centre, and to clients when the plan does not know it (yet).
import { limits, routerConstant, softwareVersion, type wire } from '@meridian/protocol';
import type { Config } from './config.ts';
import type { FleetNode } from './core/index.ts';

export class Description {
  /** Known once both listeners are open. */
  ports = { http: 0, link: 0 };
  readonly #config: Config;
  readonly #incarnation: string;

  constructor(config: Config, incarnation: string) {
    this.#config = config;
    this.#incarnation = incarnation;
  }

  node(): wire.NodeDescription.$Properties {
    const { id, region, city, hostId, latitude, longitude, controlListen, httpHost } = this.#config;
    return {
      nodeId: id,
      kind: 'signaling',
      region,
      city,
      hostId,
      latitude,
      longitude,
      addresses: [
        {
          purpose: 'control',
          protocol: 'tcp',
          ip: controlListen.ip,
          announced: controlListen.announcedAddress ?? '',
          port: this.ports.link,
        },
        { purpose: 'http', protocol: 'tcp', ip: httpHost, announced: '', port: this.ports.http },
      ],
      capacity: { bandwidthBps: 0, cpuCores: 1, sessions: 0, consumers: 0 },
      versions: { software: softwareVersion, protocol: limits.protocolVersion, router: routerConstant.version },
      incarnation: this.#incarnation,
      publicUrl: this.publicUrl,
    };
  }

  /** Port 0 in the configuration means "any free one" for the listener and for this address. */
  get publicUrl(): string {
    const { publicUrl, httpPort } = this.#config;
    if (httpPort !== 0) return publicUrl;
    const url = new URL(publicUrl);
    url.port = String(this.ports.http);
    return url.toString();
  }

  asFleetNode(): FleetNode {
    const { id, region, city, hostId, latitude, longitude } = this.#config;
    const rest = { state: 'alive', incarnation: this.#incarnation, publicUrl: this.publicUrl, addresses: [] };
    return { nodeId: id, kind: 'signaling', region, city, hostId, latitude, longitude, ...rest };
  }
}
