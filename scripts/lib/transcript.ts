/** Pages with `console` blocks: commands after `$ `, and below each what it printed. Pure. */

export interface Told {
  readonly command: string;
  readonly output: string;
}

const block = /^```console\n([\s\S]*?)^```$/gm;

/** Commands of the page in order; lines that end in a backslash go on. */
export const commandsOf = (page: string): string[] =>
  [...page.matchAll(block)].flatMap(([, text = '']) => stepsOf(text).map(({ command }) => command));

function stepsOf(text: string): Told[] {
  const steps: { command: string; output: string }[] = [];
  let isOpen = false;
  for (const line of text.split('\n').slice(0, -1)) {
    const last = steps.at(-1);
    if (isOpen && last !== undefined) last.command += `\n${line}`;
    else if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: '' });
    else if (last !== undefined) last.output += `${line}\n`;
    isOpen = (isOpen || line.startsWith('$ ')) && line.endsWith('\\');
  }
  return steps;
}

/** Commands with what the page says they printed. */
export const toldBy = (page: string): Told[] => [...page.matchAll(block)].flatMap(([, text = '']) => stepsOf(text));

/** What the page says each command printed. */
export const outputsOf = (page: string): string[] => toldBy(page).map(({ output }) => output);

/** The page with other outputs, in order. */
export function withOutputs(page: string, outputs: readonly string[]): string {
  const left = [...outputs];
  return page.replace(block, (_, text: string) => {
    const steps = stepsOf(text).map(({ command }) => `$ ${command}\n${left.shift() ?? ''}`);
    return `\`\`\`console\n${steps.join('')}\`\`\``;
  });
}
