// The page that checks camera, microphone and connection before a meeting. It loads nothing of the meeting's page.
import { Room } from '@meridian/sdk-web';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { parseCheckAddress } from '../core/check-address.ts';
import { codeOf } from '../room/failure.ts';
import { fetchPageConfig } from '../room/page-config.ts';
import { Preview, type PreviewEffects } from '../room/preview.ts';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/lobby.css';
import { LanguageProvider } from '../ui/language.tsx';
import './check.css';
import { CheckControl } from './control.ts';
import { choiceOf, whenOpened } from './devices.ts';
import { CheckPage } from './page.tsx';
import { fetchCheckToken } from './token.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const address = parseCheckAddress(location.search, location.hash);

// A changed fragment alone (another return path) does not reload the page.
addEventListener('hashchange', () => location.reload());

/** No effects: a background would hide what the camera sends. */
const noEffects: PreviewEffects = { opened: () => undefined, maker: () => async () => undefined };
const preview = new Preview(noEffects);
const config = fetchPageConfig();
config.catch(() => undefined); // a check reports it when it begins
const control = new CheckControl({
  codeOf,
  openDevices: async (signal) => {
    const { camera, microphone } = preview.store.get();
    preview.open({ camera: camera !== 'on', microphone: microphone !== 'on' });
    await whenOpened(preview.store, signal);
    return choiceOf(preview.deviceIds);
  },
  token: async () => fetchCheckToken(address, await config.catch(fetchPageConfig)),
  check: async (token, options) => {
    const { entryUrls, development } = await config.catch(fetchPageConfig);
    const cityOption = development && address.fromCity !== undefined ? { fromCity: address.fromCity } : {};
    return Room.check(entryUrls, token, Object.assign({}, options, cityOption));
  },
});

createRoot(root).render(
  <StrictMode>
    <LanguageProvider query={address.language}>
      <CheckPage control={control} preview={preview} back={address.back} />
    </LanguageProvider>
  </StrictMode>,
);
