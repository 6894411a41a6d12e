// The configuration of a media node.
import { join } from 'node:path';
import process from 'node:process';
import { listenAddress, listenRange, nodeConfig } from '@meridian/node-shell';
import { baseConfig } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

export const sfuConfig = Type.Object(
  {
    ...baseConfig,
    ...nodeConfig,
    mediaListen: Type.Array(listenAddress('A way in for clients.'), {
      minItems: 1,
      maxItems: 8,
      description: 'Where clients reach media, by UDP and TCP on each; IPv4 and IPv6 are entries of their own.',
    }),
    pipeListen: listenRange(
      'Where pipes of other nodes arrive, one UDP port per neighbour and fence. `announcedAddress` must be an IP address.',
    ),
    plainListen: Type.Optional(
      listenRange(
        'Where plain endpoints of other hosts arrive, with SRTP, a UDP port each ([ADR 0017](adr/0017-endpoints.md)). Without it they are refused with `ENDPOINT_UNSUPPORTED`. `announcedAddress` must be an IP address.',
      ),
    ),
    controlListen: listenAddress('Where signaling nodes and media nodes with a lower id dial.'),
    workerBin: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "mediasoup's worker. Without it the one that `MEDIASOUP_WORKER_BIN` names, then the one that came with the package.",
      }),
    ),
    pathdBin: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The forwarder under the pipes ([paths.md](design/paths.md#pathd-the-forwarder-under-a-pipe)). Without it the one of the release that runs; where there is none, and with `none`, pipes go direct.',
      }),
    ),
    pathListen: Type.Optional(
      listenAddress(
        "Where forwarders of other nodes reach this node's; without it the pipes' address and any port. `announcedAddress` must be an IP address.",
      ),
    ),
    cpuCores: Type.Number({
      exclusiveMinimum: 0,
      maximum: 64,
      default: 1,
      description: 'Cores that this node may fill. One worker fills one.',
    }),
    bandwidthBps: Type.Number({
      exclusiveMinimum: 0,
      default: 1e9,
      description: 'Bandwidth of the node.',
    }),
    linkBudgetBps: Type.Number({
      exclusiveMinimum: 0,
      default: 1e9,
      description:
        'What may be sent to any one neighbour over its pipes; beyond it video gives way ([bandwidth.md](design/bandwidth.md)).',
    }),
    downlinkControl: Type.Boolean({
      default: true,
      description:
        "Pauses video of one layer that does not fit a receiver's downlink ([bandwidth.md](design/bandwidth.md)).",
    }),
  },
  { additionalProperties: false },
);

/** The forwarder that is configured, else that of the release. It may not be there. */
export function pathdBinOf(
  config: Pick<SfuConfig, 'pathdBin'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const release = env['MERIDIAN_ROOT'];
  return config.pathdBin ?? (release === undefined ? undefined : join(release, 'bin/pathd'));
}

export type SfuConfig = Readonly<Static<typeof sfuConfig>>;
