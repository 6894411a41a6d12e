// How users sign in here, as the api says it.
import { useEffect, useState } from 'react';
import type { Branding } from '../../core/branding.ts';
import { readTenant } from '../../room/page-memory.ts';
import type { SignInApi } from '../api.ts';
import type { SignInWays } from '../core/model.ts';

const noBranding: Branding = { displayName: null, accentColor: null, logo: null, supportUrl: null };

/** Where the api does not answer: e-mail and password; what else is asked for fails with its own reason. */
export const usualWays: SignInWays = {
  local: true,
  providers: [],
  setupAwaited: false,
  mail: true,
  branding: noBranding,
};

/** Undefined until the api answers. It looks as the company of the user that was signed in here last. */
export function useWays(api: SignInApi): SignInWays | undefined {
  const [ways, setWays] = useState<SignInWays>();
  useEffect(() => {
    let gone = false;
    api.ways(readTenant()).then(
      (found) => !gone && setWays(found),
      (error: unknown) => {
        console.info('Other ways to sign in are not known:', error);
        if (!gone) setWays(usualWays);
      },
    );
    return () => {
      gone = true;
    };
  }, [api]);
  return ways;
}
