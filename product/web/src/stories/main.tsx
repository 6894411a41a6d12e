import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { languageOf } from '../core/query.ts';
import { LanguageProvider } from '../ui/language.tsx';
import '../styles/index.ts';
import '../styles/account.css';
import { accountStories } from './account.tsx';
import { adminStories } from './admin.tsx';
import { checkStories } from './check.tsx';
import { consoleStories } from './console.tsx';
import { consoleAlarmStories } from './console-alarms.tsx';
import { consolePageStories } from './console-pages.tsx';
import { consoleWallStories } from './console-wall.tsx';
import { homeStories } from './home.tsx';
import { libraryStories } from './library.tsx';
import { showStories } from './show.tsx';
import { stories as meetingStories } from './stories.tsx';
import { videoPlaceStories } from './video-places.tsx';
import { watchStories } from './watch.tsx';

const stories: Readonly<Record<string, () => ReactNode>> = {
  ...meetingStories,
  ...showStories,
  ...checkStories,
  ...accountStories,
  ...homeStories,
  ...libraryStories,
  ...adminStories,
  ...consoleStories,
  ...consolePageStories,
  ...consoleWallStories,
  ...consoleAlarmStories,
  ...videoPlaceStories,
  ...watchStories,
};
const query = new URLSearchParams(location.search);
const name = query.get('story');
const story = stories[name ?? ''];
if (name !== null && story === undefined) throw new Error(`there is no story ${name}`);
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={languageOf(query.get('lang') ?? '')}>
      {story === undefined ? <Contents /> : story()}
    </LanguageProvider>
  </StrictMode>,
);

function Contents() {
  return (
    <main style={{ padding: 32 }}>
      <h1>Stories</h1>
      <ul>
        {Object.keys(stories).map((name) => (
          <li key={name}>
            <a href={`?story=${name}&lang=en`}>{name}</a> · <a href={`?story=${name}&lang=zh`}>{name} 中文</a>
          </li>
        ))}
      </ul>
    </main>
  );
}
