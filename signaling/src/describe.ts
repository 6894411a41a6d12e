// Description of this instance for the centre, and for clients while the plan lacks this instance.
import { addressOf } from '@meridian/node-shell';
import { nodeKind, type wire } from '@meridian/protocol';
import type { Config } from './config.ts';
import type { FleetNode } from './core/index.ts';

export class Description {
  /** Set once both listeners are open. */
  ports = { http: 0, link: 0 };
  readonly #config: Config;
  readonly #incarnation: string;

  constructor(config: Config, incarnation: string) {
    this.#config = config;
    this.#incarnation = incarnation;
  }

  /** Returns the part of the description that the shell does not know. */
  node(): wire.NodeDescription.$Properties {
    const { controlListen, httpHost } = this.#config;
    return {
      addresses: [
        addressOf('control', 'tcp', controlListen, this.ports.link),
        addressOf('http', 'tcp', { ip: httpHost }, this.ports.http),
      ],
      capacity: { bandwidthBps: 0, cpuCores: 1, sessions: 0, consumers: 0 },
      publicUrl: this.publicUrl,
    };
  }

  /** With port 0 in the configuration, the address contains the port that the listener got. */
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
    return { nodeId: id, kind: nodeKind.signaling, region, city, hostId, latitude, longitude, ...rest };
  }
}
