/** `METALCTL_DEBUG=tui`: what a view is told, one line per event. The view draws on stderr, so --log-file belongs with it. */
import { about } from '../../../ports/log.js';
import type { AnyRun } from './run.js';

/** The way into a view, on which each event is logged by its type before it is shown. */
export function logged<E extends { readonly type: string }>(
  run: AnyRun,
  view: string,
  send: (event: E) => void,
): (event: E) => void {
  const opened = run.open('log');
  return (event) => {
    void opened.then((log) => about(log, 'tui').log('trace', `the ${view} view is told`, { event: event.type }));
    send(event);
  };
}
