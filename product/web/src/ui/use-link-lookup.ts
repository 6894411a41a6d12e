import { MeridianApiError } from '@meridian/api-client';
import { useEffect, useState } from 'react';
import type { LinkDetails } from '../core/join-link.ts';

/** Result of a link's lookup before the join. */
export type LookupState =
  | { readonly state: 'asking' }
  | { readonly state: 'known'; readonly look: LinkDetails }
  | { readonly state: 'refused'; readonly code: string }
  /** The lookup failed for another reason, which joining will show. */
  | { readonly state: 'unknown' };

const refusals = ['LINK_INVALID', 'NUMBER_INVALID'];

/**
 * Looks up the link while the lobby is shown, and again when the window becomes visible, since a meeting may have been
 * moved meanwhile. Undefined when no link opened the page.
 */
export function useLinkLookup(
  link: { lookUp(): Promise<LinkDetails> } | undefined,
  isLobby: boolean,
): LookupState | undefined {
  const [looked, setLooked] = useState<LookupState>({ state: 'asking' });
  useEffect(() => {
    if (link === undefined || !isLobby) return undefined;
    let isCancelled = false;
    const lookUp = (): void => {
      link.lookUp().then(
        (look) => !isCancelled && setLooked({ state: 'known', look }),
        (error: unknown) => {
          const code = error instanceof MeridianApiError ? error.code : '';
          if (isCancelled) return;
          if (refusals.includes(code)) return setLooked({ state: 'refused', code });
          console.info('What the link leads to is not known; joining will ask again:', error);
          // An earlier result is better than none.
          setLooked((last) => (last.state === 'asking' ? { state: 'unknown' } : last));
        },
      );
    };
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') lookUp();
    };
    lookUp();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      isCancelled = true;
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [link, isLobby]);
  return link === undefined ? undefined : looked;
}
