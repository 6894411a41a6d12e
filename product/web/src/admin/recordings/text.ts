import { TRASH_KEPT_DAYS } from '@meridian/protocol';
import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const recordingListTexts = inBothLanguages({
  lead: [
    'Recordings of all meetings and rooms, booked or not, the newest first.',
    '所有会议和房间的录制文件，无论是否预约，最新的在前。',
  ],
  empty: ['Nothing has been recorded yet, or the recordings were deleted.', '还没有录制文件，或录制文件已被删除。'],
  search: ['Search by title or room', '按标题或房间搜索'],
  emptyFound: ['No recording matches.', '没有符合条件的录制文件。'],
  emptyOfRoom: ['This room was not recorded.', '此房间没有录制文件。'],
  recordings: ['Recordings', '录制文件'],
  title: ['Meeting or room', '会议或房间'],
  began: ['Began', '开始'],
  lasted: ['Length', '时长'],
  size: ['Size', '大小'],
  state: ['State', '状态'],
  by: ['Recorded by {name}', '由{name}录制'],
  'view.kept': ['Recordings', '录制文件'],
  'view.trash': ['Trash', '回收站'],
  trashLead: [
    `Deleted recordings stay here for ${TRASH_KEPT_DAYS} days.`,
    `已删除的录制文件会在此保留 ${TRASH_KEPT_DAYS} 天。`,
  ],
  emptyTrash: ['The trash is empty.', '回收站为空。'],
  trash: ['Delete', '删除'],
  trashOf: ['Delete the recording of {name}, {at}', '删除{name}的录制文件，{at}'],
  trashTitle: ['Put this recording into the trash?', '将此录制文件移入回收站？'],
  trashText: [
    `The recording of {name} and all its files go into the trash. Their links end at once. For ${TRASH_KEPT_DAYS} days they can be restored.`,
    `{name}的全部录制文件将移入回收站，相关链接立即失效。${TRASH_KEPT_DAYS} 天内可以恢复。`,
  ],
  trashFailed: ['The recording was not deleted', '录制文件未删除'],
  restore: ['Restore', '恢复'],
  restoreOf: ['Restore the recording of {name}, {at}', '恢复{name}的录制文件，{at}'],
  restoreTitle: ['Restore this recording?', '恢复此录制文件？'],
  restoreText: [
    'The recording of {name} and its files are back where they were. Links that ended stay ended.',
    '{name}的录制文件将恢复到原处，已失效的链接不会恢复。',
  ],
  restoreFailed: ['The recording was not restored', '录制文件未恢复'],
  playOf: ['Play the recording of {name}, {at}', '播放{name}的录制文件，{at}'],
  report: ['Report', '报告'],
  reportOf: ['Report of {name}, {at}', '{name}的报告，{at}'],
  delete: ['Delete for good', '彻底删除'],
  deleteOf: ['Delete the recording of {name} for good, {at}', '彻底删除{name}的录制文件，{at}'],
  deleteTitle: ['Delete this recording for good?', '彻底删除此录制文件？'],
  deleteText: [
    'The recording of {name} and all its files are deleted. This cannot be undone.',
    '{name}的全部录制文件将被删除，且无法恢复。',
  ],
  deleteFailed: ['The recording was not deleted', '录制文件未删除'],
});
