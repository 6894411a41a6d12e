import { describe, expect, it } from 'vitest';
import { flowPeriodMs, sentPacketsOf } from '../../src/core/flow.ts';
import { type AnswerState, becameUnanswered, initialAnswers, nextAnswers } from '../../src/core/media-answers.ts';

/**
 * Runs one reading per letter. `+` we sent and were answered, `.` we sent and were not, `-` we sent nothing and nothing
 * came, `a` an answer came though we sent nothing, `r` our packets count from the beginning again and nothing came, `z`
 * we sent during three seconds of sleep and were not answered. Returns `!` where the path may be gone.
 */
function run(script: string): string {
  let state: AnswerState = initialAnswers;
  let [packets, bytes, takenMs] = [100, 0, 0];
  let answer = '';
  for (const letter of script) {
    takenMs += letter === 'z' ? 3000 : flowPeriodMs;
    if ('+.z'.includes(letter)) packets += 1;
    if (letter === 'r') packets = 1;
    if ('+a'.includes(letter)) bytes += 60;
    state = nextAnswers(state, { takenMs, packets, received: new Map([['pair', bytes]]) });
    answer += becameUnanswered(state) ? '!' : '.';
  }
  return answer;
}

describe('sent media counts as unanswered', () => {
  it.each([
    // Rows in which it never counts:
    { name: 'not before the first answer', script: '..........', want: '..........' },
    { name: 'not while answers were not steady yet', script: '.+++......', want: '..........' },
    { name: 'not when answers come seldom', script: '++.+.+..+..+..', want: '..............' },
    { name: 'not after one reading without an answer', script: '.+++++.+++++', want: '............' },
    { name: 'not when we send nothing', script: '.+++++-----', want: '...........' },
    { name: 'not when we stop sending a moment after the last answer', script: '.+++++.----', want: '...........' },
    { name: 'not when we send little', script: '.+++++.-.-.-', want: '............' },
    { name: 'not when a new connection counts from zero', script: '.+++++.r', want: '........' },
    { name: 'not because the page slept', script: '.+++++z.....', want: '............' },
    { name: 'not when answers come late', script: '.+++++.aaaa', want: '...........' },
    // Rows in which it counts:
    { name: 'once, after two readings without an answer', script: '.+++++......', want: '.......!....' },
    { name: 'again after steady answers', script: '.+++++....+++++...', want: '.......!........!.' },
    { name: 'not again before steady answers', script: '.+++++....+....', want: '.......!.......' },
  ])('$name', ({ script, want }) => {
    expect(run(script)).toBe(want);
  });

  it('after media packets of all tracks, if the browser counts them', () => {
    const entries = [
      { id: 'a', type: 'outbound-rtp', packetsSent: 7 },
      { id: 'b', type: 'outbound-rtp', packetsSent: 2 },
      { id: 'c', type: 'outbound-rtp' },
      { id: 'd', type: 'candidate-pair', packetsSent: 40 },
    ];
    expect(sentPacketsOf(entries)).toBe(9);
  });
});
