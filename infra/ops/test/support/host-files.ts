import { join } from 'node:path';
import { writePublic } from '../../src/adapters/files.ts';
import { loadValues, writeConfigs, writeHost } from '../../src/config-files.ts';
import type { ConfigContext, Values } from '../../src/core/configs.ts';
import type { Addresses, Host } from '../../src/core/host.ts';
import { nginxConfig } from '../../src/core/nginx.ts';
import { configFilesOf, type ServiceKind, serviceKinds } from '../../src/core/services.ts';
import { servicesOf } from '../../src/set-up.ts';

const secret = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA';
const secrets = {
  clusterToken: secret,
  clusterSecret: `${secret}2`,
  sealSecret: `${secret}3`,
  operatorSecret: `${secret}4`,
  tenantKey: 'APIacme',
  tenantSecret: `${secret}5`,
};

/** Addresses by kind of network. */
export const addressForms = {
  'one public address': { local: '203.0.113.11', public: '203.0.113.11' },
  'behind NAT': { local: '10.0.0.2', public: '203.0.113.11' },
  'a private network': { local: '203.0.113.11', public: '203.0.113.11', private: '10.0.0.2' },
  'IPv6 alone': { local: '2001:db8::11', public: '2001:db8::11' },
  'IPv4 behind NAT, and IPv6': {
    local: '10.0.0.2',
    public: '203.0.113.11',
    second: { local: '2001:db8::11', public: '2001:db8::11' },
  },
  'a private network, IPv6, and media at port 443': {
    local: '203.0.113.11',
    public: '203.0.113.11',
    private: '10.0.0.2',
    second: { local: '2001:db8::11', public: '2001:db8::11' },
    tls: { local: '10.0.0.3', public: '203.0.113.12' },
  },
} as const satisfies Readonly<Record<string, Addresses>>;

export const hostOf = (addresses: Addresses, kinds: readonly ServiceKind[] = serviceKinds, mediaNodes = 2): Host => ({
  hostId: 'frankfurt-1',
  region: 'frankfurt',
  city: 'Frankfurt',
  latitude: 50.11,
  longitude: 8.68,
  addresses,
  domain: 'meet.example.org',
  mediaNodes,
  kinds,
  centres: ['203.0.113.11:7000', '203.0.113.12:7000'],
  pageUrl: 'https://meet.example.org',
});

export const contextOf = (host: Host, etc: string): ConfigContext => ({
  host,
  folders: { etc, state: '/var/lib/meridian' },
  installed: '/opt/meridian/current',
  hasPathd: true,
  secrets,
  tenant: { id: 'acme', name: 'Acme Ltd' },
});

/** Writes all files of a host, and reads them back by the services' loader. */
export function writtenHost(host: Host, etc: string): Map<string, Values> {
  const context = contextOf(host, etc);
  const services = servicesOf(host);
  writeConfigs(services, context);
  writeHost(context);
  writePublic(join(etc, 'nginx.conf'), nginxConfig(host, { certFile: '/c.pem', keyFile: '/k.pem' }));
  return new Map(
    services.map((service) => [service.name, loadValues(service.kind, configFilesOf(service, context.folders), {})]),
  );
}
