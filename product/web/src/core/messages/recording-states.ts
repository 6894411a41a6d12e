// States of a recording, in the same words on every page.
import { inBothLanguages } from './both-languages.ts';

export const recordingStateTexts = inBothLanguages({
  running: ['Being recorded', '正在录制'],
  ended: ['Waiting for processing', '等待处理'],
  finishing: ['Processing', '正在处理'],
  finished: ['Ready', '已完成'],
  failed: ['Processing failed', '处理失败'],
});
