import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { StringDecoder } from 'node:string_decoder';

import type { Outage } from '../core/outage.ts';
import { abacosOutage, codeOf, httpOutage, networkOutage, placeOf } from './failure.ts';
import { ReplyReader, UnreadableReply, type Reply } from './reply.ts';
import { SOAP_ACTION } from './request.ts';

/** A call with the largest list is answered with some 100 KB. */
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
  readonly #url: URL;
  readonly #options: TransportOptions;
  readonly #agent: HttpAgent;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#url = new URL(options.endpoint);
    this.place = placeOf(this.#url);
    const agentOptions = { keepAlive: true, maxSockets: options.maxConnections };
    this.#agent = this.#isTls ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  }

  get #isTls(): boolean {
    return this.#url.protocol === 'https:';
  }

  /** Sends one SOAP request. @throws Outage when no SOAP answer came within the deadline, and on abort */
  async post(body: string, signal: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      let current: ClientRequest | undefined;
      let over = false;
      const finish = (settle: () => void): void => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const fail = (outage: Outage): void => {
        finish(() => {
          reject(outage);
        });
        current?.destroy();
      };
      const timer = setTimeout(() => {
        fail(this.#lateOutage());
      }, this.#options.timeoutMs);
      const abort = (): void => {
        fail(abacosOutage({ reason: 'the call was given up because order-monit stops' }));
      };
      signal.addEventListener('abort', abort, { once: true });
      const send = (agent: HttpAgent | false): void => {
        const request = this.#start(body, agent);
        current = request;
        let answered = false;
        request.on('response', (response) => {
          answered = true;
          this.#read(response, (reply) => {
            finish(() => {
              resolve(reply);
            });
          }, fail);
        });
        request.on('error', (error) => {
          if (over) return;
          // The server may close an idle connection just as it is used again. Asking twice does no harm.
          if (!answered && request.reusedSocket && isLostConnection(error)) send(false);
          else fail(networkOutage(error, this.place));
        });
        request.end(body);
      };
      if (signal.aborted) abort();
      else send(this.#agent);
    });
  }
}
