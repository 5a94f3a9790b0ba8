/** Why a login on the integration server fails, in Brazilian Portuguese: see `../../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

export const LOGIN: readonly Phrase[] = [
  ['<0>, and said: {1}', '{0}, e disse: {1}'],
  ['<0>; not used: <1>', '{0}; não usado: {1}'],
  ['<0>; not used: <1>; it said: {2}', '{0}; não usado: {1}; ele disse: {2}'],
  ['there is no key to log in with as {0}: <1>', 'não há chave para entrar como {0}: {1}'],
  ['mend that; or <0>', 'corrija isso; ou {0}'],
  [
    "make one as root: ssh-keygen -t ed25519 -N '' -C order-monit -f /etc/order-monit/credentials/ssh_key; then systemctl restart order-monit. Or name one as private_key in integration_server.yml",
    "crie uma como root: ssh-keygen -t ed25519 -N '' -C order-monit -f /etc/order-monit/credentials/ssh_key; depois systemctl restart order-monit. Ou informe uma em private_key em integration_server.yml",
  ],
  [
    '{0} takes no keys for the login of {1} (it goes on with: <2>)<3>',
    '{0} não aceita chaves para o login de {1} (continua com: {2}){3}',
  ],
  [
    'order-monit logs in with a key alone: for {0}, set PubkeyAuthentication yes in its sshd_config, and AuthenticationMethods publickey where that is set to something else; then reload sshd',
    'o order-monit entra só com uma chave: para {0}, defina PubkeyAuthentication yes no sshd_config dele, e AuthenticationMethods publickey onde houver outra coisa; depois recarregue o sshd',
  ],
  [
    '{0} takes no signature of {1} but one that rests on SHA-1 (ssh-rsa), which it was not given',
    '{0} só aceita de {1} uma assinatura baseada em SHA-1 (ssh-rsa), que não lhe foi dada',
  ],
  [
    'log in with an ed25519 key: ssh-keygen -t ed25519 makes one; or add rsa-sha2-512 to PubkeyAcceptedAlgorithms in its sshd_config. For a server that has nothing newer (OpenSSH before 7.2) set allow_sha1: true in integration_server.yml',
    'entre com uma chave ed25519, que se cria com: ssh-keygen -t ed25519; ou acrescente rsa-sha2-512 a PubkeyAcceptedAlgorithms no sshd_config dele. Para um servidor que não tem nada mais novo (OpenSSH anterior à 7.2), defina allow_sha1: true em integration_server.yml',
  ],
  [
    '{0} takes no signature that order-monit makes with <1>',
    '{0} não aceita nenhuma assinatura que o order-monit faz com {1}',
  ],
  [
    'make an ed25519 key (ssh-keygen -t ed25519), or add rsa-sha2-512 to PubkeyAcceptedAlgorithms in its sshd_config',
    'crie uma chave ed25519 (ssh-keygen -t ed25519), ou acrescente rsa-sha2-512 a PubkeyAcceptedAlgorithms no sshd_config dele',
  ],
  ['{0} refused the login of {1} with <2>', '{0} recusou o login de {1} com {2}'],
  ['{0} and {1} more', '{0} e mais {1}'],
  ['nothing', 'nada'],
  ['{0} took the key {1} of {2}, and asks for more: <3>', '{0} aceitou a chave {1} de {2}, e pede mais: {3}'],
  [
    'order-monit logs in with a key alone: write in its sshd_config "Match User {0}" and below that "AuthenticationMethods publickey", and reload sshd',
    'o order-monit entra só com uma chave: escreva no sshd_config dele "Match User {0}" e abaixo disso "AuthenticationMethods publickey", e recarregue o sshd',
  ],
  [
    '{0} knows the key {1} of {2}, and closed the connection all the same',
    '{0} conhece a chave {1} de {2}, e mesmo assim fechou a conexão',
  ],
  [
    '{0} knows the key {1} of {2}, and refused the login all the same',
    '{0} conhece a chave {1} de {2}, e mesmo assim recusou o login',
  ],
  [
    'the log of sshd there says why (a password or account that has expired or is locked, PAM, /etc/nologin, AllowUsers)',
    'o log do sshd de lá diz por quê (senha ou conta expirada ou bloqueada, PAM, /etc/nologin, AllowUsers)',
  ],
  [
    'PermitRootLogin prohibit-password in its sshd_config lets root in with a key; better, log in as another user. <0>',
    'PermitRootLogin prohibit-password no sshd_config dele deixa root entrar com uma chave; melhor é entrar como outro usuário. {0}',
  ],
  [
    '{0} ended the login of {1} after {2} key that it refused ({3}), before it was shown <4>',
    '{0} encerrou o login de {1} depois de {2} chave recusada ({3}), antes de receber {4}',
  ],
  [
    '{0} ended the login of {1} after {2} keys that it refused ({3}), before it was shown {4}',
    '{0} encerrou o login de {1} depois de {2} chaves recusadas ({3}), antes de receber {4}',
  ],
  [
    'name the right one as private_key in integration_server.yml: then it is tried first (where only the agent has it, its public half will do: ssh-add -L shows it). Or raise MaxAuthTries in its sshd_config',
    'informe a chave certa em private_key em integration_server.yml: assim ela é tentada primeiro (se só o agente a tem, basta a metade pública: ssh-add -L a mostra). Ou aumente MaxAuthTries no sshd_config dele',
  ],
  [
    'on the server, add to ~{0}/.ssh/authorized_keys this line: {1}. Where it is there, the log of sshd says why it is not taken (rights of ~/.ssh, AllowUsers, an account that is locked or has expired, a login shell that is not there, from= or expiry-time= before the key)',
    'no servidor, acrescente a ~{0}/.ssh/authorized_keys esta linha: {1}. Se ela já está lá, o log do sshd diz por que não é aceita (permissões de ~/.ssh, AllowUsers, uma conta bloqueada ou expirada, um shell de login que não existe, from= ou expiry-time= antes da chave)',
  ],
  [
    'on the server, add to ~{0}/.ssh/authorized_keys this line: {1}. Where it is there, the log of sshd says why it is not taken (rights of ~/.ssh, AllowUsers, an account that is locked or has expired, a login shell that is not there, from= or expiry-time= before the key; for RSA, sshd may ask for SHA-1, which order-monit does not use for it, or for a longer key (PubkeyAcceptedAlgorithms, RequiredRSASize): an ed25519 key will do)',
    'no servidor, acrescente a ~{0}/.ssh/authorized_keys esta linha: {1}. Se ela já está lá, o log do sshd diz por que não é aceita (permissões de ~/.ssh, AllowUsers, uma conta bloqueada ou expirada, um shell de login que não existe, from= ou expiry-time= antes da chave; com RSA, o sshd talvez peça SHA-1, que o order-monit não usa, ou uma chave mais longa (PubkeyAcceptedAlgorithms, RequiredRSASize): uma chave ed25519 resolve)',
  ],
  [
    'on the server, add to ~{0}/.ssh/authorized_keys the public key. Where it is there, the log of sshd says why it is not taken (rights of ~/.ssh, AllowUsers, an account that is locked or has expired, a login shell that is not there, from= or expiry-time= before the key)',
    'no servidor, acrescente a chave pública a ~{0}/.ssh/authorized_keys. Se ela já está lá, o log do sshd diz por que não é aceita (permissões de ~/.ssh, AllowUsers, uma conta bloqueada ou expirada, um shell de login que não existe, from= ou expiry-time= antes da chave)',
  ],
  ['the agent at {0} (<1>)', 'o agente em {0} ({1})'],
  ['the keys of the agent at {0}', 'as chaves do agente em {0}'],
  ['{0} of the agent', '{0} do agente'],
  ['it holds no key; ssh-add puts one in', 'ele não tem chave; ssh-add acrescenta uma'],
  ['it does not hold {0}', 'ele não tem {0}'],
  [
    '{0} cannot be read by the user of the service; move it to /etc/order-monit/credentials/ssh_key, which systemd reads for it',
    '{0} não pode ser lido pelo usuário do serviço; mova-o para /etc/order-monit/credentials/ssh_key, que o systemd lê para ele',
  ],
  ['{0} cannot be read ({1})', '{0} não pôde ser lido ({1})'],
  [
    '{0} is encrypted, and there is no passphrase for it; give it as the credential ssh_passphrase, or name a file with it as passphrase_file',
    '{0} está criptografado, e não há frase secreta para ele; informe-a como a credencial ssh_passphrase, ou indique um arquivo com ela em passphrase_file',
  ],
  [
    '{0} cannot be decrypted with the passphrase that is given for it',
    '{0} não pode ser aberto com a frase secreta informada',
  ],
  [
    '{0} cannot be decrypted with the passphrase that is given for it, or is encrypted in a way that OpenSSL has given up; where the passphrase is right, convert it: {1}',
    '{0} não pode ser aberto com a frase secreta informada, ou está criptografado de um modo que o OpenSSL abandonou; se a frase está certa, converta-o: {1}',
  ],
  [
    '{0} is a public key; private_key names the file without .pub',
    '{0} é uma chave pública; private_key indica o arquivo sem .pub',
  ],
  ['{0} is a public key; private_key names the private one', '{0} é uma chave pública; private_key indica a privada'],
  [
    "<0> is a key of PuTTY (.ppk, version {1}, {2}); convert it: {3} (Debian's package putty-tools)",
    '{0} é uma chave do PuTTY (.ppk, versão {1}, {2}); converta-a: {3} (pacote putty-tools do Debian)',
  ],
  ['{0} is empty', '{0} está vazio'],
  [
    '{0} is a certificate; private_key names the private key that it was made for (without -cert.pub)',
    '{0} é um certificado; private_key indica a chave privada para a qual ele foi feito (sem -cert.pub)',
  ],
  ['<0> is in the form of ssh.com; convert it: {1}', '{0} está no formato do ssh.com; converta-o: {1}'],
  [
    '<0> is a private key that is damaged or cut short; copy the file anew, with its first and last line',
    '{0} é uma chave privada danificada ou incompleta; copie o arquivo de novo, com a primeira e a última linha',
  ],
  ['<0> is a certificate for TLS, and holds no private key', '{0} é um certificado TLS, e não contém chave privada'],
  [
    '<0> is no text; a key in DER is converted by openssl pkey -inform DER -in FILE -out NEW, one in PKCS #12 (.p12, .pfx) by openssl pkcs12 -nocerts -nodes -in FILE -out NEW, a text in UTF-16 by iconv -f UTF-16 -t UTF-8 FILE > NEW',
    '{0} não é texto; uma chave em DER se converte com: openssl pkey -inform DER -in FILE -out NEW; uma em PKCS #12 (.p12, .pfx) com: openssl pkcs12 -nocerts -nodes -in FILE -out NEW; um texto em UTF-16 com: iconv -f UTF-16 -t UTF-8 FILE > NEW',
  ],
  [
    '<0> is no private key that order-monit understands (ed25519, ecdsa and rsa, as ssh-keygen, openssl and PuTTY write them), or is damaged',
    '{0} não é uma chave privada que o order-monit entende (ed25519, ecdsa e rsa, como ssh-keygen, openssl e PuTTY as gravam), ou está danificada',
  ],
  [
    '{0} is a key of a kind that SSH has no use for ({1}); make a new one: {2}',
    '{0} é uma chave de um tipo que não serve para SSH ({1}); crie uma nova: {2}',
  ],
  [
    '{0} is a DSA key, which OpenSSH takes no more; make a new one: {1}',
    '{0} é uma chave DSA, que o OpenSSH não aceita mais; crie uma nova: {1}',
  ],
  [
    '{0} is encrypted with {1}, which order-monit cannot read; convert it: {2}',
    '{0} está criptografado com {1}, que o order-monit não lê; converta-o: {2}',
  ],
  [
    '{0} is a key of a security key ({1}), which a person has to touch at each login; make a new one: {2}',
    '{0} é de uma chave de segurança física ({1}), que uma pessoa precisa tocar a cada login; crie uma nova: {2}',
  ],
  [
    '{0} is a key of a kind that order-monit cannot use ({1}); make a new one: {2}',
    '{0} é uma chave de um tipo que o order-monit não usa ({1}); crie uma nova: {2}',
  ],
  ['<0> (what a person types: a password or a code)<1>', '{0} (o que uma pessoa digita: uma senha ou um código){1}'],
  ['{0} (another key)<1>', '{0} (outra chave){1}'],
];
