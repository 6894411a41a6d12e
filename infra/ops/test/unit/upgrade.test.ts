// Files of a host that the release before has written: keys that this release no longer has are taken out.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { recorderConfig } from '../../../../media/recorder/src/config.ts';
import { webConfig } from '../../../../product/web/server/config.ts';
import { libraryThere } from '../../src/checks/services.ts';
import { type Restarting, restart } from '../../src/commands/restart.ts';
import { dropRemovedKeys, loadValues, removedKeys } from '../../src/config-files.ts';
import type { Context } from '../../src/context.ts';
import { serviceKinds } from '../../src/core/services.ts';
import { hostOf, writtenHost } from '../support/host-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-upgrade-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Keys of the release before, in their former forms and places. */
const former = `# HTTP, with \`publicUrl\`
# and TLS
httpListen:
  ip: 127.0.0.1
  port: 7873

publicUrl: https://meet.example.org # by hand

# Proxies of this host
trustedProxies:
- 127.0.0.1/32

tlsKeyFile:

`;
function hostBefore() {
  const etc = mkdtempSync(join(folder, 'etc-'));
  writtenHost(hostOf({ local: '203.0.113.11', public: '203.0.113.11' }, serviceKinds, 1), etc);
  const file = (name: string): string => join(etc, `${name}.yaml`);
  const written = readFileSync(file('recorder'), 'utf8');
  const at = written.indexOf('# API keys besides');
  writeFileSync(file('recorder'), `${written.slice(0, at)}${former}${written.slice(at)}\n# mine\nhttpTls: true\n`);
  writeFileSync(file('web'), `${readFileSync(file('web'), 'utf8')}recorderUrls: [https://sgp.example.org]`);
  const said: string[] = [];
  const context = { folders: { etc, state: etc }, out: (text: string) => said.push(text) } as unknown as Context;
  return { file, written, said, context };
}

it('keys that this release no longer has are taken out before services restart; all else stays', async () => {
  const { file, written, said, context } = hostBefore();
  const restarted: string[] = [];
  const ports: Restarting = {
    isActive: async () => true,
    restart: async (unit) => {
      if (unit === 'meridian-recorder.service') {
        expect(readFileSync(file('recorder'), 'utf8')).toBe(`${written}\n`);
        expect(loadValues('recorder', [file('host'), file('recorder')], {})).toMatchObject({
          controlListen: { port: 7872 },
        });
      }
      restarted.push(unit);
    },
  };
  await restart([], context, ports);
  expect(restarted).toContain('meridian-recorder.service');
  expect(said.filter((text) => text.includes('taken out'))).toEqual([
    `${file('recorder')}: httpListen, httpTls, publicUrl, tlsKeyFile, trustedProxies taken out, which this release no longer has`,
    `${file('web')}: recorderUrls taken out, which this release no longer has`,
  ]);
  said.length = 0;
  dropRemovedKeys(context);
  expect(said).toEqual([]);
});

it('no service has a key that is taken out', () => {
  expect(Object.keys(removedKeys).toSorted()).toEqual(['recorder', 'web']);
  const keysOf = (schema: { readonly properties: object }): Set<string> => new Set(Object.keys(schema.properties));
  expect(removedKeys.recorder?.filter((key) => keysOf(recorderConfig).has(key))).toEqual([]);
  expect(removedKeys.web?.filter((key) => keysOf(webConfig).has(key))).toEqual([]);
});

it.each([
  ['no recorder', ['sfu'], undefined],
  ['recorders and a library node', ['recorder', 'library'], undefined],
  ['recorders alone', ['sfu', 'recorder', 'recorder'], 'recorder-1, recorder-2 cannot record'],
])('a cloud with %s', (_with, kinds, failure) => {
  const findings = libraryThere(kinds.map((kind, at) => ({ nodeId: `${kind}-${at}`, kind })));
  expect(findings.map(({ level, what }) => `${level} ${what}`)).toEqual(
    failure === undefined ? [] : [expect.stringContaining(`fail ${failure}`)],
  );
  expect(findings.every(({ cure = '' }) => cure.includes('meridian node invite'))).toBe(true);
});
