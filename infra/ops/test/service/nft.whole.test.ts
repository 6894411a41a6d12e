import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addressForms, hostOf, writtenHost } from '../support/host-files.ts';
import { temporaryFolder } from '../support/little-release.ts';
import { ports } from '../support/printed.ts';

it.each(Object.entries(addressForms))(
  'nftables loads the rules twice, and once more with all servers: %s',
  async (_name, addresses) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'etc'));
    writtenHost(hostOf(addresses), join(folder, 'etc'));
    const words = ['--etc', join(folder, 'etc'), '--format', 'nft'];
    const alone = join(folder, 'alone.nft');
    const all = join(folder, 'all.nft');
    writeFileSync(alone, (await ports(words)).out);
    const cluster = ['--cluster', '198.51.100.0/24,198.51.100.22,2001:db8:2::/64', '--operator', '192.0.2.0/24'];
    writeFileSync(all, (await ports([...words, ...cluster])).out);
    // A network namespace, so that no port of this machine is closed.
    const script = `nft -c -f ${alone} && nft -f ${alone} && nft -f ${alone} && nft -f ${all} && nft list ruleset`;
    const loaded = execFileSync('unshare', ['--net', 'sh', '-c', script], { encoding: 'utf8' });
    expect(loaded.match(/^table /gm)).toHaveLength(1);
    expect(loaded).toContain('198.51.100.0/24');
    expect(loaded).toContain('udp dport 20000 accept comment "sfu-1 mediaListen: media of clients"');
    // Loading again does not duplicate rules.
    expect(loaded.match(/udp dport 7840-7869 drop/g)).toHaveLength(1);
  },
);
