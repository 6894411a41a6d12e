// A cloud of two regions, in one namespace of the lab's network. Page, api and signaling are behind nginx on port 443;
// each media node has an additional address with port 443.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeKind } from '@meridian/protocol';
import { type Host, ports } from '../../../infra/ops/src/core/host.ts';
import { nginxConfig } from '../../../infra/ops/src/core/nginx.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';
import type { Authority } from '../two-servers/authority.ts';
import { hosts, type TwoPlaces } from '../two-servers/network.ts';

export const pageUrl = 'https://meet.example.org';
const serverIp = hosts['server-1'].ip;
export const siteNames = { 'meet.example.org': serverIp, 'sgp.example.org': serverIp } as const;
/** Additional addresses of the media nodes, on port 443 only. */
export const tlsAddresses = ['203.0.113.12', '203.0.113.13'] as const;

const regions = [
  { id: 'frankfurt', short: 'fra', domain: 'meet.example.org', signalingIp: '127.0.1.1', mediaPort: 20_000 },
  { id: 'singapore', short: 'sgp', domain: 'sgp.example.org', signalingIp: '127.0.2.1', mediaPort: 20_100 },
] as const;
type Region = (typeof regions)[number];

export async function startSite(net: TwoPlaces, authority: Authority): Promise<TestCloud> {
  for (const ip of tlsAddresses) net.addAddress('server-1', ip);
  const cloud = await TestCloud.start({
    prefix: net.prefix('server-1'),
    extraArgs: ['--trusted-proxies', '127.0.0.1', '--process-configs', JSON.stringify(processConfigs())],
  });
  await startNginx(net, authority, cloud.portOffset);
  return cloud;
}

function processConfigs(): Record<string, Record<string, unknown>> {
  const entryUrls = regions.map(({ domain }) => `https://${domain}`);
  const rows = regions.flatMap(({ short, domain, mediaPort }, at): [string, Record<string, unknown>][] => [
    [`sig-${short}`, { publicUrl: `wss://${domain}` }],
    [
      `sfu-${short}-1`,
      {
        mediaListen: [
          { ip: serverIp, port: mediaPort },
          { ip: tlsAddresses[at], port: 443 },
        ],
      },
    ],
  ]);
  return Object.assign({ web: { entryUrls } }, Object.fromEntries(rows));
}

async function startNginx(net: TwoPlaces, authority: Authority, portOffset: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'meridian-only-443-'));
  const servers = regions.map((region) => serverOf(dir, authority, region, portOffset));
  // The second server's map would repeat the first one's.
  const http = [servers[0], servers[1]?.replace(/^map .*$/m, '')].join('\n');
  const file = join(dir, 'nginx.conf');
  const own = `pid ${dir}/pid; error_log ${dir}/error.log; worker_processes 1; user root; events {}`;
  writeFileSync(
    file,
    `${own}\nhttp { access_log off; client_body_temp_path ${dir}; proxy_temp_path ${dir};\n${http}}\n`,
  );
  const [command = '', ...words] = net.prefix('server-1');
  const nginx = spawn(command, [...words, 'nginx', '-c', file, '-g', 'daemon off;'], { stdio: ['ignore', 2, 2] });
  registerResource('nginx', () => endNginx(nginx, dir));
  await until('nginx serves', async () => {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}`);
    const curl = ['curl', '-sf', '-o', '/dev/null', '--cacert', authority.file, `${pageUrl}/healthz`];
    const [code] = (await once(spawn(command, [...words, ...curl]), 'close')) as [number];
    return code === 0;
  });
}

/** Returns nginx's server for a region as `meridian node` writes it, but with the ports and addresses of this site. */
function serverOf(dir: string, authority: Authority, { id, domain, signalingIp }: Region, portOffset: number): string {
  const { certPem, keyPem } = authority.issue(domain);
  const certFile = join(dir, `${id}.pem`);
  const keyFile = join(dir, `${id}.key`);
  writeFileSync(certFile, certPem);
  writeFileSync(keyFile, keyPem, { mode: 0o600 });
  const host: Host = {
    region: id,
    city: id,
    latitude: 0,
    longitude: 0,
    hostId: id,
    addresses: { local: serverIp, public: serverIp },
    domain,
    mediaNodes: 1,
    kinds: domain === regions[0].domain ? [nodeKind.signaling, nodeKind.api, 'web'] : [nodeKind.signaling],
    centres: [],
    pageUrl,
  };
  return nginxConfig(host, { certFile, keyFile })
    .replaceAll(/^ *listen .*\n/gm, '') // media nodes listen on some of these addresses
    .replace('server {', `server {\n  listen ${serverIp}:443 ssl;`)
    .replaceAll(`127.0.0.1:${ports.signalingHttp}`, `${signalingIp}:${ports.signalingHttp + portOffset}`)
    .replaceAll(`127.0.0.1:${ports.web}`, `127.0.0.1:${ports.web + portOffset}`)
    .replaceAll(`127.0.0.1:${ports.api}`, `127.0.0.1:${ports.api + portOffset}`);
}

async function endNginx(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }
  rmSync(dir, { recursive: true, force: true });
}
