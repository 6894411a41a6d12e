// The page that plays a recording. It loads nothing of the meeting, and of HLS only when it plays it.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { parseQuery } from '../core/query.ts';
import '../styles/tokens.css';
import '../styles/base.css';
import { LanguageProvider } from '../ui/language.tsx';
import { parseRecordingAddress } from './core/address.ts';
import { RecordingPage } from './page.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const { language } = parseQuery(location.search);

// Another recording in the address alone loads nothing by itself.
addEventListener('hashchange', () => location.reload());

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={language}>
      <RecordingPage address={parseRecordingAddress(location.hash, location.href)} />
    </LanguageProvider>
  </StrictMode>,
);
