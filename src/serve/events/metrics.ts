/**
 * What BMCs told, as upstream's two metrics. Upstream keeps readings without the host, so that BMCs overwrite each other;
 * here the host is part of the key. The number of series is bounded, whatever is sent.
 */
import type { Clock } from '../../ports/clock.js';
import { Counter } from '../monitor/counters.js';
import type { Family } from '../monitor/text.js';
import type { Alert, Reading } from './payload.js';

const maxSeries = 2_000;
const readingLivesMs = 600_000;

export class EventMetrics {
  readonly #clock: Clock;
  readonly #alerts = new Counter('redfish_event_alert_total', 'Alerts BMCs have sent since the process started.');
  readonly #known = new Set<string>();
  readonly #readings = new Map<string, Reading & { readonly bmc: string; readonly at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  alert(bmc: string, { severity, messageId, component }: Alert): void {
    const key = JSON.stringify([bmc, severity, messageId, component]);
    const fits = this.#known.has(key) || this.#known.size < maxSeries;
    if (fits) this.#known.add(key);
    const labels = fits ? { message_id: messageId, component } : { message_id: 'other', component: 'other' };
    this.#alerts.add({ hostname: bmc, severity, ...labels });
  }

  reading(bmc: string, reading: Reading): void {
    const key = JSON.stringify([bmc, reading.metricId, reading.property]);
    if (!this.#readings.has(key) && this.#readings.size >= maxSeries) this.#dropOld();
    if (!this.#readings.has(key) && this.#readings.size >= maxSeries) return;
    this.#readings.set(key, { ...reading, bmc, at: this.#clock.monotonicMs() });
  }

  /** A BMC that is gone takes its readings along. */
  families(): readonly Family[] {
    this.#dropOld();
    const samples = [...this.#readings.values()].map(({ bmc, metricId, kind, unit, property, value }) => ({
      labels: { hostname: bmc, metric_id: metricId, type: kind, unit, origin_context: property },
      value,
    }));
    const help = 'Last reading a BMC has sent; gone after ten minutes.';
    return [this.#alerts.family(), { name: 'redfish_monitor_reading', help, type: 'gauge', samples }];
  }

  #dropOld(): void {
    const oldest = this.#clock.monotonicMs() - readingLivesMs;
    for (const [key, { at }] of this.#readings) if (at < oldest) this.#readings.delete(key);
  }
}
