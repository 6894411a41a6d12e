import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { type Principal, scopesOfUser } from '../access/core/scopes.ts';
import { checkOrigin, cookieOf, setCookie } from '../access/session-cookie.ts';
import { operation, operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import { transact } from '../store/transaction.ts';
import { brandingOf } from '../tenant/branding.ts';
import { SESSION_MS_MAX } from './core/user.ts';
import type { UserDeps } from './deps.ts';
import type { NewSession, Session } from './sessions.ts';
import type { SignedIn } from './sign-in.ts';
import { Me, newPassword } from './user-schemas.ts';

export const signIn = operation({
  id: 'signIn',
  method: 'POST',
  path: '/sessions',
  tag: 'Sign-in',
  summary: 'Sign in with e-mail and password.',
  description:
    'For the page: the session is a cookie. Without `tenant`, the account with this e-mail and password is found in any tenant; if several match (`TENANT_NEEDED`), `choices` lists them. An unknown e-mail, an account without a password, a deactivated user and a wrong password are refused alike.',
  scope: 'public',
  body: Type.Object({
    tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    email: Type.String({ minLength: 1, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 128 }),
  }),
  audited: true,
  answers: { 201: Me },
  problems: ['SIGN_IN_REFUSED', 'TENANT_NEEDED', 'ORIGIN_REFUSED'],
});

const anyone = operations({ tag: 'Sign-in', scope: 'any' });
export const signOut = anyone('signOut', 'DELETE /sessions/current', {
  summary: 'Sign out, which ends the session.',
  answers: { 204: Type.Null() },
});

export const getMe = anyone('getMe', 'GET /me', { summary: 'Get the signed-in user.', answers: { 200: Me } });

const SessionSchema = Type.Object(
  {
    id: Type.String(),
    browser: Type.String({ description: 'User agent that the browser sent.' }),
    address: Type.String({ description: 'Address from which the browser signed in.' }),
    createdAt: Time,
    usedAt: Time,
    endsAt: Time,
    current: Type.Boolean(),
  },
  { title: 'UserSession' },
);

export const listMySessions = anyone('listMySessions', 'GET /me/sessions', {
  summary: 'List your sessions, the last used first.',
  answers: { 200: Type.Object({ data: Type.Array(SessionSchema) }, { title: 'UserSessions' }) },
});

export const endMySession = anyone('endMySession', 'DELETE /me/sessions/{session}', {
  summary: 'End one of your sessions.',
  params: Type.Object({ session: Type.String({ minLength: 1, maxLength: 64 }) }),
  answers: { 204: Type.Null() },
});

export const changeMyPassword = anyone('changeMyPassword', 'PUT /me/password', {
  summary: 'Change your password.',
  description: 'All your other sessions end. A user without a password gets a link from an administrator.',
  body: Type.Object({ current: Type.String({ minLength: 1, maxLength: 128 }), password: newPassword }),
  answers: { 204: Type.Null() },
  problems: ['PASSWORD_WRONG'],
});

/** Throws NOT_PERMITTED for an API key or the operator. */
export function signedIn(principal: Principal): Principal & Required<Pick<Principal, 'user' | 'session'>> {
  const { user, session } = principal;
  if (user === undefined || session === undefined)
    throw new Problem('NOT_PERMITTED', 'this is for signed-in users only');
  return { ...principal, user, session };
}

export function addSessionOperations(routes: Routes, deps: UserDeps): void {
  const { db, users, signIn: signing, sessions, publicUrl, operatorTenant } = deps;
  routes.add(signIn, async ({ body: { tenant, email, password }, request, reply, clientIp }) => {
    checkOrigin(request, publicUrl);
    const newSignIn = await signing.byPassword(
      { tenant, email, password },
      browserOf(request, clientIp),
      cookieOf(request, 'session'),
    );
    return signedInAnswer(deps, newSignIn, reply);
  });
  routes.add(signOut, async ({ principal, reply }) => {
    const { tenant, id, session } = signedIn(principal);
    await sessions.end(tenant, id, session);
    setCookie(reply, 'session', '', 0);
  });
  routes.add(getMe, async ({ principal }) => {
    const { id, tenant, user, scopes } = signedIn(principal);
    const { hasPassword } = await users.get(tenant, id);
    const branding = await brandingOf(db, tenant);
    const shown = { id, tenant, ...user, hasPassword, scopes: [...scopes].sort(), branding };
    return { body: { ...shown, ...(tenant === operatorTenant && { ofOperators: true }) } };
  });
  addMySessionOperations(routes, deps);
}

function addMySessionOperations(routes: Routes, { users, signIn: signing, sessions, passwords, db }: UserDeps): void {
  routes.add(listMySessions, async ({ principal }) => {
    const { tenant, id, session } = signedIn(principal);
    const data = (await sessions.list(tenant, id)).map((each) => shownSession(each, session));
    return { body: { data } };
  });
  routes.add(endMySession, async ({ principal, params }) => {
    const { tenant, id } = signedIn(principal);
    if (!(await sessions.end(tenant, id, params.session))) throw new Problem('NOT_FOUND');
  });
  routes.add(changeMyPassword, async ({ principal, body, clientIp }) => {
    const { tenant, id, session } = signedIn(principal);
    const user = await signing.confirm({ tenant, id }, body.current, clientIp);
    const kept = await passwords.hash(body.password);
    await transact(db, (db) => users.setPassword(db, user, kept, session));
  });
}

const shownSession = ({ id, browser, address, ...o }: Session, current: string): Static<typeof SessionSchema> => ({
  id,
  browser,
  address,
  createdAt: timeText(o.createdMs),
  usedAt: timeText(o.usedMs),
  endsAt: timeText(o.endsMs),
  current: id === current,
});

/** Returns the facts stored about the browser. */
export const browserOf = ({ headers }: FastifyRequest, clientIp: string): NewSession => ({
  browser: headers['user-agent'] ?? '',
  address: clientIp,
});

export async function signedInAnswer(
  { db, operatorTenant }: Pick<UserDeps, 'db' | 'operatorTenant'>,
  { user, session, secret }: SignedIn,
  reply: FastifyReply,
): Promise<{ body: Static<typeof Me>; principal: Principal }> {
  const { id, tenant, email, name, role, hasPassword } = user;
  const scopes = scopesOfUser(user, operatorTenant);
  const branding = await brandingOf(db, tenant);
  setCookie(reply, 'session', secret, SESSION_MS_MAX / 1000);
  return {
    body: {
      id,
      tenant,
      email,
      name,
      role,
      hasPassword,
      scopes: [...scopes].sort(),
      branding,
      ...(tenant === operatorTenant && { ofOperators: true }),
    },
    principal: { kind: 'user', id, tenant, scopes: new Set(scopes), user: { email, name, role }, session: session.id },
  };
}
