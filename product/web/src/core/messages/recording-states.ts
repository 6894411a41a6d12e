// States and files of a recording, in the same words on every page.
import { inBothLanguages } from './both-languages.ts';

export const recordingStateTexts = inBothLanguages({
  trashed: ['In the trash', '在回收站中'],
  running: ['Being recorded', '正在录制'],
  runningLater: ['Being recorded; the video is made after the meeting', '正在录制，会后生成视频'],
  ended: ['Waiting for processing', '等待处理'],
  finishing: ['Processing', '正在处理'],
  composeWaiting: ['The video waits to be made', '等待生成视频'],
  composing: ['Making the video: {percent} %', '正在生成视频：{percent}%'],
  assembleWaiting: ['The files wait to be made', '等待生成文件'],
  assembling: ['Making the files: {percent} %', '正在生成文件：{percent}%'],
  finished: ['Ready', '已完成'],
  failed: ['Processing failed', '处理失败'],
});

/** Sentences below a recording's state. */
export const recordingNoteTexts = inBothLanguages({
  gaps: ['{count} {count:part is|parts are} missing, {time} in total.', '缺失 {count} 段，共 {time}。'],
  trackGaps: [
    '{count} {count:track has a gap|tracks have gaps}; the others are whole.',
    '{count} 条轨道有缺失，其余完整。',
  ],
  tracksInstead: [
    'One video could not be made of it: there is a file of each person and screen instead.',
    '未能生成完整视频，已改为每人、每个屏幕各一个文件。',
  ],
  triedAgain: ['It takes longer, and is tried again ({code}).', '处理时间较长，系统正在重试（{code}）。'],
  lost: ['Nothing of this recording could be found.', '未找到此录制的任何内容。'],
  tooLong: ['It is too long to be made into files.', '录制过长，无法生成文件。'],
  failedBy: ['The files could not be made ({code}).', '未能生成文件（{code}）。'],
});

export const recordingOutputTexts = inBothLanguages({
  play: ['Play', '播放'],
  playOne: ['Play one of {count}', '播放（共 {count} 个）'],
  'source.camera': ['Camera', '摄像头'],
  'source.screen': ['Screen', '屏幕'],
  'source.composed': ['One video', '完整视频'],
  'source.other': ['Other media', '其他媒体'],
});
