/** Sends one SOAP request over HTTP and reads the reply, within a deadline and a limit of bytes. */
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { urlToHttpOptions } from 'node:url';

import { Outage } from '../core/outage.ts';
import { bodyOf } from '../net/exchange.ts';
import { errorCode } from '../text/error.ts';
import { abacosOutage, httpOutage, networkOutage, placeOf } from './failure.ts';
import { UnreadableReply, type Reply } from './reply.ts';
import { SOAP_ACTION } from './request.ts';
import { unpack } from './unpack.ts';
import { readReply } from './xml.ts';

/** A page of a hundred numbers is answered with some 50 KB. It holds for an answer as it comes, and as it is unpacked. */
const LONGEST_ANSWER_BYTES = 8 * 1024 * 1024;

export interface TransportOptions {
  /** The service's address, without `?wsdl`. */
  readonly endpoint: string;
  /** For a whole call: from the name look-up to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly maxConnections: number;
}

/** The HTTP connections to the service, kept open from call to call. */
export class Transport {
  /** `host:port`, for messages. */
  readonly place: string;
  readonly #options: TransportOptions;
  readonly #target: ReturnType<typeof urlToHttpOptions>;
  readonly #agent: HttpAgent;

  constructor(options: TransportOptions) {
    this.#options = options;
    const url = new URL(options.endpoint);
    this.place = placeOf(url);
    this.#target = urlToHttpOptions(url);
    const agentOptions = { keepAlive: true, maxSockets: options.maxConnections };
    this.#agent = this.#isTls() ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
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
      throw call.cut ?? this.#explain(error);
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
    const request = this.#request(body, this.#agent);
    try {
      return await this.#answerTo(request, body, call);
    } catch (error) {
      // The server may close an idle connection at the very moment it is used again. Asking twice does no harm.
      if (!request.reusedSocket || !isLostConnection(error) || call.cut !== undefined) throw error;
      return await this.#answerTo(this.#request(body, false), body, call);
    }
  }

  async #answerTo(request: ClientRequest, body: string, call: Call): Promise<Reply> {
    call.request = request;
    const response = await responseTo(request, body);
    try {
      return await this.#read(response, call);
    } finally {
      // Ends the connection of an answer that was not read to its end; any other goes back to the agent.
      response.destroy();
    }
  }

  #request(body: string, agent: HttpAgent | false): ClientRequest {
    const options = {
      ...this.#target,
      method: 'POST',
      agent,
      headers: {
        'Content-Type': 'text/xml; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
        SOAPAction: SOAP_ACTION,
        Accept: 'text/xml',
        'User-Agent': this.#options.userAgent,
      },
    };
    return this.#isTls() ? httpsRequest(options) : httpRequest(options);
  }

  async #read(response: IncomingMessage, call: Call): Promise<Reply> {
    const status = response.statusCode ?? 0;
    const { 'content-type': type = '', 'content-encoding': packing } = response.headers;
    // ASP.NET sends a fault with HTTP 500 and XML; whoever stands in front of it sends a web page.
    if (!/\bxml\b/i.test(type) || /html/i.test(type) || (status !== 200 && status !== 500)) {
      throw httpOutage(status, this.place);
    }
    const encoding = encodingOf(type);
    const { bytes: packed, isWhole } = await bodyOf(response, LONGEST_ANSWER_BYTES);
    if (!isWhole) throw new UnreadableReply('is longer than 8 MiB');
    let bytes = packed;
    if (packing !== undefined) {
      bytes = await call.unlessCut(unpack(bytes, packing, { longestBytes: LONGEST_ANSWER_BYTES, place: this.place }));
    }
    const reply = readReply(bytes.toString(encoding));
    if (status === 500 && reply.kind !== 'fault') throw httpOutage(status, this.place);
    return reply;
  }

  #explain(error: unknown): Outage {
    if (error instanceof Outage) return error;
    if (!(error instanceof UnreadableReply)) return networkOutage(error, this.place);
    const reason = `the answer of ${this.place} ${error.message}`;
    return abacosOutage({
      reason,
      hint: 'if it lasts, check wsdl_order_api in abacos.yml, and the proxy if there is one',
    });
  }

  #lateOutage(): Outage {
    const seconds = this.#options.timeoutMs / 1000;
    return abacosOutage({
      reason: `${this.place} did not answer within ${seconds} s`,
      hint: 'if it lasts, raise timeout in abacos.yml, or ask whether the address of this machine is allowed to use Abacos',
    });
  }

  #isTls(): boolean {
    return this.#target.protocol === 'https:';
  }
}

/** A call under way: one request, or a second one on a fresh connection. */
class Call {
  request: ClientRequest | undefined;
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
    request.once('response', resolve);
    // Not `once`: an error that nobody listens to would end the process.
    request.on('error', reject);
    request.end(body);
  });
}

function isLostConnection(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** A byte that is not UTF-8 spoils the text it stands in, and no number holds such a text. */
function encodingOf(contentType: string): BufferEncoding {
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  switch (charset) {
    case 'utf-8':
    case 'utf8':
    case 'us-ascii':
      return 'utf8';
    case 'iso-8859-1':
    case 'windows-1252':
      return 'latin1';
    default:
      throw new UnreadableReply('is in a character set that order-monit does not read');
  }
}
