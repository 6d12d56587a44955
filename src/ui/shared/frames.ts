/**
 * Writes frames: only lines that changed, each at its place, and no more often than anybody sees. Ink's own incremental
 * writing (6.8) moves one line too little where a frame ends in a newline, and without it every frame is written whole.
 */

/** Thirty frames a second. */
const pauseMs = 33;

/**
 * A line at its place, the next one by the shorter way. What stood there goes first: erasing behind a line of full width
 * would take its last character.
 */
const placed = (text: string, at: number, isNext: boolean): string =>
  `${isNext ? '\r\n' : `\u001b[${at + 1};1H`}\u001b[K${text}`;

/** What has to be written to make one frame of the other; empty where they are the same. */
export function changesOf(before: readonly string[], now: readonly string[]): { bytes: string; lines: number } {
  const isSame = (at: number): boolean => now[at] === before[at];
  const changed = now.flatMap((text, at) => (isSame(at) ? [] : [placed(text, at, at > 0 && !isSame(at - 1))]));
  const isShorter = now.length < before.length;
  const rest = isShorter ? `\u001b[${now.length + 1};1H\u001b[J` : '';
  // What stood there in another size may reach beyond what the lines of this one erase.
  const first = before.length === 0 && now.length > 0 ? '\u001b[2J' : '';
  return {
    bytes: first + changed.join('') + rest,
    lines: changed.length + (isShorter ? before.length - now.length : 0),
  };
}

export interface Frames {
  /** Shows a frame: at once, or at the end of the pause behind the last one. */
  readonly show: (lines: readonly string[]) => void;
  /** Nothing is known of what is on the screen: the next frame is written whole. */
  readonly forget: () => void;
  /** Shows nothing any more. */
  readonly end: () => void;
}

export function createFrames(
  write: (bytes: string) => void,
  onFrame: (bytes: number, lines: number) => void = () => undefined,
  /** What is on the screen already. */
  first: readonly string[] = [],
): Frames {
  let shown = first;
  let wanted: readonly string[] | undefined;
  let pause: NodeJS.Timeout | undefined;
  let isOver = false;
  const flush = (): void => {
    pause = undefined;
    if (wanted === undefined) return;
    const { bytes, lines } = changesOf(shown, wanted);
    shown = wanted;
    wanted = undefined;
    if (bytes === '') return;
    write(bytes);
    onFrame(Buffer.byteLength(bytes), lines);
    pause = setTimeout(flush, pauseMs);
  };
  return {
    show: (lines) => {
      if (isOver) return;
      wanted = lines;
      if (pause === undefined) flush();
    },
    forget: () => {
      wanted ??= shown;
      shown = [];
    },
    end: () => {
      isOver = true;
      clearTimeout(pause);
    },
  };
}
