import { describe, expect, it } from 'vitest';
import { requirements } from '../../setup/requirements.mjs';
import { builtName } from '../../setup/worker-key.mjs';
import { someFacts } from '../support/facts.ts';
import { temporaryTree } from '../support/tree.ts';

const root = (changes: Record<string, string> = {}) =>
  temporaryTree({
    'infra/mediasoup-worker/build.sh': '# recipe',
    'sfu/worker/patches/10-a.patch': '# patch',
    'sfu/worker/src/A.cpp': '// source',
    'sfu/worker/README.md': '# text',
    ...changes,
  });

/** Makes a machine on which every package has version 1, except the named ones. */
function versions(changes: Record<string, string> = {}, compiler = 'c++ 12') {
  const packages = (names: string[]) => new Map(names.map((name) => [name, changes[name] ?? '1']));
  return { packages, compiler: () => compiler };
}

describe('the cached worker', () => {
  const tree = { root: '', facts: someFacts() };
  const name = (machine = versions(), libsrtp: 'openssl' | 'system' = 'openssl', changes = {}) =>
    builtName('3.27.1', libsrtp, { ...tree, root: root(changes) }, machine);

  it.each(['infra/mediasoup-worker/build.sh', 'sfu/worker/patches/10-a.patch', 'sfu/worker/src/A.cpp'])(
    'has another key with another %s',
    (file) => {
      expect(name(versions(), 'openssl', { [file]: 'other' })).not.toBe(name());
    },
  );

  it('has the same key with another text about the patches', () => {
    expect(name(versions(), 'openssl', { 'sfu/worker/README.md': 'other' })).toBe(name());
  });

  const cipher = process.arch === 'x64' ? ['libipsec-mb-dev'] : [];
  const inIt = ['libuv1-dev', 'libssl-dev', 'libabsl-dev', 'libflatbuffers-dev', 'flatbuffers-compiler', ...cipher];
  it.each(inIt)('has another key with another %s', (part) => {
    expect(name(versions({ [part]: '2' }))).not.toBe(name());
  });

  const tools = [...requirements.worker, ...requirements.test].map(({ debian }) => debian);
  it.each(tools.filter((tool) => !inIt.includes(tool)))('has the same key with another %s', (tool) => {
    expect(name(versions({ [tool]: '2' }))).toBe(name());
  });

  it('has another key with another compiler', () => {
    expect(name(versions({}, 'c++ 13'))).not.toBe(name());
  });

  it('depends on the system’s libsrtp only if linked with it', () => {
    const other = versions({ 'libsrtp2-dev': '2' });
    expect(name(other)).toBe(name());
    expect(name(other, 'system')).not.toBe(name(versions(), 'system'));
  });
});
