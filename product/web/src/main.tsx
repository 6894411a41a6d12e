import type { Room } from '@meridian/sdk-web';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, joinAtOnce, openPage } from './app.tsx';
import { linkOfPath } from './core/join-link.ts';
import { joinsAtOnce, parseQuery } from './core/query.ts';
import { fetchOwnName } from './room/join-link.ts';
import { readName, storeName } from './room/page-memory.ts';
import './styles/index.ts';
import { LanguageProvider } from './ui/language.tsx';

declare global {
  interface Window {
    /** For diagnosis: the SDK's room of the latest meeting. */
    meridian?: { room: Room; player?: { pictureWallMs(): number | undefined } };
  }
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const address = linkOfPath(location.pathname);
if (address !== undefined && 'ownMeeting' in address) storeName((await fetchOwnName()) ?? readName() ?? '');
const page = openPage(parseQuery(location.search, location.hash), location.pathname);
if (joinsAtOnce(page.query, page.room)) joinAtOnce(page);

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={page.query.language}>
      <App page={page} />
    </LanguageProvider>
  </StrictMode>,
);
