// The client as most callers make it: with an API key, by which it signs its own tokens, or as MeridianClient does.
import { type CallOptions, MeridianClient } from './client.ts';
import { type ApiKey, OwnTokens, type Scope } from './tokens.ts';

export interface ClientOptions extends CallOptions, Partial<ApiKey> {
  /** What the tokens that it signs may do; absent: everything that the API key may. */
  readonly scopes?: readonly Scope[];
}

/**
 * A client of the API at `url`. With neither key nor token it asks as the page's signed-in user (by cookie). An API key
 * and its secret belong on servers. Throws TypeError for options that cannot be meant.
 */
export function createClient({ apiKey, apiSecret, scopes, ...o }: ClientOptions): MeridianClient {
  if ((apiKey === undefined) !== (apiSecret === undefined)) throw new TypeError('apiKey and apiSecret belong together');
  if (apiKey === undefined || apiSecret === undefined) return new MeridianClient(o);
  if (o.token !== undefined) throw new TypeError('either apiKey and apiSecret, or token');
  const own = new OwnTokens({ apiKey, apiSecret }, scopes);
  return new MeridianClient({ ...o, token: () => own.take(Date.now()) });
}
