// A library node in a process of its own, that takes uploads: `FOLDER COUNT BYTES PARTS`. Its port is the first line on
// stdout; then a line for each upload that has ended.
import process from 'node:process';
import { library, planOf } from '../../../library/test/support/library.ts';
import { partsOf } from './upload-parts.ts';

const [folder = '', ...numbers] = process.argv.slice(2);
const [count = 0, bytes = 0, parts = 0] = numbers.map(Number);
const node = await library({ folder });
node.join();
for (let number = 0; number < count; number += 1)
  await node.open(planOf(bytes, { uploadId: `up_${number}`, parts: partsOf(bytes, parts) }));
process.stdout.write(`${node.port}\n`);
const push = node.endings.push.bind(node.endings);
node.endings.push = (...codes: string[]) => {
  for (const code of codes) process.stdout.write(`ended ${code}\n`);
  return push(...codes);
};
