import { type CallOptions, MeridianClient } from './client.ts';
import { type ApiKey, OwnTokens, type Scope } from './tokens.ts';

export interface ClientOptions extends CallOptions, Partial<ApiKey> {
  /** Scopes of the tokens that the client signs; all scopes of the API key by default. */
  readonly scopes?: readonly Scope[];
}

/**
 * Returns a client of the API at `url`. Without key and token it calls as the page's signed-in user (by cookie). An API
 * key and its secret belong on servers. Throws TypeError for options that contradict each other.
 */
export function createClient({ apiKey, apiSecret, scopes, ...o }: ClientOptions): MeridianClient {
  if ((apiKey === undefined) !== (apiSecret === undefined)) throw new TypeError('apiKey and apiSecret belong together');
  if (apiKey === undefined || apiSecret === undefined) return new MeridianClient(o);
  if (o.token !== undefined) throw new TypeError('either apiKey and apiSecret, or token');
  const own = new OwnTokens({ apiKey, apiSecret }, scopes);
  return new MeridianClient({ ...o, token: () => own.take(Date.now()) });
}
