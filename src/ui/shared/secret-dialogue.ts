/** A conversation that can also ask for what must not be seen. */
import type { Dialogue } from './dialogue.js';

export interface SecretDialogue extends Dialogue {
  /** The answer as it was typed, which no screen shows; undefined when the person hung up. */
  readonly askSecret: (question: string) => Promise<string | undefined>;
}
