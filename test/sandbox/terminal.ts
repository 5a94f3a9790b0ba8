/** A terminal of a certain size for `Run`'s `through`, whose Ctrl-C is a SIGINT to what keeps it. */
const KEEPER = `
import fcntl, os, pty, signal, struct, sys, termios
rows, columns = int(sys.argv[1]), int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])
signal.signal(signal.SIGINT, lambda *_: os.write(terminal, b'\\x03'))
while True:
    try:
        text = os.read(terminal, 65536)
    except OSError:
        break
    os.write(1, text)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** The command that gives a program such a terminal. */
export function terminalOf(size: { readonly rows: number; readonly columns: number }): readonly string[] {
  return ['python3', '-c', KEEPER, String(size.rows), String(size.columns)];
}
