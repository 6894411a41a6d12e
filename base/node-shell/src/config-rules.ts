// Rules of nodes' configurations that no schema can express. Only `stateDir` is looked at on disk.
import { isIP } from 'node:net';
import { parseRange } from '@meridian/protocol';
import {
  type ConfigIssue,
  folderIssues,
  isUnspecified,
  type PortUse,
  portIssues,
  reachOf,
  urlIssues,
} from '@meridian/runtime';
import { type ListenAddress, type NodeConfig, readTrustedProxies } from './config.ts';

export interface Listener {
  readonly key: string;
  readonly protocols: readonly ('tcp' | 'udp')[];
  readonly listen:
    | ListenAddress
    | (Pick<ListenAddress, 'ip' | 'announcedAddress'> & { readonly portMin: number; readonly portMax: number });
  /** True when the plan gives its address to others, so that it must be a real address. */
  readonly isAnnounced?: boolean;
  /** True when `announcedAddress` must be an IP address, because names are not resolved there. */
  readonly needsIp?: boolean;
}

type Common = NodeConfig & { readonly stateDir: string; readonly metricsHost: string; readonly metricsPort: number };

/** Checks the keys of all nodes: place, centre, state folder, ports of the listeners and of `/metrics`. */
export function nodeIssues(config: Common, listeners: readonly Listener[]): ConfigIssue[] {
  const ranges = listeners.flatMap(orderIssues);
  return [
    ...placeIssues(config),
    ...centreIssues(config),
    ...folderIssues('stateDir', config.stateDir),
    ...listeners.flatMap(addressIssues),
    ...ranges,
    ...(ranges.length > 0 ? [] : portIssues([...listeners.flatMap(portsOf), metricsPort(config)])),
  ];
}

export const metricsPort = (config: { readonly metricsHost: string; readonly metricsPort: number }): PortUse => ({
  key: 'metricsPort',
  ip: config.metricsHost,
  protocol: 'tcp',
  portMin: config.metricsPort,
  portMax: config.metricsPort,
});

function placeIssues({ latitude, longitude }: NodeConfig): ConfigIssue[] {
  if (latitude !== 0 || longitude !== 0) return [];
  const allowed = 'where the node stands: 0, 0 is in the sea, and clients are sent to the nearest node';
  return [{ key: 'latitude', value: latitude, allowed, example: 50.11, isWarning: true }];
}

function centreIssues({ centreUrl, regionCentreUrl, enrolUrl }: NodeConfig): ConfigIssue[] {
  const list = (key: string, text = '', example: string): ConfigIssue[] =>
    text === '' ? [] : text.split(',').flatMap((url) => urlIssues(key, url, { example }));
  const issues = [
    ...list('centreUrl', centreUrl, 'wss://centre.example.org:7000'),
    ...list('regionCentreUrl', regionCentreUrl, 'wss://10.0.1.1:7010'),
    ...list('enrolUrl', enrolUrl, 'https://centre.example.org:7000'),
  ];
  if (issues.length > 0) return issues;
  const centres = hostsOf(centreUrl);
  if (regionCentreUrl?.split(',').some((url) => centreUrl.split(',').includes(url)) === true) {
    const allowed = "the region's own instances, not the centre of centreUrl: leave it out where the region has none";
    issues.push({ key: 'regionCentreUrl', value: regionCentreUrl, allowed });
  }
  if (!hostsOf(enrolUrl).some((host) => centres.includes(host))) {
    const allowed = `a host of centreUrl (${centres.join(', ')}): only the cluster's own centre gives its certificates`;
    const example = centreUrl.replaceAll('wss://', 'https://');
    issues.push({ key: 'enrolUrl', value: enrolUrl, allowed, example, isWarning: true });
  }
  return issues;
}

const hostsOf = (urls: string): string[] => urls.split(',').map((url) => new URL(url).hostname);

function addressIssues({ key, listen, isAnnounced = false, needsIp = false }: Listener): ConfigIssue[] {
  const { ip, announcedAddress } = listen;
  const issues: ConfigIssue[] = [];
  if (needsIp && isIP(ip) === 0) {
    const allowed = 'an IP address of this machine, not a name';
    issues.push({ key: `${key}.ip`, value: ip, allowed, example: '10.0.0.2' });
  }
  if (isAnnounced && isUnspecified(announcedAddress ?? ip)) {
    const allowed = `an address by which others reach this node: they cannot dial ${ip}`;
    issues.push({ key: `${key}.announcedAddress`, value: announcedAddress, allowed, example: '203.0.113.2' });
  } else if (needsIp && announcedAddress !== undefined && isIP(announcedAddress) === 0) {
    const allowed = 'an IP address, not a name: it is not looked up';
    issues.push({ key: `${key}.announcedAddress`, value: announcedAddress, allowed, example: '203.0.113.2' });
  }
  return issues;
}

function orderIssues({ key, listen }: Listener): ConfigIssue[] {
  if (!('portMin' in listen) || listen.portMin <= listen.portMax) return [];
  const allowed = `a port of at least portMin (${listen.portMin})`;
  return [{ key: `${key}.portMax`, value: listen.portMax, allowed, example: Math.min(listen.portMin + 39, 65_535) }];
}

function portsOf({ key, protocols, listen }: Listener): PortUse[] {
  const [portMin, portMax] = 'portMin' in listen ? [listen.portMin, listen.portMax] : [listen.port, listen.port];
  const part = 'portMin' in listen ? 'portMin' : 'port';
  return protocols.map((protocol) => ({ key: `${key}.${part}`, ip: listen.ip, protocol, portMin, portMax }));
}

/** Checks proxies: invalid ranges, and as warnings ranges that contain everyone. */
export function proxyIssues(texts: readonly string[]): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  readTrustedProxies(texts, issues);
  for (const [index, text] of texts.entries()) {
    if (parseRange(text)?.prefixBits !== 0) continue;
    const allowed = 'your own proxies alone: every client could choose its address';
    issues.push({ key: `trustedProxies[${index}]`, value: text, allowed, example: '127.0.0.1/32', isWarning: true });
  }
  return issues;
}

/** Warns when clients beyond this machine would get an unencrypted address. */
export function clearTextIssues(key: string, url: string, secure: string): ConfigIssue[] {
  if (url.startsWith(secure) || !URL.canParse(url) || reachOf(new URL(url).hostname) === 'machine') return [];
  const allowed = `an address that begins with ${secure}: pages of https cannot use this one, and tokens travel in the clear`;
  return [{ key, value: url, allowed, example: url.replace(/^\w+:\/\//, secure), isWarning: true }];
}

/** Warns when a feature for the own machine is reachable from others. */
export function developmentIssues(key: string, isOn: boolean, host: string): ConfigIssue[] {
  if (!isOn || reachOf(host) === 'machine') return [];
  return [{ key, value: true, allowed: 'false in operation: it is for development', example: false, isWarning: true }];
}
