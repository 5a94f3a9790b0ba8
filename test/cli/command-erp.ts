/** An installation whose ERP is asked by a program (`kind: command`), and what that program does. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { plant } from '../sandbox/secrets.ts';
import { configure } from '../sandbox/program.ts';
import { installation, sandbox } from './operated.ts';

/** What a run of the program does. */
export interface Behaviour {
  readonly mode?: 'fine' | 'down' | 'hangs' | 'garbage' | 'unsure' | 'denies';
  /** A run that is asked about one of these ends with exit status 1. */
  readonly poison?: readonly string[];
}

export const TOKEN = plant('corr3ct h0rse; battery');

/** Asks the stand-in that the shop's tasks insert orders into. In the language of the shell, as it starts in no time. */
const PROGRAM = `
read -r mode poison < "$1"
mapfile -t numbers
if [ -z "$ERP_TOKEN" ]; then echo 'there is no ERP_TOKEN' >&2; exit 78; fi
if [ "$mode" = down ]; then echo "closed until 6, says the server to $ERP_TOKEN" >&2; exit 75; fi
if [ "$mode" = hangs ]; then echo "asking with $ERP_TOKEN" >&2; sleep 1000; fi
for number in "\${numbers[@]}"; do
  if [[ ",$poison," = *",$number,"* ]]; then echo "Traceback: Authorization: $ERP_TOKEN" >&2; exit 1; fi
done
for number in "\${numbers[@]}"; do
  case $mode in
  garbage) echo "<html>$ERP_TOKEN" ;;
  unsure) echo "$number unknown refused for $ERP_TOKEN" ;;
  denies) echo "$number missing" ;;
  *)
    exec 3<>"/dev/tcp/127.0.0.1/$ERP_PORT" || exit 75
    printf 'GET /stand-in/orders/%s?visible HTTP/1.0\\r\\n\\r\\n' "$number" >&3
    case $(tr -d '\\0' <&3) in
    *'"exists":true'*) echo "$number exists" ;;
    *'"exists":false'*) echo "$number missing" ;;
    *) exit 1 ;;
    esac
    ;;
  esac
done
`;

/** What the unit gives to the service. */
export const credentials = (): NodeJS.ProcessEnv => ({
  CREDENTIALS_DIRECTORY: join(installation.config, 'credentials'),
});

const behaviourFile = (): string => join(installation.config, 'behaviour');

/** A run that begins from now on does so. */
export async function behave({ mode = 'fine', poison = [] }: Behaviour): Promise<void> {
  await writeFile(`${behaviourFile()}.new`, `${mode} ${poison.join(',')}\n`);
  await rename(`${behaviourFile()}.new`, behaviourFile());
}

/** Puts the program in the place of Abacos. */
export async function useProgram(changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const { config } = installation;
  await rm(join(config, 'abacos.yml'), { force: true });
  await mkdir(join(config, 'credentials'), { recursive: true });
  await writeFile(join(config, 'credentials', 'order-monit_erp_token'), `${TOKEN}\n`, { mode: 0o600 });
  await writeFile(join(config, 'erp.sh'), PROGRAM);
  await behave({});
  await configure(installation, {
    erp: {
      kind: 'command',
      name: 'Odoo',
      command: ['/bin/bash', join(config, 'erp.sh'), behaviourFile()],
      environment: { ERP_PORT: new URL(sandbox.abacos.base).port },
      secrets: ['ERP_TOKEN'],
      timeout: 20,
      ...changes,
    },
  });
}
