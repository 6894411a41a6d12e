// One-time links over REST: made by administrators, used by the page /setup/CODE.
import { Type } from 'typebox';
import { checkOrigin } from '../access/session-cookie.ts';
import { operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { UserDeps } from './deps.ts';
import { browserOf, signedInAnswer } from './session-operations.ts';
import { Me, newPassword } from './shown.ts';

const code = Type.String({ minLength: 1, maxLength: 128 });

export const createPasswordLink = operation({
  id: 'createPasswordLink',
  method: 'POST',
  path: '/users/{user}/password-link',
  tag: 'Users',
  summary: 'Make a link by which a user sets its password.',
  description: 'It works once, within 24 hours; one that the user had before is void.',
  scope: 'users:admin',
  params: Type.Object({ user: Type.String({ minLength: 1, maxLength: 128 }) }),
  answers: {
    201: Type.Object(
      { url: Type.String({ format: 'uri', description: 'Shown this once.' }), expiresAt: Time },
      { title: 'PasswordLink' },
    ),
  },
  problems: ['CONFLICT'],
  idempotent: true,
});

export const lookAtSetup = operation({
  id: 'lookAtSetup',
  method: 'POST',
  path: '/setup/look',
  tag: 'Sign-in',
  summary: 'What a one-time link is for.',
  description: 'Uses up nothing. `firstAdmin`: then an e-mail and a name are needed too.',
  scope: 'public',
  body: Type.Object({ code }),
  answers: {
    200: Type.Object(
      {
        kind: Type.Union([Type.Literal('password'), Type.Literal('firstAdmin')]),
        tenantName: Type.String(),
        email: Type.Optional(Type.String()),
        name: Type.Optional(Type.String()),
      },
      { title: 'SetupTarget' },
    ),
  },
  problems: ['LINK_INVALID'],
});

export const setUp = operation({
  id: 'setUp',
  method: 'POST',
  path: '/setup',
  tag: 'Sign-in',
  summary: 'Set a password by a one-time link, and be signed in.',
  description: 'All other sessions of the user end. A code that is unknown, used or expired: LINK_INVALID.',
  scope: 'public',
  audited: true,
  body: Type.Object({
    code,
    password: newPassword,
    email: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  }),
  answers: { 201: Me },
  problems: ['LINK_INVALID', 'ORIGIN_REFUSED'],
});

export function addSetupOperations(routes: Routes, { users, setup, publicUrl }: UserDeps): void {
  routes.add(createPasswordLink, ({ principal, params, atomically }) =>
    atomically(async (db) => {
      const { url, expiresMs } = await setup.passwordLink(db, await users.get(principal.tenant, params.user, db));
      return { body: { url, expiresAt: timeText(expiresMs) } };
    }),
  );
  routes.add(lookAtSetup, async ({ body }) => {
    const { tenantName, user } = await setup.look(body.code);
    const kind = user === undefined ? ('firstAdmin' as const) : ('password' as const);
    return { body: { kind, tenantName, ...(user && { email: user.email, name: user.name }) } };
  });
  routes.add(setUp, async ({ body, request, reply, clientIp }) => {
    checkOrigin(request, publicUrl);
    return signedInAnswer(await setup.use(body, browserOf(request, clientIp)), reply);
  });
}
