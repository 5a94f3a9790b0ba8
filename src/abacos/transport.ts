/** Sends one SOAP request over HTTP and reads the reply, within a deadline and a limit of bytes. */
import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';

import { Outage } from '../core/outage.ts';
import { ConnectionPool, serverOf } from '../net/connection.ts';
import { decode } from '../net/decode.ts';
import { addressOf, bodyOf, lostConnection, pageOf } from '../net/exchange.ts';
import { placeWith } from '../net/failure.ts';
import { isGzip, unpack } from '../net/unpack.ts';
import { UnknownPacking, UnreadableBody } from '../net/unreadable-body.ts';
import { errorCode } from '../text/error.ts';
import { wordsOfPage } from '../text/page.ts';
import { oneLine } from '../text/printable.ts';
import { abacosOutage, cutOffOutage, encodingOutage, networkOutage, partsOutage, placeOf } from './failure.ts';
import { httpOutage, type HttpRefusal } from './http-failure.ts';
import { UnreadableReply, type Reply } from './reply.ts';
import { SOAP_ACTION } from './request.ts';
import { readReply } from './xml.ts';

/** A page of a hundred numbers is answered with some 50 KB. It holds for an answer as it comes, and as it is unpacked. */
const LONGEST_ANSWER_BYTES = 8 * 1024 * 1024;

/** What an answer of Abacos has, and what comes in its place has not. */
const ANSWER = 'PedidoExisteResult';

/** ASP.NET sends a fault with 500; a proxy that has passed an answer on in another form says 203. */
const STATUSES: readonly number[] = [200, 203, 500];

/** So much is quoted of the words of a page that comes in place of an answer. */
const PAGE_WORDS = 200;
const NO_WORDS: Pick<HttpRefusal, 'said' | 'words' | 'isEmpty'> = { said: '', words: '', isEmpty: false };

export interface TransportOptions {
  /** The service's address, without `?wsdl`. */
  readonly endpoint: string;
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly ca: string | undefined;
  /** For a whole call: from the name look-up to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly maxConnections: number;
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string;
}

/** The HTTP connections to the service, kept open from call to call. */
export class Transport {
  /** `host:port`, for messages. */
  readonly place: string;
  readonly #options: TransportOptions;
  readonly #target: ReturnType<typeof addressOf>;
  readonly #agent: ConnectionPool;

  constructor(options: TransportOptions) {
    this.#options = options;
    const url = new URL(options.endpoint);
    this.place = placeOf(url);
    this.#target = addressOf(url);
    this.#agent = new ConnectionPool({
      server: serverOf(url, options.ca),
      maxConnections: options.maxConnections,
      connectTimeoutMs: options.timeoutMs,
    });
  }

  /**
   * Sends one SOAP request and reads the SOAP answer.
   *
   * @throws Outage when there is no such answer within the deadline, and on abort
   */
  async post(body: string, signal: AbortSignal): Promise<Reply> {
    const call = new Call();
    const stop = (): void => {
      call.end(abacosOutage({ reason: `the call to ${this.place} was given up on request` }));
    };
    const timer = setTimeout(() => {
      call.end(this.#lateOutage());
    }, this.#options.timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      return await this.#exchange(body, call);
    } catch (error) {
      throw call.cut ?? this.#explain(error, call);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Closes the idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #exchange(body: string, call: Call): Promise<Reply> {
    call.throwIfCut();
    const request = this.#request(body, { agent: this.#agent });
    try {
      return await this.#answerTo(request, body, call);
    } catch (error) {
      // The server may close an idle connection at the very moment it is used again. Asking twice does no harm.
      if (!request.reusedSocket || !isLostConnection(error) || call.cut !== undefined) throw error;
      const fresh = this.#agent.createConnection.bind(this.#agent);
      return await this.#answerTo(this.#request(body, { createConnection: fresh }), body, call);
    }
  }

  async #answerTo(request: ClientRequest, body: string, call: Call): Promise<Reply> {
    call.request = request;
    call.isAnswered = false;
    const response = await responseTo(request, body);
    call.isAnswered = true;
    try {
      return await this.#read(response, call);
    } finally {
      // Ends the connection of an answer that was not read to its end; any other goes back to the agent.
      response.destroy();
    }
  }

  #request(body: string, by: Pick<RequestOptions, 'agent' | 'createConnection'>): ClientRequest {
    return httpRequest({
      ...this.#target,
      method: 'POST',
      ...by,
      headers: {
        'Content-Type': 'text/xml; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
        SOAPAction: SOAP_ACTION,
        Accept: 'text/xml',
        'User-Agent': this.#options.userAgent,
      },
    });
  }

  async #read(response: IncomingMessage, call: Call): Promise<Reply> {
    const { statusCode: status = 0, headers } = response;
    const { 'content-type': type = '', 'content-encoding': packing = '' } = headers;
    if (type.startsWith('multipart/')) throw partsOutage(this.place);
    // Whoever stands in front of Abacos sends a web page. What is of no type that anybody names may be either.
    const isPage = type !== '' && (!/\bxml\b/i.test(type) || /html/i.test(type));
    if (isPage || !STATUSES.includes(status)) {
      throw httpOutage({ status, headers, place: this.place, ...(await this.#wordsOf(response, call)) });
    }
    const { bytes: packed, isWhole } = await bodyOf(response, LONGEST_ANSWER_BYTES);
    if (!isWhole) throw new UnreadableReply('is longer than 8 MiB');
    // A proxy may put blank lines before it, and XML allows none there.
    const text = decode(await this.#unpacked(packed, packing, call), type).trimStart();
    if (text === '') throw httpOutage({ status, headers, place: this.place, ...NO_WORDS, isEmpty: true });
    const reply = this.#replyIn(text);
    if (status === 500 && reply.kind !== 'fault') throw httpOutage({ status, headers, place: this.place, ...NO_WORDS });
    return reply;
  }

  #replyIn(text: string): Reply {
    try {
      return readReply(text);
    } catch (error) {
      if (!(error instanceof UnreadableReply) || text.includes(ANSWER)) throw error;
      const said = this.#quoted(wordsOfPage(text));
      throw said === '' ? error : new UnreadableReply(`${error.message}: it says "${said}"`);
    }
  }

  async #unpacked(packed: Buffer, packing: string, call: Call): Promise<Buffer> {
    if (packing === '' && !isGzip(packed)) return packed;
    return call.unlessCut(unpack(packed, packing, { longestBytes: LONGEST_ANSWER_BYTES }));
  }

  /** What a page says that came in place of an answer; nothing where that can not be read. @throws Outage */
  async #wordsOf(response: IncomingMessage, call: Call): Promise<typeof NO_WORDS> {
    const { text, isWhole } = await call.unlessCut(pageOf(response));
    call.throwIfCut();
    const words = wordsOfPage(text);
    return { words, said: this.#quoted(words), isEmpty: isWhole && text.trim() === '' };
  }

  #quoted(words: string): string {
    return oneLine(this.#options.clean(words), PAGE_WORDS);
  }

  #explain(error: unknown, call: Call): Outage {
    if (error instanceof Outage) return error;
    if (call.isAnswered && isLostConnection(error)) return cutOffOutage(this.place, error);
    if (error instanceof UnknownPacking) return encodingOutage(error.names, this.place);
    if (!(error instanceof UnreadableBody)) return networkOutage(error, this.place, this.#options.clean);
    const reason = `the answer of ${this.place} ${error.message}`;
    return abacosOutage({
      reason,
      hint: 'if it lasts, check wsdl_order_api in abacos.yml, and the proxy if there is one',
    });
  }

  #lateOutage(): Outage {
    const seconds = this.#options.timeoutMs / 1000;
    return abacosOutage({
      reason: `${placeWith(this.place, this.#agent.addresses)} did not answer within ${seconds} s`,
      hint: 'if it lasts, raise timeout in abacos.yml, or ask whether the address of this machine is allowed to use Abacos',
    });
  }
}

/** A call under way: one request, or a second one on a fresh connection. */
class Call {
  request: ClientRequest | undefined;
  /** Whether the head of an answer has come. */
  isAnswered = false;
  /** Why it was cut short. */
  cut: Outage | undefined;
  #reject: ((outage: Outage) => void) | undefined;

  /** @throws Outage */
  throwIfCut(): void {
    if (this.cut !== undefined) throw this.cut;
  }

  /**
   * What comes of work that does not hang on the connection. Unpacking waits for
   * a thread, which a file system that is frozen may hold.
   *
   * @throws Outage as soon as the call is cut short
   */
  async unlessCut<T>(work: Promise<T>): Promise<T> {
    const cut = new Promise<never>((_resolve, reject) => {
      if (this.cut === undefined) this.#reject = reject;
      else reject(this.cut);
    });
    return Promise.race([work, cut]);
  }

  /** Cuts it short: destroys the connection, also while the answer's body is read. */
  end(outage: Outage): void {
    this.cut ??= outage;
    this.#reject?.(outage);
    this.request?.destroy();
  }
}

/** The head of the answer. */
async function responseTo(request: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    request.once('response', (response) => {
      isAnswered = true;
      resolve(response);
    });
    // Not `once`: an error that nobody listens to would end the process.
    request.on('error', reject);
    // An answer that goes over to another protocol (101) is told of by neither.
    request.once('close', () => {
      if (!isAnswered) reject(lostConnection());
    });
    request.end(body);
  });
}

function isLostConnection(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ECONNRESET' || code === 'EPIPE';
}
