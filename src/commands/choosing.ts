/** Flags that choose what a command is about: the same words for every command (cli.md §2). */
import { type Completion, list, rest, text, toggle } from './flags.js';

/** Objects by the manifests that name them: what stands in these besides kind and name does not matter. */
export const namedInFiles = list('FILE', 'What these manifests name: files, folders, or - for stdin.', {
  short: 'f',
  complete: 'files',
  splits: false,
});

/** Flags of commands about servers. */
export const choosingServers = {
  selector: text('SEL', 'Servers with these labels.', { short: 'l' }),
  field: list('F=V', 'Servers with these values: state=Available,vendor=Dell.'),
  file: namedInFiles,
  all: toggle('All servers.'),
  prefix: toggle('Names may be unique beginnings of at least six characters.'),
};

/** Servers as words. */
export const serverWords = {
  servers: rest('SERVER', 'Name, serial:…, uuid:…, ip:… or mac:….', { complete: 'servers' satisfies Completion }),
};

/** Flags of commands about objects of any kind. */
export const choosingObjects = {
  selector: text('SEL', 'Objects with these labels.', { short: 'l' }),
  field: list('F=V', 'Objects with these values: state=Available, phase=Bound, age>7d.'),
  file: namedInFiles,
};
