// Pages of signed-in users. They load nothing of the meeting.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { languageOf } from '../core/query.ts';
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
const language = languageOf(new URLSearchParams(location.search).get('lang') ?? '');

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={language}>
      <AccountApp route={accountRoute(location.pathname, location.search)} />
    </LanguageProvider>
  </StrictMode>,
);
