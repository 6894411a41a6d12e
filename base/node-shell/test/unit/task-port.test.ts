import { MeridianError, rpc } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { apiTasks } from '../../src/tasks/task-port.ts';

/** Links of an api controlled by the test: they record calls and give an answer. */
function portOf(answer: unknown): { port: ReturnType<typeof apiTasks>; asked: unknown[] } {
  const asked: unknown[] = [];
  const call = (kind: unknown, message: unknown): Promise<never> => {
    asked.push([kind, message]);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as never);
  };
  return { port: apiTasks({ call }), asked };
}

it('the port asks for tasks, and fields that the wire omits are empty', async () => {
  const { port, asked } = portOf({ tasks: [{ id: 't1', kind: 'join', lease: null }], againMs: 500 });
  expect(await port.take(['join'], 2)).toEqual({
    tasks: [{ id: 't1', kind: 'join', attempt: 0, lease: '', leaseMs: 0, tenant: '', payload: '' }],
    againMs: 500,
  });
  expect(asked).toEqual([[rpc.takeTasks, { kinds: ['join'], free: 2 }]]);
});

it('the port reports the end of a task with its result, or with a code and a bounded reason', async () => {
  const { port, asked } = portOf({ isHeld: true, leaseMs: 5 });
  expect(await port.end('t1', 'l', { result: '{}' })).toEqual({ isHeld: true, leaseMs: 5 });
  await port.end('t1', 'l', { code: 'NO_ROOM', detail: 'x'.repeat(1000), retryable: true });
  await port.renew('t1', 'l', 0.5);
  const none = { id: 't1', lease: 'l', code: '', detail: '', retryable: false, result: '{}' };
  const failed = { id: 't1', lease: 'l', code: 'NO_ROOM', detail: 'x'.repeat(300), retryable: true, result: '' };
  expect(asked).toEqual([
    [rpc.endTask, none],
    [rpc.endTask, failed],
    [rpc.renewTask, { id: 't1', lease: 'l', done: 0.5 }],
  ]);
});

it('a call of the port rejects when no api answers', async () => {
  const { port } = portOf(new MeridianError('API_UNREACHABLE'));
  await expect(port.take(['join'], 1)).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
});
