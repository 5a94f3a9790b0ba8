/**
 * The keys that other people's files bring: Rails and its MySQL drivers, ActionMailer and the mail gem, Pony, Net::SSH, Savon,
 * the daemons gem. Data alone: `foreign.ts` reads files by it, and docs/configuration.md shows it (npm run describe).
 */

/** From weak to strong. */
export const TLS_MODES = ['disabled', 'required', 'verify_ca', 'verify_identity'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** What a value means under the key of order-monit: '' is nothing, and `undefined` leaves it as it is written. */
export type ReadValue = (written: string, beside: (key: string) => string | undefined) => string | undefined;

export type ForeignKey =
  /** Means nothing here; told in one warning with all others. */
  | { readonly kind: 'ignored' }
  /** Is read as the key named. `implies`: what whoever writes it wants of TLS at least. `told`: a warning says how it is read. */
  | {
      readonly kind: 'means';
      readonly key: string;
      readonly read?: ReadValue;
      readonly implies?: TlsMode;
      readonly told?: true;
    }
  /** Its mail addresses, in a list or with commas between them, are added to the list named. */
  | { readonly kind: 'list'; readonly key: string }
  /** Is not followed: a warning names the key that takes its place, unless the value is what holds anyway (`fits`). */
  | {
      readonly kind: 'replaced';
      readonly key: string;
      readonly remedy: string;
      readonly fits?: RegExp;
      readonly implies?: TlsMode;
      /** A warning would not do: mails would go somewhere else. */
      readonly isFault?: true;
    }
  /** Has the server's certificate checked where another key asks for TLS; alone it does nothing, as in mysql2. */
  | { readonly kind: 'verifies'; readonly key: string; readonly remedy: string; readonly implies?: TlsMode }
  /** Says what other keys say, in one text. */
  | { readonly kind: 'url' }
  /** Holds several servers, of which the one that is written to is taken. */
  | { readonly kind: 'servers' };

/** By their names, with dots where keys are nested. The name may be one of order-monit's own, where its values are others. */
export type ForeignKeys = Readonly<Record<string, ForeignKey>>;

type Means = Omit<Extract<ForeignKey, { kind: 'means' }>, 'kind' | 'key'>;

export const means = (key: string, more: Means = {}): ForeignKey => ({ kind: 'means', key, ...more });
export const each = (names: string, key: ForeignKey): ForeignKeys =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, key]));
export const ignored = (names: string): ForeignKeys => each(names, { kind: 'ignored' });

/** Reads some values as others, without regard to case and to a symbol's colon. */
export const words = (values: Readonly<Record<string, string>>): ReadValue => {
  const known = new Map(Object.entries(values));
  return (written) => known.get(written.replace(/^:/, '').toLowerCase());
};

/** MySQL's own tools, MariaDB's, Trilogy and Connector/J write the same in different ways. */
const SSL_MODES: Readonly<Record<string, TlsMode>> = {
  disabled: 'disabled',
  disable: 'disabled',
  // Without encryption where the server has none: nobody would notice.
  preferred: 'required',
  preferred_noverify: 'required',
  prefer: 'required',
  required: 'required',
  required_noverify: 'required',
  require: 'required',
  trust: 'required',
  verify_ca: 'verify_ca',
  verify_identity: 'verify_identity',
  verify_full: 'verify_identity',
};

/** The constants of the Ruby drivers, which number their modes in opposite directions. */
const MYSQL2_MODES = [undefined, 'disabled', 'preferred', 'required', 'verify_ca', 'verify_identity'] as const;
const TRILOGY_MODES = ['disabled', 'verify_identity', 'verify_ca', 'required_noverify', 'preferred_noverify'] as const;

const sslMode: ReadValue = (written, beside) => {
  const modes = /trilogy/i.test(beside('adapter') ?? '') ? TRILOGY_MODES : MYSQL2_MODES;
  const mode = /^\d$/.test(written) ? modes[Number(written)] : written;
  return mode === undefined ? undefined : readMode(mode, beside);
};

const readMode: ReadValue = (written, beside) =>
  words(SSL_MODES)(written.replaceAll('-', '_').replace(/^:?(?:\w+::)*ssl_(?:mode_)?/i, ''), beside);

const WRITE_SSL = 'Write ssl: {mode: verify_identity, ca: FILE}, or the mode that is meant';
const CHECKS_IDENTITY = `${WRITE_SSL}: verify_identity checks the certificate, required only encrypts.`;
export const ONE_CA_FILE =
  'Write the path of one file with the CA certificates (a folder of them: cat FOLDER/*.pem > ca.pem).';

export const DATABASE_KEYS: ForeignKeys = {
  adapter: means('adapter', {
    read: words({
      ...Object.fromEntries(
        (
          'mariadb jdbcmysql jdbcmariadb mysql2_makara makara_mysql2 trilogy_makara seamless_database_pool janus_mysql2 ' +
          'janus_trilogy mysql2_proxy trilogy_proxy mysql2rgeo mysql2spatial em_mysql2 mysql2_online_migrations mysqli pdo_mysql ' +
          'mysql+pymysql mysql+mysqldb mysql+mysqlconnector mysql+asyncmy mysql+aiomysql mariadb+pymysql mariadb+mysqldb ' +
          'mariadb+mariadbconnector django.db.backends.mysql'
        )
          .split(' ')
          .map((name) => [name, 'mysql2']),
      ),
      jdbc: '',
    }),
  }),
  // Of Django an adapter, of Laravel that of the tables.
  engine: means('adapter', { read: words({ innodb: '', 'django.db.backends.mysql': 'mysql2' }) }),
  ...each('client dialect db_connection', means('adapter')),
  ...each('url DATABASE_URL database_url MYSQL_URL mysql_url', { kind: 'url' }),
  ...each('makara janus master', { kind: 'servers' }),
  ...each('user db_user db_username mysql_user', means('username')),
  ...each('pass passwd db_password mysql_password', means('password')),
  ...each('hostname db_host mysql_host', means('host')),
  ...each('db_port mysql_port', means('port')),
  ...each('db dbname name db_name db_database mysql_database', means('database')),
  ...each('sock unix_socket db_socket', means('socket')),
  // TLS of mysql2, Trilogy and Connector/J
  ...each(
    'ssl useSSL requireSSL',
    means('ssl.mode', {
      read: words({ true: '', yes: '', 1: '', false: 'disabled', no: 'disabled' }),
      implies: 'required',
    }),
  ),
  ...each('ssl_mode sslmode', means('ssl.mode', { read: sslMode, told: true })),
  sslaccept: means('ssl.mode', {
    read: words({ strict: 'verify_identity', accept_invalid_certs: 'required' }),
    told: true,
  }),
  ...each(
    'sslca ssl_ca ssl_ca_file sslrootcert serverSslCert ssl.sslca ssl.ca_file ssl.cafile',
    means('ssl.ca', { implies: 'verify_ca', told: true }),
  ),
  ...each('sslcert ssl_cert ssl.sslcert ssl.cert_file', means('ssl.cert', { implies: 'required', told: true })),
  ...each('sslkey ssl_key ssl.sslkey ssl.key_file', means('ssl.key', { implies: 'required', told: true })),
  ...each('sslverify ssl_verify ssl_verify_server_cert verifyServerCertificate ssl.verify ssl.sslverify', {
    kind: 'verifies',
    key: 'ssl.mode',
    remedy: CHECKS_IDENTITY,
  }),
  // Node.js' drivers encrypt wherever there is such a section.
  ...each('ssl.rejectUnauthorized ssl.verifyIdentity', {
    kind: 'verifies',
    key: 'ssl.mode',
    remedy: CHECKS_IDENTITY,
    implies: 'required',
  }),
  ...each('sslcapath ssl_capath', { kind: 'replaced', key: 'ssl.ca', remedy: ONE_CA_FILE, implies: 'verify_ca' }),
  ...each(
    'sslcipher ssl_cipher tls_ciphersuites tls_min_version tls_max_version tls_versions tls_version tlsVersions ' +
      'tlsCiphersuites enabledTLSProtocols enabledSSLCipherSuites enabledSslProtocolSuites ' +
      'ssl.minVersion ssl.maxVersion ssl.ciphers',
    {
      kind: 'replaced',
      key: 'ssl.mode',
      remedy: `Node.js chooses the TLS version and the cipher. ${WRITE_SSL}.`,
      implies: 'required',
    },
  ),
  ...each('trustServerCertificate disableSslHostnameVerification', {
    kind: 'replaced',
    key: 'ssl.mode',
    remedy: CHECKS_IDENTITY,
    fits: /^(?:false|no)$/i,
  }),
  ...each('trustCertificateKeyStoreUrl trustStore', {
    kind: 'replaced',
    key: 'ssl.ca',
    remedy:
      'Write the path of a file with the CA certificates in PEM form: keytool -exportcert -rfc writes one of a store.',
    implies: 'verify_ca',
  }),
  ...each('clientCertificateKeyStoreUrl keyStore', {
    kind: 'replaced',
    key: 'ssl.cert',
    remedy: 'Write the paths of ssl.cert and ssl.key, in PEM form: openssl pkcs12 writes both of a store.',
    implies: 'required',
  }),
  ...each('sslcrl ssl_crl sslcrlpath ssl_crlpath', {
    kind: 'replaced',
    key: 'ssl.ca',
    remedy: 'Revocation lists are not read. Take what is revoked out of the file of CA certificates.',
    implies: 'verify_ca',
  }),
  // Passwords
  ...each('enable_cleartext_plugin', {
    kind: 'replaced',
    key: 'allow_cleartext_password',
    remedy: 'Encrypt the connection (ssl); allow_cleartext_password: true lets anybody on the way read the password.',
    fits: /^(?:false|no)$/i,
  }),
  ...each('get_server_public_key allowPublicKeyRetrieval', {
    kind: 'replaced',
    key: 'server_public_key',
    remedy: 'Encrypt the connection (ssl), or write the path of a file with the key of the server.',
    fits: /^(?:false|no)$/i,
  }),
  ...each('default_file read_default_file jndi dsn conn_str connection_string', {
    kind: 'replaced',
    key: 'username',
    remedy: 'Write host, database, username and password (or password_file) here.',
  }),
  ...each('prefix table_prefix', {
    kind: 'replaced',
    key: 'orders.table',
    remedy: 'Write the whole name of the table there.',
  }),
  // Times
  ...each('serverTimezone database_timezone default_timezone', {
    kind: 'replaced',
    key: 'time_zone',
    remedy: 'Write in time_zone what the datetimes of the table are in; without it that is UTC.',
    fits: /^:?utc$/i,
  }),
  // Rails
  ...ignored(
    'encoding charset collation pool min_connections max_connections min_threads max_threads max_queue max_age pool_jitter ' +
      'checkout_timeout idle_timeout keepalive reaping_frequency timeout strict prepared_statements statement_limit ' +
      'variables flags advisory_locks database_tasks schema_dump schema_format schema_cache_path schema_search_path ' +
      'migrations_paths migrations_path seeds structure_dump structure_load replica use_metadata_table query_cache ' +
      'query_constraints connection_retries retry_deadline lazy_schema_cache_filename allow_concurrency ' +
      'wait_timeout application_timezone pool_adapter pool_weight read_pool',
  ),
  // mysql, mysql2, Trilogy
  ...ignored(
    'reconnect connect_timeout read_timeout write_timeout init_command local_infile secure_auth default_group ' +
      'default_auth connect_flags connect_attrs automatic_close as cast cast_booleans symbolize_keys cache_rows async ' +
      'stream program_name max_allowed_packet found_rows multi_statement multi_result emulate_booleans ' +
      'keepalive_enabled keepalive_idle keepalive_interval keepalive_count compress compression compression_algorithms',
  ),
  // Connector/J
  ...ignored(
    'driver properties connection_alive_sql connection_alive_timeout configure_connection insert_returning retry_count ' +
      'useUnicode characterEncoding autoReconnect zeroDateTimeBehavior useLegacyDatetimeCode jdbcCompliantTruncation ' +
      'cachePrepStmts rewriteBatchedStatements nullCatalogMeansCurrent tinyInt1isBit statement_escaping',
  ),
  // Key stores, of which what is in them counts; Django, Laravel, Prisma, Spring
  ...ignored(
    'trustCertificateKeyStorePassword trustCertificateKeyStoreType trustStorePassword trustStoreType ' +
      'fallbackToSystemTrustStore clientCertificateKeyStorePassword clientCertificateKeyStoreType keyStorePassword ' +
      'keyStoreType conn_max_age conn_health_checks atomic_requests autocommit prefix_indexes connection_limit pool_timeout ' +
      'driver_class_name hikari',
  ),
  // A reader is not asked: what is committed shows there later.
  ...ignored('slave slaves replicas'),
};

export const INTEGRATION_SERVER_KEYS: ForeignKeys = {
  ...each('hostname host_name server address', means('host')),
  ...each('user', means('username')),
  ...each('keys', means('private_key')),
  ...each('user_known_hosts_file', means('known_hosts')),
  ...each('timeout', means('connect_timeout')),
  ...each('rails_env', means('environment.RAILS_ENV')),
  ...each('password', {
    kind: 'replaced',
    key: 'private_key',
    remedy: 'order-monit logs in with a key: add its public half to authorized_keys on the server.',
  }),
  ...each('passphrase', {
    kind: 'replaced',
    key: 'passphrase_file',
    remedy: 'Write the passphrase into a file of its own, and its path here.',
  }),
  ...each('key_data', {
    kind: 'replaced',
    key: 'private_key',
    remedy: 'Put the key into a file of its own, and its path here.',
  }),
  ...each('paranoid verify_host_key strict_host_key_checking', {
    kind: 'replaced',
    key: 'known_hosts',
    remedy: 'The host key is always checked: order-monit trust-host shows and records it.',
    fits: /^:?(?:true|yes|always|secure|accept_new_or_local_tunnel)$/,
  }),
  ...each('proxy proxy_command proxy_jump', {
    kind: 'replaced',
    key: 'host',
    remedy: 'order-monit connects to the server itself: let it through there, or forward a port and name that.',
  }),
  ...ignored(
    'keys_only auth_methods non_interactive number_of_password_prompts forward_agent compression compression_level ' +
      'keepalive keepalive_interval keepalive_maxcount logger verbose config encryption hmac kex host_key ' +
      'append_all_supported_algorithms use_agent',
  ),
};

export const ABACOS_KEYS: ForeignKeys = {
  ...each('wsdl wsdl_order', means('wsdl_order_api')),
  ...each('ssl_ca_cert_file ca_file', means('ca')),
  ...each('ssl_verify_mode verify_ssl', {
    kind: 'replaced',
    key: 'ca',
    remedy: 'The certificate is always checked: write a file with the authority that has signed it.',
    fits: /^:?(?:peer|true|1)$/,
  }),
  ...ignored(
    'wsdl_product_api wsdl_product wsdl_client_api wsdl_client wsdl_customer_api wsdl_stock_api wsdl_price_api ' +
      'wsdl_platform_api namespace soap_version open_timeout read_timeout encoding log log_level logger ' +
      'pretty_print_xml convert_request_keys_to raise_errors',
  ),
};

export const PROCESS_KEYS: ForeignKeys = ignored(
  'dir dir_mode multiple monitor mode script log_dir logfilename output_logfilename log_output_syslog syslog_facility ' +
    'keep_pid_files hard_exit force_kill_waittime pid_file pid_delimiter user group shush no_pidfiles',
);
