import type { Room } from '@meridian/sdk-web';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, joinAtOnce, openPage } from './app.tsx';
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
const page = openPage(parseQuery(location.search, location.hash), location.pathname);
if (joinsAtOnce(page.query, page.room)) joinAtOnce(page);

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={page.query.language}>
      <App page={page} />
    </LanguageProvider>
  </StrictMode>,
);
