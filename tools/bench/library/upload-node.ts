// A library node in a process of its own, that takes uploads: `FOLDER COUNT BYTES PARTS`. Its port is the first line on
// stdout; then a line for each upload that has ended.
import { planOf, library } from '../../../library/test/support/library.ts';
import { partsOf } from './upload-parts.ts';

const [folder = '', count = 0, bytes = 0, parts = 0] = process.argv
  .slice(2)
  .map((text, at) => (at === 0 ? text : Number(text))) as [string, number, number, number];
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
