import { describe, expect, it } from 'vitest';
import type { Principal, UserRole } from '../../../src/access/core/scopes.ts';
import type { Invitee } from '../../../src/meetings/core/meeting.ts';
import {
  inviteeOf,
  meetingRights,
  type Part,
  partOf,
  parts,
  personsSeenBy,
  rightOf,
} from '../../../src/meetings/core/rights.ts';

const invitee = (one: Partial<Invitee>): Invitee => ({
  id: 'in_1',
  email: '',
  name: '',
  userId: '',
  role: '',
  language: 'en',
  status: 'needsAction',
  bookedBy: '',
  ...one,
});
const empty = { hosts: [], cohosts: [], invitees: [] };
const user = (role: UserRole): Principal => ({
  kind: 'user',
  id: 'ann',
  tenant: 'acme',
  scopes: new Set(),
  user: { email: 'Ann@example.org', name: 'Ann', role },
});

const meetings: readonly (readonly [Part, string, typeof empty | object])[] = [
  ['none', 'not there', {}],
  ['none', 'others', { hosts: ['bob'], cohosts: ['cem'], invitees: [invitee({ userId: 'dan', email: 'd@d.org' })] }],
  ['none', 'an invitee without an address', { invitees: [invitee({ name: 'Ann' })] }],
  ['none', 'another user of her address', { invitees: [invitee({ userId: 'bob', email: 'ann@example.org' })] }],
  ['host', 'her as host', { hosts: ['bob', 'ann'] }],
  ['host', 'her as host and invitee', { hosts: ['ann'], invitees: [invitee({ userId: 'ann' })] }],
  ['cohost', 'her as cohost', { hosts: ['bob'], cohosts: ['ann'] }],
  ['host', 'her invited as host', { invitees: [invitee({ userId: 'ann', role: 'host' })] }],
  ['cohost', 'her address invited as cohost', { invitees: [invitee({ email: 'ANN@example.org', role: 'cohost' })] }],
  ['invitee', 'her identity', { invitees: [invitee({ userId: 'ann' })] }],
  ['invitee', 'her address', { invitees: [invitee({ email: 'ann@EXAMPLE.org', role: 'speaker' })] }],
];

describe('the part of a user in a meeting', () => {
  it.each(meetings)('is %s with %s', (part, _, people) => {
    expect(partOf({ ...empty, ...people }, { id: 'ann', email: 'ann@example.org' })).toBe(part);
  });
  it('is none for an empty address', () => {
    const meeting = { ...empty, invitees: [invitee({ name: 'X' }), invitee({ email: '' })] };
    expect(partOf(meeting, { id: 'ann', email: '' })).toBe('none');
  });
  it('is found by identity first, then by address', () => {
    const [byAddress, byIdentity] = [
      invitee({ id: 'a', email: 'ann@example.org' }),
      invitee({ id: 'b', userId: 'ann' }),
    ];
    const found = inviteeOf({ invitees: [byAddress, byIdentity] }, { id: 'ann', email: 'ann@example.org' });
    expect(found).toBe(byIdentity);
  });
});

describe('rights on a meeting', () => {
  const roles = Object.keys(meetingRights) as UserRole[];
  it.each(roles.flatMap((role) => meetings.map((meeting) => [role, ...meeting] as const)))(
    'are set by the table for a user that is %s and %s with %s',
    (role, part, _, people) => {
      expect(rightOf(user(role), { ...empty, ...people })).toBe(meetingRights[role][part]);
    },
  );
  it('have this table', () => {
    expect(meetingRights).toMatchInlineSnapshot(`
      {
        "admin": {
          "cohost": "change",
          "host": "change",
          "invitee": "change",
          "none": "change",
        },
        "host": {
          "cohost": "change",
          "host": "change",
          "invitee": "see",
          "none": "",
        },
        "member": {
          "cohost": "see",
          "host": "see",
          "invitee": "see",
          "none": "",
        },
        "operator": {
          "cohost": "change",
          "host": "change",
          "invitee": "change",
          "none": "change",
        },
        "watcher": {
          "cohost": "change",
          "host": "change",
          "invitee": "change",
          "none": "change",
        },
      }
    `);
    for (const role of roles) expect(Object.keys(meetingRights[role])).toEqual([...parts]);
  });
  it('of a key follow its scopes', () => {
    expect(rightOf({ kind: 'key', id: 'k', tenant: 'acme', scopes: new Set() }, empty)).toBe('change');
  });
  it('are none for a caller without a known user', () => {
    const { user: _, ...bare } = user('admin');
    expect(rightOf(bare, { ...empty, hosts: ['ann'] })).toBe('');
    expect(personsSeenBy(bare)).toEqual(['id:ann']);
  });
});

describe('lists of meetings', () => {
  it('are limited to identity and address, unless the caller may see all', () => {
    expect(personsSeenBy(user('admin'))).toBeUndefined();
    expect(personsSeenBy(user('host'))).toEqual(['id:ann', 'mail:ann@example.org']);
    expect(personsSeenBy(user('member'))).toEqual(['id:ann', 'mail:ann@example.org']);
    expect(personsSeenBy({ kind: 'key', id: 'k', tenant: 'acme', scopes: new Set() })).toBeUndefined();
  });
});
