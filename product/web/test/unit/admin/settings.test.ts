import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OwnTenant } from '../../../src/admin/contract.ts';
import { actNameOf, actNames } from '../../../src/admin/settings/act-texts.ts';
import { downloads, SettingsApi } from '../../../src/admin/settings/api.ts';
import { checkAll, statusText } from '../../../src/admin/settings/core/audit.ts';
import { brandingChange, brandingErrors, brandingForm } from '../../../src/admin/settings/core/branding.ts';
import { grounds, illegibleSchemes, isColour, shownAccent } from '../../../src/admin/settings/core/colour.ts';
import { isWrong, retentionChange, retentionForm, shortened } from '../../../src/admin/settings/core/retention.ts';
import { contrastOf } from '../../../src/core/accent.ts';
import { scripted } from './scripted.ts';

const tenant: OwnTenant = {
  id: 'acme',
  name: 'Acme',
  branding: { displayName: null, accentColor: '#1a7f64', logo: null, supportUrl: null },
  mail: false,
  wallAllowed: true,
};

describe('a colour', () => {
  it.each(['', 'red', '#fff', '#12345', '#1234567', '#12345g', ' #123456'])('cannot be “%s”', (text) =>
    expect(isColour(text)).toBe(false),
  );
  it.each([
    ['#f4e04d', ['light']],
    ['#10104a', ['dark']],
    ['#1a7f64', []],
  ])('%s is hard to read on %j pages, where a shade of it is shown', (colour, schemes) => {
    expect(illegibleSchemes(colour)).toEqual(schemes);
    for (const scheme of ['light', 'dark'] as const) {
      const { accent, ink } = shownAccent(colour, scheme);
      for (const other of [grounds[scheme], ink]) expect(contrastOf(accent, other)).toBeGreaterThanOrEqual(4.5);
    }
  });
  it('that is invalid is replaced by the default colour', () => {
    expect(shownAccent('', 'dark')).toEqual({ accent: '#4cd0be', ink: '#04211d' });
  });
});

describe('the form of branding', () => {
  const form = brandingForm(tenant);
  it.each([
    ['no name', { name: ' ' }, ['name']],
    ['long names', { name: 'n'.repeat(129), displayName: 'n'.repeat(65) }, ['name', 'displayName']],
    ['a name that contains an address', { displayName: 'Bank <a@b.example>' }, ['displayName']],
    ['a colour name in place of a code', { accentColor: 'green' }, ['accentColor']],
    ['a link that runs a script', { supportUrl: 'javascript:alert(1)' }, ['supportUrl']],
    ['a link without a scheme', { supportUrl: 'example.org' }, ['supportUrl']],
    ['a link to an unencrypted page', { supportUrl: 'http://example.org' }, ['supportUrl']],
    ['a link that contains a password', { supportUrl: 'https://a:b@example.org' }, ['supportUrl']],
    ['a mail link without an address', { supportUrl: 'mailto:help' }, ['supportUrl']],
    ['a valid mail link', { supportUrl: 'mailto:help@example.org' }, []],
    ['empty optional fields', { accentColor: '', displayName: '' }, []],
  ])('with %s marks the invalid fields', (_, parts, fields) => {
    expect(Object.keys(brandingErrors({ ...form, ...parts }))).toEqual(fields);
  });
  it('sends changed fields, and clears empty ones', () => {
    expect(brandingChange(tenant, form)).toEqual({});
    expect(brandingChange(tenant, { ...form, name: ' Acme Inc ' })).toEqual({ name: 'Acme Inc' });
    expect(brandingChange(tenant, { ...form, accentColor: '', displayName: 'Meet' })).toEqual({
      branding: { displayName: 'Meet', accentColor: null },
    });
  });
  it('is saved under the shown version', async () => {
    const { ports, asked, bodies } = scripted(() => tenant);
    const api = new SettingsApi(ports);
    const { value, etag } = await api.tenant();
    await api.changeTenant(brandingChange(value, { ...form, accentColor: '' }), etag);
    expect(asked).toEqual(['GET /tenant', 'PATCH /tenant "3"']);
    expect(bodies[1]).toEqual({ branding: { accentColor: null } });
  });
});

describe('retention', () => {
  const usual = {
    eventsDays: 90,
    attendanceDays: 400,
    webhookDeliveriesDays: 30,
    recordingsDays: 400,
    libraryDays: 3650,
    watchesDays: 366,
    deliveriesDays: 90,
  };
  const saved = { ...usual, meetingsDays: 400, auditDays: 800 };
  const form = retentionForm(saved);
  it.each([
    ['eventsDays', '1', true],
    ['eventsDays', '2', false],
    ['auditDays', '29', true],
    ['auditDays', '3650', false],
    ['auditDays', '3651', true],
    ['eventsDays', '7.5', true],
    ['eventsDays', '-7', true],
    ['eventsDays', '1e3', true],
    ['eventsDays', '', false],
  ] as const)('%s of “%s” gives the problem %s', (kind, text, expected) => expect(isWrong(kind, text)).toBe(expected));
  it('sends changed values; an empty field means the default', () => {
    expect(retentionChange(saved, form)).toEqual({});
    expect(retentionChange(saved, { ...form, eventsDays: '120', auditDays: '' })).toEqual({
      eventsDays: 120,
      auditDays: null,
    });
    expect(retentionChange(saved, { ...form, eventsDays: '' })).toEqual({});
  });
  it('that becomes shorter is reported, so that the page asks for confirmation', () => {
    expect(shortened(saved, form)).toEqual([]);
    expect(shortened(saved, { ...form, eventsDays: '120', meetingsDays: '30', auditDays: '' })).toEqual([
      'meetingsDays',
      'auditDays',
    ]);
  });
});

describe('the audit log', () => {
  it('is verified to its end, part by part', async () => {
    const from: (number | undefined)[] = [];
    const checked = await checkAll(async (fromSeq) => {
      from.push(fromSeq);
      const first = fromSeq ?? 11;
      return {
        whole: true,
        firstSeq: first,
        lastSeq: first + 9,
        lastHash: `h${first}`,
        ...(first < 31 && { nextSeq: first + 10 }),
      };
    });
    expect(checked).toEqual({ isWhole: true, firstSeq: 11, lastSeq: 40, lastHash: 'h31' });
    expect(from).toEqual([undefined, 21, 31]);
  });
  it('is broken at the first broken part', async () => {
    const answer = { whole: false, brokenSeq: 17, firstSeq: 11, lastSeq: 16, lastHash: 'h' };
    expect(await checkAll(async () => answer)).toEqual({ isWhole: false, brokenSeq: 17 });
  });
  it('is not verified forever when the API returns the same part again', async () => {
    let requestCount = 0;
    const answer = { whole: true, firstSeq: 1, lastSeq: 9, lastHash: 'h', nextSeq: 10 };
    const ask = async () => {
      requestCount += 1;
      return answer;
    };
    expect(await checkAll(ask)).toMatchObject({ isWhole: true });
    expect(requestCount).toBe(2);
  });
  it('has texts for known acts and for each result', () => {
    expect([actNameOf('createKey'), actNameOf('constructor')]).toEqual(['createKey', undefined]);
    expect([200, 401, 403, 409].map(statusText)).toEqual([
      'statusDone',
      'statusRefused',
      'statusRefused',
      'statusFailed',
    ]);
  });
  it('has a sentence for each operation that the api may write into it', () => {
    const { paths } = JSON.parse(readFileSync(new URL('../../../../api/openapi.json', import.meta.url), 'utf8'));
    const operations = Object.values<Record<string, { operationId?: string }>>(paths).flatMap((path) =>
      Object.entries(path).flatMap(([method, { operationId = '' }]) => (method === 'get' ? [] : [operationId])),
    );
    const audited = [...operations, 'exportTenant', 'getInviteeLink', 'finishOidcSignIn', 'lookAtRooms'];
    expect(actNames.toSorted()).toEqual(audited.filter((name) => name !== '').sort());
  });
  it('is downloaded with the current filter', () => {
    expect(downloads.auditCsv('')).toBe('/api/v1/audit.csv');
    expect(downloads.auditCsv('a&b')).toBe('/api/v1/audit.csv?operation=a%26b');
  });
});

it('open uploads of all users are listed by pages, and each can be ended', async () => {
  const { ports, asked } = scripted((method) => (method === 'GET' ? { data: [] } : undefined));
  const api = new SettingsApi(ports);
  await api.openUploads();
  await api.openUploads('c1');
  await api.endUpload('UP_1');
  expect(asked).toEqual([
    'GET /library/uploads?limit=25&state=open&everyone=true',
    'GET /library/uploads?limit=25&state=open&everyone=true&cursor=c1',
    'DELETE /library/uploads/UP_1',
  ]);
});
