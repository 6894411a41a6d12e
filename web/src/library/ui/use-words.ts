// Texts of the library in the language in use, and why something was refused.
import { useMemo } from 'react';
import { accountReason } from '../../account/core/messages/say.ts';
import { useSay } from '../../account/text.ts';
import { type SayOf, useTexts } from '../../admin/text.ts';
import { isLibraryKey, type LibraryKey, libraryTexts } from '../text.ts';

export interface Words {
  readonly say: SayOf<LibraryKey>;
  readonly locale: string;
  /** Codes without a text of the library get that of all pages. */
  reasonOf(code: string): string;
}

export function useWords(): Words {
  const { say, locale } = useTexts(libraryTexts);
  const { say: sayOfAll } = useSay();
  return useMemo(() => {
    const reasonOf = (code: string): string => {
      const key = `reason.${code}`;
      return isLibraryKey(key) ? say(key) : sayOfAll(accountReason(code));
    };
    return { say, locale, reasonOf };
  }, [say, locale, sayOfAll]);
}
