// REST operations for one-time links, used by the page /setup/CODE.
import { restLanguageOf } from '@meridian/protocol';
import { Type } from 'typebox';
import { emailOf } from '../access/core/email.ts';
import { checkOrigin, cookieOf } from '../access/session-cookie.ts';
import { Tries } from '../access/tries.ts';
import { operation, operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import { BrandingSchema, brandingOf } from '../tenant/branding.ts';
import { refuseInvalid } from './checks.ts';
import type { UserDeps } from './deps.ts';
import { browserOf, signedInAnswer } from './session-operations.ts';
import { Me, mailLanguage, newPassword } from './user-schemas.ts';

/** Limits mails to one address in a tenant, even if its user is deleted and created repeatedly. */
const mailsOfAddress = { perSecond: 10 / 86_400, burst: 10 };

const code = Type.String({ minLength: 1, maxLength: 128 });

export const createPasswordLink = operation({
  id: 'createPasswordLink',
  method: 'POST',
  path: '/users/{user}/password-link',
  tag: 'Users',
  summary: 'Create a link by which a user sets a password.',
  description:
    'The link works once, within 24 hours, and replaces the user’s previous link. With `mail: true` it is also mailed to the user.',
  scope: 'users:admin',
  params: Type.Object({ user: Type.String({ minLength: 1, maxLength: 128 }) }),
  body: Type.Object({
    mail: Type.Optional(Type.Boolean({ default: false })),
    language: mailLanguage,
  }),
  bodyIfGiven: true,
  answers: {
    201: Type.Object(
      {
        url: Type.String({ format: 'uri', description: 'Shown only in this answer.' }),
        expiresAt: Time,
        mailed: Type.Boolean({ description: 'A mail with the link is being sent.' }),
      },
      { title: 'PasswordLink' },
    ),
  },
  problems: ['CONFLICT', 'MAIL_NOT_CONFIGURED', 'QUOTA_EXCEEDED'],
  idempotent: true,
});

export const createAdminLink = operation({
  id: 'createAdminLink',
  method: 'POST',
  path: '/tenants/{tenant}/admin-link',
  tag: 'Tenants',
  summary: 'Create the link for a tenant’s first administrator.',
  description:
    'For a tenant that has no users yet; in the operators’ tenant, the administrator becomes an operator. The link works once, within 24 hours, and replaces the tenant’s previous link. With `email`, the page of the link shows that address.',
  scope: 'operator',
  params: Type.Object({ tenant: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) }),
  body: Type.Object({ email: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })) }),
  bodyIfGiven: true,
  answers: {
    201: Type.Object(
      { url: Type.String({ format: 'uri', description: 'Shown only in this answer.' }), expiresAt: Time },
      { title: 'AdminLink' },
    ),
  },
  problems: ['TENANT_HAS_USERS'],
  idempotent: true,
});

const open = operations({ tag: 'Sign-in', scope: 'public' });
export const lookAtSetup = open('lookAtSetup', 'POST /setup/look', {
  summary: 'Show the purpose of a one-time link.',
  description: 'Does not use the link up. With `firstAdmin`, an e-mail and a name are needed, too.',
  body: Type.Object({ code }),
  answers: {
    200: Type.Object(
      {
        kind: Type.Union([Type.Literal('password'), Type.Literal('firstAdmin')]),
        tenantName: Type.String(),
        email: Type.Optional(Type.String()),
        name: Type.Optional(Type.String()),
        branding: BrandingSchema,
      },
      { title: 'SetupTarget' },
    ),
  },
  problems: ['LINK_INVALID'],
});

export const setUp = open('setUp', 'POST /setup', {
  summary: 'Set a password with a one-time link, and sign in.',
  description:
    'All other sessions of the user end, and so does this browser’s previous session. A code that is unknown, used or expired gives LINK_INVALID.',
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

export function addSetupOperations(routes: Routes, deps: UserDeps): void {
  const { db, setup, publicUrl } = deps;
  addPasswordLinks(routes, deps);
  routes.add(createAdminLink, ({ params, body: { email }, atomically }) => {
    if (email !== undefined) refuseInvalid({ email });
    return atomically(async (db) => {
      const { url, expiresMs } = await setup.firstLink(db, params.tenant, email && emailOf(email));
      return { body: { url, expiresAt: timeText(expiresMs) } };
    });
  });
  routes.add(lookAtSetup, async ({ body }) => {
    const { tenant, tenantName, user, email } = await setup.targetOf(body.code);
    const kind = user === undefined ? ('firstAdmin' as const) : ('password' as const);
    const branding = await brandingOf(db, tenant);
    const known = user === undefined ? email !== undefined && { email } : { email: user.email, name: user.name };
    return { body: { kind, tenantName, branding, ...known } };
  });
  routes.add(setUp, async ({ body, request, reply, clientIp }) => {
    checkOrigin(request, publicUrl);
    return signedInAnswer(
      deps,
      await setup.use(body, browserOf(request, clientIp), cookieOf(request, 'session')),
      reply,
    );
  });
}

function addPasswordLinks(routes: Routes, { users, setup, mailer, quotas, clock }: UserDeps): void {
  const mailTries = new Tries(mailsOfAddress);
  routes.add(createPasswordLink, ({ principal, params, body, request, atomically }) => {
    const { kind, id, tenant } = principal;
    const isMailed = body.mail === true;
    if (isMailed && mailer === undefined) throw new Problem('MAIL_NOT_CONFIGURED');
    const language = body.language ?? restLanguageOf(request.headers['accept-language']);
    return atomically(async (db) => {
      const user = await users.get(tenant, params.user, db);
      await users.refuseOperator(db, { tenant, known: user, by: principal });
      const link = await setup.passwordLink(db, user);
      if (isMailed) {
        const retryAfterMs = mailTries.take(`${tenant} ${user.email}`, clock.nowMs());
        if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
        await quotas.mail(db, { tenant, by: kind === 'user' ? id : '' });
        await mailer?.plan(db, { kind: 'link', user, ...link, language });
      }
      return { body: { url: link.url, expiresAt: timeText(link.expiresMs), mailed: isMailed } };
    });
  });
}
