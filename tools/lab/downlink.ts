// A screen share of 4 Mbit/s to a viewer with 1 Mbit/s: how much of the sound is lost, without and with the control of
// downlinks.

import { narrowViewer } from '../../test/support/narrow.ts';
import { countOption, type LabCase } from '../support/case.ts';

const audioLossAim = 0.01;

export const downlink: LabCase = {
  name: 'downlink',
  summary: 'a screen share too large for its viewer: sound lost without and with the control of downlinks (root)',
  configure: (command) =>
    void command
      .option('--viewer-kbit <n>', 'what reaches the viewer, kbit/s', countOption, 1000)
      .option('--screen-kbit <n>', 'the screen share, kbit/s', countOption, 4000)
      .option('--seconds <n>', 'measured time of each run', countOption, 60)
      .option('--only-after', 'leave out the run without the control'),
  run: async (options, say) => {
    const link = {
      viewerKbitPerS: Number(options['viewerKbit']),
      screenKbitPerS: Number(options['screenKbit']),
      seconds: Number(options['seconds']),
    };
    const before =
      options['onlyAfter'] === true
        ? undefined
        : await narrowViewer({ ...link, mediaConfig: { downlinkControl: false } }, (line) => say(`before: ${line}`));
    const after = await narrowViewer({ ...link, mediaConfig: {} }, (line) => say(`after: ${line}`));
    const missed =
      after.audioLossShare < audioLossAim
        ? []
        : [`sound lost: ${(after.audioLossShare * 100).toFixed(2)} %, aim below ${audioLossAim * 100} %`];
    return {
      params: link,
      metrics: { ...(before === undefined ? {} : { before: { ...before } }), after: { ...after } },
      missed,
    };
  },
};
