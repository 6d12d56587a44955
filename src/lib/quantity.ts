/** Kubernetes quantities: `512Gi`, `1.5T`, `250m`. Source: apimachinery resource.Quantity, documented grammar. */

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const grammar = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/;

/** The number a quantity stands for, as a double; undefined when it is none. */
export function parseQuantity(text: string | number): number | undefined {
  const match = grammar.exec(String(text).slice(0, 64));
  if (match === null) return undefined;
  const [, digits = '', exponent = '', suffix = ''] = match;
  return Number(digits + exponent) * (factors[suffix] ?? 1);
}

/** Bytes in the largest binary unit that keeps at most one decimal: `512Gi`, `3.5Ti`. */
export function formatBytes(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
  const at = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 2 ** (10 * at);
  return `${Number.isInteger(value) ? value : value.toFixed(1)}${units[at] ?? ''}`;
}
