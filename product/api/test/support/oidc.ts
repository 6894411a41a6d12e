// A real OIDC provider on loopback that signs in every visitor at once as the account of the test, and a browser that
// follows its redirects. It demands PKCE and a nonce.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface Account {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

export type TestProvider = Awaited<ReturnType<typeof startProvider>>;

export async function startProvider(redirectUri: string) {
  let account: Account = { sub: 'none' };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer);
    // OpenID Connect leaves the nonce to the client, so oidc-provider does not demand it.
    if (pathname === '/auth' && !searchParams.has('nonce')) return refuse(response, 'there is no nonce');
    if (!pathname.startsWith('/interaction/')) return handle(request, response);
    provider
      .interactionFinished(request, response, { login: { accountId: account.sub } })
      .catch((error: unknown) => refuse(response, String(error)));
  });
  // After a pause of the machine, a client could reuse a connection that has just been closed.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'meridian',
        client_secret: 'a secret of the client',
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    cookies: { keys: ['a key of cookies'] },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ ...account, sub: id }) }),
    loadExistingGrant: async (ctx: GrantContext) => {
      const { Grant } = ctx.oidc.provider;
      const grant = new Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  return {
    issuer,
    as: (next: Account): void => {
      account = next;
    },
    /** Follows redirects from `url` as a browser without cookies, and returns the redirect back to the client. */
    browse: (url: string): Promise<string> => browse(url, issuer),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function refuse(response: ServerResponse, reason: string): void {
  response.statusCode = 400;
  response.end(reason);
}

interface GrantContext {
  readonly oidc: {
    readonly provider: { Grant: new (o: object) => { addOIDCScope(scope: string): void; save(): Promise<string> } };
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
  };
}

async function browse(start: string, issuer: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let steps = 0; steps < 10 && url.startsWith(issuer); steps++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`the provider answers ${answer.status}: ${await answer.text()}`);
    url = new URL(location, url).href;
  }
  return url;
}
