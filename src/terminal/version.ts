/** The version of the package; the bundler puts it in. */
export const VERSION = process.env['ORDER_MONIT_VERSION'] ?? 'development';
