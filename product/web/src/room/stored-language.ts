// Stores the chosen language. Storage throws where the user forbids it; the page then works without.
import type { Language } from '../core/query.ts';

const STORAGE_KEY = 'meridian.language';

export function readStoredLanguage(): string | undefined {
  try {
    return localStorage.getItem(STORAGE_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

export function storeLanguage(language: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch (error) {
    console.info('The choice of language was not stored:', error);
  }
}
