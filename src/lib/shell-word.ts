/** Words as a shell takes them: for commands that are printed to be run. */

/** The word as it is where no shell would touch it, in quotes otherwise. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
