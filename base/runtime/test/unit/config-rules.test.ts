import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseConfig, ConfigError, exampleOf, findIssues, loadConfig, openConfig } from '@meridian/runtime';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeIssue, refuseErrors } from '../../src/config/issues.ts';
import { folderIssues, portIssues, reachOf, secretIssues, urlIssues } from '../../src/config/rules.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const random = 'q5uR0Zr1oTj3ZcP8mYkWbXn2LhVdSgAe';

describe('a secret', () => {
  it.each([
    ['of one character', { clusterSecret: 'x'.repeat(40) }, ['clusterSecret']],
    ['of few characters', { clusterToken: 'secretsecretsecretsecretsecretsec' }, ['clusterToken']],
    ['that repeats itself', { clusterToken: 'abcdefgh12345678'.repeat(2) }, ['clusterToken']],
    ['of the documentation', { clusterToken: 'REPLACE-openssl-rand-base64-32-AAAAAAAA' }, ['clusterToken']],
    ['of a list', { apiKeys: [{ key: 'a', secret: random }, { secret: 'x'.repeat(32) }] }, ['apiKeys[1].secret']],
    ['that is random', { clusterToken: random, hook: { secret: '0f3a9bd1c25e48670f3a9bd1c25e4868' } }, []],
    ['that is the password of another server', { clientSecret: 'aaaaaa' }, []],
    ['that is not a secret', { key: 'x'.repeat(40), city: 'x'.repeat(40) }, []],
    ['of the documentation under another name', { joinKey: 'REPLACE-openssl-rand-hex-16' }, ['joinKey']],
  ])('%s', (_what, config, keys) => {
    const issues = secretIssues(config);
    expect(issues.map(({ key }) => key)).toEqual(keys);
    expect(JSON.stringify(issues)).not.toMatch(/xxxx|secretsecret|abcdefgh|-AAAA/);
  });
});

describe('a file with a secret', () => {
  const schema = Type.Object({ clusterToken: Type.String(), port: Type.Integer({ default: 1 }) });
  it.each([
    ['that all users can read is named', `clusterToken: ${random}`, 0o644, true],
    ['that its group can read is fine', `clusterToken: ${random}`, 0o640, false],
    ['is fine when another file has the secret', 'port: 2', 0o644, false],
  ])('%s', (_what, text, mode, isNamed) => {
    const [path, other] = [join(folder, 'mode.yaml'), join(folder, 'other.yaml')];
    writeFileSync(path, text);
    chmodSync(path, mode);
    writeFileSync(other, `clusterToken: ${random}`);
    chmodSync(other, 0o600);
    const argv = ['--config', other, '--config', path];
    const issues = findIssues(openConfig(schema, { argv, env: {} }), undefined);
    expect(issues.map(({ value, isWarning }) => [value, isWarning])).toEqual(isNamed ? [[path, true]] : []);
  });
});

describe('a folder', () => {
  it('is refused when it is a file or inside a file, and accepted when it exists or can be made', () => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'there'), { recursive: true });
    for (const path of ['file', 'file/in/it'])
      expect(folderIssues('stateDir', join(folder, path))).toMatchObject([
        { allowed: expect.stringMatching(/is a file$/) },
      ]);
    expect(folderIssues('stateDir', join(folder, 'there'))).toEqual([]);
    expect(folderIssues('stateDir', join(folder, 'a/b/c'))).toEqual([]);
  });
});

describe('ports', () => {
  const use = (ip: string, protocol: 'tcp' | 'udp', portMin: number, portMax = portMin) => ({
    key: 'k',
    ip,
    protocol,
    portMin,
    portMax,
  });
  it.each([
    ['the same', use('10.0.0.1', 'tcp', 7), use('10.0.0.1', 'tcp', 7), true],
    ['one inside a range', use('10.0.0.1', 'udp', 10, 20), use('10.0.0.1', 'udp', 20), true],
    ['ranges that overlap', use('10.0.0.1', 'udp', 10, 20), use('10.0.0.1', 'udp', 5, 10), true],
    ['all addresses and one', use('0.0.0.0', 'tcp', 7), use('10.0.0.1', 'tcp', 7), true],
    ['one and all addresses', use('10.0.0.1', 'tcp', 7), use('::', 'tcp', 7), true],
    ['all of IPv4 and one of IPv6', use('0.0.0.0', 'tcp', 7), use('fd00::1', 'tcp', 7), false],
    ['other addresses', use('10.0.0.1', 'tcp', 7), use('10.0.0.2', 'tcp', 7), false],
    ['other protocols', use('10.0.0.1', 'tcp', 7), use('10.0.0.1', 'udp', 7), false],
    ['ranges side by side', use('10.0.0.1', 'udp', 10, 19), use('10.0.0.1', 'udp', 20, 29), false],
    ['any free port twice', use('10.0.0.1', 'tcp', 0), use('10.0.0.1', 'tcp', 0), false],
  ])('%s', (_what, one, other, isRefused) => {
    expect(portIssues([one, other])).toHaveLength(isRefused ? 1 : 0);
  });
});

describe('an address', () => {
  it.each([
    ['https://a.example', undefined, true],
    ['https://a.example:8443/', undefined, true],
    ['rtmp://a.example:1935', undefined, true],
    ['https://a.example/x', undefined, false],
    ['wss://a.example/x', true, true],
    ['wss://a.example/x?y', true, false],
    ['https://a.example#x', undefined, false],
    ['https://user:pass@a.example', undefined, false],
    ['https://a.example:99999', undefined, false],
    ['https://', undefined, false],
  ] as const)('%s is an origin (path allowed: %s): %s', (url, path, isFine) => {
    const issues = urlIssues('publicUrl', url, path === undefined ? { example: 'x' } : { path, example: 'x' });
    expect(issues).toHaveLength(isFine ? 0 : 1);
    expect(JSON.stringify(issues)).not.toContain('pass@');
  });

  it.each([
    ['localhost', 'machine'],
    ['127.9.9.9', 'machine'],
    ['[::1]', 'machine'],
    ['10.1.2.3', 'network'],
    ['172.31.0.1', 'network'],
    ['192.168.1.1', 'network'],
    ['100.64.0.1', 'network'],
    ['fd00::1', 'network'],
    ['172.32.0.1', 'everywhere'],
    ['100.128.0.1', 'everywhere'],
    ['10.example.org', 'everywhere'],
    ['203.0.113.2', 'everywhere'],
    ['2001:db8::1', 'everywhere'],
  ])('%s is reached by its %s', (host, reach) => {
    expect(reachOf(host)).toBe(reach);
  });
});

describe('an unknown key', () => {
  const schema = Type.Object({ ...baseConfig, httpPort: Type.Integer({ default: 1 }) });
  const allowedOf = (key: string): string => {
    const path = join(folder, 'unknown.json');
    writeFileSync(path, JSON.stringify({ [key]: 1 }));
    try {
      loadConfig(schema, { argv: ['--config', path], env: {} });
    } catch (error) {
      if (error instanceof ConfigError) return error.issues[0]?.allowed ?? '';
    }
    return '';
  };
  it.each([
    ['htpPort', 'no such key; did you mean httpPort?'],
    ['HTTPPORT', 'no such key; did you mean httpPort?'],
    ['loglevel', 'no such key; did you mean logLevel?'],
    ['banana', /^no such key; known here: logLevel, .*, httpPort$/],
    ['p', /known here/],
  ])('%s: %s', (key, allowed) => {
    expect(allowedOf(key)).toMatch(allowed);
  });
});

describe('an example', () => {
  it('is the first one, else the default, else built from the required keys', () => {
    const port = Type.Integer({ minimum: 1, examples: [7, 8] });
    expect(exampleOf(port)).toBe(7);
    expect(exampleOf(Type.String({ default: 'a' }))).toBe('a');
    expect(exampleOf(Type.Union([Type.Literal('x'), Type.Literal('y')]))).toBe('x');
    const listen = Type.Object({ port, mode: Type.Optional(Type.String()) });
    expect(exampleOf(Type.Array(listen, { minItems: 1 }))).toEqual([{ port: 7 }]);
    expect(exampleOf(Type.Array(listen))).toEqual([]);
    expect(Check(listen, exampleOf(listen))).toBe(true);
  });

  it.each([
    ['publicUrl', 'wss://meet.example.org', 'publicUrl: wss://meet.example.org'],
    ['a.b', '10.0.0.1', 'b: 10.0.0.1'],
    ['list[1]', '10.0.0.0/8', '- 10.0.0.0/8'],
    ['on', 'true', 'on: "true"'],
    ['cron', '15 3 * * 2', 'cron: "15 3 * * 2"'],
    ['listen', { ip: 'a', port: 1 }, 'listen: {"ip":"a","port":1}'],
  ])('of %s is a line of YAML', (key, example, line) => {
    expect(describeIssue({ key, value: undefined, allowed: 'x', example, where: 'f:1' })).toBe(
      `  ${key}: x\n    in f:1\n    example: ${line}`,
    );
  });

  it('does not stop the service when all issues are warnings', () => {
    const warning = { key: 'a', value: 1, allowed: 'x', isWarning: true };
    expect(() => refuseErrors([warning])).not.toThrow();
    expect(() => refuseErrors([warning, { key: 'b', value: 1, allowed: 'y' }])).toThrow(
      /^configuration is not valid:\n {2}b = 1: y$/,
    );
  });
});
