/** What is counted while the process runs. Labels come from closed sets: kinds, outcomes, known names. */
import type { Family, Labels, Sample } from './text.js';

/** A counter by labels. */
export class Counter {
  readonly #counts = new Map<string, { labels: Labels; value: number }>();

  constructor(
    readonly name: string,
    readonly help: string,
  ) {}

  add(labels: Labels = {}, by = 1): void {
    const key = JSON.stringify(labels);
    const before = this.#counts.get(key)?.value ?? 0;
    this.#counts.set(key, { labels, value: before + by });
  }

  family(): Family {
    return { name: this.name, help: this.help, type: 'counter', samples: [...this.#counts.values()] };
  }
}

/** Upper bounds in seconds. */
const bounds = [0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120];

/** Durations in seconds by labels. */
export class Histogram {
  readonly #series = new Map<string, { labels: Labels; buckets: number[]; sum: number; count: number }>();

  constructor(
    readonly name: string,
    readonly help: string,
  ) {}

  observe(labels: Labels, seconds: number): void {
    const key = JSON.stringify(labels);
    const series = this.#series.get(key) ?? { labels, buckets: bounds.map(() => 0), sum: 0, count: 0 };
    series.buckets = series.buckets.map((count, index) => count + (seconds <= (bounds[index] ?? 0) ? 1 : 0));
    series.sum += seconds;
    series.count += 1;
    this.#series.set(key, series);
  }

  family(): Family {
    const samples = [...this.#series.values()].flatMap(({ labels, buckets, sum, count }): Sample[] => [
      ...buckets.map((value, index) => ({
        labels: { ...labels, le: String(bounds[index]) },
        value,
        suffix: '_bucket',
      })),
      { labels: { ...labels, le: '+Inf' }, value: count, suffix: '_bucket' },
      { labels, value: sum, suffix: '_sum' },
      { labels, value: count, suffix: '_count' },
    ]);
    return { name: this.name, help: this.help, type: 'histogram', samples };
  }
}
