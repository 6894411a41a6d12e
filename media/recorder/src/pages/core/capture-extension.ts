// Extension that records a page's tab from inside the browser: the page's scripts and content policy cannot interfere,
// and the recording continues when the page navigates.

export const CAPTURE_PAGE = 'capture.html';
/** Function by which the extension passes on bytes, as Base64. */
export const GIVE_FUNCTION = 'giveBytes';

const SLICE_MS = 200;

const manifest = {
  manifest_version: 3,
  name: 'capture',
  version: '1',
  permissions: ['tabCapture', 'tabs'],
};

const script = `
const begin = async ({ width, height, framesPerSecond, pictureBps, soundBps }) => {
  const tabs = await chrome.tabs.query({});
  const tab = tabs.find(({ url }) => !url.startsWith('chrome-extension:'));
  const chromeMediaSourceId = await chrome.tabCapture.getMediaStreamId({ targetTabId: tab.id });
  const source = { chromeMediaSource: 'tab', chromeMediaSourceId };
  const size = { minWidth: width, maxWidth: width, minHeight: height, maxHeight: height };
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { mandatory: source },
    video: { mandatory: { ...source, ...size, maxFrameRate: framesPerSecond } },
  });
  const types = ['video/webm;codecs=avc1,opus', 'video/webm;codecs=vp8,opus'];
  const recorder = new MediaRecorder(stream, {
    mimeType: types.find((type) => MediaRecorder.isTypeSupported(type)),
    videoBitsPerSecond: pictureBps,
    audioBitsPerSecond: soundBps,
    videoKeyFrameIntervalDuration: 2000,
  });
  let given = Promise.resolve();
  recorder.ondataavailable = ({ data }) => {
    given = given.then(async () => ${GIVE_FUNCTION}(new Uint8Array(await data.arrayBuffer()).toBase64()));
  };
  recorder.onerror = recorder.onstop = () => close();
  recorder.start(${SLICE_MS});
};
`;

export const captureFiles: readonly (readonly [name: string, text: string])[] = [
  ['manifest.json', JSON.stringify(manifest)],
  [CAPTURE_PAGE, '<!doctype html><title>capture</title><script src="capture.js"></script>'],
  ['capture.js', script],
];
