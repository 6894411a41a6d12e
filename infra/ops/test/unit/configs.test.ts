import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schedulerConfig } from '../../../../scheduler/src/config.ts';
import { addToLists, readConfig, servicesHere } from '../../src/config-files.ts';
import type { Values } from '../../src/core/configs.ts';
import { type Addresses, ports } from '../../src/core/host.ts';
import { listenersOf } from '../../src/core/listening.ts';
import { nginxConfig } from '../../src/core/nginx.ts';
import { renderConfig } from '../../src/core/render.ts';
import { configFilesOf, type ServiceKind } from '../../src/core/services.ts';
import { addressForms, hostOf, writtenHost } from '../support/host-files.ts';

let etc = '';
beforeEach(() => {
  etc = mkdtempSync(join(tmpdir(), 'meridian-etc-'));
});
afterEach(() => rmSync(etc, { recursive: true }));

const written = (addresses: Addresses): Map<string, Values> => writtenHost(hostOf(addresses), etc);

describe('the files of a host are valid for its services', () => {
  it.each<[string, Addresses]>(Object.entries(addressForms))('%s', (_name, addresses) => {
    const configs = written(addresses);
    expect([...configs.keys()]).toEqual([
      'scheduler',
      'signaling',
      'sfu-1',
      'sfu-2',
      'edge-probe',
      'gateway',
      'recorder',
      'library',
      'api',
      'web',
    ]);
    const { local, public: shown, private: inner, second, tls } = addresses;
    const announced = local === shown ? {} : { announcedAddress: shown };
    const between = inner === undefined ? { ip: local, ...announced } : { ip: inner };
    expect(configs.get('sfu-2')).toMatchObject({
      id: 'sfu-frankfurt-1-2',
      hostId: 'frankfurt-1',
      stateDir: '/var/lib/meridian/sfu-2',
      centreUrl: 'wss://203.0.113.11:7000,wss://203.0.113.12:7000',
    });
    const media = (number: number) => configs.get(`sfu-${number}`)?.['mediaListen'];
    const secondListen = (port: number) => (second === undefined ? [] : [{ ip: second.local, port }]);
    const at443 = tls === undefined ? [] : [{ ip: tls.local, announcedAddress: tls.public, port: 443 }];
    expect(media(1)).toEqual([{ ip: local, ...announced, port: 20_000 }, ...secondListen(20_000), ...at443]);
    expect(media(2)).toEqual([{ ip: local, ...announced, port: 20_100 }, ...secondListen(20_100)]);
    const rtmp = second === undefined ? { ip: local, ...announced } : { ip: '::' };
    expect(configs.get('gateway')?.['rtmpListen']).toEqual({ ...rtmp, port: 1935 });
    expect(configs.get('sfu-2')?.['pipeListen']).toEqual({ ...between, portMin: 20_110, portMax: 20_149 });
    expect(configs.get('scheduler')?.['linkHost']).toBe(inner ?? local);
  });

  it('no two services of a host listen at the same port', () => {
    const configs = written({ local: '203.0.113.11', public: '203.0.113.11' });
    const taken = [...configs].flatMap(([name, values]) =>
      listenersOf(name.replace(/-\d$/, '') as ServiceKind, values).flatMap(({ protocol, ip, port, portMax }) =>
        Array.from({ length: portMax - port + 1 }, (_, at) => `${protocol} ${ip} ${port + at}`),
      ),
    );
    expect(taken.length).toBeGreaterThan(200);
    expect(taken.filter((one, at) => taken.indexOf(one) !== at)).toEqual([]);
  });
});

it('a file explains every key of its service, and shows defaults as comments', () => {
  written({ local: '203.0.113.11', public: '203.0.113.11' });
  const file = configFilesOf({ name: 'scheduler', kind: 'scheduler', number: 1 }, { etc, state: '' })[0] ?? '';
  const text = renderConfig({ title: 'x', schema: schedulerConfig, values: { id: 'centre' } });
  expect(Object.keys(schedulerConfig.properties).filter((key) => !new RegExp(`^#?${key}:`, 'm').test(text))).toEqual(
    [],
  );
  expect(text).not.toMatch(/\]\(/);
  expect(readConfig(file)['developmentCities']).toBeUndefined();
  expect(() => renderConfig({ title: 'x', schema: schedulerConfig, values: { colour: 1 } })).toThrow('no key colour');
});

it('values are added to a list once, and comments stay', () => {
  written({ local: '203.0.113.11', public: '203.0.113.11' });
  const service = { name: 'web', kind: 'web', number: 1 } as const;
  const [file = ''] = configFilesOf(service, { etc, state: '' });
  const addition = { entryUrls: 'https://sgp.example.org' };
  expect([addToLists(file, addition, service), addToLists(file, addition, service)]).toEqual([true, false]);
  expect(readConfig(file)['entryUrls']).toEqual(['https://meet.example.org', 'https://sgp.example.org']);
  expect(servicesHere({ folders: { etc, state: '' } })).toHaveLength(10);
});

it("nginx proxies the paths of the host's services, and nothing else", () => {
  const certificate = { certFile: '/c.pem', keyFile: '/k.pem' };
  const addresses = { local: '203.0.113.11', public: '203.0.113.11' };
  const second = nginxConfig(hostOf(addresses, ['signaling', 'sfu', 'edge-probe']), certificate);
  expect([...second.matchAll(/location (.+?) \{/g)].map(([, path]) => path)).toEqual([
    '~ ^/v1/(entry|rtc|echo)$',
    '~ ^/rtc(/|$)',
  ]);
  // LiveKit clients use the node of the host; a page without a node proxies them itself.
  const liveKitOf = (text: string) => /location ~ \^\/rtc\S+ \{ (.+) \}/.exec(text)?.[1];
  const rest = 'proxy_read_timeout 1h; access_log off;';
  expect(liveKitOf(second)).toBe(`proxy_pass http://127.0.0.1:7880; ${rest}`);
  const alone = nginxConfig(hostOf(addresses, ['web']), certificate);
  expect(liveKitOf(alone)).toBe(`proxy_pass http://127.0.0.1:7800; ${rest}`);
  expect(nginxConfig(hostOf(addresses), certificate)).toContain('location / { proxy_pass http://127.0.0.1:7800; }');
  const listens = (form: Addresses) =>
    [...nginxConfig(hostOf(form), certificate).matchAll(/^ {2}listen (\S+) ssl;$/gm)].map(([, place]) => place);
  expect(listens(addresses)).toEqual(['443', '[::]:443']);
  // Port 443 of one address is for media.
  expect(listens(addressForms['a private network, IPv6, and media at port 443'])).toEqual([
    '127.0.0.1:443',
    '203.0.113.11:443',
    '10.0.0.2:443',
    '[2001:db8::11]:443',
  ]);
});

it('nginx streams uploads of any size, and keeps no log of links', () => {
  const certificate = { certFile: '/c.pem', keyFile: '/k.pem' };
  const addresses = { local: '203.0.113.11', public: '203.0.113.11' };
  const locationOf = (kinds: readonly ServiceKind[]) =>
    /location \/library\/ \{\n(.+?)\n {2}\}/s.exec(nginxConfig(hostOf(addresses, kinds), certificate))?.[1];
  expect(
    locationOf(['library'])
      ?.split('\n')
      .map((line) => line.trim()),
  ).toEqual([
    'proxy_pass http://127.0.0.1:7875;',
    'proxy_buffering off;',
    'proxy_request_buffering off;',
    'client_max_body_size 0;',
    'access_log off;',
  ]);
  expect(locationOf(['recorder'])).toBeUndefined();
});

it('the proxy examples route the same paths to the same services', () => {
  const all = (name: string, pattern: RegExp): string[] => {
    const text = readFileSync(join(import.meta.dirname, '../../../../examples/proxy', name), 'utf8');
    return [...text.matchAll(pattern)].map(([, found = '']) => found);
  };
  const services = [
    ports.signalingHttp,
    ports.signalingHttp,
    ports.gatewayHttp,
    ports.libraryHttp,
    ports.api,
    ports.web,
  ].map((port) => `127.0.0.1:${port}`);
  expect(all('Caddyfile', /reverse_proxy (\S+)/g)).toEqual(services);
  // The page has two locations, one of them without a log, which Caddy never keeps.
  // nginx asks the library node about files that it sends, which Caddy does not.
  const ofNginx = all('nginx.conf', /proxy_pass http:\/\/([0-9.:]+)(?=[;/])/g);
  const library = `127.0.0.1:${ports.libraryHttp}`;
  expect(ofNginx.filter((one) => one === library)).toHaveLength(2); // the questions go to an `upstream`
  expect([...new Set(ofNginx)]).toEqual([...new Set(services)]);
  expect(ofNginx.at(-1)).toBe(services.at(-1));
  const paths = all('Caddyfile', /path_regexp (\S+)/g);
  expect(paths).toHaveLength(4);
  expect(all('nginx.conf', /location ~ (\^\S+)/g).slice(0, 4)).toEqual(paths);
});
