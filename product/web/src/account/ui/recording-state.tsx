// The state of a recording in words, with what else there is to know of it.
import { useTexts } from '../../admin/text.ts';
import { recordingNoteTexts, recordingStateTexts } from '../../core/messages/recording-states.ts';
import { type RecordingFacts, recordingNotes, recordingState } from '../../core/recording-words.ts';

export function RecordingStateWords({ recording }: { recording: RecordingFacts }) {
  const states = useTexts(recordingStateTexts);
  const notes = useTexts(recordingNoteTexts);
  const { key, values, tone } = recordingState(recording);
  return (
    <span className="recording-words grid gap-2px" data-testid="recording-state" data-state={key}>
      <span className="admin-state" data-tone={tone}>
        {states.say(key, values)}
      </span>
      {recordingNotes(recording).map((note) => (
        <small key={note.key} className="faint">
          {notes.say(note.key, note.values)}
        </small>
      ))}
    </span>
  );
}
