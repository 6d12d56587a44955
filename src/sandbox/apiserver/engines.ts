/**
 * The three libraries that take longer to load than the rest of the server: CEL for rules, RE2 for patterns, YAML for
 * bodies. They are loaded once the server listens, and awaited by the requests that may need them.
 */
export interface Engines {
  readonly cel: typeof import('@marcbachmann/cel-js');
  readonly re2: typeof import('re2js');
  readonly yaml: typeof import('yaml');
}

let loaded: Engines | undefined;
let loading: Promise<void> | undefined;

/** Settles when `engines()` may be called; loads once per process. */
export function loadEngines(): Promise<void> {
  loading ??= Promise.all([import('@marcbachmann/cel-js'), import('re2js'), import('yaml')]).then(
    ([cel, re2, yaml]) => {
      loaded = { cel: named(cel, 'Environment'), re2: named(re2, 'RE2JS'), yaml: named(yaml, 'parse') };
    },
  );
  return loading;
}

/** A CommonJS package: node names its exports, a bundle gives them as `default` only. */
function named<T extends object>(module: T, name: keyof T): T {
  return name in module ? module : (module as { readonly default: T }).default;
}

/** The engines; whoever calls this came through `loadEngines`. */
export function engines(): Engines {
  if (loaded === undefined) throw new Error('engines are asked for before they were loaded');
  return loaded;
}
