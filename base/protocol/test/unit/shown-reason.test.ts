import { expect, it } from 'vitest';
import { shownReason } from '../../src/shown-reason.ts';

it.each([
  [
    '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55d1c0ffee00] moov atom not found\n/dev/stdin: Invalid data found when processing input',
    'moov atom not found; the file: Invalid data found when processing input',
  ],
  ['exit code 1 [h264 @ 0x7f00aa] [eof @ 0x7f00ab] no frame!', 'exit code 1 no frame!'],
  ['bad free at 0x7ffdeadbeef0', 'bad free at (pointer)'],
  [
    "ENOENT: no such file or directory, open '/var/lib/meridian/x/part-1'",
    "ENOENT: no such file or directory, open 'the file'",
  ],
  ['/etc/passwd', 'the file'],
  ['connect ECONNREFUSED 10.8.3.4:6379', 'connect ECONNREFUSED (address)'],
  ['connect ETIMEDOUT fd00:12::7:443', 'connect ETIMEDOUT (address)'],
  ['connect ECONNREFUSED ::1:22', 'connect ECONNREFUSED (address)'],
  ['dial [2001:db8:0:1:2:3:4:5]:443 failed', 'dial (address) failed'],
  ['getaddrinfo ENOTFOUND redis-1.inside.example', 'getaddrinfo ENOTFOUND (address)'],
  ['rtmp://inside:1935/live/KEY refused', '(address) refused'],
  ['a\0b', 'a b'],
])('a reason shows nothing of the inside: %j becomes %j', (text, shown) => {
  expect(shownReason(text)).toBe(shown);
  expect(shownReason(shown)).toBe(shown);
});

it.each([
  'files of the format mov,mp4,m4a are not accepted',
  'Eicar-Test-Signature',
  'the SHA-256 differs from the announced one',
  'the type video/mp4 and/or 1/2 of application/pdf',
  'at 12:30:05 the lid of 1.2.3 was off, 3:2',
  'it has 0x1F bytes: too many',
  '第 1/2 部分',
])('other reasons stay as they are: %s', (text) => expect(shownReason(text)).toBe(text));
