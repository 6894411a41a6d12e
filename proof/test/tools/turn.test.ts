import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configOf } from '../../lab/turn/coturn.ts';

const read = (page: string): string => readFileSync(join(import.meta.dirname, '../../../docs', page), 'utf8');
const values = { 'static-auth-secret': ['s'], 'allowed-peer-ip': ['192.0.2.1', '192.0.2.2'] };

it('the configuration of coturn is equal in both guides, and the lab changes only the values that it names', () => {
  const [english, chinese] = ['deploy.md', 'deploy.zh.md'].map((page) => configOf(read(page), values).split('\n'));
  expect(chinese).toEqual(english);
  const changed = ['static-auth-secret=s', 'allowed-peer-ip=192.0.2.1', 'allowed-peer-ip=192.0.2.2'];
  expect(english?.slice(-3)).toEqual(changed);
  const kept = english?.slice(0, -3) ?? [];
  expect(kept).toEqual(expect.arrayContaining(['use-auth-secret', 'denied-peer-ip=0.0.0.0-255.255.255.255']));
  expect(kept.filter((line) => /^(static-auth-secret|allowed-peer-ip)=/.test(line))).toEqual([]);
});

it('a guide without such a key ends the lab', () => {
  expect(() => configOf('no block', values)).toThrow('no configuration of coturn');
  expect(() => configOf(read('deploy.md'), { user: ['ann'] })).toThrow('gives coturn no user');
});
