// Texts of the library in the current language, and reasons of refusals.
import { useMemo } from 'react';
import { accountReason } from '../../account/core/messages/texts.ts';
import { useSay } from '../../account/text.ts';
import { useTexts } from '../../admin/text.ts';
import type { SayOf } from '../../core/messages/both-languages.ts';
import { isLibraryKey, type LibraryKey, libraryTexts } from '../text.ts';

export interface Words {
  readonly say: SayOf<LibraryKey>;
  readonly locale: string;
  /** Codes without a library text use the general text. */
  reasonOf(code: string): string;
}

export function useWords(): Words {
  const { say, locale } = useTexts(libraryTexts);
  const { say: sayOfAll } = useSay();
  return useMemo(() => {
    const reasonOf = (code: string): string => {
      const key = `reason.${code}`;
      return isLibraryKey(key) ? say(key) : sayOfAll(accountReason(code), { code });
    };
    return { say, locale, reasonOf };
  }, [say, locale, sayOfAll]);
}
