/** What the metadata service counts: requests by what was asked for and how it ended, and whom it knows. */
import type { Wiring } from '../../wiring.js';

type Serving = Awaited<ReturnType<Wiring['listeners']>>;
type Options = Parameters<Serving['startMetadata']>[0];
type Answered = Parameters<NonNullable<Options['onAnswered']>>[0];
type Family = ReturnType<Parameters<Serving['startMetrics']>[1]>[number];

export class MetadataCounts {
  readonly #requests;
  readonly #durations;
  readonly #addresses: Options['addresses'];

  constructor({ Counter, Histogram }: Pick<Serving, 'Counter' | 'Histogram'>, addresses: Options['addresses']) {
    this.#requests = new Counter('metalctl_metadata_requests_total', 'Requests of machines by route and status.');
    this.#durations = new Histogram('metalctl_metadata_request_seconds', 'How long answers to machines took.');
    this.#addresses = addresses;
  }

  readonly add = ({ route, status, seconds }: Answered): void => {
    this.#requests.add({ route, code: String(status) });
    this.#durations.observe({ route }, seconds);
  };

  readonly families = (): readonly Family[] => {
    const { servers, addresses, clashes } = this.#addresses.size();
    return [
      this.#requests.family(),
      this.#durations.family(),
      gauge('metalctl_metadata_servers', 'Servers the service knows.', servers),
      gauge('metalctl_metadata_addresses', 'Addresses of machines the service knows.', addresses),
      gauge('metalctl_metadata_clashing_addresses', 'Addresses that two Servers report: nobody is answered.', clashes),
    ];
  };
}

const gauge = (name: string, help: string, value: number): Family => ({
  name,
  help,
  type: 'gauge',
  samples: [{ value }],
});
