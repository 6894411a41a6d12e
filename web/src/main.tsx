import type { Room } from '@meridian/sdk-web';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { App, joinAtOnce, openPage } from './app.tsx';
import { playedRoom } from './core/play.ts';
import { joinsAtOnce, parseQuery } from './core/query.ts';
import './styles/index.ts';
import { LanguageProvider } from './ui/language.tsx';

declare global {
  interface Window {
    /** For diagnosis: the SDK's room of the latest meeting. */
    meridian?: { room: Room };
  }
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const query = parseQuery(location.search, location.hash);
const played = playedRoom(location.pathname);
/** Loaded by who plays. */
const PlayPage = lazy(async () => ({ default: (await import('./play/page.tsx')).PlayPage }));

function meeting() {
  const page = openPage(query);
  if (joinsAtOnce(page.query, page.room)) joinAtOnce(page);
  return <App page={page} />;
}

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={query.language}>
      {played === undefined ? (
        meeting()
      ) : (
        <Suspense>
          <PlayPage room={played} query={query} />
        </Suspense>
      )}
    </LanguageProvider>
  </StrictMode>,
);
