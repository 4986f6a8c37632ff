/** The variables beside those that name a backend. */
export const settings = {
  S3_ENDPOINT: 'URL of the S3 server; Amazon S3 by default',
  WATCHMAN_EMAIL_RECIPIENTS:
    'addresses that get a test mail, separated by commas; by default no mail is sent',
  WATCHMAN_EMAIL_SENDER: 'address of the sender of the test mail',
  WATCHMAN_DISABLE: 'checks to leave out, separated by commas: `databases`, `caches`, `email`, `storage`',
  WATCHMAN_TIMEOUT: 'milliseconds until a target counts as failed; 5000 by default',
  WATCHMAN_TOKENS: 'tokens that open the endpoint, separated by commas; by default it is open to everyone',
  WATCHMAN_TOKEN_NAME: 'the query parameter that carries a token; `watchman-token` by default',
  WATCHMAN_FAILING_STATUS: 'the HTTP status while a target is failing; 500 by default',
  WATCHMAN_ERROR_CODE: 'the same, by the name of django-watchman; `WATCHMAN_FAILING_STATUS` takes precedence',
  WATCHMAN_DEGRADED_STATUS: 'the HTTP status while a target is degraded and none is failing; 200 by default',
  WATCHMAN_DETAILS: '`none` leaves only `{"ok":false}` of a failure; `full` by default',
  WATCHMAN_EXPOSE_VERSION: '`true` sends `X-Watchman-Version`',
  WATCHMAN_TOKEN: 'the token that `watchman-health probe` sends',
} as const
