// REST operations for signing in at a provider. Browsers come by redirects, so the page shows failures.
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { cookieOf, setCookie } from '../access/session-cookie.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { BrandingSchema, brandingOf } from '../tenant/branding.ts';
import type { UserDeps } from './deps.ts';
import { oidcRefusals, SIGN_IN_MS_MAX } from './oidc.ts';
import { browserOf, signedInAnswer } from './session-operations.ts';

const RETURN_TO = '/meetings';
const ofProvider = Type.Object({ provider: Type.String({ minLength: 1, maxLength: 32 }) });

const Ways = Type.Object(
  {
    local: Type.Boolean({ description: 'Users can sign in with e-mail and password.' }),
    providers: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
    setupAwaited: Type.Boolean({
      description: 'No user exists yet: the api’s log at its start says how the first administrator gets a link.',
    }),
    mail: Type.Boolean({ description: 'This service sends mails: invitations, forgotten passwords.' }),
    branding: BrandingSchema,
  },
  { title: 'SignInWays' },
);

const open = operations({ tag: 'Sign-in', scope: 'public' });
export const getSignIn = open('getSignIn', 'GET /sign-in', {
  summary: 'Get the ways to sign in.',
  description:
    '`branding` is that of `tenant`, or by default that of the service’s only tenant. An unknown tenant looks like one without branding.',
  query: Type.Object({ tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) }),
  answers: { 200: Ways },
});

export const beginOidc = open('beginOidcSignIn', 'GET /sign-in/oidc/{provider}', {
  summary: 'Redirect to a provider to sign in.',
  description:
    'For browsers, which follow a link to this URL. `returnTo` is the path of the page to show after sign-in.',
  params: ofProvider,
  query: Type.Object({ returnTo: Type.Optional(Type.String({ maxLength: 512, default: RETURN_TO })) }),
  answers: { 302: Type.Null() },
});

export const finishOidc = open('finishOidcSignIn', 'GET /sign-in/oidc/{provider}/callback', {
  summary: 'Return from a provider.',
  description:
    'Register this URL at the provider as the redirect URI. Redirects to the page, or to its /signin?problem=CODE: ACCOUNT_UNKNOWN, ACCOUNT_INACTIVE, ACCOUNT_TAKEN, EMAIL_UNVERIFIED, PROVIDER_FAILED.',
  params: ofProvider,
  audited: true,
  answers: { 302: Type.Null() },
});

/** Codes that redirect to the sign-in page with an explanation. */
const shownCodes = [...oidcRefusals, 'PROVIDER_FAILED', 'QUOTA_EXCEEDED', 'REQUEST_INVALID'];

export function addOidcOperations(routes: Routes, deps: UserDeps): void {
  const { db, oidc, setup, mailer, tenants, publicUrl } = deps;
  const redirectTo = (path: string) => ({ body: null, headers: { location: new URL(path, publicUrl).href } });
  const orTell = async <T>(
    request: FastifyRequest,
    work: () => Promise<T>,
  ): Promise<T | ReturnType<typeof redirectTo>> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem) || !shownCodes.includes(error.code)) throw error;
      const { principals, status } = error;
      request.refused = { principals, status };
      return redirectTo(`/signin?problem=${error.code}`);
    }
  };
  routes.add(getSignIn, async ({ query }) => {
    const providers = oidc.providers.map(({ id, name }) => ({ id, name }));
    const awaited = await setup.tenantsWithoutUsers(tenants);
    const branding = await brandingOf(db, query.tenant ?? (await onlyTenant(db)) ?? '');
    const mail = mailer !== undefined;
    return { body: { local: true, providers, setupAwaited: awaited.length > 0, mail, branding } };
  });
  routes.add(beginOidc, ({ params, query, request, reply }) =>
    orTell(request, async () => {
      const { url, sealed } = await oidc.begin(params.provider, query.returnTo ?? RETURN_TO);
      setCookie(reply, 'oidc', sealed, SIGN_IN_MS_MAX / 1000);
      return { body: null, headers: { location: url } };
    }),
  );
  routes.add(finishOidc, ({ params, request, reply, clientIp }) =>
    orTell(request, async () => {
      const sealed = cookieOf(request, 'oidc');
      setCookie(reply, 'oidc', '', 0);
      const { search } = new URL(request.url, publicUrl);
      const browser = browserOf(request, clientIp);
      const signedIn = await oidc.finish(
        params.provider,
        { query: search, sealed },
        browser,
        cookieOf(request, 'session'),
      );
      const { principal } = await signedInAnswer(deps, signedIn, reply);
      return { ...redirectTo(signedIn.returnTo), principal };
    }),
  );
}

/** Returns undefined if there is no tenant, or more than one. */
async function onlyTenant(db: Database): Promise<string | undefined> {
  const [first, second] = await db.selectFrom('tenants').select('id').limit(2).execute();
  return second === undefined ? first?.id : undefined;
}
