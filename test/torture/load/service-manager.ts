/** systemd's side of the notifications, with the moment at which each sign of life came. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Node has no datagram sockets of the Unix family. The time is taken where nothing else keeps the process busy. */
const LISTENER = `
import json, socket, sys, time
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print(json.dumps([0, "listening"]), flush=True)
while True:
    text = listener.recv(65536).decode("utf-8", "replace")
    print(json.dumps([time.monotonic() * 1000, text]), flush=True)
`;

export class ServiceManager {
  /** What the program needs to find this one. */
  readonly environment: Readonly<Record<string, string>>;
  /** When it said that it is ready, by the same clock as the signs of life. */
  readyAtMs: number | undefined;
  /** Milliseconds by a monotonic clock. */
  readonly signsOfLife: number[] = [];
  /** What `systemctl status` would show now. */
  statusLine = '';
  readonly #stop: () => void;

  static async start(socket: string, watchdogMs: number): Promise<ServiceManager> {
    const listener = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: listener.stdout });
    const listening = once(lines, 'line');
    const manager = new ServiceManager({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: String(watchdogMs * 1000) }, () =>
      listener.kill(),
    );
    await listening;
    lines.on('line', (line) => {
      manager.#take(line);
    });
    return manager;
  }

  private constructor(environment: Readonly<Record<string, string>>, stop: () => void) {
    this.environment = environment;
    this.#stop = stop;
  }

  /** The longest time between two signs of life, in milliseconds. */
  get longestSilenceMs(): number {
    const times = this.signsOfLife;
    return times.reduce((longest, at, index) => Math.max(longest, at - (times[index - 1] ?? at)), 0);
  }

  close(): void {
    this.#stop();
  }

  #take(line: string): void {
    const message: unknown = JSON.parse(line);
    if (!isNotification(message)) return;
    const [at, text] = message;
    if (text.includes('READY=1')) this.readyAtMs ??= at;
    this.statusLine = /^STATUS=(.*)$/m.exec(text)?.[1] ?? this.statusLine;
    if (text.includes('WATCHDOG=1')) this.signsOfLife.push(at);
  }
}

function isNotification(value: unknown): value is readonly [at: number, text: string] {
  return Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string';
}
