/** The environment variables that are read, and what each sets. */
export const variables = {
  DATABASE_URL:
    'URL of a database: `postgres:`, `mysql:`, `mariadb:`, `mongodb:`, `mongodb+srv:`, `sqlite:` or `file:`',
  REDIS_URL: 'URL of a Redis server: `redis:` or `rediss:`',
  MEMCACHED_URL: 'URL of a memcached server, or of several, separated by commas: `memcached:`',
  SMTP_URL: 'URL of a mail server, which is logged in to: `smtp:` or `smtps:`',
  STORAGE_PATH: 'a directory, in which a test file is written, read and removed',
  S3_BUCKET:
    'a bucket, in which a test object is written, read and removed; region and keys are those of the AWS SDK: `AWS_REGION` …',
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

/** The name of a variable that is read. */
export type Variable = keyof typeof variables

/** Variables and their values: `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Returns the value of a variable. An empty one counts as absent: Compose passes unset variables on as empty strings. */
export function read(environment: Environment, variable: Variable): string | undefined {
  return environment[variable] || undefined
}

/** Returns the parts of a value that is separated by commas. */
export function listOf(value: string): readonly string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
