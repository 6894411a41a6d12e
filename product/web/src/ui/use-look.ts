import { MeridianApiError } from '@meridian/api-client';
import { useEffect, useState } from 'react';
import type { LinkDetails } from '../core/join-link.ts';

/** Result of a link's lookup before the join. */
export type Looked =
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
export function useLook(link: { look(): Promise<LinkDetails> } | undefined, isLobby: boolean): Looked | undefined {
  const [looked, setLooked] = useState<Looked>({ state: 'asking' });
  useEffect(() => {
    if (link === undefined || !isLobby) return undefined;
    let gone = false;
    const ask = (): void => {
      link.look().then(
        (look) => !gone && setLooked({ state: 'known', look }),
        (error: unknown) => {
          const code = error instanceof MeridianApiError ? error.code : '';
          if (gone) return;
          if (refusals.includes(code)) return setLooked({ state: 'refused', code });
          console.info('What the link leads to is not known; joining will ask again:', error);
          // An earlier result is better than none.
          setLooked((last) => (last.state === 'asking' ? { state: 'unknown' } : last));
        },
      );
    };
    const seen = (): void => {
      if (document.visibilityState === 'visible') ask();
    };
    ask();
    document.addEventListener('visibilitychange', seen);
    return () => {
      gone = true;
      document.removeEventListener('visibilitychange', seen);
    };
  }, [link, isLobby]);
  return link === undefined ? undefined : looked;
}
