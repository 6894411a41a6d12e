import type { ServiceContext } from '@meridian/runtime';
import { type ApiKey, TenantKeys } from './api-keys.ts';
import type { ApiLinks } from './api-links.ts';
import type { TokenOrigin } from './core/revocation-list.ts';
import { Revocations } from './revocations.ts';
import { SealedFile } from './sealed-file.ts';
import { Tokens } from './tokens.ts';

type Context = Pick<
  ServiceContext<{ readonly stateDir: string; readonly apiKeys: readonly ApiKey[] }>,
  'config' | 'clock' | 'log' | 'closeStack'
>;

export interface OpenedTokens {
  readonly tokens: Tokens;
  readonly keys: TenantKeys;
  readonly revocations: Revocations;
  /** Calls the listener when tokens become invalid early, to end all that they opened (TOKEN_REVOKED). */
  onEnded(listener: (isEnded: (origin: TokenOrigin) => boolean) => void): void;
}

/** Opens keys and revocations in the state folder, which exists. They close with the close stack. */
export function openTokens({ config, clock, log, closeStack }: Context, api: ApiLinks): OpenedTokens {
  const fileOf = (name: string): SealedFile => {
    const file = new SealedFile({ dir: config.stateDir, name, log });
    closeStack.add(name, () => file.close());
    return file;
  };
  const base = { api, clock, log };
  const keys = new TenantKeys({ ...base, configured: config.apiKeys, file: fileOf('api-keys.sealed') });
  closeStack.add('API keys', () => keys.close());
  const revocations = new Revocations({ ...base, file: fileOf('revocations.sealed') });
  closeStack.add('revocations', () => revocations.close());
  const tokens = new Tokens(
    keys,
    () => clock.wallMs(),
    (origin) => revocations.isRevoked(origin),
  );
  return {
    tokens,
    keys,
    revocations,
    onEnded: (listener) => {
      keys.onGone((gone) => listener(({ apiKey }) => gone.has(apiKey)));
      revocations.onChange(() => listener((origin) => revocations.isRevoked(origin)));
    },
  };
}
