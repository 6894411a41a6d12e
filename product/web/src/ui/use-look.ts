import { MeridianApiError } from '@meridian/api-client';
import { useEffect, useState } from 'react';
import type { LinkLook } from '../core/join-link.ts';

/** What is known of the link before one joins. */
export type Looked =
  | { readonly state: 'asking' }
  | { readonly state: 'known'; readonly look: LinkLook }
  /** It leads nowhere. */
  | { readonly state: 'refused'; readonly code: string }
  /** It could not be asked: joining says more. */
  | { readonly state: 'unknown' };

const refusals = ['LINK_INVALID', 'NUMBER_INVALID'];

/**
 * Looks at the link while the lobby is shown, and again when the window is: a meeting may have been moved meanwhile.
 * Undefined: the page was not opened by a link.
 */
export function useLook(link: { look(): Promise<LinkLook> } | undefined, isLobby: boolean): Looked | undefined {
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
          // What was known before is better than nothing.
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
