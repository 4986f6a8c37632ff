// Generated from packages/checks/*/drivers.json. Do not edit it: run `npm run generate`.

/** The variables that name a backend, and what each sets. */
export const backendVariables = {
  DATABASE_URL:
    'URL of a database: `postgres:`, `postgresql:`, `mysql:`, `mariadb:`, `mongodb:`, `mongodb+srv:`, `sqlite:` or `file:`',
  REDIS_URL: 'URL of a Redis server: `redis:` or `rediss:`',
  MEMCACHED_URL: 'URL of a memcached server, or of several, separated by commas: `memcached:`',
  SMTP_URL: 'URL of a mail server, which is logged in to: `smtp:` or `smtps:`',
  STORAGE_PATH: 'a directory, in which a test file is written, read and removed',
  S3_BUCKET:
    'a bucket, in which a test object is written, read and removed; region and keys are those of the AWS SDK: `AWS_REGION` …',
} as const
