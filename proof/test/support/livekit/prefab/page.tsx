// LiveKit's ready-made meeting page, as in its documentation.
import { LiveKitRoom, VideoConference } from '@livekit/components-react';
import '@livekit/components-styles';
import { createRoot } from 'react-dom/client';

const query = new URLSearchParams(location.search);
const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no #root');

/** Shows a test why the call failed or ended. */
function show(failure: string): void {
  document.body.dataset['failure'] = failure;
}

createRoot(root).render(
  <LiveKitRoom
    serverUrl={query.get('url') ?? undefined}
    token={query.get('token') ?? undefined}
    audio
    video
    data-lk-theme="default"
    style={{ height: '100%' }}
    onError={(error) => show(error.message)}
    onDisconnected={(reason) => show(`disconnected: ${reason}`)}
  >
    <VideoConference />
  </LiveKitRoom>,
);
