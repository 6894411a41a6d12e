import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type ConfigIssue, findIssues, openConfig } from '@meridian/runtime';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const schema = Type.Object({
  id: Type.Optional(Type.String({ maxLength: 40 })),
  url: Type.Optional(Type.String({ pattern: '^wss://' })),
  clusterToken: Type.Optional(Type.String()),
  port: Type.Optional(Type.Integer()),
  listen: Type.Array(Type.Object({ ip: Type.String({ minLength: 2 }), announced: Type.Optional(Type.String()) }), {
    default: [],
  }),
});
/** Functions, because a template of this file would fill the references in. */
const env = (name: string): string => `$\{env:${name}}`;
const file = (path: string): string => `$\{file:${path}}`;
const random = 'q5uR0Zr1oTj3ZcP8mYkWbXn2LhVdSgAe';

let folder: string;
let secretFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-references-'));
  secretFile = join(folder, 'a-rather-long-name-of-a-secret');
  writeFileSync(secretFile, `${random} \r\n\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function open(text: string, variables: Record<string, string> = {}) {
  const path = join(folder, 'a.yaml');
  writeFileSync(path, text, { mode: 0o644 });
  return openConfig(schema, { argv: ['--config', path], env: variables });
}

function refused(act: () => unknown): { issues: ConfigIssue[]; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a reference', () => {
  it('stands for a variable or a file at any depth, as a part of a text and several times', () => {
    const text = `url: wss://${env('HOST')}:${env('PORT')}\nclusterToken: ${file(secretFile)}
listen: [{ ip: "${env('HOST')}", announced: a }]`;
    expect(open(text, { HOST: '10.0.0.1', PORT: '7000' }).config).toEqual({
      url: 'wss://10.0.0.1:7000',
      clusterToken: random,
      listen: [{ ip: '10.0.0.1', announced: 'a' }],
    });
  });

  it('to a file may have variables in its name', () => {
    const variables = { FOLDER: folder, NAME: 'a-rather-long-name' };
    const nested = file(`${env('FOLDER')}/${env('NAME')}-of-a-secret`);
    expect(open(`clusterToken: ${nested}`, variables).config.clusterToken).toBe(random);
    const { issues } = refused(() => open(`id: ${nested}`, { FOLDER: folder }));
    expect(issues).toMatchObject([{ key: 'id', value: nested, allowed: expect.stringMatching(/NAME is not set/) }]);
  });

  it('is not resolved inside the text of another reference, nor in the environment', () => {
    const variables = { A: env('B'), B: 'b', MERIDIAN_CLUSTER_TOKEN: env('B') };
    expect(open(`id: ${env('A')}`, variables).config).toMatchObject({ id: env('B'), clusterToken: env('B') });
  });

  it('of another form stays unchanged', () => {
    const text = '$HOME $' + '{HOME} $' + '{env:X $env:X $' + '{ENV:X}';
    expect(open(`id: "${text}"`).config.id).toBe(text);
  });

  it.each([
    ['a variable that is not set', env('NO_HOST'), /NO_HOST is not set/],
    ['a variable without a name', env(''), /is not set/],
    ['a file that is not there', file('/nowhere/at/all'), /readable file.*ENOENT/],
    ['a folder', file('/tmp'), /readable file.*EISDIR/],
    ['a file without a name', file(''), /readable file.*ENOENT/],
  ])('to %s is refused once, by key and line', (_what, reference, allowed) => {
    const { issues } = refused(() => open(`id: a\nlisten:\n  - { ip: aa, announced: "${reference}" }`));
    const where = `${join(folder, 'a.yaml')}:3`;
    const key = 'listen[0].announced';
    expect(issues).toEqual([{ key, value: reference, allowed: expect.stringMatching(allowed), where }]);
  });

  it('to a large file is refused', () => {
    const largeFile = join(folder, 'large');
    writeFileSync(largeFile, 'x'.repeat(65_537));
    const { issues } = refused(() => open(`id: ${file(largeFile)}`));
    expect(issues).toEqual([expect.objectContaining({ key: 'id', allowed: expect.stringMatching(/65536.*65537/) })]);
    writeFileSync(largeFile, 'x'.repeat(65_536));
    // The file is accepted, but its text is too long for this key.
    expect(refused(() => open(`id: ${file(largeFile)}`)).issues[0]?.allowed).not.toMatch(/readable/);
  });
});

describe('the text of a reference', () => {
  it('is in no message about a wrong value: it may be a secret', () => {
    const { issues, message } = refused(() => open(`url: ${file(secretFile)}`));
    expect(issues).toEqual([expect.objectContaining({ key: 'url', value: `${file(secretFile)}` })]);
    expect(message).not.toContain(random);
  });

  it('is not in any issue that a service finds', () => {
    const loaded = open(`listen: [{ ip: "${file(secretFile)}" }]`);
    const foundIssues = findIssues(loaded, ({ listen }) => [
      { key: 'listen[0].ip', value: listen[0]?.ip, allowed: 'another' },
    ]);
    expect(foundIssues).toMatchObject([{ value: `${file(secretFile)}`, where: `${join(folder, 'a.yaml')}:1` }]);
  });

  it('is not resolved when the environment overrides the key', () => {
    const issues = refused(() => open(`url: ${env('A')}`, { A: 'a', MERIDIAN_URL: 'b' })).issues;
    expect(issues).toMatchObject([{ key: 'url', value: 'b', where: 'MERIDIAN_URL' }]);
  });

  it('does not make a secret of a file that all users can read', () => {
    expect(secretFile.length).toBeGreaterThan(32);
    expect(findIssues(open(`clusterToken: ${file(secretFile)}`), undefined)).toEqual([]);
    const nested = file(secretFile.replace('long', env('HOW')));
    expect(findIssues(open(`clusterToken: ${nested}`, { HOW: 'long' }), undefined)).toEqual([]);
    expect(findIssues(open(`clusterToken: ${random}`), undefined)).toHaveLength(1);
  });

  it('is judged as a secret', () => {
    writeFileSync(join(folder, 'weak'), 'x'.repeat(40));
    const found = findIssues(open(`clusterToken: ${file(join(folder, 'weak'))}`), undefined);
    expect(found).toMatchObject([{ key: 'clusterToken', allowed: expect.stringMatching(/guessed/) }]);
  });
});
