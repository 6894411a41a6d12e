import { join } from 'node:path';
import process from 'node:process';
import { type Listener, listenAddress, listenRange, nodeConfig, nodeIssues } from '@meridian/node-shell';
import { baseConfig, type ConfigIssue, reachOf } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

export const sfuConfig = Type.Object(
  {
    ...baseConfig,
    ...nodeConfig,
    mediaListen: Type.Array(listenAddress('An address at which clients reach the node.'), {
      minItems: 1,
      maxItems: 8,
      description:
        'Where clients reach media, by UDP and TCP on each address; IPv4 and IPv6 need an entry each. Clients try UDP first, in this order, then TCP, and port 443 last. An entry with port 443, on an IP address of its own, serves networks that let nothing else out.',
    }),
    pipeListen: listenRange(
      'Where pipes of other nodes arrive, one UDP port per neighbour and fence. `announcedAddress` must be an IP address.',
    ),
    plainListen: Type.Optional(
      listenRange(
        'Where RTP of plain endpoints on other hosts arrives, with SRTP, a UDP port each ([ADR 0017](adr/0017-endpoints.md)). Without it such endpoints are refused with `ENDPOINT_UNSUPPORTED`. `announcedAddress` must be an IP address.',
      ),
    ),
    controlListen: listenAddress('Where signaling nodes and media nodes with a lower id dial.'),
    workerBin: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "Path of mediasoup's worker. Default: the worker that `MEDIASOUP_WORKER_BIN` names, else the worker of the package.",
      }),
    ),
    pathdBin: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Path of pathd, the forwarder under the pipes ([paths.md](design/paths.md#pathd-the-forwarder-under-a-pipe)). Default: the pathd of the running release. Without a pathd, or with `none`, pipes go direct.',
      }),
    ),
    pathListen: Type.Optional(
      listenAddress(
        "Where forwarders of other nodes reach this node's forwarder. Default: the pipes' address and any port. `announcedAddress` must be an IP address.",
      ),
    ),
    cpuCores: Type.Number({
      exclusiveMinimum: 0,
      maximum: 64,
      default: 1,
      description: 'Number of cores that this node may fill. A worker fills one core.',
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
        'Limit on the traffic to each neighbour over its pipes; near it the node sheds video ([bandwidth.md](design/bandwidth.md)).',
    }),
    downlinkControl: Type.Boolean({
      default: true,
      description:
        "Pauses video of one layer that does not fit a receiver's downlink ([bandwidth.md](design/bandwidth.md)).",
    }),
  },
  { additionalProperties: false },
);

/** Returns the configured forwarder, else that of the release. The file may be missing. */
export function pathdBinOf(
  config: Pick<SfuConfig, 'pathdBin'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const release = env['MERIDIAN_ROOT'];
  return config.pathdBin ?? (release === undefined ? undefined : join(release, 'bin/pathd'));
}

export type SfuConfig = Readonly<Static<typeof sfuConfig>>;

/** Checks rules that the schema cannot express; looks at `stateDir`. */
export function checkConfig(config: SfuConfig): ConfigIssue[] {
  return [...nodeIssues(config, listenersOf(config)), ...pipeIssues(config), ...reachIssues(config)];
}

function listenersOf({ mediaListen, pipeListen, plainListen, controlListen, pathListen }: SfuConfig): Listener[] {
  const udp = ['udp'] as const;
  const listeners: Listener[] = mediaListen.map((listen, at) => ({
    key: `mediaListen[${at}]`,
    protocols: ['udp', 'tcp'] as const,
    listen,
    isAnnounced: true,
  }));
  listeners.push({ key: 'controlListen', protocols: ['tcp'], listen: controlListen, isAnnounced: true });
  listeners.push({ key: 'pipeListen', protocols: udp, listen: pipeListen, isAnnounced: true, needsIp: true });
  if (plainListen !== undefined)
    listeners.push({ key: 'plainListen', protocols: udp, listen: plainListen, isAnnounced: true, needsIp: true });
  if (pathListen !== undefined)
    listeners.push({ key: 'pathListen', protocols: udp, listen: pathListen, isAnnounced: true, needsIp: true });
  return listeners;
}

/** A single port is too few: a pipe that is replaced needs a second one. */
function pipeIssues({ pipeListen: { portMin, portMax } }: SfuConfig): ConfigIssue[] {
  if (portMin !== portMax || portMin === 0) return [];
  const allowed = 'more ports than one: each neighbour and fence takes one, and another while its pipe is replaced';
  return [{ key: 'pipeListen.portMax', value: portMax, allowed, example: Math.min(portMin + 39, 65_535) }];
}

/**
 * Warns of private addresses beside public ones: a client on the internet may try the private address first and wait.
 */
function reachIssues({ mediaListen }: SfuConfig): ConfigIssue[] {
  const reached = mediaListen.map(({ ip, announcedAddress }) => reachOf(announcedAddress ?? ip));
  if (!reached.includes('everywhere')) return [];
  return mediaListen.flatMap(({ ip, announcedAddress }, at) => {
    if (reached[at] === 'everywhere') return [];
    const key = `mediaListen[${at}].announcedAddress`;
    const allowed = `a public address, as another entry has, unless clients of your own network come by ${announcedAddress ?? ip}`;
    return [{ key, value: announcedAddress, allowed, example: '203.0.113.2', isWarning: true }];
  });
}
