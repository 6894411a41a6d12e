// The administration pages of users, API keys and settings.
import type { ReactNode } from 'react';
import type { OwnTenant } from '../admin/contract.ts';
import type { ApiKey } from '../admin/keys/api.ts';
import { keyScopes } from '../admin/keys/core/scopes.ts';
import type { AuditEntry } from '../admin/settings/core/audit.ts';
import type { User } from '../admin/users/api.ts';
import { AdminStory, type Answers } from './admin.tsx';
import { Doing, type Step } from './press.tsx';

const user = (one: Partial<User> & Pick<User, 'name' | 'email'>): User => ({
  id: `usr_${one.email}`,
  role: 'member',
  active: true,
  hasPassword: true,
  createdAt: '2026-03-02T08:00:00Z',
  ...one,
});
const users: readonly User[] = [
  user({ name: '王小明', email: 'wang.xiaoming@example.org', hasPassword: false, createdAt: '2026-11-20T08:00:00Z' }),
  user({ id: 'usr_hana', name: 'Hana Nováková', email: 'hana.novakova@example.org', role: 'admin' }),
  user({ name: 'Ivo Schneider', email: 'ivo.schneider@example.org', role: 'host' }),
  user({ name: 'Wanda Holm', email: 'wanda.holm@example.org', active: false }),
  user({
    name: 'Wangari Muthoni wa Kamau-Oyelaran',
    email: 'wangari.muthoni.wa.kamau-oyelaran@department.company.example',
    role: 'host',
  }),
];
const [ming] = users;

const keys: readonly ApiKey[] = [
  {
    id: 'MKq7ZV3xT9wLbN2s',
    name: 'office',
    scopes: ['meetings:read', 'meetings:write', 'rooms:join', 'rooms:create', 'rooms:admin', 'reports:read'],
    regions: [],
    createdAt: '2026-11-20T08:00:00Z',
  },
  {
    id: 'MKd8Rk4yHc6PfW1e',
    name: '直播平台',
    scopes: ['live:admin', 'rooms:join'],
    regions: ['frankfurt', 'singapore'],
    createdAt: '2026-07-14T08:00:00Z',
  },
  { id: 'dev', name: 'configuration', scopes: [...keyScopes], regions: [], createdAt: '2026-03-02T08:00:00Z' },
  {
    id: 'MKa1Bn5uJx7TgQ3m',
    name: 'office',
    scopes: ['meetings:read'],
    regions: [],
    createdAt: '2026-02-02T08:00:00Z',
    revokedAt: '2026-11-21T10:00:00Z',
  },
];
const secret = 'vT3kXq8ZpW1nRb6YhM9cLd2JfS7gAe4uQx5tNz0iKoP';

const retention = { eventsDays: 90, attendanceDays: 400, webhookDeliveriesDays: 30, meetingsDays: 400, auditDays: 730 };
const tenant: Omit<OwnTenant, 'mail'> = {
  id: 'example',
  name: 'Example Company',
  branding: {
    displayName: 'Example Meet',
    accentColor: '#7a3cc8',
    logo: null,
    supportUrl: 'https://example.org/help',
  },
  wallAllowed: true,
};
const entry = (seq: number, one: Pick<AuditEntry, 'operation' | 'by'> & Partial<AuditEntry>): AuditEntry => ({
  seq,
  at: '2026-11-23T08:41:12Z',
  address: '203.0.113.24',
  targets: {},
  status: 200,
  requestId: `req_${seq}`,
  missed: 0,
  hash: '',
  ...one,
});
const audit: readonly AuditEntry[] = [
  entry(4718, { operation: 'createKey', by: { kind: 'user', id: 'usr_hana' }, targets: { id: 'MKq7ZV3xT9wLbN2s' } }),
  entry(4717, {
    operation: 'updateUser',
    by: { kind: 'user', id: 'usr_ivo' },
    targets: { user: 'usr_wanda' },
    status: 403,
    address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  }),
  entry(4716, { operation: 'createMeeting', by: { kind: 'key', id: 'MKq7ZV3xT9wLbN2s' }, targets: { id: 'mt_4938' } }),
  entry(4715, { operation: 'deleteUser', by: { kind: 'operator', id: 'operator' }, status: 409 }),
];

/** The api; `mail`: it sends mails. */
const answersWith =
  ({ mail = false }: { mail?: boolean } = {}): Answers =>
  (method, path) => {
    if (path === '/sign-in') return { local: true, providers: [], setupAwaited: false, mail };
    if (path.endsWith('/password-link'))
      return {
        url: 'https://meet.example.org/setup/Zk3vQ9hT2mXw8LrYpB6nDa',
        expiresAt: '2026-11-24T08:48:00Z',
        mailed: mail,
      };
    if (path === '/users/bulk') return { results: bulkResults };
    if (path.startsWith('/keys')) return method === 'POST' ? { ...keys[0], secret } : { data: keys };
    if (path === '/tenant/retention') return retention;
    if (path === '/tenant') return { ...tenant, mail };
    if (path.startsWith('/audit/verification'))
      return { whole: true, firstSeq: 1, lastSeq: 4718, lastHash: 'c7b2a94f'.repeat(8) };
    if (path.startsWith('/audit')) return { data: audit, nextCursor: 'next' };
    if (path.startsWith('/users')) return method === 'POST' ? ming : { data: users, nextCursor: 'next' };
    return undefined;
  };

const table = [
  'Name;E-Mail;Role;Active',
  'Ann Lee;ann.lee@example.org;host;yes',
  '陈小梅;xiaomei@example.org;;',
  'Bo;bo@example;king;yes',
  'Ivo Schneider;ivo.schneider@example.org;host;no',
  ';new@example.org;;',
].join('\n');
const bulkResults = [
  { status: 201, id: 'usr_1' },
  { status: 201, id: 'usr_2' },
  { status: 409, problem: { type: '', title: '', status: 409, code: 'LAST_ADMIN' } },
  {
    status: 400,
    problem: { type: '', title: '', status: 400, code: 'REQUEST_INVALID', errors: [{ pointer: '/name', detail: '' }] },
  },
];

const press = (id: string): Step => ({ press: `[data-testid=${id}]` });
const field = (selector: string, text: string): Step => ({ fill: [selector, text] });
const page = (section: 'users' | 'keys' | 'settings', steps: readonly Step[] = [], answers = answersWith()) => (
  <Doing steps={steps}>
    <AdminStory route={{ section }} answers={answers} />
  </Doing>
);

const inRow = (item: string): readonly Step[] => [press('row-menu'), press(`menu-${item}`)];
const inviting: readonly Step[] = [
  press('invite'),
  field('dialog [autocomplete=off]', '王小明'),
  field('dialog [type=email]', 'wang.xiaoming@example.org'),
];
const many: readonly Step[] = [press('many'), field('dialog textarea', table)];

export const adminPeopleStories: Readonly<Record<string, () => ReactNode>> = {
  'users-list': () => page('users'),
  'users-empty': () => page('users', [], () => ({ data: [] })),
  'users-failed': () => page('users', [], () => undefined),
  'users-menu': () => page('users', [press('row-menu')]),
  'users-invite': () =>
    page('users', [press('invite'), { press: 'dialog [type=submit]' }], answersWith({ mail: true })),
  'users-invited': () => page('users', [...inviting, { press: 'dialog [type=submit]' }]),
  'users-invited-mail': () =>
    page('users', [...inviting, { press: 'dialog [type=submit]' }], answersWith({ mail: true })),
  'users-edit': () => page('users', inRow('edit')),
  'users-link': () => page('users', inRow('link'), answersWith({ mail: true })),
  'users-delete': () => page('users', inRow('delete')),
  'users-many': () => page('users', [press('many')]),
  'users-many-read': () => page('users', [...many, press('check')]),
  'users-many-done': () => page('users', [...many, press('check'), press('send')]),
  'users-many-links': () => page('users', [...many, press('check'), press('send'), press('make-links')]),
  'users-many-closing': () =>
    page('users', [
      ...many,
      press('check'),
      press('send'),
      press('make-links'),
      press('one-time'),
      { press: 'dialog .panel-head button' },
    ]),
  'keys-list': () => page('keys'),
  'keys-empty': () => page('keys', [], () => ({ data: [] })),
  'keys-make': () => page('keys', [press('make-key')]),
  'keys-wrong': () => page('keys', [press('make-key'), { press: 'dialog [type=submit]' }]),
  'keys-made': () =>
    page('keys', [press('make-key'), field('dialog .input', 'office'), { press: 'dialog [type=submit]' }]),
  'keys-closing': () =>
    page('keys', [
      press('make-key'),
      field('dialog .input', 'office'),
      { press: 'dialog [type=submit]' },
      press('made-key'),
      { press: 'dialog:has([data-testid=made-key]) .panel-head button' },
    ]),
  'settings-page': () => page('settings'),
  'settings-hard': () => page('settings', [field('[maxlength="7"]', '#f4e04d')]),
  'settings-shorten': () =>
    page('settings', [
      field('.retention .field:nth-child(3) .input', '30'),
      { press: '[data-testid=card-retention] [type=submit]:not(:disabled)' },
    ]),
  'settings-checked': () => page('settings', [press('check-audit')], answersWith({ mail: true })),
  'keys-revoke': () => page('keys', [press('revoke')]),
};
