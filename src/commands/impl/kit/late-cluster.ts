/** A cluster that is opened by its first call: what opening costs, and what it finds wrong, comes then. */
import type { Ports } from '../../../wiring.js';

type Opened = Ports['cluster'];

export const lateCluster = (open: () => Promise<Opened>): Opened => ({
  get: async (...words) => (await open()).get(...words),
  list: async (...words) => (await open()).list(...words),
  watch: async function* (...words) {
    yield* (await open()).watch(...words);
  },
  create: async (...words) => (await open()).create(...words),
  patch: async (...words) => (await open()).patch(...words),
  replace: async (...words) => (await open()).replace(...words),
  delete: async (...words) => (await open()).delete(...words),
  version: async (...words) => (await open()).version(...words),
  served: async (...words) => (await open()).served(...words),
  raw: async (...words) => (await open()).raw(...words),
  close: async () => (await open()).close(),
});
