// The 404 page in the visitor's language. It loads nothing of the meeting.
import { chooseLanguage, languageOf } from '../core/query.ts';
import { readStoredLanguage } from '../room/stored-language.ts';

const asked = languageOf(new URLSearchParams(location.search).get('lang') ?? '');
const language = chooseLanguage({
  ...(asked !== undefined && { query: asked }),
  stored: readStoredLanguage(),
  navigator: navigator.languages,
});
const root = document.documentElement;
const shown = [...document.querySelectorAll<HTMLElement>('.notice-card')].find(({ lang }) => lang.startsWith(language));
root.dataset['language'] = language;
root.lang = shown?.lang ?? root.lang;
document.title = shown?.dataset['title'] ?? document.title;
