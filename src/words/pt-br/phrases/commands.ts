/** Why the integration server begins no command, in Brazilian Portuguese: see `../../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

export const COMMANDS: readonly Phrase[] = [
  [
    'see that {0} finds it there; insert, confirm and environment (PATH) in integration_server.yml say what is run',
    'veja se {0} o encontra lá; insert, confirm e environment (PATH) em integration_server.yml dizem o que é executado',
  ],
  [
    'the Bundler of {0}/Gemfile.lock is not in the Ruby that was found: gem install bundler -v VERSION there, or another Ruby must come first in PATH. <1>',
    'o Bundler de {0}/Gemfile.lock não está no Ruby que foi encontrado: execute lá gem install bundler -v VERSION, ou outro Ruby precisa vir primeiro no PATH. {1}',
  ],
  [
    '{0} let {1} in, but opens no session for a command, and said: {2}',
    '{0} deixou {1} entrar, mas não abre uma sessão para um comando, e disse: {2}',
  ],
  [
    'MaxSessions in its sshd_config must be 1 or more, and the account one that may have a shell',
    'MaxSessions no sshd_config dele precisa ser 1 ou mais, e a conta, uma que pode ter um shell',
  ],
  [
    '{0} let {1} in, but hides how commands end: one that ends with status 42 ended with {2}, and said: {3}',
    '{0} deixou {1} entrar, mas esconde como os comandos terminam: um que termina com status 42 terminou com {2}, e disse: {3}',
  ],
  [
    '{0} let {1} in, but hides how commands end: one that ends with status 42 ended with {2}',
    '{0} deixou {1} entrar, mas esconde como os comandos terminam: um que termina com status 42 terminou com {2}',
  ],
  ['none that is known', 'nenhum conhecido'],
  ['status unknown', 'status desconhecido'],
  [
    'what runs commands there must end as they do, and a pipe does not (bash: set -o pipefail): exec sh -c "$SSH_ORIGINAL_COMMAND" is the way to run it (command= in authorized_keys, ForceCommand in sshd_config, the login shell)',
    'o que executa comandos lá precisa terminar como eles, e um pipe não termina (bash: set -o pipefail): exec sh -c "$SSH_ORIGINAL_COMMAND" é o modo de executá-lo (command= em authorized_keys, ForceCommand em sshd_config, o shell de login)',
  ],
  [
    '{0} let {1} in, but does not show what commands write as they write it',
    '{0} deixou {1} entrar, mas não mostra o que os comandos escrevem do modo como o escrevem',
  ],
  [
    '{0} let {1} in, but does not show what commands write as they write it, and said: {2}',
    '{0} deixou {1} entrar, mas não mostra o que os comandos escrevem do modo como o escrevem, e disse: {2}',
  ],
  [
    'what runs commands there may put something before a line, and must leave the rest of it as it is: exec sh -c "$SSH_ORIGINAL_COMMAND" is the way to run it (command= in authorized_keys, ForceCommand in sshd_config, the login shell)',
    'o que executa comandos lá pode pôr algo antes de uma linha, mas precisa deixar o resto dela como está: exec sh -c "$SSH_ORIGINAL_COMMAND" é o modo de executá-lo (command= em authorized_keys, ForceCommand em sshd_config, o shell de login)',
  ],
  [
    '{0} let {1} in, but runs no commands: sshd there ended it with status {2} and said nothing',
    '{0} deixou {1} entrar, mas não executa comandos: o sshd de lá o encerrou com status {2} e não disse nada',
  ],
  ['look into the log of sshd there; <0>', 'olhe o log do sshd de lá; {0}'],
  [
    'where its sshd_config keeps {0} in a ChrootDirectory, that folder must be there, belong to root alone, and hold the login shell with all that it needs: mend it, or take {1} out of that block (Match), and reload sshd',
    'se o sshd_config dele mantém {0} em um ChrootDirectory, essa pasta precisa existir, pertencer só a root e conter o shell de login com tudo de que ele precisa: corrija-a, ou tire {1} desse bloco (Match), e recarregue o sshd',
  ],
  [
    '{0} let {1} in, but runs no commands: {2}, and said: {3}',
    '{0} deixou {1} entrar, mas não executa comandos: {2}, e disse: {3}',
  ],
  ['{0} let {1} in, but runs no commands: <2>', '{0} deixou {1} entrar, mas não executa comandos: {2}'],
  [
    'give {0} a login shell there; a command that its key or its account is forced to run takes the place of order-monit\'s: remove it, or let it run that; exec sh -c "$SSH_ORIGINAL_COMMAND" is the way to run it (command= in authorized_keys, ForceCommand in sshd_config, the login shell). And <1>',
    'dê a {0} um shell de login lá; um comando que a chave ou a conta é forçada a executar toma o lugar do comando do order-monit: remova-o, ou faça com que execute esse; exec sh -c "$SSH_ORIGINAL_COMMAND" é o modo de executá-lo (command= em authorized_keys, ForceCommand em sshd_config, o shell de login). E {1}',
  ],
  ['the server cannot enter rails_root {0}', 'o servidor não consegue entrar em rails_root {0}'],
  ['the server cannot enter rails_root {0}: {1}', 'o servidor não consegue entrar em rails_root {0}: {1}'],
  ['the server cannot write to the lock folder {0}', 'o servidor não consegue gravar na pasta de travas {0}'],
  ['the server cannot write to the lock folder {0}: {1}', 'o servidor não consegue gravar na pasta de travas {0}: {1}'],
  [
    'a program is missing on the server, or is another than order-monit needs',
    'falta um programa no servidor, ou é outro que não o que o order-monit precisa',
  ],
  [
    'a program is missing on the server, or is another than order-monit needs: {0}',
    'falta um programa no servidor, ou é outro que não o que o order-monit precisa: {0}',
  ],
  ["<0> ended the server's shell before the task began", '{0} encerrou o shell do servidor antes de a tarefa começar'],
  [
    "<0> ended the server's shell before the task began: {1}",
    '{0} encerrou o shell do servidor antes de a tarefa começar: {1}',
  ],
  [
    "the server's shell ended with status {0} before the task began",
    'o shell do servidor terminou com status {0} antes de a tarefa começar',
  ],
  [
    "the server's shell ended with status {0} before the task began: {1}",
    'o shell do servidor terminou com status {0} antes de a tarefa começar: {1}',
  ],
  ['the server did not become {0} (status {1})', 'o servidor não se tornou {0} (status {1})'],
  ['the server did not become {0} (status {1}): {2}', 'o servidor não se tornou {0} (status {1}): {2}'],
  ["add to the server's sudoers (visudo): {0}", 'acrescente ao sudoers do servidor (visudo): {0}'],
  [
    'a command over SSH gets the PATH of a shell that is not interactive, without what .bashrc and .profile add: set PATH under environment in integration_server.yml to what "echo $PATH" says there after a login as {0}',
    'um comando por SSH recebe o PATH de um shell não interativo, sem o que .bashrc e .profile acrescentam: defina PATH em environment em integration_server.yml com o que "echo $PATH" mostra lá depois de um login como {0}',
  ],
  ['another Ruby comes first in PATH. <0>', 'outro Ruby vem primeiro no PATH. {0}'],
  [
    'free space on the server, or inodes, on the disk that holds {0}: df -h, df -i, quota',
    'libere espaço no servidor, ou inodes, no disco que contém {0}: df -h, df -i, quota',
  ],
  [
    'set username in integration_server.yml to the user that the server names',
    'defina username em integration_server.yml com o usuário que o servidor informa',
  ],
  [
    'give the account a login shell there, as root: chsh -s /bin/sh {0}; and see that it has not expired: chage -l {1}',
    'dê à conta um shell de login lá, como root: chsh -s /bin/sh {0}; e veja se ela não expirou: chage -l {1}',
  ],
  [
    'take {0} out of the block of its sshd_config that has ForceCommand internal-sftp, and reload sshd',
    'tire {0} do bloco do sshd_config dele que tem ForceCommand internal-sftp, e recarregue o sshd',
  ],
  [
    'log in there as {0} and change the password; chage -M -1 {1} keeps it from expiring',
    'entre lá como {0} e troque a senha; chage -M -1 {1} evita que ela expire',
  ],
  ["write in the server's sudoers (visudo): {0}", 'escreva no sudoers do servidor (visudo): {0}'],
  [
    'set run_as in integration_server.yml to a user that the server has: it knows no {0}',
    'defina run_as em integration_server.yml com um usuário que o servidor tem: ele não conhece {0}',
  ],
  [
    'unlock the account {0} there, or give it a later end (chage -l {1}): sudo asks for it too',
    'desbloqueie a conta {0} lá, ou adie o vencimento dela (chage -l {1}): o sudo também a consulta',
  ],
  [
    'sudo cannot become anybody there: its file system is mounted nosuid, or sshd runs in a container that forbids it; log in as the user itself, and remove run_as',
    'o sudo não pode tornar-se ninguém lá: o sistema de arquivos está montado com nosuid, ou o sshd está em um contêiner que o proíbe; entre como o próprio usuário, e remova run_as',
  ],
  ["mend the server's sudoers: visudo -c names the fault", 'corrija o sudoers do servidor: visudo -c mostra o erro'],
  [
    'install sudo on the server; or log in as the user that runs the tasks, and remove run_as',
    'instale o sudo no servidor; ou entre como o usuário que executa as tarefas, e remova run_as',
  ],
  [
    'look into the kernel log there for why its file system is read-only, and mend that; or set lock_dir to a folder on another one',
    'procure no log do kernel de lá por que o sistema de arquivos é somente leitura, e corrija isso; ou defina lock_dir com uma pasta em outro',
  ],
  [
    'set lock_dir in integration_server.yml to a folder on a disk of the server itself: a network file system may have no locks',
    'defina lock_dir em integration_server.yml com uma pasta em um disco do próprio servidor: um sistema de arquivos de rede talvez não tenha travas',
  ],
  [
    'install util-linux and coreutils on the server: its flock or timeout is another one',
    'instale util-linux e coreutils no servidor: o flock ou o timeout dele é outro',
  ],
  [
    'choose a Ruby that has it: rbenv local VERSION in {0} there, or RBENV_VERSION under environment in integration_server.yml',
    'escolha um Ruby que o tenha: rbenv local VERSION em {0} lá, ou RBENV_VERSION em environment em integration_server.yml',
  ],
  [
    'choose a Ruby: .tool-versions in {0} there, or ASDF_RUBY_VERSION (mise: MISE_RUBY_VERSION) under environment in integration_server.yml',
    'escolha um Ruby: .tool-versions em {0} lá, ou ASDF_RUBY_VERSION (mise: MISE_RUBY_VERSION) em environment em integration_server.yml',
  ],
  [
    "set rake in integration_server.yml to rvm's wrapper, with its whole path: {0}",
    'defina rake em integration_server.yml com o wrapper do rvm, com o caminho completo: {0}',
  ],
  [
    'see that rake is in the Gemfile there, and bundle install has been run; or set rake in integration_server.yml',
    'veja se rake está no Gemfile de lá, e se bundle install foi executado; ou defina rake em integration_server.yml',
  ],
  [
    'set rails_root in integration_server.yml to the folder of the Gemfile',
    'defina rails_root em integration_server.yml com a pasta do Gemfile',
  ],
  [
    'run bundle install in {0} there as {1}; and see that GEM_HOME, BUNDLE_PATH and PATH are the same under environment in integration_server.yml',
    'execute bundle install em {0} lá como {1}; e veja se GEM_HOME, BUNDLE_PATH e PATH são os mesmos em environment em integration_server.yml',
  ],
  [
    'look at the login shell and PATH of the user on the server',
    'olhe o shell de login e o PATH do usuário no servidor',
  ],
  [
    'set rails_root in integration_server.yml to the folder that rake is run in',
    'defina rails_root em integration_server.yml com a pasta em que o rake é executado',
  ],
  [
    'install util-linux and coreutils on the server; environment in integration_server.yml sets PATH',
    'instale util-linux e coreutils no servidor; environment em integration_server.yml define PATH',
  ],
  [
    '{0}, who runs the tasks, must be able to make {1} and to write in it',
    '{0}, que executa as tarefas, precisa poder criar {1} e gravar nela',
  ],
  [
    'run it by hand there as {0}; set rake and environment (PATH) in integration_server.yml',
    'execute-o à mão lá como {0}; defina rake e environment (PATH) em integration_server.yml',
  ],
];
