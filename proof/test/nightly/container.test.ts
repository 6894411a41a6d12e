// The image, with the services of infra/container/compose.yaml. As root: debootstrap, buildah, podman.
import { expect, it } from 'vitest';
import { container } from '../../lab/container/container.ts';
import { missedOf } from '../tools/support/missed.ts';

const LIMIT_MS = 900_000;

it(
  'the services of compose.yaml run by the image, and the commands of the guide do what it says',
  async () => {
    expect(await missedOf(container, {})).toEqual([]);
  },
  LIMIT_MS,
);
