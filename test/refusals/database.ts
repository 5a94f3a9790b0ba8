/** What MySQL 5.7 to 9 and MariaDB 10 to 12 answer when they refuse: number, SQL state and text, as their sources have them. */

export interface DatabaseRefusal {
  readonly from: string;
  readonly number: number;
  readonly state: string;
  readonly text: string;
  /** Said in place of a greeting, before anybody has logged in. */
  readonly atOnce?: true;
  readonly reason: RegExp;
  readonly hint: RegExp;
}

const USER = "'order_monit'@'10.0.0.7'";

export const DATABASE_REFUSALS: readonly DatabaseRefusal[] = [
  {
    from: 'both',
    number: 1045,
    state: '28000',
    text: `Access denied for user ${USER} (using password: YES)`,
    reason: /refuses the user 'order_monit'@'10\.0\.0\.7'$/,
    hint: /check username and password.*demands TLS/,
  },
  {
    from: 'MariaDB, a password of MySQL 4.0',
    number: 1275,
    state: 'HY000',
    text: `Server is running in --secure-auth mode, but ${USER} has a password in the old format; please change the password to the new format`,
    reason: /by a method that order-monit does not know$/,
    hint: /give the user a password of the kind/,
  },
  {
    from: 'MariaDB, an account of the system user (unix_socket)',
    number: 1698,
    state: '28000',
    text: `Access denied for user ${USER}`,
    reason: /refuses the user/,
    hint: /check username and password/,
  },
  {
    from: 'MySQL',
    number: 1130,
    state: 'HY000',
    text: "Host '10.0.0.7' is not allowed to connect to this MySQL server",
    atOnce: true,
    reason: /lets nobody log in from this host$/,
    hint: /create the user order_monit for this host/,
  },
  {
    from: 'MariaDB',
    number: 1130,
    state: 'HY000',
    text: "Host '10.0.0.7' is not allowed to connect to this MariaDB server",
    atOnce: true,
    reason: /lets nobody log in from this host$/,
    hint: /create the user/,
  },
  {
    from: 'MySQL',
    number: 1129,
    state: 'HY000',
    text: "Host '10.0.0.7' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'",
    atOnce: true,
    reason: /has blocked this host after too many failed connections$/,
    hint: /FLUSH HOSTS.*host_cache/,
  },
  {
    from: 'both',
    number: 1040,
    state: '08004',
    text: 'Too many connections',
    atOnce: true,
    reason: /has as many connections as it takes$/,
    hint: /SHOW PROCESSLIST/,
  },
  {
    from: 'MySQL and MariaDB from 10.5 on',
    number: 3159,
    state: 'HY000',
    text: 'Connections using insecure transport are prohibited while --require_secure_transport=ON.',
    reason: /takes TLS connections only$/,
    hint: /ssl: mode: verify_identity/,
  },
  {
    from: 'MySQL',
    number: 3118,
    state: 'HY000',
    text: "Access denied for user 'order_monit'@'10.0.0.7'. Account is locked.",
    reason: /has locked the user 'order_monit'@'10\.0\.0\.7'$/,
    hint: /ACCOUNT UNLOCK/,
  },
  {
    from: 'MariaDB',
    number: 4151,
    state: 'HY000',
    text: 'Access denied, this account is locked',
    reason: /has locked the user order_monit$/,
    hint: /ACCOUNT UNLOCK/,
  },
  {
    from: 'MySQL 8.0.19 and later',
    number: 3955,
    state: 'HY000',
    text: `Access denied for user ${USER}. Account is blocked for 2 day(s) (2 day(s) remaining) due to 3 consecutive failed logins.`,
    reason: /has blocked the user 'order_monit'@'10\.0\.0\.7' after too many wrong passwords$/,
    hint: /unblock the user/,
  },
  {
    from: 'MariaDB',
    number: 4150,
    state: 'HY000',
    text: "User is blocked because of too many credential errors; unblock with 'ALTER USER / FLUSH PRIVILEGES'",
    reason: /has blocked the user order_monit after too many wrong passwords$/,
    hint: /FLUSH PRIVILEGES/,
  },
  {
    from: 'both',
    number: 1862,
    state: 'HY000',
    text: 'Your password has expired. To log in you must change it using a client that supports expired passwords.',
    reason: /the password of the user order_monit has expired/,
    hint: /set a new one there/,
  },
  {
    from: 'MySQL 8.4 and 9',
    number: 1524,
    state: 'HY000',
    text: "Plugin 'mysql_native_password' is not loaded",
    reason: /no longer has the method by which the user order_monit logs in$/,
    hint: /IDENTIFIED WITH caching_sha2_password/,
  },
  {
    from: 'both',
    number: 1203,
    state: '42000',
    text: "User order_monit already has more than 'max_user_connections' active connections",
    reason: /has reached one of its limits/,
    hint: /needs two connections at once/,
  },
  {
    from: 'both',
    number: 1226,
    state: '42000',
    text: "User 'order_monit' has exceeded the 'max_user_connections' resource (current value: 1)",
    reason: /has reached one of its limits/,
    hint: /needs two connections at once/,
  },
  {
    from: 'both',
    number: 1049,
    state: '42000',
    text: "Unknown database 'shop'",
    reason: /there is no database shop/,
    hint: /check database/,
  },
  {
    from: 'both',
    number: 1044,
    state: '42000',
    text: `Access denied for user ${USER} to database 'shop'`,
    reason: /may not use a database shop/,
    hint: /GRANT SELECT/,
  },
  {
    from: 'MySQL',
    number: 3032,
    state: 'HY000',
    text: 'The server is currently in offline mode',
    reason: /is in offline mode/,
    hint: /SET GLOBAL offline_mode = OFF/,
  },
  {
    from: 'both',
    number: 1043,
    state: '08S01',
    text: 'Bad handshake',
    reason: /did not understand the login \(bad handshake\)$/,
    hint: /proxy/,
  },
  {
    from: 'both',
    number: 1251,
    state: '08004',
    text: 'Client does not support authentication protocol requested by server; consider upgrading MySQL client',
    reason: /by a method that order-monit does not know$/,
    hint: /caching_sha2_password/,
  },
  {
    from: 'a server of the next year',
    number: 9999,
    state: 'HY000',
    text: 'Something new\nand more of it',
    reason: /^error errno 9999 from .*: Something new$/,
    hint: /^$/,
  },
];
