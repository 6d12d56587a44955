/**
 * `$expand` (DSP0266 7.3): one request for a collection and its members. Offered by the service root, broken on many
 * firmwares; where it fails it is not tried again for that kind of resource, for a week.
 */
import { isMetalError } from '../errors/classes.js';
import { trailingSlashes } from '../lib/trailing-slashes.js';
import type { Resource, Service } from './service.js';
import type { Path } from './transport/link.js';

const forgetAfterMs = 7 * 24 * 3_600_000;

/** How a service says that it cannot, does not want to, or is overwhelmed. */
const inability = ['BMC_REFUSED', 'BMC_ERROR', 'BMC_TIMEOUT', 'BMC_RESPONSE_TOO_LARGE', 'BMC_BAD_RESPONSE'];

export class Expansion {
  readonly #service: Service;
  /** Kind of resource to the moment its failure is forgotten. */
  readonly #failing = new Map<string, number>();

  constructor(service: Service) {
    this.#service = service;
  }

  /** Whether the service announces so many levels and its vendor's firmware can be trusted with them. */
  async offers(levels: number): Promise<boolean> {
    const { root, vendor } = await this.#service.known();
    const query = root.ProtocolFeaturesSupported?.ExpandQuery;
    if (!vendor.expand || query === undefined || !(query.NoLinks || query.ExpandAll)) return false;
    return levels === 1 || (query.Levels === true && (query.MaxLevels ?? 1) >= levels);
  }

  /** Reads expanded if possible, with as many levels as are offered; plainly otherwise. */
  async read(path: Path, levels: 1 | 2, read: (path: Path) => Promise<Resource>): Promise<Resource> {
    const kind = kindOf(path);
    if (path.includes('?') || this.#isFailing(kind) || !(await this.offers(1))) return read(path);
    const deep = levels === 2 && (await this.offers(2));
    try {
      return await read(`${path}?$expand=${await this.#symbol()}${deep ? '($levels=2)' : ''}` as Path);
    } catch (error) {
      if (!isMetalError(error) || !inability.includes(error.code)) throw error;
      this.#learn(kind);
      return read(path);
    }
  }

  /** `.` leaves Links alone and is what is wanted; a service that only has `*` gets that. */
  async #symbol(): Promise<string> {
    const { root } = await this.#service.known();
    return root.ProtocolFeaturesSupported?.ExpandQuery?.NoLinks ? '.' : '*';
  }

  #isFailing(kind: string): boolean {
    return (this.#failing.get(kind) ?? 0) > this.#service.options.clock.monotonicMs();
  }

  #learn(kind: string): void {
    const { clock, log, stats, access } = this.#service.options;
    this.#failing.set(kind, clock.monotonicMs() + forgetAfterMs);
    stats.expandFallbacks += 1;
    log.log('debug', 'expand does not work here', { bmc: access.id, kind });
  }
}

/** The shape of a path: collections by their name, members by that of their collection. */
function kindOf(path: Path): string {
  const segments = path.replace(trailingSlashes, '').split('/');
  return segments.length % 2 === 0 ? `${segments.at(-1)}` : `${segments.at(-2)}/*`;
}
