import { useEffect, useState } from 'react';
import type { Branding } from '../../core/branding.ts';
import { readTenant } from '../../room/page-memory.ts';
import type { SignInApi } from '../api.ts';
import type { SignInWays } from '../core/model.ts';

const noBranding: Branding = { displayName: null, accentColor: null, logo: null, supportUrl: null };

/** Used when the API does not answer: e-mail and password; other requests fail with their own reason. */
export const usualWays: SignInWays = {
  local: true,
  providers: [],
  setupAwaited: false,
  mail: true,
  branding: noBranding,
};

/** Returns undefined until the API answers. Uses the branding of the last signed-in user's company. */
export function useWays(api: SignInApi): SignInWays | undefined {
  const [ways, setWays] = useState<SignInWays>();
  useEffect(() => {
    let isCancelled = false;
    api.ways(readTenant()).then(
      (found) => !isCancelled && setWays(found),
      (error: unknown) => {
        console.info('Other ways to sign in are not known:', error);
        if (!isCancelled) setWays(usualWays);
      },
    );
    return () => {
      isCancelled = true;
    };
  }, [api]);
  return ways;
}
