/** What the name of a table or a column may be, for the configuration that takes it and the statement that holds it. */

/** Letters of any language, digits, `_` and `$`. Names beyond Unicode's first plane are none to MySQL and MariaDB. */
export const IDENTIFIER = /^(?:(?![\u{10000}-\u{10FFFF}])[\p{L}\p{M}\p{N}_$]){1,64}$/u;
