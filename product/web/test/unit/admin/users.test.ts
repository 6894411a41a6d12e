import { describe, expect, it } from 'vitest';
import { type User, UsersApi } from '../../../src/admin/users/api.ts';
import {
  changesOf,
  emptyUser,
  errorsOf,
  formOfUser,
  linkNotes,
  newUserOf,
} from '../../../src/admin/users/core/words.ts';
import { UsersDesk } from '../../../src/admin/users/desk.ts';
import { type UsersKey, usersTexts } from '../../../src/admin/users/text.ts';
import { refusal, scripted } from './scripted.ts';

const ann: User = {
  id: 'usr_ann',
  email: 'ann@example.org',
  name: 'Ann',
  role: 'host',
  active: true,
  hasPassword: true,
  createdAt: '2026-11-23T08:00:00Z',
};
const url = 'https://meet.test/setup/code';
const newAnn = { name: 'Ann', email: 'Ann@example.org', role: 'host' } as const;

/** The desk with scripted answers; `links`: answers to requests for a link, in order. */
function scriptedDesk(
  links: (object | Response)[] = [{ url, expiresAt: '2026-11-24T08:00:00Z' }],
  currentUser: User = ann,
) {
  const { ports, asked, bodies } = scripted((method, path) => {
    if (path.endsWith('/password-link')) return links.shift();
    return method === 'DELETE' ? undefined : currentUser;
  });
  let changes = 0;
  const users = new UsersDesk(new UsersApi(ports), () => {
    changes += 1;
  });
  return { users, asked, bodies, changes: () => changes };
}
const textOf = (keys: readonly UsersKey[]): string =>
  keys.flatMap((key) => [usersTexts.en[key], usersTexts.zh[key].replaceAll('邮箱', '')]).join(' ');

describe('an invitation', () => {
  it('without mail shows the link, and does not mention mail', async () => {
    const { users, asked, bodies } = scriptedDesk();
    users.open({ kind: 'invite' });
    await users.invite(newAnn);
    users.close('invite'); // as the form does after success
    const shown = users.dialog.get();
    expect(shown).toMatchObject({ kind: 'made', isNew: true, link: { url, mailed: false, wasAsked: false } });
    expect(asked).toEqual(['POST /users', 'POST /users/usr_ann/password-link']);
    expect(bodies).toEqual([newAnn, undefined]);
    expect(textOf(linkNotes({ wasAsked: false, mailed: false }))).not.toMatch(/mail|sent|邮件|发送/i);
    users.close('made');
    expect(users.dialog.get()).toBeUndefined();
  });
  it('by mail reports whether a mail was sent', async () => {
    const { users, bodies } = scriptedDesk([{ url, expiresAt: '2026-11-24T08:00:00Z', mailed: true }]);
    await users.invite(newAnn, 'zh');
    expect(bodies[1]).toEqual({ mail: true, language: 'zh' });
    expect(users.dialog.get()).toMatchObject({ link: { mailed: true } });
    expect(linkNotes({ wasAsked: true, mailed: true })).toContain('linkMailed');
    expect(linkNotes({ wasAsked: true, mailed: false })).not.toContain('linkMailed');
  });
  it('whose link failed does not create the user again when it is retried', async () => {
    const { users, asked, changes } = scriptedDesk([
      refusal('INTERNAL', 503),
      { url, expiresAt: '2026-11-24T08:00:00Z' },
    ]);
    users.open({ kind: 'invite' });
    await expect(users.invite(newAnn)).rejects.toMatchObject({ status: 503 });
    expect(users.dialog.get()).toEqual({ kind: 'invite' });
    await users.invite(newAnn);
    expect(asked.filter((one) => one === 'POST /users')).toHaveLength(1);
    expect([users.dialog.get()?.kind, changes()]).toEqual(['made', 1]);
  });
  it('that is opened anew after a failure creates another user', async () => {
    const { users, asked } = scriptedDesk([refusal('INTERNAL', 503), { url, expiresAt: '2026-11-24T08:00:00Z' }]);
    await expect(users.invite(newAnn)).rejects.toThrow();
    users.open({ kind: 'invite' });
    await users.invite(newAnn);
    expect(asked.filter((one) => one === 'POST /users')).toHaveLength(2);
  });
});

describe('a change', () => {
  it('is sent with the version that the form shows', async () => {
    const { users, asked, bodies } = scriptedDesk();
    await users.change(ann, { role: 'member' });
    expect(asked).toEqual(['GET /users/usr_ann', 'PATCH /users/usr_ann "3"']);
    expect(bodies[1]).toEqual({ role: 'member' });
  });
  it('is rejected when another administrator has changed the user', async () => {
    const { users, asked } = scriptedDesk([], { ...ann, role: 'admin' });
    await expect(users.change(ann, { role: 'member' })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    expect(asked).toEqual(['GET /users/usr_ann']);
  });
  it('sends only changed fields', () => {
    const form = formOfUser(ann);
    expect(changesOf(ann, form)).toEqual({});
    expect(changesOf(ann, { ...form, name: ' Anna ', email: 'ANN@example.org' })).toEqual({ name: 'Anna' });
    expect(changesOf(ann, { ...form, role: 'admin' })).toEqual({ role: 'admin' });
  });
});

it('deleting a user is a single call, after which the list reloads', async () => {
  const { users, asked, changes } = scriptedDesk();
  await users.remove(ann);
  expect([asked, changes()]).toEqual([['DELETE /users/usr_ann'], 1]);
});

it('ending the links to files of a user is confirmed until another dialog opens, but not when it failed', async () => {
  const { users, asked } = scriptedDesk();
  await users.endLinks(ann);
  expect(asked).toEqual(['DELETE /users/usr_ann/file-links']);
  expect(users.linksEndedOf.get()).toBe(ann);
  users.open({ kind: 'endLinks', user: ann });
  expect(users.linksEndedOf.get()).toBeUndefined();
  const { ports } = scripted(() => refusal('NOT_PERMITTED', 403));
  const refused = new UsersDesk(new UsersApi(ports), () => undefined);
  await expect(refused.endLinks(ann)).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
  expect(refused.linksEndedOf.get()).toBeUndefined();
});

it('the question before deactivating names what ends for good', () => {
  expect(usersTexts.en.deactivateText).toMatch(/links to files, stream keys, pushes and pulls .* end for good/i);
  expect(usersTexts.zh.deactivateText).toContain('永久失效');
});

it('the list of users is requested by text and state', async () => {
  const { ports, asked } = scripted(() => ({ data: [] }));
  const api = new UsersApi(ports);
  await api.list({ query: ' ann ', isActive: false });
  await api.list({ query: '' }, 'next');
  expect(asked).toEqual(['GET /users?limit=50&query=ann&active=false', 'GET /users?limit=50&cursor=next']);
});

it.each([
  ['the service sends none', { mail: false }, false],
  ['the service sends mails', { mail: true }, true],
])('the page offers mail as the API reports: %s', async (_, answer, expected) => {
  const { ports } = scripted(() => ({ local: true, providers: [], setupAwaited: false, ...answer }));
  expect(await new UsersApi(ports).mails()).toBe(expected);
});

describe('the form of a user', () => {
  it.each([
    ['nothing', emptyUser, ['name', 'email']],
    ['blanks', { ...emptyUser, name: '  ', email: 'a@b.example' }, ['name']],
    ['a long name', { ...emptyUser, name: 'n'.repeat(129), email: 'a@b.example' }, ['name']],
    ['no address', { ...emptyUser, name: 'Ann', email: 'ann@' }, ['email']],
    ['a name, and an address pasted with it', { ...emptyUser, name: 'Ann', email: 'Ann <ann@example.org>' }, []],
  ])('with %s marks the invalid fields', (_, form, fields) => {
    expect(Object.keys(errorsOf(form))).toEqual(fields);
  });
  it('extracts an address from pasted text', () => {
    expect(newUserOf({ ...emptyUser, name: ' Ann ', email: 'Ann <ann@example.org>' })).toEqual({
      name: 'Ann',
      email: 'ann@example.org',
      role: 'member',
    });
  });
});
