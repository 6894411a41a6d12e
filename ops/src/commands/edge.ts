// `meridian node edge`: the configuration of an edge cache, which is an nginx on a machine of its own.
import { readConfig } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { configFilesOf, serviceOf } from '../core/services.ts';
import { edgeConfig } from '../edge/nginx.ts';
import { type EdgeWords, edgeFileOf } from '../edge/words.ts';

/**
 * Prints it, with the secret that the gateway of this host has for edges. Without gateways in `words` it fetches from
 * that gateway. HostError OPTION_INVALID, CONFIG_MISSING; EDGES_MISSING where the gateway has no `edges`.
 */
export function edge(words: EdgeWords, context: Context): void {
  const service = serviceOf('gateway');
  const gateway = readConfig((service === undefined ? [] : configFilesOf(service, context.folders)).at(-1) ?? '');
  const { secret } = (gateway['edges'] ?? {}) as { readonly secret?: string };
  if (secret === undefined)
    throw new HostError(
      'EDGES_MISSING',
      'gateway.yaml has no edges',
      'add edges with a secret and this edge, the same at all gateways (docs/deploy.md)',
    );
  const own = [`${String(gateway['id'])}=${String(gateway['publicUrl'])}`];
  const allowedOrigins = (gateway['allowedOrigins'] ?? ['*']) as readonly string[];
  const all = Object.assign({}, words, { gateway: words.gateway.length > 0 ? words.gateway : own });
  context.out(edgeConfig(edgeFileOf(all, { secret, allowedOrigins })));
}
