// Terminates TLS in front of the cluster, by an nginx on each server with the paths of the chart's Ingress.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerResource } from '../../test/support/resources.ts';
import type { Authority } from '../two-servers/authority.ts';
import { hosts, type TwoPlaces } from '../two-servers/network.ts';

export const pageUrl = 'https://meet.example.org';
export const regionUrl = { frankfurt: pageUrl, singapore: 'https://sgp.example.org' } as const;

/** The chart's port. The second region uses another, since its pods may move to the first machine. */
const SIGNALING_PORT = 7880;
export const SECOND_SIGNALING_PORT = 8880;
const [first, second] = [hosts['server-1'].ip, hosts['server-2'].ip];
const sites = [
  { server: 'server-1', domain: 'meet.example.org', signaling: [`${first}:${SIGNALING_PORT}`], hasPage: true },
  {
    server: 'server-2',
    domain: 'sgp.example.org',
    signaling: [`${second}:${SECOND_SIGNALING_PORT}`, `${first}:${SECOND_SIGNALING_PORT}`],
    hasPage: false,
  },
] as const;
type Site = (typeof sites)[number];

export class Ingress {
  readonly #folder = mkdtempSync('/var/tmp/meridian-ingress-');
  readonly #children: ChildProcess[] = [];
  readonly #unregister = registerResource('nginx', () => this.close());

  constructor(net: TwoPlaces, authority: Authority) {
    for (const site of sites) {
      const folder = join(this.#folder, site.server);
      mkdirSync(folder);
      const file = (name: string): string => join(folder, name);
      const { certPem, keyPem } = authority.issue(site.domain);
      writeFileSync(file('cert.pem'), certPem);
      writeFileSync(file('key.pem'), keyPem, { mode: 0o600 });
      writeFileSync(file('nginx.conf'), configuration(folder, site));
      const [program = '', ...prefix] = net.prefix(site.server);
      const words = ['nginx', '-c', file('nginx.conf'), '-e', file('error.log')];
      this.#children.push(spawn(program, [...prefix, ...words], { stdio: ['ignore', 2, 2] }));
    }
  }

  async close(): Promise<void> {
    this.#unregister();
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const pages = `
  location ~ ^/(api|twirp)/ { proxy_pass http://${first}:7810; }
  location / { proxy_pass http://${first}:7800; }`;

const configuration = (folder: string, { domain, signaling, hasPage }: Site): string => `daemon off;
pid ${folder}/pid;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  map $http_upgrade $meridian_connection { default upgrade; '' ''; }
  # A pod that has just gone is passed over for a second.
  upstream signaling { ${signaling.map((server) => `server ${server} max_fails=1 fail_timeout=1s;`).join(' ')} }
  server {
    listen 443 ssl;
    server_name ${domain};
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    proxy_http_version 1.1;
    proxy_connect_timeout 1s;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto https;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $meridian_connection;
    location ~ ^/v1/(entry|rtc|echo)$ { proxy_pass http://signaling; proxy_read_timeout 1h; }
    location ~ ^/rtc(/|$) { proxy_pass http://signaling; proxy_read_timeout 1h; }
    ${hasPage ? pages : ''}
  }
}
`;
