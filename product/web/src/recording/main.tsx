// The page that plays a recording. It loads nothing of the meeting, and hls.js only when needed.
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

// A changed fragment alone (another recording) does not reload the page.
addEventListener('hashchange', () => location.reload());

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={language}>
      <RecordingPage address={parseRecordingAddress(location.hash, location.href)} />
    </LanguageProvider>
  </StrictMode>,
);
