// All texts by key, in English and simplified Chinese; `{name}` is a placeholder for a value.
import { inBothLanguages } from '../../../core/messages/both-languages.ts';

export const recordingTexts = inBothLanguages({
  recording: ['Recording', '录制'],
  loading: ['Loading the recording…', '正在加载录制…'],
  play: ['Play', '播放'],
  pause: ['Pause', '暂停'],
  back: ['Back 10 seconds', '后退 10 秒'],
  forward: ['Forward 10 seconds', '前进 10 秒'],
  mute: ['Sound off', '关闭声音'],
  unmute: ['Sound on', '打开声音'],
  volume: ['Volume', '音量'],
  speed: ['Speed', '速度'],
  captions: ['Captions', '字幕'],
  captionsOff: ['No captions', '不显示字幕'],
  danmaku: ['Danmaku', '弹幕'],
  fullScreen: ['Full screen', '全屏'],
  position: ['Position', '位置'],
  positionOf: ['{at} of {total}', '{at}，共 {total}'],
  view: ['View', '视图'],
  'view.composed': ['Composed picture', '合成画面'],
  'view.people': ['All participants', '所有参会者'],
  enlarge: ['Show {name} large', '放大{name}'],
  automatic: ['Follow who speaks', '跟随发言者'],
  more: ['{count} more', '另有 {count} 个'],
  hole: ['Nothing was recorded here', '此处没有录制'],
  noPicture: ['No picture now', '此时没有画面'],
  buffering: ['Loading…', '加载中…'],
  chapters: ['Chapters', '章节'],
  allSpeakers: ['Everyone', '所有人'],
  filter: ['Whose chapters', '按发言者筛选'],
  noChapters: ['No chapters in this recording.', '此录制没有章节。'],
  chat: ['Chat', '聊天'],
  noChat: ['Nothing was written while it was recorded.', '录制期间没有消息。'],
  files: ['Files', '文件'],
  noFiles: [
    'This link only allows watching. Ask for a link that allows downloads.',
    '此链接仅供观看。如需保存文件，请索取可下载的链接。',
  ],
  download: ['Download {name}', '下载 {name}'],
  screen: ['Screen', '屏幕'],
  camera: ['Camera', '摄像头'],
  composed: ['Composed picture', '合成画面'],
  other: ['Other media', '其他媒体'],
  share: ['{name} shares the screen', '{name}共享屏幕'],
  gift: ['Gift', '礼物'],
  announcement: ['Announcement', '公告'],
  question: ['Question', '提问'],
  people: ['{count} participants', '{count} 位参会者'],
  onePerson: ['1 participant', '1 位参会者'],
  again: ['Try again', '重试'],
  'failed.title': ['The recording cannot be played', '无法播放录制'],
  'failed.TOKEN_EXPIRED': ['This link has expired. Ask for a new one.', '此链接已过期，请索取新链接。'],
  'failed.TOKEN_INVALID': [
    'This link is incomplete or no longer valid. Ask for a new one.',
    '此链接不完整或已失效，请索取新链接。',
  ],
  'failed.NOT_FOUND': [
    'There is no such recording any more, or it is not finished yet.',
    '录制已不存在，或尚未处理完成。',
  ],
  'failed.NETWORK': ['The server does not answer. Check your connection.', '服务器没有响应，请检查网络连接。'],
  'failed.UNREADABLE': [
    'This page does not understand the recording. Load it again, or ask those who run the service.',
    '本页面无法读取此录制。请刷新页面，或联系服务管理员。',
  ],
  'failed.NO_BASE': [
    'The address names no recording. Open the whole link that you were given.',
    '地址中没有录制。请打开收到的完整链接。',
  ],
  keys: [
    'Keys: blank plays and pauses, ← → 5 s, J L 10 s, M sound, F full screen',
    '快捷键：空格播放或暂停，← → 5 秒，J L 10 秒，M 声音，F 全屏',
  ],
});

export type RecordingKey = keyof typeof recordingTexts.en;

/** Returns the text of a code of the page or the server; other codes get a general text. */
export function failureKeyOf(code: string): RecordingKey {
  if (code === 'TOKEN_REVOKED') return 'failed.TOKEN_INVALID';
  const key = `failed.${code}`;
  return Object.hasOwn(recordingTexts.en, key) ? (key as RecordingKey) : 'failed.UNREADABLE';
}
