/** Kubernetes MicroTime: RFC 3339 in UTC with exactly six fraction digits, as events and leases carry it. */

/** A date as MicroTime. `micros` (0 to 999) orders moments within one millisecond, which is all a Date knows. */
export const microTime = (date: Date, micros = 0): string =>
  date.toISOString().replace('Z', `${String(micros % 1000).padStart(3, '0')}Z`);
