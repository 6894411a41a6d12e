// Carries out tasks `assemble` as a recorder does: each file is uploaded to the library node of Frankfurt.
import { ASSEMBLE, type AssembledOutput, type AssembledRecording, call, rpc, type wire } from '@meridian/protocol';
import { START_MS } from '../unit/events/journals.ts';
import { blocksIn } from './scripted-libraries.ts';
import type { ScriptedRecorder } from './scripted-recorders.ts';
import type { TestApi } from './test-api.ts';

type Task = Pick<wire.Task, 'id' | 'lease' | 'tenant' | 'payload'>;

export const outputOf = (name: string, o: Partial<AssembledOutput> = {}): Omit<AssembledOutput, 'upload'> => ({
  name,
  source: 'camera',
  identity: 'ann',
  participantName: 'Ann',
  offsetMs: 0,
  durationMs: 90_000,
  width: 1280,
  height: 720,
  ...o,
});

export const resultOf = (
  outputs: readonly AssembledOutput[],
  o: Partial<AssembledRecording> = {},
): AssembledRecording => ({
  startedWallMs: START_MS + 5000,
  durationMs: 99_000,
  holes: [],
  holeMs: 0,
  participants: [{ identity: 'ann', name: 'Ann' }],
  chapters: [],
  outputs,
  postPages: 0,
  ...o,
});

/** Takes the next task; undefined if none waits for this recorder. */
export async function takeTask(recorder: ScriptedRecorder, kinds: string[] = [ASSEMBLE]): Promise<Task | undefined> {
  const { tasks } = await call(recorder.toApi, rpc.takeTasks, { kinds, free: 1 });
  return tasks[0] as Task | undefined;
}

export const stepOf =
  (recorder: ScriptedRecorder, { id: taskId, lease }: Pick<Task, 'id' | 'lease'>) =>
  async (operation: string, body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await call(recorder.toApi, rpc.taskUpload, { taskId, lease, operation, body: text });
    return JSON.parse(answer.body);
  };

/** Uploads a file as far as the library node's report. Returns the id of its upload. */
export async function uploadFile(
  api: TestApi,
  recorder: ScriptedRecorder,
  task: Task,
  output: Omit<AssembledOutput, 'upload'>,
  text = `${output.name} of ${task.id}`,
): Promise<string> {
  const bytes = Buffer.from(text);
  const body = {
    name: `${output.name}.mp4`,
    bytes: bytes.length,
    blocks: blocksIn(bytes),
    fingerprint: text.slice(0, 64),
    output,
  };
  const { id } = await stepOf(recorder, task)('create', body);
  await api.libraries.fra.ended(task.tenant, id, bytes);
  return id;
}

export const endTask = (recorder: ScriptedRecorder, { id, lease }: Task, end: wire.EndTask.$Properties) =>
  call(recorder.toApi, rpc.endTask, { id, lease, ...end });

/** Takes the task of a recording and ends it with these files. */
export async function assemble(
  api: TestApi,
  recorder: ScriptedRecorder,
  outputs = [outputOf('p001-camera')],
  o: Partial<AssembledRecording> = {},
): Promise<Task> {
  const task = await takeTask(recorder);
  if (task === undefined) throw new Error('no task waits');
  const made: AssembledOutput[] = [];
  for (const output of outputs)
    made.push(Object.assign({ upload: await uploadFile(api, recorder, task, output) }, output));
  await endTask(recorder, task, { result: JSON.stringify(resultOf(made, o)) });
  await api.telling.jobs.settled();
  return task;
}
