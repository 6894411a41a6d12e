// The home page and the pages of signed-in users. They load nothing of the meeting.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { languageOf, parseQuery, readTokenClaims } from '../core/query.ts';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/lobby.css';
import '../styles/panels.css';
import '../styles/account.css';
import { LanguageProvider } from '../ui/language.tsx';
import { AccountApp } from './app.tsx';
import { accountRoute } from './core/route.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const { pathname, search, hash } = location;
const { token, key } = parseQuery('', hash);
// The server sees no fragment, so a link with a token arrives here too; with a query it serves the room's page.
if (pathname === '/' && (token ?? key) !== undefined)
  location.replace(`/?${new URLSearchParams({ room: readTokenClaims(token ?? '')?.room ?? '' })}${hash}`);
const language = languageOf(new URLSearchParams(search).get('lang') ?? '');

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={language}>
      <AccountApp route={accountRoute(pathname, search)} />
    </LanguageProvider>
  </StrictMode>,
);
