/** What answered a sweep but could not be read, by its causes; and what was named and did not answer. */
import type { DiscoverEvent } from '../../ui/discover/state.js';
import type { Finding } from '../../workflows/discover/finding.js';
import type { DiscoverReport } from '../../workflows/discover/report.js';
import { problemLines } from './discover-report.js';
import { isUnread } from './discover-rows.js';

type Troubles = Extract<DiscoverEvent, { readonly type: 'trouble' }>['troubles'];

const count = (few: number, of: number): string => `${few} of ${of} BMC${of === 1 ? '' : 's'}`;

export function troublesOf(all: readonly Finding[], silent: DiscoverReport['unanswered']): Troubles {
  const unread = all.filter(isUnread);
  const troubles = [
    { text: `${count(unread.length, all.length)} could not be read`, lines: problemLines(unread) },
    {
      text: `${count(silent.length, silent.length + all.length)} did not answer`,
      lines: silent.map(({ target, why }) => `${target}  ${why}`),
    },
  ];
  return troubles.filter(({ lines }) => lines.length > 0);
}
