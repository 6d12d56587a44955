/** A cursor that rests: rows that changed meanwhile may then take their places. */

/** How long a cursor stands still before rows move under it. */
const restMs = 2_000;

interface Held {
  readonly held: readonly unknown[] | undefined;
  readonly cursor: string | undefined;
}

/** The effect of moving: sends `rest` once the cursor has stood still for two seconds. */
export function restEffects(): (now: Held, before: Held, send: (event: { readonly type: 'rest' }) => void) => void {
  let timer: NodeJS.Timeout | undefined;
  return (now, before, send) => {
    if (now.held === before.held && now.cursor === before.cursor) return;
    clearTimeout(timer);
    if (now.held === undefined) return;
    timer = setTimeout(() => send({ type: 'rest' }), restMs);
    timer.unref();
  };
}
