/** `metalctl visualizer`: racks on a local page, live, or as a file. */
import { defineCommand } from './define.js';
import { integer, maybe, text, toggle } from './flags.js';

const shared = {
  group: 'Look',
  stability: 'preview',
  args: {},
  flags: {
    port: integer('PORT', 'Port to listen on; 0 takes a free one.', { fallback: '8080' }),
    host: text('HOST', 'Address to listen on; another than a loopback one needs --yes.', { fallback: '127.0.0.1' }),
    open: toggle('Open the page in the browser.'),
    export: text('FILE', 'Write racks here and end: .html, .svg, .dot or .mmd (Mermaid).', { complete: 'files' }),
    readOnly: maybe('The page changes nothing; it has nothing that could, so --no-read-only is refused.'),
  },
  examples: [
    ['metalctl visualizer --open', 'Until Ctrl-C.'],
    ['metalctl visualizer --port 0', 'On a free port.'],
    ['metalctl visualizer --export racks.svg', 'A picture of now.'],
    ['metalctl visualizer -o mermaid', 'The racks as text, for a ticket; nothing is served.'],
  ],
  needs: ['cluster', 'clock'],
  exits: ['NEEDS_INPUT', 'FORBIDDEN'],
  related: ['top', 'get'],
  formats: ['mermaid', 'dot'],
} as const;

export const visualizerCommand = defineCommand({
  ...shared,
  name: 'visualizer',
  summary: 'Show racks on a local page, live; or write them to a file.',
  details:
    'The page needs no other host and changes nothing. Its address carries a token; without it nothing is answered. Servers are placed by the labels location, rack, shelf and height; those without a rack are listed below.',
  run: () => import('./impl/visualizer.js'),
});

const short = {
  ...shared,
  summary: 'The same as visualizer.',
  hidden: true,
  related: ['visualizer'],
  run: () => import('./impl/visualizer.js'),
} as const;

/** Upstream's other names of it. */
export const visCommand = defineCommand({ ...short, name: 'vis' });
export const vizCommand = defineCommand({ ...short, name: 'viz' });
