/**
 * One request and its whole answer, collected as it arrives. Beside `request`, whose body is a stream with an iterator and a
 * signal: for the many small answers of a fleet those cost more than the answer.
 */
import type { Dispatcher, HttpRequest } from './undici.js';

export interface WholeAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Who looks on. What is thrown here ends the exchange. */
export interface Onlooker {
  /** The answer begins. */
  onHeaders(): void;
  /** So many bytes of its body are here. */
  onBytes(size: number): void;
}

export interface WholeExchange {
  readonly answer: Promise<WholeAnswer>;
  /** Ends it, and its connection; `answer` is rejected with the reason. Before there is a connection: as soon as there is. */
  abort(reason: Error): void;
}

/** Sends a request. `answer` is rejected as `request` is. */
export function exchangeWhole(dispatcher: Dispatcher, request: HttpRequest, onlooker: Onlooker): WholeExchange {
  const collector = new Collector(onlooker);
  dispatcher.dispatch(request as Dispatcher.DispatchOptions, collector);
  return { answer: collector.answer, abort: (reason) => collector.abort(reason) };
}

class Collector implements Dispatcher.DispatchHandler {
  readonly answer: Promise<WholeAnswer>;
  readonly #onlooker: Onlooker;
  readonly #chunks: Buffer[] = [];
  #resolve: (answer: WholeAnswer) => void = () => undefined;
  #reject: (reason: Error) => void = () => undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #reason: Error | undefined;
  #size = 0;
  #head: Pick<WholeAnswer, 'statusCode' | 'headers'> = { statusCode: 0, headers: {} };

  constructor(onlooker: Onlooker) {
    this.#onlooker = onlooker;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#reason !== undefined) controller.abort(this.#reason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: WholeAnswer['headers'],
  ): void {
    if (statusCode < 200) return;
    this.#head = { statusCode, headers };
    this.#onlooker.onHeaders();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    this.#onlooker.onBytes(this.#size);
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first, ...others] = this.#chunks;
    const body = first === undefined || others.length > 0 ? Buffer.concat(this.#chunks, this.#size) : first;
    this.#resolve({ ...this.#head, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#chunks.length = 0;
    this.#reject(this.#reason ?? error);
  }
}
