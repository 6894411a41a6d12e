import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const recordingListTexts = inBothLanguages({
  lead: [
    'Recordings of all meetings and rooms, booked or not, the newest first.',
    '所有会议和房间的录制，无论是否预约，最新的在前。',
  ],
  empty: ['Nothing has been recorded yet, or the recordings were deleted.', '还没有录制，或录制已被删除。'],
  search: ['Search by title or room', '按标题或房间搜索'],
  emptyFound: ['No recording matches.', '没有符合条件的录制。'],
  emptyOfRoom: ['This room was not recorded.', '此房间没有录制。'],
  recordings: ['Recordings', '录制'],
  title: ['Meeting or room', '会议或房间'],
  began: ['Began', '开始'],
  lasted: ['Length', '时长'],
  size: ['Size', '大小'],
  playOf: ['Play the recording of {name}, {at}', '播放{name}的录制，{at}'],
  report: ['Report', '报告'],
  reportOf: ['Report of {name}, {at}', '{name}的报告，{at}'],
  delete: ['Delete', '删除'],
  deleteOf: ['Delete the recording of {name}, {at}', '删除{name}的录制，{at}'],
  deleteTitle: ['Delete this recording?', '删除此录制？'],
  deleteText: [
    'The recording of {name} and all its files are deleted. This cannot be undone.',
    '{name}的录制及其全部文件将被删除，且无法恢复。',
  ],
  deleteFailed: ['The recording was not deleted', '录制未删除'],
});
