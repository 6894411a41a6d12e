// Children for the local network: a page server for guests and a signaling node of each region, as separate processes.
// They derive from those on loopback but share neither secrets nor listeners. Besides them only media listens in the
// local network.
import { lanFiles, lanPorts } from './lan-places.ts';
import type { ChildSpec, Lan, Secrets } from './spec.ts';

interface Surroundings {
  readonly lan: Lan;
  readonly secrets: Secrets;
  readonly stateDir: string;
  readonly port: (base: number) => number;
}

const noGuests = { key: '', secret: '', joinKey: '', expiresAtMs: 0 }; // the firewall table needs none

export function lanSignalingSpec(base: ChildSpec, o: Surroundings & { index: number; controlIp: string }): ChildSpec {
  const { ip } = o.lan;
  const httpPort = o.port(lanPorts.signaling + o.index);
  const { key, secret } = o.secrets.guests ?? noGuests;
  const control = { ip: o.controlIp, port: o.port(7881) };
  return {
    ...base,
    healthUrl: `https://${ip}:${httpPort}/healthz`,
    healthCaFile: lanFiles(o.stateDir).ca,
    config: {
      ...base.config,
      ...certificateOf(o.stateDir),
      httpHost: ip,
      httpPort,
      publicUrl: `wss://${ip}:${httpPort}`,
      controlListen: control,
      apiKeys: [{ key, secret, tenant: 'dev' }],
      trustedProxies: [],
      allowedOrigins: [`https://${ip}:${o.port(lanPorts.page)}`],
    },
    endpoints: [
      { purpose: 'client', protocol: 'tcp', ip, port: httpPort, what: 'signaling of guests (https, wss)' },
      { purpose: 'control', protocol: 'tcp', ...control, what: 'links of other signaling nodes' },
    ],
  };
}

/** Makes the guests' page, and the plain port that offers the certificate. */
export function lanPageSpec(base: ChildSpec, o: Surroundings): ChildSpec {
  const { ip, room } = o.lan;
  const page = o.port(lanPorts.page);
  const trust = o.port(lanPorts.trust);
  const {
    devKey: _ofThisMachineAlone,
    gatewayUrls: _onLoopback,
    apiUrl: _ofItsKeys,
    apiLocalAddress: _towardsIt,
    ...config
  } = base.config;
  return {
    ...base,
    id: 'web-lan',
    healthUrl: `https://${ip}:${page}/healthz`,
    healthCaFile: lanFiles(o.stateDir).ca,
    config: {
      ...config,
      ...certificateOf(o.stateDir),
      stateDir: `${o.stateDir}/web-lan`,
      httpHost: ip,
      httpPort: page,
      entryUrls: [0, 1].map((index) => `https://${ip}:${o.port(lanPorts.signaling + index)}`),
      guests: { ...(o.secrets.guests ?? noGuests), room },
      trust: { caFile: lanFiles(o.stateDir).ca, httpPort: trust },
    },
    endpoints: [
      { purpose: 'http', protocol: 'tcp', ip, port: page, what: 'meeting page of guests (https), tokens for one room' },
      { purpose: 'http', protocol: 'tcp', ip, port: trust, what: 'the certificate to trust (plain http)' },
    ],
  };
}

function certificateOf(stateDir: string): { tlsCertFile: string; tlsKeyFile: string } {
  const { cert, key } = lanFiles(stateDir);
  return { tlsCertFile: cert, tlsKeyFile: key };
}
