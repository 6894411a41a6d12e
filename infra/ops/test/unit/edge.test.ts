// Options of `meridian node edge`, bad ones first, then the file. proof/test/service/edges.whole.test.ts has nginx read
// it.
import { edgeSignsOf } from '@meridian/node-shell';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../src/core/error.ts';
import { edgeConfig } from '../../src/edge/nginx.ts';
import { type EdgeOptions, edgeFileOf } from '../../src/edge/options.ts';

const secret = 'a secret of edges that is long enough';
const words: EdgeOptions = {
  domain: 'edge-1.example.org',
  gateway: ['fra-1-gateway=https://meet.example.org', 'sgp=http://10.0.0.2:7890'],
  library: [],
  regional: [],
  folder: '/var/cache/meridian',
  memory: '/dev/shm/meridian',
  cache: '10',
  tls: true,
  cert: '/etc/cert.pem',
  key: '/etc/key.pem',
  listen: [],
};
const textOf = (o: Partial<EdgeOptions> = {}, allowedOrigins: readonly string[] = ['*']): string =>
  edgeConfig(edgeFileOf(Object.assign({}, words, o), { secret, allowedOrigins }));

describe('refuses', () => {
  it.each<[string, Partial<EdgeOptions>]>([
    ['a domain with words of nginx', { domain: 'a; include /etc/passwd' }],
    ['no gateway', { gateway: [] }],
    ['a gateway without id', { gateway: ['https://meet.example.org'] }],
    ['a gateway with a path', { gateway: ['a=https://meet.example.org/x'] }],
    ['a gateway that ends the line of the file', { gateway: ['a=https://meet.example.org;'] }],
    ['an id with a quote', { gateway: ['a"b=https://meet.example.org'] }],
    ['an id with a meaning in nginx', { gateway: ['default=https://meet.example.org'] }],
    ['a gateway by another protocol', { gateway: ['a=ftp://meet.example.org'] }],
    ['a library node without id', { library: ['https://meet.example.org'] }],
    ['a library node that ends the line of the file', { library: ['a=https://meet.example.org;'] }],
    ['a gateway and a library node of one id', { library: ['sgp=https://meet.example.org'] }],
    ['no size for the library', { libraryCache: '0' }],
    ['a folder with a blank', { folder: '/var/cache/a b' }],
    ['a place in memory with a semicolon', { memory: '/dev/shm/a;' }],
    ['a folder that is not absolute', { folder: 'cache' }],
    ['a certificate with a semicolon', { cert: '/a;b' }],
    ['a cache without size', { cache: '0' }],
    ['a fractional size', { cache: '1.5' }],
    ['a negative number of viewers of an address', { viewersPerAddress: '-1' }],
    ['an empty number of viewers of an address', { viewersPerAddress: '' }],
    ['an invalid port', { listen: ['443 ssl'] }],
    ['a regional cache without a port', { regional: ['10.0.0.3'] }],
    ['a name of regional caches without a cache', { regionalName: 'cache.example.org' }],
    ['a name with a quote', { regional: ['10.0.0.3:443'], regionalName: "a'b" }],
  ])('%s', (_what, o) => {
    expect(() => textOf(o)).toThrow(HostError);
  });
  it('origins of pages that would end the line of the file', () => {
    expect(() => textOf({}, ['https://a.example"; return 200'])).toThrow(HostError);
  });
});

describe('the file has', () => {
  it('the gateways by id, with their URLs', () => {
    const text = textOf();
    expect(text).toContain("add_header meridian-gateways 'fra-1-gateway sgp';");
    expect(text).toContain('server meet.example.org:443;');
    expect(text).toContain('server 10.0.0.2:7890;');
    expect(text).toContain('"sgp" http://meridian_gateway_2;');
    expect(text).toContain('"fra-1-gateway" meet.example.org;');
  });
  it('no secret, only values derived from it', () => {
    const text = textOf();
    expect(text).not.toContain(secret);
    for (const part of Object.values(edgeSignsOf(secret))) expect(text).toContain(part);
  });
  it('segments from regional caches by programme, and answers about viewers from gateways', () => {
    const text = textOf({ regional: ['10.0.0.3:443', '10.0.0.4:443'], regionalName: 'cache.example.org' });
    expect(text).toContain('hash $meridian_programme consistent; server 10.0.0.3:443; server 10.0.0.4:443;');
    expect(text.match(/proxy_pass \S+/g)).toEqual([
      ...Array.from({ length: 2 }, () => expect.stringContaining('https://meridian_regionals/hls/$meridian_expires/')),
      expect.stringContaining('$meridian_gateway/hls/$meridian_key/viewer?'),
    ]);
    expect(text).toContain('proxy_ssl_name cache.example.org;');
  });
  it('nothing of the library without library nodes', () => {
    expect(textOf()).not.toMatch(/library|slice/);
  });
  it('only the library cache for library nodes, by content, name and slice', () => {
    const text = textOf({ gateway: [], library: ['lib-1=https://meet.example.org', 'lib-2=http://10.0.0.2:7895'] });
    expect(text).toContain("add_header meridian-gateways 'lib-1 lib-2';");
    expect(text).toContain('"lib-2" http://meridian_library_2;');
    expect(text).toMatch(/-library .*inactive=30d max_size=10g/);
    expect(text).toContain('slice 4m;');
    expect(text).toContain("proxy_cache_key '$meridian_content $meridian_file $slice_range';");
    expect(textOf({ library: ['lib-1=https://a.example'], libraryCache: '500' })).toMatch(/-library .*max_size=500g/);
  });
  it('library files from regional caches by content, and answers about tokens from library nodes', () => {
    const text = textOf({ gateway: [], library: ['lib-1=https://a.example'], regional: ['10.0.0.3:80'] });
    expect(text).toContain('hash $meridian_content consistent; server 10.0.0.3:80;');
    expect(text.match(/proxy_pass \S+library\S+/g)).toEqual([
      ...Array.from({ length: 2 }, () => expect.stringContaining('http://meridian_library_regionals/library/edge/')),
      expect.stringContaining('$meridian_library/library/contents/$meridian_token/viewer?content='),
    ]);
  });
  it('the origins of pages that may play', () => {
    expect(textOf()).toContain("default '*'; }");
    const listed = textOf({}, ['https://a.example', 'https://b.example']);
    expect(listed).toContain(`"https://a.example" $http_origin; "https://b.example" $http_origin; default ''; }`);
  });
  it.each<[string, Partial<EdgeOptions>, string | undefined]>([
    ['those of a school, with TLS', {}, 'rate=3200r/s'],
    ['as many as the operator says', { viewersPerAddress: '5000' }, 'rate=40000r/s'],
    ['any number behind a load balancer, which has one address for all', { tls: false }, undefined],
  ])('the limit of viewers per address: %s', (_what, o, rate) => {
    expect(/rate=\S+(?=;)/.exec(textOf(o))?.[0]).toBe(rate);
  });
  it('ports with TLS, and without', () => {
    expect(textOf()).toContain('  listen 443 ssl;\n  listen [::]:443 ssl;\n');
    expect(textOf({ tls: false })).toContain('  listen 80;\n  listen [::]:80;\n');
    expect(textOf({ tls: false })).not.toContain('ssl_certificate');
  });
});
