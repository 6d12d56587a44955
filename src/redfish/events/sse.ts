/** Reading `text/event-stream` (WHATWG HTML 9.2.6): fields of lines, events between blank ones. */

export interface ServerSentEvent {
  readonly id?: string;
  readonly data: string;
}

/** An event larger than this is no event; the stream is given up. */
const mostCharacters = 1024 * 1024;

/** Thrown for a stream that is none. */
export class BadStream extends Error {}

/** Takes text as it comes and gives whole events. Comments, which keep connections alive, give nothing. */
export class EventReader {
  #rest = '';
  #data: string[] = [];
  #size = 0;
  #id: string | undefined;

  /** @throws BadStream when an event does not end */
  read(chunk: string): ServerSentEvent[] {
    const lines = (this.#rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    const events = lines.flatMap((line) => this.#line(line));
    this.#size = this.#rest.length + this.#data.reduce((sum, part) => sum + part.length, 0);
    if (this.#size > mostCharacters) throw new BadStream('an event of it does not end');
    return events;
  }

  #line(line: string): ServerSentEvent[] {
    if (line === '') return this.#end();
    const [field = '', ...rest] = line.split(':');
    const value = rest.join(':').replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    if (field === 'id') this.#id = value;
    return [];
  }

  #end(): ServerSentEvent[] {
    const data = this.#data.join('\n');
    this.#data = [];
    if (data === '') return [];
    return [{ data, ...(this.#id === undefined ? {} : { id: this.#id }) }];
  }
}
