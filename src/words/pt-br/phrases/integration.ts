/** What is wrong with the integration server, in Brazilian Portuguese: see `../../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

export const INTEGRATION: readonly Phrase[] = [
  [
    'check that sshd runs there, and host and port in integration_server.yml',
    'verifique se o sshd está em execução lá, e host e port em integration_server.yml',
  ],
  ['host and port in integration_server.yml', 'host e port em integration_server.yml'],
  ['{0} broke the connection', '{0} interrompeu a conexão'],
  ['look into the log of sshd there', 'olhe o log do sshd de lá'],
  ['{0} did not let order-monit in within {1} s: <2>', '{0} não deixou o order-monit entrar em {1} s: {2}'],
  ['no answer to the connection', 'não houve resposta à conexão'],
  ['connected, but the SSH handshake did not end', 'conectou, mas o handshake SSH não terminou'],
  ['the login did not end', 'o login não terminou'],
  ['logged in, but a first command did not end', 'entrou, mas um primeiro comando não terminou'],
  [
    'check host and port in integration_server.yml, and the firewall',
    'verifique host e port em integration_server.yml, e o firewall',
  ],
  [
    'check that sshd listens at host and port in integration_server.yml; where it does, look into its log, and ask whether what is between (a firewall, a tunnel) lets large packets through',
    'verifique se o sshd atende em host e port de integration_server.yml; se atende, olhe o log dele, e pergunte se o que está no meio (um firewall, um túnel) deixa passar pacotes grandes',
  ],
  [
    'look into the log of sshd there: its PAM, LDAP or name service may not answer (UseDNS no spares it the last)',
    'olhe o log do sshd de lá: o PAM, o LDAP ou o serviço de nomes dele talvez não responda (UseDNS no dispensa este último)',
  ],
  [
    'log in there as that user and see what its shell waits for: its start-up files, or a network disk',
    'entre lá com esse usuário e veja o que o shell dele espera: os arquivos de inicialização, ou um disco de rede',
  ],
  ['the connection to {0} failed: {1}', 'a conexão com {0} falhou: {1}'],
  [
    'check that an SSH server listens there, and look into its log',
    'verifique se um servidor SSH atende lá, e olhe o log dele',
  ],
  ['{0} closed the connection (<1>)', '{0} fechou a conexão ({1})'],
  ['none of these files exists: {0}', 'nenhum destes arquivos existe: {0}'],
  [
    'compare the fingerprint and record it with: order-monit trust-host',
    'compare a impressão digital e registre-a com: order-monit trust-host',
  ],
  ['ended by its time limit of {0} s (command_timeout)', 'encerrado pelo limite de tempo de {0} s (command_timeout)'],
  ['ended by <0>', 'encerrado por {0}'],
  ['a signal', 'um sinal'],
  ['order-monit was stopped before the command was sent', 'o order-monit foi parado antes de o comando ser enviado'],
  ['the connection was gone before the command was sent', 'a conexão já tinha caído antes de o comando ser enviado'],
  [
    'the connection broke before the command ended; it may be running still',
    'a conexão caiu antes de o comando terminar; ele pode ainda estar em execução',
  ],
  ['{0}, and one of its own could not be made: {1}', '{0}, e não foi possível abrir uma própria: {1}'],
  [
    '{0} did not let order-monit in within {1} s: <2>, as it said nothing',
    '{0} não deixou o order-monit entrar em {1} s: {2}, pois não disse nada',
  ],
  [
    '{0} did not let order-monit in within {1} s: <2>, and it said: {3}',
    '{0} não deixou o order-monit entrar em {1} s: {2}, e disse: {3}',
  ],
  [
    'an SSH server speaks first, and at once: check host and port in integration_server.yml; where they are right, sshd there is overloaded, or a firewall or proxy has taken the connection in its place',
    'um servidor SSH fala primeiro, e logo: verifique host e port em integration_server.yml; se estão certos, o sshd de lá está sobrecarregado, ou um firewall ou proxy atendeu a conexão no lugar dele',
  ],
  ['{0} ended the SSH handshake, and said: {1}', '{0} encerrou o handshake SSH, e disse: {1}'],
  [
    '{0} and order-monit have no algorithm in common: for {1} it offers <2>, and order-monit takes {3}',
    '{0} e o order-monit não têm algoritmo em comum: para {1} ele oferece {2}, e o order-monit aceita {3}',
  ],
  ['none', 'nenhum'],
  [
    'in place of the line {0} in its sshd_config write: <1>; then reload sshd',
    'no lugar da linha {0} no sshd_config dele, escreva: {1}; depois recarregue o sshd',
  ],
  [
    'in place of the line {0} in its sshd_config write: <1>; then reload sshd. Or, for a server that has nothing newer (OpenSSH before 7.2) set allow_sha1: true in integration_server.yml',
    'no lugar da linha {0} no sshd_config dele, escreva: {1}; depois recarregue o sshd. Ou, para um servidor que não tem nada mais novo (OpenSSH anterior à 7.2), defina allow_sha1: true em integration_server.yml',
  ],
  ['{0} (ssh-keygen -A makes the host keys that are missing)', '{0} (ssh-keygen -A cria as chaves de host que faltam)'],
  [
    'more logins are under way there than its sshd allows: raise MaxStartups in its sshd_config, or find out in its log who logs in so often',
    'há mais logins em andamento lá do que o sshd permite: aumente MaxStartups no sshd_config dele, ou descubra no log dele quem entra tantas vezes',
  ],
  ['no SSH handshake with {0}, which said: {1}', 'não houve handshake SSH com {0}, que disse: {1}'],
  [
    'sshd there turns this host away for a while, after logins that it refused (PerSourcePenalties in its sshd_config; at most 10 minutes unless it says otherwise): look into its log for their cause, mend that, and wait. PerSourcePenaltyExemptList there exempts this host',
    'o sshd de lá rejeita esta máquina por um tempo, depois de logins que recusou (PerSourcePenalties no sshd_config dele; no máximo 10 minutos, salvo outra configuração): procure a causa no log dele, corrija-a e espere. PerSourcePenaltyExemptList de lá dispensa esta máquina',
  ],
  [
    'look into the log of sshd there; where that has nothing, a firewall, fail2ban or /etc/hosts.deny did it',
    'olhe o log do sshd de lá; se não há nada nele, foi um firewall, o fail2ban ou /etc/hosts.deny',
  ],
  ['a host key that cannot be read', 'uma chave de host que não pôde ser lida'],
  ['the {0} host key {1}', 'a chave de host {0} {1}'],
  ['{0} presents <1>, which {2} line {3} has as revoked', '{0} apresenta {1}, que {2}, linha {3}, traz como revogada'],
  [
    'do not trust this server before its administrator has explained it and given it a new key',
    'não confie neste servidor antes de o administrador dele explicar isso e lhe dar uma chave nova',
  ],
  [
    'THE HOST KEY OF {0} HAS CHANGED: it presents <1>; {2} line {3} knows {4}. Somebody may be between you and the server, or it was set up anew. Nothing was sent to it',
    'A CHAVE DE HOST DE {0} MUDOU: ele apresenta {1}; {2}, linha {3}, conhece {4}. Alguém pode estar entre você e o servidor, ou ele foi reinstalado. Nada lhe foi enviado',
  ],
  [
    "compare the fingerprint with the server's administrator; only if it is right, <0>; then run order-monit trust-host",
    'compare a impressão digital com o administrador do servidor; só se ela estiver certa, {0}; depois execute order-monit trust-host',
  ],
  ['{0} presents <1>, which is in none of {2}', '{0} apresenta {1}, que não está em nenhum destes: {2}'],
  [
    '{0} presents <1>, which is in none of {2} (the host is known by a key of another kind: {3})',
    '{0} apresenta {1}, que não está em nenhum destes: {2} (a máquina é conhecida por uma chave de outro tipo: {3})',
  ],
  [
    '{0} presents <1>, which is in none of {2} (there is a certificate authority for it, but order-monit cannot check certificates)',
    '{0} apresenta {1}, que não está em nenhum destes: {2} (há uma autoridade certificadora para ela, mas o order-monit não verifica certificados)',
  ],
  ['order-monit has closed its connection', 'o order-monit fechou a conexão'],
  ['the host keys on record cannot be read: {0}', 'não foi possível ler as chaves de host registradas: {0}'],
  [
    'check known_hosts in integration_server.yml: it names a plain file, which the user of the service can read, and in which order-monit trust-host records the host key',
    'verifique known_hosts em integration_server.yml: ele indica um arquivo comum, que o usuário do serviço consegue ler e em que o order-monit trust-host registra a chave de host',
  ],
  ['the server opened no session for the command ({0})', 'o servidor não abriu uma sessão para o comando ({0})'],
  [
    'order-monit stopped waiting for the command; it may be running still',
    'o order-monit desistiu de esperar pelo comando; ele pode ainda estar em execução',
  ],
  [
    'the command did not end within {0} s; it may be running still',
    'o comando não terminou em {0} s; ele pode ainda estar em execução',
  ],
  ['remove the old key with: {0}', 'remova a chave antiga com: {0}'],
  [
    'raise MaxSessions in its sshd_config, which says how many commands one connection may run at once, and reload sshd; or set max_parallel_repairs: 1 in service.yml',
    'aumente MaxSessions no sshd_config dele, que diz quantos comandos uma conexão pode executar ao mesmo tempo, e recarregue o sshd; ou defina max_parallel_repairs: 1 em service.yml',
  ],
];
