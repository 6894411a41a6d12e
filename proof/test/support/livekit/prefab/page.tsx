// LiveKit's ready-made meeting page, as its documentation has it.
import { LiveKitRoom, VideoConference } from '@livekit/components-react';
import '@livekit/components-styles';
import { createRoot } from 'react-dom/client';

const query = new URLSearchParams(location.search);
const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no #root');

/** Why the call did not begin or is over, for a test to read. */
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
