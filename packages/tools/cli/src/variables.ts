/** The variables of the environment that are read, and what each says. */
export const variables = {
  DATABASE_URL:
    'a database: `postgres:`, `mysql:`, `mariadb:`, `mongodb:`, `mongodb+srv:`, `sqlite:` or `file:`',
  REDIS_URL: 'a Redis: `redis:` or `rediss:`',
  MEMCACHED_URL: 'a memcached, or several with commas: `memcached:`',
  SMTP_URL: 'a mail server, which is logged in to: `smtp:` or `smtps:`',
  STORAGE_PATH: 'a directory, in which a test file is written, read and removed',
  S3_BUCKET: 'a bucket, in which the same is done; region and keys are those of the AWS SDK: `AWS_REGION` …',
  S3_ENDPOINT: 'where the buckets are, if not at Amazon',
  WATCHMAN_EMAIL_RECIPIENTS: 'who gets a test mail, with commas; without any none is sent',
  WATCHMAN_EMAIL_SENDER: 'who sends it',
  WATCHMAN_DISABLE: 'checks to leave out, with commas: `databases`, `caches`, `email`, `storage`',
  WATCHMAN_TIMEOUT: 'milliseconds until a target counts as failed; 5000 without it',
  WATCHMAN_TOKENS: 'tokens that open the endpoint, with commas; without any it is open to all',
  WATCHMAN_TOKEN_NAME: 'the query parameter that carries a token; `watchman-token` without it',
  WATCHMAN_ERROR_CODE: 'the HTTP status when a check fails; 500 without it',
  WATCHMAN_DETAILS: '`none` leaves only `{"ok":false}` of a failure; `full` without it',
  WATCHMAN_EXPOSE_VERSION: '`true` sends `X-Watchman-Version`',
  WATCHMAN_TOKEN: 'the token that `watchman probe` sends',
} as const

/** A variable that is read. */
export type Variable = keyof typeof variables

/** Variables and their values: `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The value of a variable. One that is empty says nothing: so composed containers are told that it is not set. */
export function read(environment: Environment, variable: Variable): string | undefined {
  return environment[variable] || undefined
}

/** The parts of a value with commas. */
export function listOf(value: string): readonly string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
