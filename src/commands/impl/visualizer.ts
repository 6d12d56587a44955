/** Body of `visualizer`. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { KubeObject } from '../../api/kind.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { UserError } from '../../errors/classes.js';
import { writeWhole } from '../../lib/whole-file.js';
import { followKinds } from '../../workflows/live-view.js';
import type { visualizerCommand } from '../visualizer.js';
import { serverKind } from './kit/kinds.js';
import type { Run } from './kit/run.js';
import { pageOf } from './visualizer/page.js';
import { dotOf, type Floor, floorOf, mermaidOf, svgOf } from './visualizer/racks.js';
import { serveVisualizer, type Visualizer } from './visualizer/serve.js';

type VisualizerRun = Run<typeof visualizerCommand>;

export default async function (run: VisualizerRun): Promise<void> {
  const { flags, ports, signal } = run;
  const writer = flags.export === undefined ? undefined : writerOf(flags.export);
  refuseOthers(run);
  if (flags.readOnly === false) {
    throw new UserError('USAGE', 'the page has nothing that changes servers', { hint: 'metalctl top   has' });
  }
  const floor = floorOf((await ports.cluster.list(serverKind, { signal })).items);
  if (flags.export !== undefined && writer !== undefined) {
    await writeWhole(flags.export, writer(floor), 0o644);
    return run.out.text(`${flags.export} written: ${floor.racks.length} racks\n`);
  }
  const printed = { mermaid: mermaidOf, dot: dotOf }[run.out.format.kind as string];
  if (printed !== undefined) return run.out.text(printed(floor));
  const visualizer = await serveVisualizer({ host: flags.host, port: flags.port }, floor);
  try {
    await run.out.text(`${sentenceOf(floor, visualizer.url)}\n`);
    if (flags.open) await open(visualizer.url);
    await untilLeft(run, visualizer);
  } finally {
    await visualizer.close();
  }
}

const writers: Readonly<Record<string, (floor: Floor) => string>> = {
  html: (floor) => pageOf(floor, randomBytes(16).toString('base64'), false),
  svg: svgOf,
  dot: dotOf,
  mmd: mermaidOf,
};

/** By the ending of the file. @throws UserError USAGE */
function writerOf(file: string): (floor: Floor) => string {
  const ending = /\.(\w+)$/.exec(file)?.[1] ?? '';
  const writer = Object.hasOwn(writers, ending) ? writers[ending] : undefined;
  if (writer !== undefined) return writer;
  throw new UserError('USAGE', `--export ${file} has no form that is known`, {
    hint: 'racks.html, .svg, .dot or .mmd',
  });
}

/** Whoever reaches the page sees the fleet: other addresses are opened on purpose. @throws UserError CONFIRM_REQUIRED */
function refuseOthers({ flags, globals }: VisualizerRun): void {
  const isLoopback =
    flags.host === '::1' || flags.host === 'localhost' || (isIP(flags.host) === 4 && flags.host.startsWith('127.'));
  if (isLoopback || globals.yes) return;
  throw new UserError('CONFIRM_REQUIRED', `${flags.host} can be reached by other machines`, {
    why: 'the page shows every server to whoever has its address',
    hint: '--yes   serves it all the same',
  });
}

function sentenceOf({ racks, unplaced }: Floor, url: string): string {
  const count = racks.reduce((sum, { units }) => sum + units.length, unplaced.length);
  const homeless = unplaced.length === 0 ? '' : `   ${unplaced.length} servers have no rack label`;
  return `Serving ${count} servers in ${racks.length} racks at ${url}   (Ctrl-C stops)${homeless}`;
}

async function open(url: string): Promise<void> {
  const { spawn } = await import('node:child_process');
  const [program = '', ...args] = { darwin: ['open'], win32: ['explorer'] }[process.platform as string] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}

/** Tells changes until the first Ctrl-C. */
async function untilLeft({ ports, signal, talk }: VisualizerRun, visualizer: Visualizer): Promise<void> {
  const stop = followKinds(
    ports,
    [serverKind],
    {
      onObjects: (store) => {
        const servers: KubeObject[] = [...(store.get(serverKind.kind)?.values() ?? [])];
        visualizer.update(floorOf(servers as Server[]));
      },
      onLink: (link) => {
        if (link !== undefined) visualizer.lost();
      },
      onRefused: (_, { message }) => talk.warn(message),
    },
    (error) => talk.warn(error.message),
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  stop();
}
