/** The login with one key after another, and what the server says to each: the library tells only that all have failed. */
import ssh2, {
  type AuthenticationType,
  type NextAuthHandler,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';

import { describeKey, type Credentials } from './credentials.ts';
import { isParsedKey } from './private-key.ts';

/** What the server made of a key. */
export type KeyAnswer =
  | 'none'
  | 'refused'
  /** It does not take the signatures that the key can make, and has not been shown it. */
  | 'not-shown'
  /** It knows the key, and takes no signature of it but one that rests on SHA-1, which it was not given. */
  | 'sha1-only'
  /** It knows the key, and has not let its owner in for it. */
  | 'known'
  /** It took the key, as one of several things that it asks for. */
  | 'taken';

export interface TriedKey {
  /** As people know it. */
  readonly name: string;
  readonly key: ParsedKey;
  readonly answer: KeyAnswer;
}

interface Way {
  readonly name: string;
  readonly key: ParsedKey;
  /** The agent that has its private half. */
  readonly agent?: ssh2.BaseAgent;
}

/** What the library says only where it is debugged. It is of one version, and tests with a real sshd hold it to these. */
const SAID = {
  refusal: /^Inbound: Received USERAUTH_FAILURE \((.*)\)$/,
  known: 'Inbound: Received USERAUTH_PK_OK',
  notShown: 'no mutual hash algorithm',
} as const;

/** In place of a signature that rests on SHA-1: the library makes one where a server names nothing else that it takes. */
export class Sha1Withheld extends Error {
  override readonly name = 'Sha1Withheld';

  constructor() {
    super('no signature is made with SHA-1');
  }
}

/** One login: the keys of the files in their order, then the agent's. A server allows few tries, and the files were chosen. */
export class Login {
  readonly #username: string;
  readonly #credentials: Credentials;
  readonly #onEnd: () => void;
  readonly #allowsSha1: boolean;
  readonly #left: Way[];
  readonly #tried: (Way & { answer: KeyAnswer })[] = [];
  readonly #agentFaults: string[] = [];
  #isAgentAsked = false;
  #refusals = 0;
  #methods: readonly string[] = [];
  #banner: string | undefined;

  /** @param options `allowsSha1`: whether RSA keys may sign with it; `onEnd`: told when no way is left that the server would look at */
  constructor(
    username: string,
    credentials: Credentials,
    { allowsSha1, onEnd }: { readonly allowsSha1: boolean; readonly onEnd: () => void },
  ) {
    this.#username = username;
    this.#credentials = credentials;
    this.#allowsSha1 = allowsSha1;
    this.#onEnd = onEnd;
    this.#left = credentials.keys.map((loaded) => ({ name: describeKey(loaded), key: loaded.key }));
  }

  /** How many times the server has refused something. */
  get refusals(): number {
    return this.#refusals;
  }

  /** The ways that the server would go on with, when it was last heard of. */
  get methods(): readonly string[] {
    return this.#methods;
  }

  /** The keys that had their turn. */
  get tried(): readonly TriedKey[] {
    return this.#tried;
  }

  /** The names of the keys that had no turn. */
  get untried(): readonly string[] {
    const { agent } = this.#credentials;
    const ofAgent = agent === undefined || this.#isAgentAsked ? [] : [`the keys of the agent at ${agent}`];
    return [...this.#left.map(({ name }) => name), ...ofAgent];
  }

  /** What keeps the agent's keys from being used. */
  get agentFaults(): readonly string[] {
    return this.#agentFaults;
  }

  /** What the server said once it knew a key: why it lets nobody in for it. What it says to everybody comes before. */
  get banner(): string | undefined {
    return this.#banner;
  }

  /** For `authHandler`: names the next way to log in. */
  readonly next = (_: AuthenticationType[] | null, isPartial: boolean | null, next: NextAuthHandler): void => {
    const last = this.#tried.at(-1);
    if (last?.answer === 'known' && isPartial === true) last.answer = 'taken';
    void this.#nextWay().then((way) => {
      if (way === undefined) this.#onEnd();
      else this.#try(way, next);
    });
  };

  /** For `debug`. */
  readonly listen = (message: string): void => {
    const last = this.#tried.at(-1);
    const methods = SAID.refusal.exec(message)?.[1];
    if (methods !== undefined) {
      this.#refusals += 1;
      this.#methods = methods.split(',').filter((name) => name !== '');
      if (last?.answer === 'none') last.answer = 'refused';
    } else if (last !== undefined && message === SAID.known) {
      last.answer = 'known';
    } else if (last?.answer === 'none' && message.includes(SAID.notShown)) {
      last.answer = 'not-shown';
    }
  };

  /** For the event `banner`. */
  readonly hear = (text: string): void => {
    if (this.#tried.at(-1)?.answer === 'known') this.#banner = text;
  };

  /** A signature could not be made. The library goes on with the next key. */
  signatureFailed(error: Error): void {
    const last = this.#tried.at(-1);
    if (error instanceof Sha1Withheld && last !== undefined) last.answer = 'sha1-only';
    else this.#agentFailed(error.message);
  }

  #agentFailed(why: string): void {
    this.#agentFaults.push(`the agent at ${this.#credentials.agent ?? ''} (${why})`);
  }

  async #nextWay(): Promise<Way | undefined> {
    // No further key would be looked at.
    if (this.#refusals > 0 && !this.#methods.includes('publickey')) return undefined;
    if (this.#left.length === 0) await this.#askAgent();
    return this.#left.shift();
  }

  #try(way: Way, next: NextAuthHandler): void {
    const { agent, key } = way;
    const username = this.#username;
    this.#tried.push({ ...way, answer: 'none' });
    const allowsSha1 = this.#allowsSha1;
    if (agent === undefined) next({ type: 'publickey', username, key: allowsSha1 ? key : withoutSha1(key) });
    else next({ type: 'agent', username, agent: new OneKey(agent, { key, allowsSha1 }) });
  }

  async #askAgent(): Promise<void> {
    const { agent: path, named } = this.#credentials;
    if (path === undefined || this.#isAgentAsked) return;
    this.#isAgentAsked = true;
    const agent = ssh2.createAgent(path);
    const found = await identitiesOf(agent);
    if (found instanceof Error) {
      this.#agentFailed(found.message);
      return;
    }
    const isMeant = (key: ParsedKey): boolean =>
      named.length === 0 || named.some((one) => one.key.getPublicSSH().equals(key.getPublicSSH()));
    const meant = found.filter(isMeant);
    if (found.length === 0) this.#agentFailed('it holds no key; ssh-add puts one in');
    else if (meant.length === 0) this.#agentFailed(`it does not hold ${named.map(({ path }) => path).join(', ')}`);
    for (const key of meant) {
      const name = `${describeKey({ path: key.comment || 'a key', key })} of the agent`;
      this.#left.push({ name, key, agent });
    }
  }
}

/** The same key, which makes no signature that rests on SHA-1. */
function withoutSha1(key: ParsedKey): ParsedKey {
  // The library takes an error in place of a signature, whatever its types say.
  const sign = (data: Buffer | string, hash?: string): Buffer | Error =>
    hash === 'sha1' ? new Sha1Withheld() : key.sign(data, hash);
  const guarded: unknown = Object.create(key, { sign: { value: sign } });
  return isParsedKey(guarded) ? guarded : key;
}

async function identitiesOf(agent: ssh2.BaseAgent): Promise<readonly ParsedKey[] | Error> {
  return new Promise((resolve) => {
    agent.getIdentities((error, keys) => {
      if (error !== undefined && error !== null) {
        resolve(error);
        return;
      }
      const parsed: unknown[] = keys ?? [];
      resolve(parsed.filter(isParsedKey));
    });
  });
}

type AgentKey = string | Buffer | ParsedKey;

/** An agent that has one key only: so its keys are tried one at a time, with what the server says to each. */
class OneKey extends ssh2.BaseAgent {
  readonly #agent: ssh2.BaseAgent;
  readonly #key: ParsedKey;
  readonly #allowsSha1: boolean;

  constructor(agent: ssh2.BaseAgent, { key, allowsSha1 }: { readonly key: ParsedKey; readonly allowsSha1: boolean }) {
    super();
    this.#agent = agent;
    this.#key = key;
    this.#allowsSha1 = allowsSha1;
  }

  override getIdentities(tell: ssh2.IdentityCallback): void {
    tell(null, [this.#key]);
  }

  override sign(key: AgentKey, data: Buffer, options: SigningRequestOptions, tell?: SignCallback): void;
  override sign(key: AgentKey, data: Buffer, tell: SignCallback): void;
  // eslint-disable-next-line max-params -- the library's own signature
  override sign(key: AgentKey, data: Buffer, options: SigningRequestOptions | SignCallback, tell?: SignCallback): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else if (options.hash === 'sha1' && !this.#allowsSha1) tell?.(new Sha1Withheld());
    else this.#agent.sign(key, data, options, tell);
  }
}
