// States and files of a recording, in the same words on every page.
import { inBothLanguages } from './both-languages.ts';

export const recordingStateTexts = inBothLanguages({
  running: ['Being recorded', '正在录制'],
  ended: ['Waiting for processing', '等待处理'],
  finishing: ['Processing', '正在处理'],
  finished: ['Ready', '已完成'],
  failed: ['Processing failed', '处理失败'],
});

export const recordingOutputTexts = inBothLanguages({
  play: ['Play', '播放'],
  playOne: ['Play one of {count}', '播放（共 {count} 个）'],
  'source.camera': ['Camera', '摄像头'],
  'source.screen': ['Screen', '屏幕'],
  'source.composed': ['Composed picture', '合成画面'],
  'source.other': ['Other media', '其他媒体'],
});
