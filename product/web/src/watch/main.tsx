// The page that plays an item of the library by a link, without sign-in. It loads nothing of the meeting.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { parseQuery } from '../core/query.ts';
import { tokenOfHash } from '../library/core/opened.ts';
import { LinkApi } from '../library/link-api.ts';
import { clientOf } from '../room/api.ts';
import '../styles/tokens.css';
import '../styles/base.css';
import { LanguageProvider } from '../ui/language.tsx';
import { WatchPage } from './page.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const { language } = parseQuery(location.search);
const token = tokenOfHash(location.hash);

// A changed fragment alone (another link) does not reload the page.
addEventListener('hashchange', () => location.reload());

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={language}>
      <WatchPage api={token === undefined ? undefined : new LinkApi(clientOf(location.origin), token)} />
    </LanguageProvider>
  </StrictMode>,
);
