/** What OpenSSL 3 says through Node.js 18 to 24 when TLS can not be agreed on. */

export interface TlsRefusal {
  readonly code: string;
  readonly message: string;
  readonly reason: RegExp;
  readonly hint: RegExp;
}

const routine = (number: string, reason: string, alert = ''): string =>
  `write EPROTO 80AB37DB0B7F0000:error:${number}:SSL routines:tls_process:${reason}:../deps/openssl/openssl/ssl/statem/extensions.c:922:${alert}\n`;

export const TLS_REFUSALS: readonly TlsRefusal[] = [
  {
    code: 'EPROTO',
    message: routine('0A000152', 'unsafe legacy renegotiation disabled'),
    reason: /lacks secure renegotiation \(RFC 5746\).*\(unsafe legacy renegotiation disabled\)$/,
    hint: /have the server updated/,
  },
  {
    code: 'ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
    message: 'error:0A000152:SSL routines::unsafe legacy renegotiation disabled',
    reason: /lacks secure renegotiation/,
    hint: /nginx, stunnel/,
  },
  {
    code: 'ERR_SSL_UNSUPPORTED_PROTOCOL',
    message:
      '00B17DDB0B7F0000:error:0A000102:SSL routines:ssl_choose_client_version:unsupported protocol:../ssl/statem/statem_lib.c:1962:\n',
    reason: /has no TLS version that is taken here \(unsupported protocol\)$/,
    hint: /TLS 1\.2 or newer/,
  },
  {
    code: 'EPROTO',
    message: routine('0A00042E', 'tlsv1 alert protocol version', 'SSL alert number 70'),
    reason: /has no TLS version that is taken here \(tlsv1 alert protocol version\)$/,
    hint: /TLS 1\.2 or newer/,
  },
  {
    code: 'EPROTO',
    message: routine('0A000410', 'sslv3 alert handshake failure', 'SSL alert number 40'),
    reason:
      /no TLS version, cipher and signature in common, or it wants a certificate.*\(sslv3 alert handshake failure\)$/,
    hint: /AES-GCM/,
  },
  {
    code: 'EPROTO',
    message: routine('0A000410', 'ssl/tls alert handshake failure', 'SSL alert number 40'),
    reason: /\(ssl\/tls alert handshake failure\)$/,
    hint: /AES-GCM/,
  },
  {
    code: 'ERR_SSL_DH_KEY_TOO_SMALL',
    message: 'error:0A00018A:SSL routines::dh key too small',
    reason: /too weak to be taken \(dh key too small\)$/,
    hint: /2048 bits/,
  },
  {
    code: 'UNSPECIFIED',
    message: 'CA signature digest algorithm too weak',
    reason: /too weak to be taken/,
    hint: /SHA-256/,
  },
  {
    code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    message: 'error:0A00010B:SSL routines::wrong version number',
    reason: /what answers there speaks no TLS \(wrong version number\)$/,
    hint: /http or https/,
  },
  {
    code: 'ERR_SSL_PACKET_LENGTH_TOO_LONG',
    message: 'error:0A0000C6:SSL routines::packet length too long',
    reason: /speaks no TLS/,
    hint: /http or https/,
  },
  {
    code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    message: 'error:0A00045C:SSL routines::tlsv13 alert certificate required',
    reason: /wants a certificate of the client/,
    hint: /ask those who run the server/,
  },
  {
    code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
    message: 'error:0A000458:SSL routines::tlsv1 unrecognized name',
    reason: /has no certificate for the name that it was asked by/,
    hint: /check the host in THE SETTING/,
  },
  {
    code: 'ECONNRESET',
    message: 'Client network socket disconnected before secure TLS connection was established',
    reason: /could be agreed on: it hung up$/,
    hint: /TLS is spoken at that port/,
  },
  {
    code: 'CERT_HAS_EXPIRED',
    message: 'certificate has expired',
    reason: /^the certificate of server:443 has expired$/,
    hint: /clock of this machine/,
  },
  {
    code: 'CERT_NOT_YET_VALID',
    message: 'certificate is not yet valid',
    reason: /^the certificate of server:443 is not valid yet$/,
    hint: /clock of this machine \(timedatectl\)/,
  },
  {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    message:
      "Hostname/IP does not match certificate's altnames: Host: abacos.example. is not in the cert's altnames: DNS:www.example.com",
    reason: /is for another name: .*DNS:www\.example\.com$/,
    hint: /as its certificate does/,
  },
  {
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    message: 'self-signed certificate',
    reason: /it has signed itself \(self-signed\)$/,
    hint: /THE CA/,
  },
  {
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
    message:
      'self-signed certificate in certificate chain; if the root CA is installed locally, try running Node.js with --use-system-ca',
    reason: /its authority is not known here \(self-signed certificate in certificate chain\)$/,
    hint: /save the certificate of that authority to a file, and name that \(THE CA\)/,
  },
  {
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    message:
      'unable to verify the first certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
    reason: /did not come along, and is not known here \(unable to verify the first certificate\)$/,
    hint: /whole chain.*THE CA/,
  },
  {
    code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    message: 'unable to get local issuer certificate',
    reason: /its authority is not known here \(unable to get local issuer certificate\)$/,
    hint: /THE CA/,
  },
  {
    code: 'INVALID_PURPOSE',
    message: 'unsupported certificate purpose',
    reason: /^the certificate of server:443 is not trusted \(INVALID_PURPOSE: unsupported certificate purpose\)$/,
    hint: /have it mended by those who run the server/,
  },
  {
    code: 'PATH_LENGTH_EXCEEDED',
    message: 'path length constraint exceeded',
    reason: /is not trusted \(PATH_LENGTH_EXCEEDED: path length constraint exceeded\)$/,
    hint: /have it mended/,
  },
  // What the database's driver makes of any of them.
  {
    code: 'HANDSHAKE_SSL_ERROR',
    message: 'self-signed certificate in certificate chain',
    reason: /its authority is not known here/,
    hint: /THE CA/,
  },
];
