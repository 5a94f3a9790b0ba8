/** With whose rights a process, and each of its threads, asked the kernel for what: a trace by strace, read. */
/** Before the command that is to be traced. */
export function tracing(path: string): string[] {
  const calls = '%file,%process,setuid,setresuid,setreuid,setfsuid,setsid,bind,connect';
  return ['strace', '-D', '-f', '--seccomp-bpf', '-s', '4096', '-e', `trace=${calls}`, '-o', path];
}

/** The calls that name something below a folder, made with the rights of root. */
export function rootsCallsBelow(trace: string, folders: readonly string[]): string[] {
  return callsIn(trace).flatMap(({ uid, text }) =>
    uid === 0 && folders.some((folder) => text.includes(`"${folder}/`)) ? [text] : [],
  );
}

/** The calls that name something below a folder, made with the rights of a user. */
export function callsOf(trace: string, user: number, folders: readonly string[]): string[] {
  return callsIn(trace).flatMap(({ uid, text }) =>
    uid === user && folders.some((folder) => text.includes(`"${folder}/`)) ? [text] : [],
  );
}

interface Call {
  /** Whose rights the thread had when the call began. */
  readonly uid: number;
  readonly text: string;
}

function callsIn(trace: string): Call[] {
  const users = new Map<string, number>();
  const calls: Call[] = [];
  const unfinished = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, thread, rest] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (thread === undefined || rest === undefined) continue;
    // A new thread, or process, has the rights of the one that made it, and may be seen before that call returns.
    const maker = [...unfinished].findLast(([, call]) => /^(?:clone3?|v?fork)\(/.test(call))?.[0];
    const uid = users.get(thread) ?? (maker === undefined ? undefined : users.get(maker)) ?? 0;
    users.set(thread, uid);
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    if (resumed === undefined) calls.push({ uid, text: rest });
    if (rest.endsWith('<unfinished ...>')) unfinished.set(thread, rest);
    const whole = resumed === undefined ? rest : (unfinished.get(thread) ?? '') + resumed;
    if (resumed !== undefined) unfinished.delete(thread);
    const made = /^(?:clone3?|v?fork)\(.*= (\d+)$/.exec(whole)?.[1];
    if (made !== undefined && !users.has(made)) users.set(made, uid);
    const taken = userTakenBy(whole);
    if (taken !== undefined) users.set(thread, taken);
  }
  return calls;
}

/** The user whose rights a thread has after a call. */
function userTakenBy(call: string): number | undefined {
  if (!call.endsWith('= 0')) return undefined;
  const one = /^setuid\((\d+)/.exec(call)?.[1];
  const effective = one ?? /^setresuid\(-?\d+, (\d+)/.exec(call)?.[1] ?? /^setreuid\(-?\d+, (\d+)/.exec(call)?.[1];
  return effective === undefined ? undefined : Number(effective);
}
