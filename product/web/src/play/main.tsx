// The player page. It loads nothing of the meeting, and only the protocols that the browser uses.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { playedRoom } from '../core/play.ts';
import { parseQuery } from '../core/query.ts';
import '../styles/tokens.css';
import '../styles/base.css';
import { LanguageProvider } from '../ui/language.tsx';
import { PlayPage } from './page.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const query = parseQuery(location.search, location.hash);

// A changed fragment alone (another key) does not reload the page.
addEventListener('hashchange', () => location.reload());

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={query.language}>
      <PlayPage room={playedRoom(location.pathname)} query={query} />
    </LanguageProvider>
  </StrictMode>,
);
