/** Words as a shell takes them: for commands that are printed to be run. */

/** The word as it is where no shell would touch it, in quotes otherwise. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A line parted as a shell parts it, as far as quotes go: for command lines that are typed into a view. */
export const shellWords = (line: string): string[] =>
  (line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
