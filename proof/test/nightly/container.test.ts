// Needs root: debootstrap, buildah, podman.
import { expect, it } from 'vitest';
import { container } from '../../lab/container/container.ts';
import { missedOf } from '../tools/support/missed.ts';

const LIMIT_MS = 900_000;

it(
  "the image runs the services of compose.yaml, and the guide's commands do as described",
  async () => {
    expect(await missedOf(container, {})).toEqual([]);
  },
  LIMIT_MS,
);
