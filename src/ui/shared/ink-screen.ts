/** The stream Ink draws on: it hands every frame over whole, and knows no cursor. */
import { EventEmitter } from 'node:events';
import { sizeOfTerminal } from './screen.js';

export class InkScreen extends EventEmitter {
  /** Ink asks terminals to hide their cursor; this one has none. */
  readonly isTTY = false;
  readonly #onFrame: (lines: readonly string[]) => void;

  constructor(onFrame: (lines: readonly string[]) => void) {
    super();
    this.#onFrame = onFrame;
  }

  get columns(): number {
    return sizeOfTerminal().columns;
  }

  get rows(): number {
    return sizeOfTerminal().rows;
  }

  /** In its debug mode Ink writes the whole frame, and nothing else. */
  write(frame: string): boolean {
    if (frame !== '') this.#onFrame(frame.split('\n'));
    return true;
  }
}
