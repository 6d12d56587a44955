/**
 * The metric report of one BMC. Who reads it finds that of the minute; it is made when first asked for, and by a timer only
 * while somebody subscribes to it, because most BMCs of a large fleet have nobody looking.
 */
import { readingOf } from './behaviours/monitoring.js';
import { timeOf } from './events/event.js';
import type { JsonObject } from './json.js';
import { metricsOf, reportDefinitionPath, reportEveryMs, reportPath } from './tree/telemetry.js';
import type { VirtualBmc } from './virtual-bmc.js';

export class Telemetry {
  readonly #bmc: VirtualBmc;
  #report: JsonObject = {};
  #minute = -1;
  #sequence = 0;
  #isListening = false;

  constructor(bmc: VirtualBmc) {
    this.#bmc = bmc;
  }

  /** The parts of the report that change: its number, its time, its values; empty until it is first made. */
  get report(): JsonObject {
    const minute = Math.floor(this.#bmc.world.hardwareMs() / reportEveryMs);
    if (minute === this.#minute || !this.#isEnabled) return this.#report;
    this.#minute = minute;
    this.#report = this.#made();
    return this.#report;
  }

  /** From now on each report is sent to who subscribes, until nobody does. */
  listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#again();
  }

  #again(): void {
    const { world } = this.#bmc;
    world.after(reportEveryMs - (world.hardwareMs() % reportEveryMs), () => this.#send());
  }

  #send(): void {
    this.#isListening = this.#bmc.events.hasReportSubscribers;
    if (!this.#isListening) return;
    if (this.#isEnabled) this.#bmc.events.sendReport(this.#bmc.show(reportPath) ?? {});
    this.#again();
  }

  get #isEnabled(): boolean {
    return this.#bmc.read(reportDefinitionPath)?.MetricReportDefinitionEnabled === true;
  }

  #made(): JsonObject {
    const { profile, world } = this.#bmc;
    // The offset without a colon is known of iDRAC's events alone.
    const at = timeOf({ ...profile.quirks.events, offset: 'colon' }, world.clock.now());
    return {
      ReportSequence: String(++this.#sequence),
      Timestamp: at,
      MetricValues: metricsOf(profile.quirks, profile.systems).map(({ id, property }) => ({
        MetricId: id,
        MetricValue: String(readingOf(this.#bmc, property, id) ?? ''),
        MetricProperty: property,
        Timestamp: at,
      })),
    };
  }
}
