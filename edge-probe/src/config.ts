import { listenAddress, nodeConfig, nodeIssues } from '@meridian/node-shell';
import { baseConfig, type ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';

/** Configuration of an edge probe. */
export const probeConfig = Type.Object({
  ...baseConfig,
  ...nodeConfig,
  probeListen: listenAddress('Where links and datagrams of other probes arrive; an IP address, not a name.'),
  probeUdp: Type.Boolean({
    default: true,
    description:
      'Probes by datagrams on the same port number. False where UDP between hosts is blocked: links measure then, less well.',
  }),
});

export type ProbeConfig = Readonly<Static<typeof probeConfig>>;

/** What the schema cannot say; `stateDir` is looked at. */
export function checkConfig(config: ProbeConfig): ConfigIssue[] {
  const protocols = config.probeUdp ? (['tcp', 'udp'] as const) : (['tcp'] as const);
  const listen = config.probeListen;
  return nodeIssues(config, [{ key: 'probeListen', protocols, listen, isAnnounced: true, needsIp: true }]);
}
